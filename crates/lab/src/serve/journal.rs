//! The logs of the served tenants, in the order in which their events are written.
//!
//! Events come from a source in the order of their time and are taken as far as the clock has come. An event that is
//! written late waits; so one log grows in the order of `written` whoever looks, and when.

mod block;
mod log;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use jiff::Timestamp;

pub(crate) use self::log::Log;
use crate::serve::mishap::Mishaps;
use crate::{Entry, Product};

/// Where entries come from, in the order of their time.
pub type Entries = Box<dyn Iterator<Item = Entry> + Send>;

/// The logs of both tenants, as far as time has come.
pub(crate) struct Journal {
    source: std::iter::Peekable<Entries>,
    mishaps: Mishaps,
    waiting: BinaryHeap<Reverse<Waiting>>,
    /// How many entries have come, so that those of one moment keep their order.
    arrived: u64,
    okta: Log,
    auth0: Log,
    /// How far it has come.
    now: Timestamp,
}

/// An entry whose moment to be written has not come.
#[derive(PartialEq, Eq)]
struct Waiting {
    entry: Entry,
    arrived: u64,
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.entry.written, self.arrived).cmp(&(other.entry.written, other.arrived))
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Journal {
    /// Logs that are empty before the first [`Self::advance`].
    pub(crate) fn new(source: Entries, mishaps: Mishaps) -> Self {
        Self {
            source: source.peekable(),
            mishaps,
            waiting: BinaryHeap::new(),
            arrived: 0,
            okta: Log::default(),
            auth0: Log::default(),
            now: Timestamp::MIN,
        }
    }

    /// Writes what is due by that moment. A clock that goes back is not followed.
    pub(crate) fn advance(&mut self, now: Timestamp) {
        self.now = self.now.max(now);
        while let Some(entry) = self.source.next_if(|entry| entry.time <= self.now) {
            for entry in self.mishaps.befall(entry) {
                self.wait(entry);
            }
            // What cannot be preceded any more is written at once, so that a week does not wait in a heap.
            if let Some(next) = self.source.peek().map(|next| next.time.min(self.now)) {
                self.write_until(next, Bound::Before);
            }
        }
        self.write_until(self.now, Bound::At);
    }

    /// Adds an entry of this very moment: what a change through the served interfaces leaves in the log.
    pub(crate) fn append(&mut self, entry: Entry) {
        let written = entry.written.max(self.now);
        self.wait(Entry { written, ..entry });
        self.write_until(self.now, Bound::At);
    }

    /// One tenant's log; `None` for products that are not served.
    pub(crate) fn log(&self, product: Product) -> &Log {
        match product {
            Product::Auth0 => &self.auth0,
            _ => &self.okta,
        }
    }

    fn wait(&mut self, entry: Entry) {
        self.arrived += 1;
        self.waiting.push(Reverse(Waiting { entry, arrived: self.arrived }));
    }

    fn write_until(&mut self, time: Timestamp, bound: Bound) {
        while let Some(Reverse(next)) = self.waiting.peek() {
            let written = next.entry.written;
            let is_due = written < time || bound == Bound::At && written == time;
            if !is_due {
                return;
            }
            if let Some(Reverse(Waiting { entry, .. })) = self.waiting.pop() {
                match entry.product {
                    Product::Auth0 => self.auth0.push(&entry),
                    _ => self.okta.push(&entry),
                }
            }
        }
    }
}

/// Whether the moment itself is meant as well.
#[derive(PartialEq, Eq, Clone, Copy)]
enum Bound {
    Before,
    At,
}
