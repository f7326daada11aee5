//! Where collectors go on: the latest cursor of each.

use std::collections::BTreeMap;

use crate::batch::{Note, SourceId};
use crate::varint::{Bytes, put, put_bytes};

/// The latest cursors, by whose and of what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Cursors(BTreeMap<(SourceId, String), String>);

impl Cursors {
    /// The cursor that was taken last.
    pub(crate) fn latest(&self, source: &SourceId, of: &str) -> Option<String> {
        self.0.get(&(source.clone(), of.to_owned())).cloned()
    }

    /// Takes those among some notes.
    pub(crate) fn take(&mut self, source: &SourceId, notes: Vec<Note>) {
        for note in notes {
            if let Note::Cursor { of, text } = note {
                self.0.insert((source.clone(), of), text);
            }
        }
    }

    /// Appends them to some bytes.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        put(out, self.0.len() as u64);
        for ((source, of), text) in &self.0 {
            for part in [&source.provider, &source.tenant, of, text] {
                put_bytes(out, part.as_bytes());
            }
        }
    }

    /// Reads what was written.
    pub(crate) fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        let one = |bytes: &mut Bytes<'_>| {
            let mut text = || bytes.text().map(str::to_owned);
            let source = SourceId { provider: text()?, tenant: text()? };
            Some(((source, text()?), text()?))
        };
        Some(Self((0..bytes.count()?).map(|_| one(bytes)).collect::<Option<_>>()?))
    }
}
