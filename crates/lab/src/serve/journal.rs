//! The logs of the served tenants, in the order in which their events are written.
//!
//! Events come from a source in the order of their time and are taken as far as the clock has come. An event that is
//! written late waits; so one log grows in the order of `written` whoever looks, and when.

mod block;
mod log;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use jiff::Timestamp;

#[cfg(test)]
use self::log::Line;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use crate::serve::clock::later;
    use crate::serve::fault::Faults;
    use std::time::Duration;

    fn at(ms: u64) -> Timestamp {
        later(Timestamp::UNIX_EPOCH, Duration::from_millis(ms))
    }

    fn entry(number: u64, random: &mut Random) -> Entry {
        let delay = if random.chance(1_000) { random.below(20_000) } else { random.below(900) };
        Entry {
            product: Product::Okta,
            time: at(number * 50),
            written: at(number * 50 + delay as u64),
            id: format!("e{number}"),
            json: format!("{{\"n\":{number}}}"),
        }
    }

    /// The log of a thousand entries with mishaps, advanced by steps of at most so many milliseconds.
    fn lines(step_ms: usize) -> Vec<(String, Line)> {
        let mut random = Random::new(3);
        let entries: Vec<Entry> = (0..1000).map(|number| entry(number, &mut random)).collect();
        let faults = Faults { delay: 0.1, duplicate: 0.1, reorder: 0.2, ..Faults::default() };
        let mut journal = Journal::new(Box::new(entries.into_iter()), Mishaps::new(9, faults));
        let mut now_ms = 0;
        while now_ms < 200_000 {
            now_ms += 1 + random.below(step_ms) as u64;
            journal.advance(at(now_ms));
        }
        let log = journal.log(Product::Okta);
        let mut reader = log.reader();
        let line = |number| Some((reader.with(number, str::to_owned)?, log.line(number)?));
        (0..log.len()).filter_map(line).collect()
    }

    #[test]
    fn a_log_grows_in_the_same_order_whoever_looks_and_when() {
        let whole = lines(400_000);
        assert_eq!(lines(70), whole);
        assert_eq!(lines(5_000), whole);
        assert!(whole.is_sorted_by_key(|(_, line)| line.written), "by the moment of writing");
        assert!(!whole.is_sorted_by_key(|(_, line)| line.time), "not by that of the event");
        let mut seen: Vec<&String> = whole.iter().map(|(text, _)| text).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 1000, "nothing is lost, and {} come twice", whole.len() - 1000);
        assert!(whole.len() > 1050);
    }
}
