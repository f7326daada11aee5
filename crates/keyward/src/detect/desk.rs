//! Where findings arrive, are counted and passed on.

use std::collections::HashMap;
use std::io::{self, Write};

use finding::{Cases, Finding, Fingerprint, Level};

use crate::exit::Exit;
use crate::input::Stop;
use crate::output::Out;
use crate::render::Renderer;
use crate::summary::{Summary, Tally};

/// Takes findings in the order in which they are concluded.
pub(super) struct Desk {
    renderer: Box<dyn Renderer>,
    out: Out,
    /// What has come so far.
    pub(super) tally: Tally,
    cases: Cases,
    /// What an earlier run has told, as far as it went.
    told: HashMap<Fingerprint, (u32, u64, Level)>,
    /// Set when results can no longer be written.
    pub(super) stop: Stop,
    failed: Option<io::Error>,
}

impl Desk {
    pub(super) fn new(renderer: Box<dyn Renderer>, out: Out, cases: Cases) -> Self {
        let (tally, told, stop) = (Tally::default(), HashMap::new(), Stop::default());
        Self { renderer, out, tally, cases, told, stop, failed: None }
    }

    /// Remembers that an earlier run has told this finding: it is told again when there is more to it.
    pub(super) fn knows(&mut self, finding: &Finding) {
        self.told.insert(finding.id.clone(), stage(finding));
    }

    /// Puts a finding into its case, counts it and passes it on.
    pub(super) fn finding(&mut self, mut finding: Finding) {
        let is_told = self.told.get(&finding.id).is_some_and(|told| *told == stage(&finding));
        if self.failed.is_some() || is_told {
            return;
        }
        self.cases.assign(&mut finding);
        self.tally.add(&finding);
        if let Err(error) = self.renderer.finding(finding, &mut self.out) {
            self.failed = Some(error);
            self.stop.set();
        }
    }

    /// Writes what is still held. Fails if something before could not be written.
    pub(super) fn finish(mut self, summary: &Summary, exit: Exit) -> io::Result<()> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        self.renderer.finish(summary, exit, &mut self.out)?;
        self.out.flush()
    }
}

/// How far a finding has come.
fn stage(finding: &Finding) -> (u32, u64, Level) {
    (finding.revision, finding.event_count, finding.level)
}
