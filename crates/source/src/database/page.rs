//! One page of a tree: its cells, and where there are none.

use std::io;
use std::ops::Range;

use super::file::{HEADER_BYTES, broken};

/// Bytes of a deleted cell that are overwritten: where the next is, and how large this is.
pub(super) const FREE_BYTES: usize = 4;

/// What a page of a tree holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Numbers of pages of a table.
    TableInner,
    /// Rows of a table.
    TableLeaf,
    /// Numbers of pages, with rows between them, of an index or a table without row ids.
    IndexInner,
    /// Rows of an index or a table without row ids.
    IndexLeaf,
}

/// A page of a tree.
pub(super) struct Page {
    pub(super) number: u32,
    pub(super) bytes: Vec<u8>,
    pub(super) kind: Kind,
    /// Where its header begins: behind that of the file on page 1.
    start: usize,
    usable: usize,
    n_cells: usize,
}

/// A cell of a page.
#[derive(Debug)]
pub(super) struct Cell {
    /// The page of what comes before it.
    pub(super) child: Option<u32>,
    /// The id of the row, where rows have any.
    pub(super) rowid: Option<i64>,
    /// Bytes of its row in all; 0 where it has none.
    pub(super) bytes: usize,
    /// Those of them that stand on the page.
    pub(super) local: Range<usize>,
    /// The page of the others.
    pub(super) overflow: u32,
}

impl Page {
    pub(super) fn parse(number: u32, bytes: Vec<u8>, usable: usize) -> io::Result<Self> {
        let start = if number == 1 { HEADER_BYTES } else { 0 };
        let kind = match bytes.get(start) {
            Some(0x05) => Kind::TableInner,
            Some(0x0d) => Kind::TableLeaf,
            Some(0x02) => Kind::IndexInner,
            Some(0x0a) => Kind::IndexLeaf,
            _ => return Err(broken("a page is none of a table")),
        };
        let n_cells = usize::from(u16_at(&bytes, start + 3));
        Ok(Self { number, bytes, kind, start, usable, n_cells })
    }

    /// Its cells in order. Ends with an error when they take more room than there is, as cells do that overlap.
    pub(super) fn cells(&self) -> impl Iterator<Item = io::Result<Cell>> + '_ {
        let mut room = self.usable;
        let mut indices = 0..self.n_cells;
        std::iter::from_fn(move || {
            let index = indices.next()?;
            let cell = self.cell(index).filter(|cell| cell.local.len() + 2 <= room);
            room -= cell.as_ref().map_or(0, |cell| cell.local.len() + 2);
            if cell.is_none() {
                indices = 0..0;
            }
            Some(cell.ok_or_else(|| broken("a page is broken")))
        })
    }

    fn cell(&self, index: usize) -> Option<Cell> {
        let pointer = self.pointers().start + 2 * index;
        let at = usize::from(u16_at(self.bytes.get(..self.usable)?, pointer));
        let mut rest = self.bytes.get(at..self.usable)?;
        let mut cell = Cell { child: None, rowid: None, bytes: 0, local: 0..0, overflow: 0 };
        if self.is_inner() {
            cell.child = Some(u32_at(rest, 0));
            rest = rest.get(4..)?;
        }
        if self.kind != Kind::TableInner {
            cell.bytes = usize::try_from(varint(&mut rest)?).ok()?;
        }
        if matches!(self.kind, Kind::TableInner | Kind::TableLeaf) {
            cell.rowid = Some(varint(&mut rest)?.cast_signed());
        }
        let n_local = self.n_local(cell.bytes);
        let start = self.usable - rest.len();
        cell.local = start..start + n_local;
        cell.overflow = if n_local < cell.bytes { u32_at(rest.get(n_local..)?, 0) } else { 0 };
        (n_local <= rest.len()).then_some(cell)
    }

    /// How much of a row stands on the page. Source: "B-tree Cell Format".
    fn n_local(&self, bytes: usize) -> usize {
        let max = if self.kind == Kind::TableLeaf {
            self.usable - 35
        } else {
            (self.usable - 12) * 64 / 255 - 23
        };
        let min = (self.usable - 12) * 32 / 255 - 23;
        if bytes <= max {
            return bytes;
        }
        let fitting = min + (bytes - min) % (self.usable - 4);
        if fitting <= max { fitting } else { min }
    }

    fn is_inner(&self) -> bool {
        matches!(self.kind, Kind::TableInner | Kind::IndexInner)
    }

    /// The page of what comes after the last cell.
    pub(super) fn last_child(&self) -> Option<u32> {
        self.is_inner().then(|| u32_at(&self.bytes, self.start + 8))
    }

    /// Where the offsets of cells stand.
    fn pointers(&self) -> Range<usize> {
        let from = self.start + if self.is_inner() { 12 } else { 8 };
        from..from + 2 * self.n_cells
    }

    /// Whether it holds no cells.
    pub(super) fn is_empty(&self) -> bool {
        self.n_cells == 0
    }

    /// The stretch between offsets and cells.
    pub(super) fn unused(&self) -> &[u8] {
        let content = match u16_at(&self.bytes, self.start + 5) {
            0 => 1 << 16,
            at => usize::from(at),
        };
        self.bytes.get(self.pointers().end..content.min(self.usable)).unwrap_or_default()
    }

    /// Where cells were deleted: stretches whose first [`FREE_BYTES`] were overwritten.
    pub(super) fn freed(&self) -> Vec<&[u8]> {
        let mut freed = Vec::new();
        let mut at = usize::from(u16_at(&self.bytes, self.start + 1));
        let mut end = self.pointers().end;
        // They are chained in order; what goes back would go round, or come twice.
        while at >= end {
            let bytes = usize::from(u16_at(&self.bytes, at + 2));
            end = at + bytes.max(FREE_BYTES);
            freed.extend(self.bytes.get(at..end.min(self.usable)));
            at = usize::from(u16_at(&self.bytes, at));
        }
        freed
    }
}

/// A number of one to nine bytes, the high bits first; goes past it.
pub(super) fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for index in 0..9 {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        if index == 8 {
            return Some((value << 8) | u64::from(*byte));
        }
        value = (value << 7) | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            break;
        }
    }
    Some(value)
}

/// Two bytes, the high one first; 0 past the end.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes
        .get(at..)
        .and_then(|bytes| bytes.first_chunk())
        .map_or(0, |bytes| u16::from_be_bytes(*bytes))
}

/// Four bytes, the high ones first; 0 past the end.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes
        .get(at..)
        .and_then(|bytes| bytes.first_chunk())
        .map_or(0, |bytes| u32::from_be_bytes(*bytes))
}
