//! `keyward tokens`: what is known of API tokens, service apps and clients for machines.

mod csv;
mod detections;
mod gather;
mod list;
mod logs;
mod page;
mod show;
mod table;

use std::collections::HashMap;

use finding::{Finding, Level, Subject};
use inventory::{Card, Posture, Snapshot, posture};
use jiff::Timestamp;

use crate::args::Tokens;
use crate::console::Console;
use crate::exit::Exit;

/// Does what was asked for.
pub(crate) fn run(verb: &Tokens, console: Console, now: Timestamp) -> anyhow::Result<Exit> {
    match verb {
        Tokens::List(args) => list::run(args, console, now),
        Tokens::Show(args) => show::run(args, console, now),
    }
}

/// What is known of one tenant, and what is weak there.
struct Tenant {
    snapshot: Snapshot,
    posture: Posture,
    /// Places of findings by the credential that they are about.
    by_card: HashMap<String, Vec<usize>>,
}

impl Tenant {
    fn new(snapshot: Snapshot, now: Timestamp) -> Self {
        let posture = posture(&snapshot, now);
        let mut by_card: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, finding) in posture.findings.iter().enumerate() {
            let subject = &finding.subject;
            if let Some(id) = subject.token.as_ref().or(subject.client.as_ref()) {
                by_card.entry(id.clone()).or_default().push(place);
            }
        }
        Self { snapshot, posture, by_card }
    }

    /// What is weak about one credential.
    fn problems(&self, card: &Card) -> impl Iterator<Item = &Finding> {
        let places = self.by_card.get(&card.id).into_iter().flatten();
        places.filter_map(|place| self.posture.findings.get(*place))
    }

    /// Whether everything about it was looked at.
    fn is_whole(&self) -> bool {
        self.snapshot.gaps.is_empty() && self.posture.unexamined.is_empty()
    }
}

/// The short name of a problem, as in the catalog.
fn problem_name(finding: &Finding) -> &str {
    finding.rule.name.strip_prefix("posture_").unwrap_or(&finding.rule.name)
}

/// What to do first about a problem, with the id of what it is about in the commands. An id that a shell might misread stays out.
pub(crate) fn advice(known: &catalog::Posture, subject: &Subject) -> Vec<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let id = subject.token.as_deref().or(subject.client.as_deref());
    let id = id.filter(|id| !id.starts_with('-') && id.chars().all(is_plain)).unwrap_or("ID");
    let filled = |step: &&str| {
        let commands = ["keyward tokens show ", "keyward revoke token "];
        commands.iter().fold((*step).to_owned(), |step, command| {
            step.replace(&format!("{command}ID"), &format!("{command}{id}"))
        })
    };
    known.first.iter().map(filled).collect()
}

/// How bad the worst is.
fn worst<'f>(problems: impl Iterator<Item = &'f Finding>) -> Option<Level> {
    problems.map(|finding| finding.level).max()
}

/// What the exit code says of what was found.
fn exit(is_whole: bool, is_weak: bool) -> Exit {
    match (is_whole, is_weak) {
        (false, _) => Exit::Partial,
        (true, true) => Exit::Found,
        (true, false) => Exit::Clean,
    }
}
