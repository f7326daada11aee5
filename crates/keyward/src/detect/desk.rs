//! Where findings arrive, are counted and passed on.

use std::io::{self, Write};

use finding::{Cases, Finding};

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
    /// Set when results can no longer be written.
    pub(super) stop: Stop,
    failed: Option<io::Error>,
}

impl Desk {
    pub(super) fn new(renderer: Box<dyn Renderer>, out: Out, cases: Cases) -> Self {
        Self { renderer, out, tally: Tally::default(), cases, stop: Stop::default(), failed: None }
    }

    /// Puts a finding into its case, counts it and passes it on.
    pub(super) fn finding(&mut self, mut finding: Finding) {
        if self.failed.is_some() {
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
