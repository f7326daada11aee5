//! The timeline itself.

use std::cmp::Reverse;

use finding::{Finding, Level};
use jiff::Timestamp;

use super::row::Row;
use super::told::Told;
use crate::args::Whom;
use crate::summary::Fault;

/// Stands behind the id of any event.
const LAST: &str = "\u{10ffff}";

/// Everything there is to tell about a subject.
pub(super) struct Timeline {
    /// Whom it is about.
    pub(super) whom: Whom,
    /// Events and findings in the order of time; those without a time last.
    pub(super) entries: Vec<Entry>,
    /// What all events of the subject say together, those left out included.
    pub(super) told: Told,
    /// Events that are not among the entries.
    pub(super) events_left_out: u64,
    /// Findings that were not looked at.
    pub(super) findings_left_out: u64,
    /// Inputs that could not be read a second time.
    pub(super) faults: Vec<Fault>,
}

/// By time, then by event; what was found in one the worst first.
type Order<'e> = (bool, Option<Timestamp>, &'e str, Option<(Reverse<Level>, &'e str)>);

/// Something in a timeline.
pub(super) enum Entry {
    /// An event.
    Event(Box<Row>),
    /// What was found.
    Finding(Box<Finding>),
}

impl Entry {
    /// When it happened, or began.
    pub(super) fn time(&self) -> Option<Timestamp> {
        match self {
            Self::Event(row) => row.time,
            Self::Finding(finding) => finding.time,
        }
    }

    /// By time; at one time an event before what was found in it, and what was found in several at the end.
    pub(super) fn order(&self) -> Order<'_> {
        let (id, found) = match self {
            Self::Event(row) => (row.id.as_str(), None),
            Self::Finding(finding) => {
                let event = match finding.events.as_slice() {
                    [event] => event,
                    _ => LAST,
                };
                (event, Some((Reverse(finding.level), finding.id.as_str())))
            }
        };
        (self.time().is_none(), self.time(), id, found)
    }
}

/// The findings of one case, as far as a timeline has them.
pub(super) struct InCase<'t> {
    /// The id of the case.
    pub(super) id: &'t str,
    /// The worst level.
    pub(super) level: Level,
    /// How many findings.
    pub(super) count: u64,
    /// The earliest of their events.
    pub(super) first: Option<Timestamp>,
    /// The latest of their events.
    pub(super) last: Option<Timestamp>,
}

impl Timeline {
    /// The cases of its findings, in the order of time.
    pub(super) fn cases(&self) -> Vec<InCase<'_>> {
        let mut cases: Vec<InCase<'_>> = Vec::new();
        for finding in self.findings() {
            let id = finding.case.as_str();
            let at = cases.iter().position(|case| case.id == id).unwrap_or_else(|| {
                let level = finding.level;
                cases.push(InCase { id, level, count: 0, first: None, last: None });
                cases.len() - 1
            });
            let case = &mut cases[at];
            case.level = case.level.max(finding.level);
            case.count += 1;
            case.first = [case.first, finding.first.or(finding.time)].into_iter().flatten().min();
            case.last = case.last.max(finding.last.or(finding.time));
        }
        cases
    }

    /// The findings in it, in the order of time.
    pub(super) fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Finding(finding) => Some(&**finding),
            Entry::Event(_) => None,
        })
    }

    /// When the first finding begins.
    pub(super) fn first_finding(&self) -> Option<Timestamp> {
        self.findings().find_map(|finding| finding.time)
    }

    /// The worst finding, the earliest of them.
    pub(super) fn worst(&self) -> Option<&Finding> {
        let worst: Option<Level> = self.findings().map(|finding| finding.level).max();
        self.findings().find(|finding| Some(finding.level) == worst)
    }
}
