//! A row as text: a line a column, so that a value stands beside its name and its neighbors.

use std::borrow::Cow;
use std::io::Write as _;

use super::Walk;
use super::record::Value;
use crate::archive::Form;

/// Bytes from which on a value is a text of its own.
const ALONE_BYTES: usize = 16 << 10;

/// Which row it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'t> {
    /// The name of its table.
    pub(super) table: &'t str,
    /// Names of columns in the order in which rows keep them. Empty when that is not known.
    pub(super) columns: &'t [String],
    /// Its id, or its place where rows have none.
    pub(super) rowid: i64,
}

impl<'t> Row<'t> {
    fn column(&self, index: usize) -> Cow<'t, str> {
        match self.columns.get(index) {
            Some(name) => Cow::Borrowed(name),
            None => Cow::Owned(format!("column{index}")),
        }
    }
}

impl Walk<'_, '_> {
    /// Hands over a row: short values together, long ones and packed ones each by itself.
    pub(super) fn row(&mut self, row: Row<'_>, values: &[Value<'_>]) {
        let mut lines = Vec::new();
        for (index, value) in values.iter().enumerate() {
            match value {
                Value::Null => {}
                Value::Text(text) if is_alone(text) => self.alone(row, index, text),
                Value::Blob(blob) if is_alone(blob) => self.alone(row, index, blob),
                value => line(&mut lines, &row.column(index), value),
            }
        }
        let path = self.path(&format!("{}/{}", row.table, row.rowid));
        // Names of columns stand once in the file, and here in every row.
        if let Err(limit) = self.place.budget.charge(lines.len() as u64) {
            return self.reader.fail(&path, &limit.into(), self.place.budget);
        }
        self.reader.whole(&lines, path);
    }

    fn alone(&mut self, row: Row<'_>, index: usize, bytes: &[u8]) {
        let path = self.path(&format!("{}/{}/{}", row.table, row.column(index), row.rowid));
        self.reader.bytes(bytes, self.place.entry(&path));
    }
}

fn is_alone(bytes: &[u8]) -> bool {
    bytes.len() > ALONE_BYTES || Form::of(bytes, true).is_some()
}

/// Writes `name: value`. Writing to memory cannot fail.
fn line(lines: &mut Vec<u8>, name: &str, value: &Value<'_>) {
    lines.extend_from_slice(name.as_bytes());
    lines.extend_from_slice(b": ");
    let _ = match value {
        Value::Null => Ok(()),
        Value::Integer(number) => write!(lines, "{number}"),
        Value::Real(number) => write!(lines, "{number}"),
        Value::Text(text) => lines.write_all(text),
        Value::Blob(blob) => lines.write_all(blob),
    };
    lines.push(b'\n');
}
