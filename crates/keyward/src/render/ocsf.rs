//! OCSF, one object a line.

use std::io::{self, Write};

use finding::Finding;
use jiff::Timestamp;
use sink::Turn;
use sink::ocsf::{Telling, event};

use super::{Page, Renderer, Rulebook, write_json};
use crate::exit::Exit;
use crate::summary::Summary;

/// Writes each finding as it comes.
pub(crate) struct Ocsf {
    rulebook: Rulebook,
    now: Timestamp,
}

impl Ocsf {
    /// `now` stands in for the time of events that have none, since `time` is required.
    pub(crate) fn new(rulebook: Rulebook, now: Timestamp) -> Self {
        Self { rulebook, now }
    }
}

impl Renderer for Ocsf {
    fn finding(&mut self, finding: Finding, out: &mut dyn Write) -> io::Result<()> {
        let nothing = Page::default();
        let page = self.rulebook.get(&finding.rule.id).unwrap_or(&nothing);
        let telling = Telling {
            turn: Turn::Raised,
            uid: finding.id.as_str(),
            description: &page.description,
            first: &page.response,
            tactics: &page.tactics,
            now: self.now,
        };
        write_json(&event(&finding, &telling), out)?;
        out.write_all(b"\n")
    }

    fn finish(&mut self, _: &Summary, _: Exit, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}
