//! What the calls were learned from, and what such a witness cannot have seen.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::need::{Needs, is_read};
use crate::{Base, EvidenceKind, OperationId, Usage};

/// A kind of evidence that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// Which.
    pub kind: EvidenceKind,
    /// Calls that it saw.
    pub count: u64,
    /// First and last time in it, where times are said.
    pub window: Option<(Timestamp, Timestamp)>,
}

/// How surely a grant is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// Neither what is declared or written in code nor what was logged uses it.
    Certain,
    /// What is declared or written in code does not use it; no log of requests was read to agree.
    AsDeclared,
    /// It was not used within the window of the logs; jobs that run more rarely are not in it.
    InWindow,
}

impl Certainty {
    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Certain => "unused-certain",
            Self::AsDeclared => "unused-as-declared",
            Self::InWindow => "unused-in-window",
        }
    }
}

/// What was read, strongest first.
pub(super) fn witnesses(usage: &Usage) -> Vec<Witness> {
    let kinds: BTreeSet<_> =
        usage.entries.iter().flat_map(|entry| entry.evidence.iter().copied()).collect();
    let count = |kind| {
        usage
            .entries
            .iter()
            .filter(|entry| entry.evidence.contains(&kind))
            .map(|entry| entry.count)
            .sum()
    };
    let witness =
        |kind| Witness { kind, count: count(kind), window: usage.windows.get(&kind).copied() };
    kinds.into_iter().rev().map(witness).collect()
}

/// How surely something is unused of which no witness says a word; `None` if nothing was read.
pub(super) fn certainty(usage: &Usage) -> Option<Certainty> {
    let has = |kinds: [EvidenceKind; 2]| {
        usage.entries.iter().any(|entry| kinds.iter().any(|kind| entry.evidence.contains(kind)))
    };
    let is_declared = has([EvidenceKind::Declared, EvidenceKind::Source]);
    let is_logged = has([EvidenceKind::AccessLog, EvidenceKind::Recording]);
    match (is_declared, is_logged) {
        (true, true) => Some(Certainty::Certain),
        (true, false) => Some(Certainty::AsDeclared),
        (false, true) => Some(Certainty::InWindow),
        (false, false) => usage
            .entries
            .iter()
            .any(|entry| !entry.evidence.is_empty())
            .then_some(Certainty::InWindow),
    }
}

/// Whether the vendor's audit log is the only witness.
pub(super) fn is_audit_log_alone(needs: &Needs<'_>) -> bool {
    let entries = || needs.all.iter().flat_map(|need| &need.entries).chain(&needs.undetermined);
    entries().next().is_some()
        && entries().all(|entry| entry.evidence.iter().all(|kind| !kind.shows_reads()))
}

/// Of writes among these operations: how many there are, and how many of them leave an event that is known.
pub(super) fn logged_writes(base: &Base, operations: &[OperationId]) -> (usize, usize) {
    let logged: BTreeSet<OperationId> = catalog::event_operations()
        .iter()
        .filter_map(|row| base.event(row.event))
        .flat_map(|event| event.operations)
        .collect();
    let writes: Vec<_> = operations.iter().filter(|id| !is_read(base.operation(**id))).collect();
    (writes.len(), writes.iter().filter(|id| logged.contains(id)).count())
}

/// What the witnesses cannot have seen, in sentences without a full stop.
pub(super) fn blind_spots(usage: &Usage, needs: &Needs<'_>) -> Vec<String> {
    let mut spots = Vec::new();
    if usage.entries.is_empty() {
        spots.push("no call was read, so nothing can be said to be unused".to_owned());
    }
    for witness in witnesses(usage) {
        let window = witness.window.map(|(first, last)| format!("{} to {}", day(first), day(last)));
        let within = window.unwrap_or_else(|| "a window that it does not say".to_owned());
        spots.push(match witness.kind {
            EvidenceKind::Declared => "a list is complete only for what it declares".to_owned(),
            EvidenceKind::Source => {
                "code and configuration are complete only for what was given; calls made up at run time are not seen".to_owned()
            }
            EvidenceKind::Recording => "a recording holds what was done while it ran, and nothing else".to_owned(),
            EvidenceKind::AccessLog => {
                format!("the log of requests covers {within}; jobs that run more rarely are not in it")
            }
            EvidenceKind::AuditLog => format!(
                "the audit log covers {within}; it keeps 90 days, holds no reads, no refused changes and not every write"
            ),
        });
    }
    let credentials: BTreeSet<_> =
        usage.entries.iter().flat_map(|entry| &entry.credentials).collect();
    if credentials.len() > 1 {
        spots.push(format!(
            "the logs hold calls of {} credentials, taken together; `--credential` chooses one",
            credentials.len()
        ));
    }
    if !needs.undetermined.is_empty() {
        let n = needs.undetermined.len();
        spots.push(format!(
            "calls that could not be taken for an operation, so that what they need is not counted: {n}"
        ));
    }
    spots.extend(presumptions(needs));
    if usage.n_faults > 0 {
        spots.push(format!("parts of the inputs that could not be read: {}", usage.n_faults));
    }
    spots
}

/// Answers that were taken for want of one, where another would need something else; each question once.
fn presumptions(needs: &Needs<'_>) -> BTreeSet<String> {
    let questions = needs.all.iter().flat_map(|need| &need.answer.questions);
    let presumed = questions.filter(|question| question.changes_needs);
    presumed
        .filter_map(|question| {
            let (name, taken) = (&question.name, question.presumed.as_ref()?);
            Some(format!(
                "`{name}` is taken to be `{taken}`, which `--assume {name}=…` changes: {}",
                question.text
            ))
        })
        .collect()
}

fn day(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d").to_string()
}
