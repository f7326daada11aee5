//! Events that wait for earlier ones, in the order of time.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::excerpt;

/// What an event in the queue takes besides its bytes, about.
const ENTRY_BYTES: usize = 64;

/// Excerpts in the order of time; ties are broken as a [`Sorter`](crate::Sorter) breaks them.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    queue: BTreeSet<One>,
    n_bytes: usize,
    /// Events to which nobody gave an id.
    n_nameless: u64,
}

/// An excerpt that waits.
#[derive(Debug)]
struct One {
    time: i64,
    bytes: Box<[u8]>,
    /// Tells events apart that have no id: they may have happened twice.
    number: u64,
}

impl Ord for One {
    fn cmp(&self, other: &Self) -> Ordering {
        let content = || excerpt::content(&self.bytes).cmp(excerpt::content(&other.bytes));
        self.time.cmp(&other.time).then_with(content).then(self.number.cmp(&other.number))
    }
}

impl PartialOrd for One {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for One {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for One {}

impl Waiting {
    /// Adds an excerpt of that time; `false` if it waits already.
    pub(super) fn add(&mut self, time: i64, bytes: &[u8]) -> bool {
        let mut number = 0;
        if !excerpt::has_id(bytes) {
            self.n_nameless += 1;
            number = self.n_nameless;
        }
        let is_new = self.queue.insert(One { time, bytes: bytes.into(), number });
        self.n_bytes += if is_new { bytes.len() + ENTRY_BYTES } else { 0 };
        is_new
    }

    /// Takes the first, if it lies before that time.
    pub(super) fn next_before(&mut self, time: i64) -> Option<Box<[u8]>> {
        if self.queue.first()?.time >= time {
            return None;
        }
        let first = self.queue.pop_first()?;
        self.n_bytes = self.n_bytes.saturating_sub(first.bytes.len() + ENTRY_BYTES);
        Some(first.bytes)
    }

    /// The time of the one in the middle; `None` if nothing waits.
    pub(super) fn middle(&self) -> Option<i64> {
        // Behind it, so that it is settled itself: all may be of one time.
        self.queue.iter().nth(self.queue.len() / 2).map(|one| one.time.saturating_add(1))
    }

    pub(super) fn len(&self) -> usize {
        self.queue.len()
    }

    /// Bytes taken, about.
    pub(super) fn bytes(&self) -> usize {
        self.n_bytes
    }

    /// Every excerpt, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.queue.iter().map(|one| &*one.bytes)
    }
}
