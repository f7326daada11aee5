//! Running rules over the events of a case.

use std::io;
use std::sync::Arc;

use event::{End, Event, Form, Framer, Place, Rejected, Sink};
use finding::Finding;

use super::{Phase, Step};
use crate::detector::{Detector, Worker};
use crate::engine::{Engine, Settings};
use crate::order::{Sorter, Spill};

/// How long after the last event of a case time passes, so that what is waited for is found: 30 days.
const AFTERWARDS: i64 = 30 * 86_400_000_000;

impl Detector {
    /// The findings in the events of a case, once 30 days have passed after them; those of its history only teach.
    pub fn observe_steps(self: &Arc<Self>, steps: &[Step], settings: Settings) -> Vec<Finding> {
        let rows = steps.iter().map(|step| (self.excerpts(&step.text), step.phase != Phase::Live));
        self.observe_rows(rows, settings)
    }

    /// The findings of one record, given as JSON text. Nothing is found in text that cannot be read.
    pub fn observe_text(self: &Arc<Self>, text: &str) -> Vec<Finding> {
        self.observe_rows([(self.excerpts(text), false)].into_iter(), Settings::default())
    }

    fn observe_rows(
        self: &Arc<Self>,
        rows: impl Iterator<Item = (Vec<u8>, bool)>,
        settings: Settings,
    ) -> Vec<Finding> {
        let mut engine = Engine::new(Arc::clone(self), settings);
        let mut nowhere = Nowhere;
        let mut sorter = Sorter::new(&mut nowhere, usize::MAX);
        for (row, quiet) in rows {
            // Nothing is spilled, so nothing can fail.
            let _ = sorter.add(&row, 0, quiet);
        }
        let mut findings = Vec::new();
        let _ = sorter.finish(&mut |one| engine.take(one, &mut |finding| findings.push(finding)));
        let end = engine.now().saturating_add(AFTERWARDS);
        engine.advance(end, &mut |finding| findings.push(finding));
        engine.report_open(&mut |finding| findings.push(finding));
        findings
    }

    /// What rules need of one record, given as JSON text, as a [`Sorter`] or [`Live`](crate::Live) takes it. Empty when no rule
    /// matches, and for text that cannot be read.
    pub fn excerpts(&self, text: &str) -> Vec<u8> {
        let mut desk = OneRecord { detector: self, worker: Worker::default() };
        Framer::new(Form::Stream).feed(text.as_bytes(), End::Here, &mut desk);
        desk.worker.writer.take()
    }
}

struct OneRecord<'d> {
    detector: &'d Detector,
    worker: Worker,
}

impl Sink for OneRecord<'_> {
    fn event(&mut self, event: Event<'_>, place: Place) {
        self.detector.observe(&event, place.line, &mut self.worker);
    }

    fn rejected(&mut self, _rejected: Rejected) {}
}

/// For what fits into memory.
struct Nowhere;

impl Spill for Nowhere {
    fn write(&mut self, _run: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn open(&mut self) -> io::Result<Vec<Box<dyn io::Read>>> {
        Err(io::ErrorKind::Unsupported.into())
    }
}
