//! Which values were seen, how often and when: the most recent ones.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Characters of a value that are kept.
const VALUE_MAX: usize = 160;

/// Values seen in one place of events, with a bound on how many are kept: the one that was seen least recently gives way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roll {
    /// By value; a value that is longer than 160 characters is cut and ends in `…`.
    pub seen: BTreeMap<String, Seen>,
    /// How many values were dropped to make room; one that came back is counted again.
    pub n_dropped: u64,
}

/// How often a value was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Events.
    pub count: u64,
    /// The earliest of them.
    pub first: Timestamp,
    /// The latest of them.
    pub last: Timestamp,
}

impl Roll {
    /// How many values are kept.
    pub fn len(&self) -> usize {
        self.seen.len()
    }

    /// Whether nothing was seen.
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    /// The values with the most events first; equal ones in order of value.
    pub fn ranked(&self) -> Vec<(&str, Seen)> {
        let mut ranked: Vec<_> =
            self.seen.iter().map(|(value, seen)| (value.as_str(), *seen)).collect();
        ranked.sort_by(|a, b| b.1.count.cmp(&a.1.count).then_with(|| a.0.cmp(b.0)));
        ranked
    }

    /// How many values were seen at that time or later.
    pub fn n_since(&self, since: Timestamp) -> usize {
        self.seen.values().filter(|seen| seen.last >= since).count()
    }

    /// Counts a value; at most `most` are kept.
    pub(crate) fn count(&mut self, value: &str, at: Timestamp, most: usize) {
        let once = Seen { count: 1, first: at, last: at };
        if let Some(seen) = self.seen.get_mut(value) {
            seen.add(once);
            return;
        }
        self.seen.entry(cut(value)).and_modify(|seen| seen.add(once)).or_insert(once);
        self.shrink(most);
    }

    /// Takes in what another one saw.
    pub(crate) fn merge(&mut self, other: &Self, most: usize) {
        self.n_dropped += other.n_dropped;
        for (value, seen) in &other.seen {
            let own = self.seen.entry(value.clone());
            own.and_modify(|own| own.add(*seen)).or_insert(*seen);
        }
        self.shrink(most);
    }

    fn shrink(&mut self, most: usize) {
        while self.seen.len() > most {
            let oldest = self.seen.iter().min_by_key(|(_, seen)| seen.last);
            let Some(oldest) = oldest.map(|(value, _)| value.clone()) else { return };
            self.seen.remove(&oldest);
            self.n_dropped += 1;
        }
    }
}

impl Seen {
    fn add(&mut self, other: Self) {
        self.count += other.count;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
    }
}

fn cut(value: &str) -> String {
    match value.char_indices().nth(VALUE_MAX) {
        Some((at, _)) => format!("{}…", value.get(..at).unwrap_or_default()),
        None => value.to_owned(),
    }
}
