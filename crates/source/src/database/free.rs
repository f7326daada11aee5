//! What deleted rows left: pages that no tree owns, and gaps in those of tables.

use super::page::{FREE_BYTES, Kind, Page};
use super::record::Record;
use super::row::Row;
use super::{Walk, carve};

/// Gaps shorter than this hold nothing to find.
const GAP_BYTES: usize = 16;

impl Walk<'_, '_> {
    /// Hands over what is left in the gaps of a page: rows, as far as they can be told, and other bytes.
    pub(super) fn gaps(&mut self, page: &Page, columns: &[String]) {
        let (mut rows, between) = carve::rows(trimmed(page.unused()), columns.len());
        let mut left = between;
        for block in page.freed() {
            match carve::beheaded(block, columns.len()) {
                Some(row) => rows.push(row),
                None => left.push(block.get(FREE_BYTES..).unwrap_or_default()),
            }
        }
        self.carved(page.number, columns, &rows, &left);
    }

    /// Hands over rows that no tree owns, and what else was with them.
    fn carved(&mut self, page: u32, columns: &[String], rows: &[Record<'_>], left: &[&[u8]]) {
        let table = format!("free/{page}");
        for (row, rowid) in rows.iter().zip(1..) {
            self.row(Row { table: &table, columns, rowid }, &row.values(self.file.encoding));
        }
        let mut text = Vec::new();
        for bytes in
            left.iter().map(|bytes| trimmed(bytes)).filter(|bytes| bytes.len() >= GAP_BYTES)
        {
            text.extend_from_slice(bytes);
            text.push(b'\n');
        }
        if !text.is_empty() {
            let path = self.path(&table);
            self.reader.whole(&text, path);
        }
    }

    /// Hands over pages that no tree owns: rows of those that were of a table, each run of others as one text. In
    /// a broken database that is what the walk did not reach.
    pub(super) fn free(&mut self) {
        let mut from = 1;
        while let Some((first, end)) = self.visited.gap(from) {
            let mut raw = first;
            for number in first..end {
                if self.ends() {
                    return;
                }
                let Ok(bytes) = self.file.bytes(number) else { continue };
                if let Some(page) = self.leaf(number) {
                    self.raw(raw, number);
                    self.rows_of(&page);
                    raw = number + 1;
                    continue;
                }
                let (rows, left) = carve::rows(&bytes, 0);
                if !rows.is_empty() {
                    // Such as a page whose begin now lists further pages.
                    self.raw(raw, number);
                    self.carved(number, &[], &rows, &left);
                    raw = number + 1;
                }
            }
            self.raw(raw, end);
            from = end;
        }
    }

    /// The page, if it still is what it was in a table.
    fn leaf(&self, number: u32) -> Option<Page> {
        let page = self.file.page(number).ok()?;
        let is_leaf = page.kind == Kind::TableLeaf && !page.is_empty();
        (is_leaf && page.cells().all(|cell| cell.is_ok())).then_some(page)
    }

    /// Hands over the rows of a page that no table owns. Of long rows that is their begin: the pages that they went
    /// on in may hold something else by now.
    fn rows_of(&mut self, page: &Page) {
        let table = format!("free/{}", page.number);
        for cell in page.cells().flatten() {
            let payload = page.bytes.get(cell.local).unwrap_or_default();
            if let Some(record) = Record::parse(payload) {
                let row =
                    Row { table: &table, columns: &[], rowid: cell.rowid.unwrap_or_default() };
                self.row(row, &record.values(self.file.encoding));
            } else {
                let path = self.path(&table);
                self.reader.whole(payload, path);
            }
        }
        self.gaps(page, &[]);
    }

    fn raw(&mut self, first: u32, end: u32) {
        if first < end {
            let path = self.path(&format!("free/{first}"));
            let mut source = self.file.from(first, end);
            self.reader.raw(&mut source, self.place.entry(&path));
        }
    }
}

/// Without the zeros before it.
fn trimmed(bytes: &[u8]) -> &[u8] {
    let at = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
    bytes.get(at..).unwrap_or_default()
}
