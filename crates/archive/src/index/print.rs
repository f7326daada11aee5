//! What stands for an event.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use xxhash_rust::xxh3::xxh3_128;

use super::Index;
use crate::batch::{Record, SourceId};
use crate::block::{Key, hour};
use crate::error::Error;

/// What stands for an event: a keyed hash of provider, tenant and id.
pub(crate) type Print = u128;

/// Prints are hashes already.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| hash.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u128(&mut self, print: u128) {
        self.0 = print as u64;
    }
}

/// A set of prints.
pub(crate) type Prints = HashSet<Print, BuildHasherDefault<AsIs>>;

/// Makes prints of events.
#[derive(Debug)]
pub(crate) struct Printer {
    /// The key, and behind it what is hashed.
    bytes: Vec<u8>,
}

impl Printer {
    /// Under the key of an intake.
    pub(crate) fn new(key: &Key) -> Self {
        Self { bytes: key.to_vec() }
    }

    /// The print of an event's id.
    pub(crate) fn print(&mut self, source: &SourceId, id: &str) -> Print {
        self.bytes.truncate(size_of::<Key>());
        for part in [source.provider.as_str(), source.tenant.as_str(), id] {
            self.bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
            self.bytes.extend_from_slice(part.as_bytes());
        }
        xxh3_128(&self.bytes)
    }
}

/// Events that are about to be held: of the group that is being written.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    prints: HashSet<(i32, Print)>,
}

impl Pending {
    /// Marks which records are new, and remembers those.
    pub(crate) fn sift(
        &mut self,
        index: &mut Index,
        printer: &mut Printer,
        source: &SourceId,
        records: &[Record],
    ) -> Result<Vec<bool>, Error> {
        let mut known = Vec::with_capacity(records.len());
        for record in records {
            let (hour, print) = (hour(record.time), printer.print(source, &record.id));
            known.push((hour, print, index.holds(hour, print)?));
        }
        // Nothing fails from here on: either the whole batch is remembered, or nothing of it.
        let new =
            |(hour, print, is_held): (_, _, bool)| !is_held && self.prints.insert((hour, print));
        Ok(known.into_iter().map(new).collect())
    }

    /// They are held.
    pub(crate) fn settle(&mut self, index: &mut Index) {
        for (hour, print) in self.prints.drain() {
            index.add(hour, print);
        }
    }

    /// They are not.
    pub(crate) fn drop(&mut self) {
        self.prints.clear();
    }
}
