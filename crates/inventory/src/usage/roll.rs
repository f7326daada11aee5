//! Which values were seen, how often and when: the most recent ones.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Values seen in one place of events, with a bound on how many are kept: the one that was seen least recently gives way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roll {
    /// By value.
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
}
