//! The table that the System Log page of Okta's console exports, row by row as JSON.
//!
//! Columns become the fields of Okta's own `LogEvent`, so that one rule reads both. Source: columns in
//! public loaders of such exports (inferred; Okta does not document them), checked 2026-11-22.

mod column;

use std::fmt;

use csv_core::{ReadRecordResult, Reader};
use memchr::memchr;

use crate::csv::column::Column;
use crate::frame::{End, Why};

/// The columns without which rules go blind. Older exports lack others, and newer ones have more.
const EXPECTED: [&str; 20] = [
    "timestamp",
    "event_type",
    "uuid",
    "severity",
    "display_message",
    "outcome.result",
    "outcome.reason",
    "actor.id",
    "actor.type",
    "actor.alternate_id",
    "actor.display_name",
    "authentication_context.external_session_id",
    "client.ip_address",
    "client.user_agent.raw_user_agent",
    "client.geographical_context.country",
    "transaction.id",
    "debug_context.debug_data.request_uri",
    "target0.id",
    "target0.type",
    "target0.alternate_id",
];

/// A set of the columns that every export should have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Columns(u32);

impl Columns {
    fn missing_from(header: &[&str]) -> Option<Self> {
        let places = header.iter().map(|name| column::place(name)).collect::<Vec<_>>();
        let is_missing = |name: &str| !places.contains(&column::place(name));
        let missing = EXPECTED.iter().enumerate().filter(|(_, name)| is_missing(name));
        let bits = missing.fold(0, |bits, (i, _)| bits | (1 << i));
        (bits != 0).then_some(Self(bits))
    }

    /// The names of the columns, in the order of an export.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        EXPECTED
            .into_iter()
            .enumerate()
            .filter(move |(i, _)| self.0 & (1 << i) != 0)
            .map(|(_, name)| name)
    }
}

impl fmt::Display for Columns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, name) in self.names().enumerate() {
            write!(f, "{}`{name}`", if i == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

/// Reads the rows of one table.
#[derive(Debug, Default)]
pub(crate) struct Table {
    /// The header, once it has been read.
    columns: Option<Column>,
    width: usize,
    row: Row,
    /// The event of the last row.
    pub(crate) json: Vec<u8>,
    /// Bytes that were read in search of the end of rows that turned out to be broken.
    wasted: u64,
}

/// What stands at the start of the bytes.
pub(crate) enum Found {
    /// The beginning of a row.
    Cut,
    /// The header, and what it lacks.
    Header { len: usize, missing: Option<Columns> },
    /// A row; `json` is its event.
    Event { len: usize },
    /// A row in which every cell is empty.
    Empty { len: usize },
    /// What is no row of this table.
    Broken { len: usize, why: Why },
    /// A header of which no table is made; nothing behind it can be read.
    NoTable { why: Why },
}

impl Table {
    /// Gives back memory that an unusually long row took.
    pub(crate) fn shrink(&mut self) {
        self.json.clear();
        self.json.shrink_to(KEPT_BYTES);
        self.row.cells.truncate(KEPT_BYTES);
        self.row.cells.shrink_to(KEPT_BYTES);
        self.row.ends.truncate(KEPT_BYTES);
        self.row.ends.shrink_to(KEPT_BYTES);
    }

    /// Reads the row that begins at the first byte, `offset` bytes into the input.
    pub(crate) fn read(&mut self, bytes: &[u8], end: End, offset: u64) -> Found {
        let found = if self.wasted <= WASTE_BYTES + WASTE_PARTS * offset {
            self.read_row(bytes, end, Why::InputEnd)
        } else {
            match memchr(b'\n', bytes) {
                Some(at) => self.read_row(&bytes[..=at], End::Here, Why::LineEnd),
                None => self.read_row(bytes, end, Why::InputEnd),
            }
        };
        if let Found::Broken { len, .. } = found {
            self.waste(self.row.read - len.min(self.row.read));
        }
        found
    }

    /// Notes bytes that have to be read once more.
    pub(crate) fn waste(&mut self, bytes: usize) {
        self.wasted = self.wasted.saturating_add(bytes as u64);
    }

    /// Reads a row; `unclosed` says what is wrong with one that is still inside quotes at the end.
    fn read_row(&mut self, bytes: &[u8], end: End, unclosed: Why) -> Found {
        let len = match self.row.read(bytes, end) {
            Ending::Row { len } => len,
            Ending::Cut => return Found::Cut,
            Ending::InQuotes => return broken(bytes, unclosed),
        };
        if self.row.is_too_wide {
            let why = Why::TooManyColumns;
            return if self.columns.is_none() {
                Found::NoTable { why }
            } else {
                broken(&bytes[..len], why)
            };
        }
        let Some(cells) = self.row.cells() else { return broken(&bytes[..len], Why::NotUtf8) };
        let Some(columns) = &self.columns else {
            let missing = Columns::missing_from(&cells);
            self.width = cells.len();
            self.columns = Some(Column::tree(&cells));
            return Found::Header { len, missing };
        };
        if cells.len() != self.width && !cells.iter().all(|cell| cell.trim().is_empty()) {
            return broken(&bytes[..len], Why::WrongColumns);
        }
        self.json.clear();
        if columns.write(&cells, &mut self.json) {
            Found::Event { len }
        } else {
            Found::Empty { len }
        }
    }
}

/// Most columns of a table. Exports have about a hundred.
pub(crate) const MAX_COLUMNS: usize = 2_000;

/// Quotes that do not pair join rows, and only the first line of what they joined is given up, so that
/// lines are read again. So many bytes are, and so many more for each byte of the input; from then
/// on a row must end on its own line. Otherwise a table of such quotes would take hours.
const WASTE_BYTES: u64 = 32 << 20;

/// Bytes read again for each byte of the input.
const WASTE_PARTS: u64 = 4;

/// Memory kept by [`Table::shrink`].
const KEPT_BYTES: usize = 64 << 10;

/// A quote too many or too few joins rows; only the first line of what it joined is given up.
fn broken(bytes: &[u8], why: Why) -> Found {
    let line = memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1);
    Found::Broken { len: line, why }
}

/// How a row ends.
enum Ending {
    Row {
        len: usize,
    },
    /// Not yet.
    Cut,
    /// Not at all: the input ends inside quotes.
    InQuotes,
}

/// The cells of one row, without quotes, one behind the other.
#[derive(Debug)]
struct Row {
    reader: Reader,
    cells: Vec<u8>,
    ends: Vec<usize>,
    width: usize,
    /// More cells than a row may have; the first ones are lost.
    is_too_wide: bool,
    /// Bytes looked at.
    read: usize,
}

impl Default for Row {
    fn default() -> Self {
        // A default reader has no tables yet; only a new one reads.
        Self {
            reader: Reader::new(),
            cells: Vec::new(),
            ends: Vec::new(),
            width: 0,
            is_too_wide: false,
            read: 0,
        }
    }
}

impl Row {
    fn read(&mut self, bytes: &[u8], end: End) -> Ending {
        self.reader.reset();
        (self.width, self.is_too_wide) = (0, false);
        self.read = bytes.len();
        let mut written = 0;
        let len = match self.go_on(bytes, &mut written) {
            Some(len) => {
                self.read = len;
                return Ending::Row { len };
            }
            None if end == End::More => return Ending::Cut,
            None => bytes.len(),
        };
        // Only a row that is inside quotes goes on behind a line end.
        self.go_on(b"\n", &mut written).map_or(Ending::InQuotes, |_| Ending::Row { len })
    }

    /// Reads on in a row, and tells how many bytes lead to its end. `None` when the bytes do not.
    fn go_on(&mut self, bytes: &[u8], written: &mut usize) -> Option<usize> {
        let mut read = 0;
        loop {
            let (cells, ends) = (&mut self.cells[*written..], &mut self.ends[self.width..]);
            let (result, n_read, n_written, n_ends) =
                self.reader.read_record(&bytes[read..], cells, ends);
            read += n_read;
            *written += n_written;
            self.width += n_ends;
            match result {
                ReadRecordResult::OutputFull => grow(&mut self.cells),
                ReadRecordResult::OutputEndsFull if self.ends.len() > MAX_COLUMNS => {
                    (self.width, self.is_too_wide) = (0, true);
                }
                ReadRecordResult::OutputEndsFull => grow(&mut self.ends),
                ReadRecordResult::InputEmpty => return None,
                ReadRecordResult::Record | ReadRecordResult::End => return Some(read),
            }
        }
    }

    /// The cells; `None` if one of them is not UTF-8.
    fn cells(&self) -> Option<Vec<&str>> {
        let ends = self.ends.get(..self.width)?;
        let starts = std::iter::once(&0).chain(ends);
        let text = |(&start, &end)| str::from_utf8(self.cells.get(start..end)?).ok();
        starts.zip(ends).map(text).collect()
    }
}

/// Makes room, a quarter more than there is: a row may be as long as an event may.
fn grow<T: Copy + Default>(room: &mut Vec<T>) {
    let more = (room.len() / 4).max(256);
    room.reserve_exact(more);
    room.resize(room.len() + more, T::default());
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each of these quotes joins all rows behind it, so that without end they would be read again.
    #[test]
    fn quotes_that_never_pair_do_not_take_hours() {
        let joining = b"x\",\"y\n".repeat(1000);
        let mut table = Table::default();
        assert!(matches!(table.read(b"uuid,event_type\n", End::More, 0), Found::Header { .. }));
        assert!(matches!(table.read(&joining, End::More, 16), Found::Cut));
        assert!(matches!(
            table.read(&joining, End::Here, 16),
            Found::Broken { len: 6, why: Why::InputEnd }
        ));
        assert_eq!(table.wasted, 5994);
        table.waste(40 << 20);
        assert!(matches!(
            table.read(&joining, End::More, 16),
            Found::Broken { len: 6, why: Why::LineEnd }
        ));
        assert!(matches!(table.read(&joining, End::More, 10 << 20), Found::Cut));
        assert!(matches!(table.read(b"1,a\n", End::More, 16), Found::Event { len: 4 }));
    }
}
