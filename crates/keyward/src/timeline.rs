//! `keyward detect --timeline`: what one subject did and what was found about it, as an incident report.
//!
//! The rules run first. Then the inputs are read once more for the events of the subject, since which of them
//! matter is known only then: those that name it, and what the same people did in the hour before the first
//! finding. What is held is bounded, and what was left out is said.

mod collector;
mod entry;
mod json;
mod report;
mod row;
mod told;

use std::io::{self, Write};

use detect::Scope;
use event::Aliases;
use finding::Finding;

use self::collector::Collector;
use self::entry::Timeline;
use crate::args::{What, Whom};
use crate::exit::Exit;
use crate::input::{self, Progress, Source, Stop};
use crate::render::{Renderer, Rulebook};
use crate::summary::{Fault, Summary};

/// Findings about others that are held until it is known whether they rest on an event of the subject.
const OTHERS_MAX: usize = 5_000;

/// Findings about the subject that are told.
const FINDINGS_MAX: usize = 5_000;

/// How a timeline is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// For people.
    Text,
    /// One object `keyward.timeline/1`.
    Json,
}

/// What has to be read once more, and how.
pub(crate) struct Again {
    /// The inputs, those that can be read twice.
    pub(crate) sources: Vec<Source>,
    /// Which events count.
    pub(crate) scope: Scope,
    /// Names of users, which findings hold in the place of ids.
    pub(crate) names: Aliases,
    /// Longest event in bytes.
    pub(crate) max_event_bytes: usize,
}

/// Holds findings until the events of the subject have been read, then prints both.
pub(crate) struct Teller {
    whom: Whom,
    style: Style,
    rulebook: Rulebook,
    again: Again,
    about: Vec<Finding>,
    others: Vec<Finding>,
    left_out: u64,
}

impl Teller {
    /// One that has seen nothing.
    pub(crate) fn new(whom: Whom, style: Style, rulebook: Rulebook, again: Again) -> Self {
        Self { whom, style, rulebook, again, about: Vec::new(), others: Vec::new(), left_out: 0 }
    }

    /// Reads the inputs again.
    fn collect(&mut self) -> Timeline {
        let about = std::mem::take(&mut self.about);
        let others = std::mem::take(&mut self.others);
        let scope = self.again.scope.clone();
        let names = self.again.names.clone();
        let mut collector = Collector::new(self.whom.clone(), scope, names, about, others);
        let (progress, stop) = (Progress::of(&[], false), Stop::default());
        let mut faults = Vec::new();
        for source in &self.again.sources {
            collector.path.clone_from(&source.name);
            match input::open(source, &progress, &stop) {
                Ok(mut opened) => {
                    let limit = self.again.max_event_bytes;
                    detect::read(&mut opened.reader, limit, &mut collector);
                }
                Err(why) => faults.push(Fault { path: source.name.clone(), why }),
            }
        }
        let mut timeline = collector.finish();
        timeline.findings_left_out += self.left_out;
        timeline.faults = faults;
        timeline
    }
}

/// Whether a finding names the subject.
fn is_about(whom: &Whom, finding: &Finding) -> bool {
    let subject = &finding.subject;
    let is = |text: &Option<String>| text.as_ref().is_some_and(|text| *text == whom.value);
    let lower = whom.value.to_lowercase();
    let is_called =
        |text: &Option<String>| text.as_ref().is_some_and(|text| text.to_lowercase() == lower);
    match whom.what {
        What::User => [&subject.user, &subject.user_id, &subject.target].into_iter().any(is_called),
        What::Ip => is(&subject.ip),
        What::Session => is(&subject.session),
        What::Token => is(&subject.token),
        What::Client => is(&subject.client),
    }
}

impl Renderer for Teller {
    fn finding(&mut self, finding: Finding, _: &mut dyn Write) -> io::Result<()> {
        let (held, most) = if is_about(&self.whom, &finding) {
            (&mut self.about, FINDINGS_MAX)
        } else {
            (&mut self.others, OTHERS_MAX)
        };
        if let Some(known) = held.iter_mut().rev().take(64).find(|known| known.id == finding.id) {
            *known = finding;
        } else if held.len() < most {
            held.push(finding);
        } else {
            self.left_out += 1;
        }
        Ok(())
    }

    fn finish(&mut self, summary: &Summary, exit: Exit, out: &mut dyn Write) -> io::Result<()> {
        let timeline = self.collect();
        match self.style {
            Style::Text => report::write(&timeline, &self.rulebook, summary, out),
            Style::Json => json::write(&timeline, summary, exit, out),
        }
    }
}
