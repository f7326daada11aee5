//! The events of the latest time: one that comes again, from a log that overlaps the last one, is not counted twice.
//!
//! Of an earlier time nothing needs to be known: what comes behind the latest time is not counted at all.

use rustc_hash::FxHashSet;

use crate::excerpt::{self, Excerpt};
use crate::hash::Hash;

/// Events of one time that are told apart. Beyond that many, one that comes again counts again.
const EVENTS_MAX: usize = 65_536;

/// The fingerprints of the events of one time that have an id.
#[derive(Debug, Clone, Default)]
pub(crate) struct Latest {
    /// In microseconds.
    pub(crate) time: i64,
    pub(crate) prints: FxHashSet<u64>,
}

impl Latest {
    /// Notes an event that is not late; returns whether it came before.
    pub(super) fn is_again(&mut self, excerpt: &Excerpt<'_>) -> bool {
        if self.time != excerpt.time {
            self.time = excerpt.time;
            self.prints.clear();
            self.prints.shrink_to(64);
        }
        // What the provider gave no id may have happened twice.
        if !excerpt::has_id(excerpt.bytes) {
            return false;
        }
        let hash = Hash::new(6).number(u64::from(excerpt.product));
        let print = hash.text(excerpt.tenant).text(excerpt.id).get();
        if self.prints.len() >= EVENTS_MAX {
            return self.prints.contains(&print);
        }
        !self.prints.insert(print)
    }
}
