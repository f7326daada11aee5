//! `SQLite` databases, read page by page without `SQLite`.
//!
//! Nothing is executed, so no view, trigger or virtual table of the file can do harm, and what deleted rows left
//! is seen as well: pages that no table owns, and the gaps in those that one does. Every page is visited once.
//!
//! Source: "Database File Format", sqlite.org/fileformat2.html, checked 2026-11-22.

use std::io;

use crate::account::Why;
use crate::content::{Place, Reader, Store};

mod carve;
mod file;
mod free;
mod page;
mod record;
mod row;
mod schema;

use file::{File, Visited};
use page::{Cell, Kind, Page};
use record::Record;
use row::Row;
use schema::{Table, Tables};

/// What a walk needs at every step.
struct Walk<'w, 'a> {
    reader: &'w mut Reader<'a>,
    file: File<'w>,
    visited: Visited,
    place: Place<'w>,
    /// The first thing that was found broken.
    broken: Option<io::Error>,
}

/// Hands over the rows of every table, and what deleted rows left.
pub(crate) fn rows(reader: &mut Reader<'_>, store: &dyn Store, place: Place<'_>) {
    let file = match File::open(store) {
        Ok(file) => file,
        Err(error) => {
            reader.fail(place.path, &error, place.budget);
            return reader.raw(&mut store.from(0, store.size()), place);
        }
    };
    let visited = Visited::new(file.pages);
    let mut walk = Walk { reader, file, visited, place, broken: None };
    let mut tables = Tables::default();
    walk.table(&Table::schema(), Some(&mut tables));
    for table in tables.iter() {
        walk.table(table, None);
    }
    walk.free();
    if let Some(error) = walk.broken.take() {
        walk.reader.fail(place.path, &error, place.budget);
    }
}

impl Walk<'_, '_> {
    /// Hands over the rows of a table. Those of the schema name further tables.
    fn table(&mut self, table: &Table, mut tables: Option<&mut Tables>) {
        let columns = table.columns();
        let mut stack = vec![table.root];
        let mut n_rows = 0;
        while let Some(number) = stack.pop() {
            if self.ends() {
                return;
            }
            let Some(page) = self.page(number) else { continue };
            let children = stack.len();
            for cell in page.cells() {
                let cell = match cell {
                    Ok(cell) => cell,
                    Err(error) => {
                        let path = self.path(&format!("free/{number}"));
                        self.reader.whole(&page.bytes, path);
                        self.note(error);
                        break;
                    }
                };
                stack.extend(cell.child);
                n_rows += 1;
                let rowid = cell.rowid.unwrap_or(n_rows);
                let row = Row { table: &table.name, columns: &columns, rowid };
                self.cell(table.is_index, row, &page, &cell, tables.as_deref_mut());
            }
            stack.extend(page.last_child());
            if let Some(children) = stack.get_mut(children..) {
                children.reverse();
            }
            if page.kind == Kind::TableLeaf {
                self.gaps(&page, &columns);
            }
        }
    }

    /// Hands over the row of a cell. An index only repeats, but owns the pages that its rows go on in.
    fn cell(
        &mut self,
        is_index: bool,
        row: Row<'_>,
        page: &Page,
        cell: &Cell,
        tables: Option<&mut Tables>,
    ) {
        if cell.bytes == 0 || is_index && cell.overflow == 0 {
            return;
        }
        let Some((payload, is_whole)) = self.payload(page, cell) else { return };
        if is_index {
            return;
        }
        match Record::parse(&payload) {
            Some(record) if is_whole && record.is_whole() => {
                let values = record.values(self.file.encoding);
                if let Some(tables) = tables {
                    tables.add(&values);
                }
                self.row(row, &values);
            }
            _ => {
                let path = self.path(&format!("{}/{}", row.table, row.rowid));
                self.reader.whole(&payload, path);
                self.note(file::broken("a row is broken"));
            }
        }
    }

    /// A page that was not visited before.
    fn page(&mut self, number: u32) -> Option<Page> {
        let page = if self.visited.visit(number) {
            self.file.page(number)
        } else {
            Err(file::broken("a page is missing or belongs to two"))
        };
        page.map_err(|error| self.note(error)).ok()
    }

    /// The bytes of a row, with those of the pages that it goes on in, and whether those are all.
    fn payload(&mut self, page: &Page, cell: &Cell) -> Option<(Vec<u8>, bool)> {
        if cell.bytes > self.reader.limits.held_bytes {
            // The pages that it goes on in are handed over as they are.
            let path = self.path(&format!("page {}", page.number));
            self.reader.account.miss(path, Why::TooLarge, "a row");
            return None;
        }
        let mut payload = page.bytes.get(cell.local.clone()).unwrap_or_default().to_vec();
        let mut next = cell.overflow;
        while payload.len() < cell.bytes {
            let Some(more) = self.page_of_row(next) else { return Some((payload, false)) };
            next = page::u32_at(&more, 0);
            let want = (cell.bytes - payload.len()).min(self.file.usable - 4);
            payload.extend_from_slice(more.get(4..4 + want).unwrap_or_default());
        }
        Some((payload, true))
    }

    fn page_of_row(&mut self, number: u32) -> Option<Vec<u8>> {
        let bytes = if self.visited.visit(number) {
            self.file.bytes(number)
        } else {
            Err(file::broken("a row goes on nowhere"))
        };
        bytes.map_err(|error| self.note(error)).ok()
    }

    /// The path of something in the database.
    fn path(&self, below: &str) -> String {
        format!("{}!/{below}", self.place.path)
    }

    fn note(&mut self, error: io::Error) {
        self.broken.get_or_insert(error);
    }

    /// Whether to end, which has been told.
    fn ends(&mut self) -> bool {
        self.place.budget.is_over() || self.reader.stopped(self.place.path, self.place.budget)
    }
}
