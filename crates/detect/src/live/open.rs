//! Findings that were raised before they were certain, until they are settled or taken back.

use std::collections::{BTreeMap, BTreeSet};

use finding::{Finding, Fingerprint};
use jiff::Timestamp;
use rustc_hash::FxHashMap;

use crate::excerpt::TIMELESS;

/// Provisional findings that are followed up.
const OPEN_MAX: usize = 65_536;

/// A rule with memory and the group for which it holds.
pub(super) type At = (u16, u64);

/// A finding that was raised before it was certain.
#[derive(Debug, Clone)]
pub(super) struct Provisional {
    pub(super) finding: Finding,
    /// The rule and group of its episode; `None` if it rests on one event and what was known.
    pub(super) episode: Option<At>,
    /// In microseconds: what is settled up to there has settled it, if anything does.
    pub(super) end: i64,
    /// First and last of its events, in microseconds.
    pub(super) span: (i64, i64),
    /// It only adds to a finding that settles under its id, and that is raised again if it was refuted.
    pub(super) is_known: bool,
}

impl Provisional {
    pub(super) fn new(finding: Finding, episode: Option<At>, end: i64, is_known: bool) -> Self {
        let span = span(&finding);
        Self { finding, episode, end, span, is_known }
    }
}

/// All of them, the one that was raised first first.
#[derive(Debug, Default)]
pub(super) struct Open {
    row: BTreeMap<u64, Provisional>,
    n_raised: u64,
    by_id: FxHashMap<Fingerprint, u64>,
    by_episode: FxHashMap<At, Vec<u64>>,
    ends: BTreeSet<(i64, u64)>,
    n_unfollowed: u64,
}

impl Open {
    /// Remembers one, in place of what was said under its id before.
    pub(super) fn add(&mut self, one: Provisional) {
        if let Some(number) = self.by_id.get(&one.finding.id).copied() {
            self.remove(number);
        }
        if self.row.len() >= OPEN_MAX
            && let Some(first) = self.row.keys().next().copied()
        {
            self.n_unfollowed += 1;
            self.remove(first);
        }
        self.n_raised += 1;
        let number = self.n_raised;
        self.by_id.insert(one.finding.id.clone(), number);
        self.ends.insert((one.end, number));
        if let Some(at) = one.episode {
            self.by_episode.entry(at).or_default().push(number);
        }
        self.row.insert(number, one);
    }

    fn remove(&mut self, number: u64) -> Option<Provisional> {
        let one = self.row.remove(&number)?;
        self.by_id.remove(&one.finding.id);
        self.ends.remove(&(one.end, number));
        if let Some(at) = one.episode
            && let Some(numbers) = self.by_episode.get_mut(&at)
        {
            numbers.retain(|other| *other != number);
            if numbers.is_empty() {
                self.by_episode.remove(&at);
            }
        }
        Some(one)
    }

    /// Forgets what a settled finding settles. Returns the ids of those that had another.
    pub(super) fn settled_by(
        &mut self,
        finding: &Finding,
        episode: Option<At>,
    ) -> Vec<Fingerprint> {
        let span = span(finding);
        let meets = |one: &Provisional| one.span.0 <= span.1 && span.0 <= one.span.1;
        let same: Vec<u64> = match episode {
            Some(at) => {
                let numbers = self.by_episode.get(&at).into_iter().flatten().copied();
                numbers.filter(|number| self.row.get(number).is_some_and(meets)).collect()
            }
            None => Vec::new(),
        };
        let own = self.by_id.get(&finding.id).copied();
        let gone = same.into_iter().chain(own).collect::<BTreeSet<u64>>();
        let gone = gone.into_iter().filter_map(|number| self.remove(number));
        gone.map(|one| one.finding.id).filter(|id| *id != finding.id).collect()
    }

    /// Takes the one whose time runs out first, if it has run out before that time.
    pub(super) fn next_before(&mut self, time: i64) -> Option<Provisional> {
        let (end, number) = self.ends.first().copied()?;
        if end >= time { None } else { self.remove(number) }
    }

    /// See [`Live::n_unfollowed`](crate::Live::n_unfollowed).
    pub(super) fn n_unfollowed(&self) -> u64 {
        self.n_unfollowed
    }

    pub(super) fn set_unfollowed(&mut self, n: u64) {
        self.n_unfollowed = n;
    }

    pub(super) fn len(&self) -> usize {
        self.row.len()
    }

    /// All of them, in the order in which they were raised.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Provisional> {
        self.row.values()
    }
}

fn span(finding: &Finding) -> (i64, i64) {
    let micros = |time: Option<Timestamp>| time.map_or(TIMELESS, Timestamp::as_microsecond);
    (micros(finding.first), micros(finding.last))
}
