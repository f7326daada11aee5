//! Tables: the heading of a value's column in CSV, Markdown and SQL.

use std::ops::Range;

use super::name::Name;
use super::view::{View, is_ident, is_space};
use super::{argument, element};

/// Bytes that a heading line may have.
const HEADING_MAX: usize = 4 << 10;

/// Columns that are told apart.
const COLUMNS_MAX: usize = 200;

/// The heading of the column of a CSV text that begins at `at`. The text's first line is its heading.
pub(super) fn column(view: View<'_>, at: usize) -> Option<Name> {
    let separator = view.prev(at);
    let line = view.line_start(at).max(at.saturating_sub(HEADING_MAX));
    let index = count(view.bytes(line..at), separator);
    let first = &view.text[..view.text.len().min(HEADING_MAX)];
    let heading_end = memchr::memchr(b'\n', first).filter(|&end| end < line)?;
    let heading = String::from_utf8_lossy(&first[..heading_end]);
    let heading = heading.trim_start_matches('\u{feff}');
    let cells: Vec<&str> = heading.split(separator as char).take(COLUMNS_MAX).map(bare).collect();
    if cells.len() < 2 || !cells.iter().all(|cell| cell.is_empty() || is_heading(cell)) {
        return None;
    }
    let mut name = Name::new((*cells.get(index)?).to_owned(), line)?;
    if element::is_value(&name.text) {
        let row = row(view, line, at, separator);
        name = row
            .into_iter()
            .find(|cell| argument::is_key(cell))
            .and_then(|cell| Name::new(cell, line))
            .unwrap_or(name);
    }
    Some(name)
}

/// How many separators a stretch has outside of quotation marks.
fn count(bytes: &[u8], separator: u8) -> usize {
    let mut is_quoted = false;
    let mut found = 0;
    for &byte in bytes {
        is_quoted ^= byte == b'"';
        found += usize::from(byte == separator && !is_quoted);
    }
    found
}

/// The cells of a row before `at`.
fn row(view: View<'_>, line: usize, at: usize, separator: u8) -> Vec<String> {
    view.bytes(line..at)
        .split(|&byte| byte == separator)
        .take(COLUMNS_MAX)
        .map(|cell| bare(&String::from_utf8_lossy(cell)).to_owned())
        .filter(|cell| !cell.is_empty())
        .collect()
}

/// A cell without quotation marks and blanks.
fn bare(cell: &str) -> &str {
    cell.trim_matches(|char: char| char.is_whitespace() || matches!(char, '"' | '\'' | '`' | '*'))
}

/// Whether a cell can be a heading.
fn is_heading(cell: &str) -> bool {
    cell.len() <= 40
        && cell.starts_with(|char: char| char.is_alphabetic() || char == '_')
        && cell.bytes().all(|byte| is_ident(byte) || b"-. /()#".contains(&byte) || byte >= 0x80)
        && cell.bytes().filter(u8::is_ascii_digit).count() <= 4
}

/// The name of a cell of a Markdown table, before which `bar` stands: the heading of its column, or the first
/// cell of its row.
pub(super) fn cell(view: View<'_>, bar: usize) -> Option<Name> {
    let line = view.line_start(bar).max(bar.saturating_sub(HEADING_MAX));
    let index = count(view.bytes(line..bar), b'|');
    let cells = row(view, line, bar, b'|');
    let key = cells.into_iter().rev().find(|cell| argument::is_key(cell));
    let heading = heading(view, line).and_then(|range| {
        let text = String::from_utf8_lossy(view.bytes(range)).into_owned();
        let cell = text.split('|').nth(index + 1).map(bare).unwrap_or_default().to_owned();
        (!cell.is_empty() && !element::is_value(&cell)).then_some(cell)
    });
    let (text, outer) = match (key, heading) {
        (Some(key), heading) if super::name::is_telling(&key) || heading.is_none() => {
            (key, heading)
        }
        (key, Some(heading)) => (heading, key),
        (_, None) => return None,
    };
    let mut name = Name::new(text, line)?;
    name.outer.extend(outer);
    Some(name)
}

/// The first line of the table that the line at `line` belongs to.
fn heading(view: View<'_>, line: usize) -> Option<Range<usize>> {
    let mut first = None;
    let mut start = line;
    for _ in 0..COLUMNS_MAX {
        let end = start.checked_sub(1).filter(|&end| end > view.floor)?;
        let above = view.line_start(end);
        if view.find(b'|', above, end).is_none() || end - above > HEADING_MAX {
            break;
        }
        first = Some(above..end);
        start = above;
        if start == view.floor {
            break;
        }
    }
    first
}

/// `INSERT INTO t (a, b) VALUES ('x', '…')`: the column that the value after `comma` goes to.
pub(super) fn inserted(
    view: View<'_>,
    open: usize,
    at: usize,
    function: Option<&str>,
) -> Option<Name> {
    if !function.is_some_and(|function| function.eq_ignore_ascii_case("values")) {
        return None;
    }
    let index = count(view.bytes(open..at + 1), b',');
    let before = view.back_while(view.back_while(open, is_space), is_ident);
    let close = view.back_while(before, is_space);
    let columns_open = view.rfind(b'(', close.saturating_sub(HEADING_MAX), close)?;
    if view.prev(close) != b')' {
        return None;
    }
    let columns = String::from_utf8_lossy(view.bytes(columns_open + 1..close - 1)).into_owned();
    let column = bare(columns.split(',').nth(index)?).to_owned();
    let table_end = view.back_while(columns_open, is_space);
    let table = view.name_back(table_end);
    if element::is_value(&column) {
        return None;
    }
    let mut name = Name::new(column, before)?;
    name.outer.push(view.string(table..table_end));
    Some(name)
}
