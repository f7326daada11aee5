//! What one input held: what was examined, and what was not.

use std::collections::BTreeMap;
use std::io;

use event::{Event, Fault, Place, Rejected, Why};

use crate::detector::Seen;

/// Rejected records that a summary names.
const MAX_REJECTED: usize = 20;

/// What one input held.
#[derive(Debug, Default)]
pub struct Summary {
    /// Events examined.
    pub examined: u64,
    /// Events by product; unknown products under `None`.
    pub products: BTreeMap<Option<&'static str>, u64>,
    /// Events outside the time asked for.
    pub out_of_scope: u64,
    /// Events in which a look-up met a mistake; they were examined as far as they could be read.
    pub faulty: u64,
    /// Where the first of them stands, and what was wrong there.
    pub first_fault: Option<(Place, Fault)>,
    /// Records rejected, by reason.
    pub rejected: BTreeMap<Why, u64>,
    /// The first rejected records, at most 20.
    pub first_rejected: Vec<Rejected>,
    /// Bytes read, after decompression.
    pub bytes: u64,
    /// Why reading stopped before the end, if it did.
    pub stopped: Option<io::Error>,
}

impl Summary {
    /// Whether everything in the input was read and examined.
    pub fn is_complete(&self) -> bool {
        self.rejected.is_empty() && self.stopped.is_none() && self.faulty == 0
    }

    /// Counts an event that a detector has observed. Faults show only once it was.
    pub fn count(&mut self, event: &Event<'_>, place: Place, seen: Seen) {
        if seen == Seen::OutOfScope {
            self.out_of_scope += 1;
            return;
        }
        self.examined += 1;
        *self.products.entry(event.product().map(catalog::Product::name)).or_default() += 1;
        if let Some(fault) = event.fault() {
            self.faulty += 1;
            self.first_fault.get_or_insert((place, fault));
        }
    }

    /// Counts a record that could not be read.
    pub fn reject(&mut self, rejected: Rejected) {
        *self.rejected.entry(rejected.why).or_default() += 1;
        if self.first_rejected.len() < MAX_REJECTED {
            self.first_rejected.push(rejected);
        }
    }

    /// Adds what stood behind.
    pub(crate) fn add(&mut self, other: Self) {
        self.examined += other.examined;
        self.out_of_scope += other.out_of_scope;
        self.faulty += other.faulty;
        self.bytes += other.bytes;
        for (product, n) in other.products {
            *self.products.entry(product).or_default() += n;
        }
        for (why, n) in other.rejected {
            *self.rejected.entry(why).or_default() += n;
        }
        let room = MAX_REJECTED.saturating_sub(self.first_rejected.len());
        self.first_rejected.extend(other.first_rejected.into_iter().take(room));
        self.first_fault = self.first_fault.take().or(other.first_fault);
        self.stopped = self.stopped.take().or(other.stopped);
    }
}
