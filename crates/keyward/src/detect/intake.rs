//! Where what rules need of the inputs is put in order.

use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use detect::{Detector, Engine, Limits, Receiver, Sorter, Tail, Told};
use finding::Finding;

/// Takes inputs one after the other.
pub(super) struct Intake<'s> {
    detector: Arc<Detector>,
    limits: Limits,
    sorter: Sorter<'s>,
    /// Why what does not fit into memory could not be kept.
    pub(super) failed: Option<io::Error>,
}

impl<'s> Intake<'s> {
    pub(super) fn new(detector: Arc<Detector>, limits: Limits, sorter: Sorter<'s>) -> Self {
        Self { detector, limits, sorter, failed: None }
    }

    /// Looks at the inputs that follow with this detector, whose rules are the same but for their lists.
    pub(super) fn look_with(&mut self, detector: Arc<Detector>) {
        self.detector = detector;
    }

    /// Takes one input; what is quiet is only learned from.
    pub(super) fn take(
        &mut self,
        input: &mut (dyn Read + Send),
        number: u32,
        quiet: bool,
    ) -> detect::Summary {
        let detector = Arc::clone(&self.detector);
        let limits = self.limits;
        detector.sweep(input, limits, &mut One { intake: self, number, quiet })
    }

    /// Puts the last events of an earlier run in order with those of this one. Returns what that run told of them; `None`
    /// if the bytes cannot be used.
    pub(super) fn resume(&mut self, tail: &[u8]) -> Option<Vec<Told>> {
        Tail::restore(tail, &self.detector, &mut self.sorter)
    }

    /// Gives everything to the engine, in the order of time. Returns how many events came again.
    pub(super) fn finish(
        self,
        engine: &mut Engine,
        out: &mut dyn FnMut(Finding),
    ) -> io::Result<u64> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        self.sorter.finish(&mut |one| engine.take(one, out))
    }

    /// The same, but holds the last events back, as far as older ones may still come.
    pub(super) fn finish_before(
        self,
        hold: &Hold,
        engine: &mut Engine,
        out: &mut dyn FnMut(Finding),
    ) -> io::Result<(u64, Tail)> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let mut tail = Tail::default();
        let Hold { lateness, most_bytes } = *hold;
        let each = &mut |one: &[u8]| tail.take(one, engine, lateness, most_bytes, out);
        let repeated = self.sorter.finish(each)?;
        tail.settle(engine, lateness, out);
        Ok((repeated, tail))
    }
}

/// How much is held back at the end of a run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hold {
    /// What happened so long before the newest event.
    pub(super) lateness: Duration,
    /// Most bytes of that, about.
    pub(super) most_bytes: usize,
}

/// One input of an intake.
struct One<'i, 's> {
    intake: &'i mut Intake<'s>,
    number: u32,
    quiet: bool,
}

impl Receiver for One<'_, '_> {
    fn excerpts(&mut self, row: &[u8]) {
        if self.intake.failed.is_none() {
            self.intake.failed = self.intake.sorter.add(row, self.number, self.quiet).err();
        }
    }

    fn progress(&mut self, _: u64) {}
}
