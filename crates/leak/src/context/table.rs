//! Tables: the heading of a value's column in CSV, Markdown and SQL.

use std::ops::Range;

use super::name::Name;
use super::view::{View, is_ident, is_quote, is_space};
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
    if separator == b'\t'
        && let Some(name) = copied(view, line, index)
    {
        return Some(name);
    }
    let first_end = memchr::memchr(b'\n', first).filter(|&end| end < line);
    let top = || top(view, line, separator).map(|range| view.bytes(range));
    let text = first_end.and_then(|end| heading_cell(&first[..end], separator, index));
    let text = text.or_else(|| heading_cell(top()?, separator, index))?;
    let mut name = Name::new(text, line)?;
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

/// The cell of a heading line; `None` when the line is none. Before its first cell anything may stand.
fn heading_cell(line: &[u8], separator: u8, index: usize) -> Option<String> {
    let heading = String::from_utf8_lossy(line);
    let cells: Vec<&str> =
        heading.split(char::from(separator)).take(COLUMNS_MAX).map(bare).collect();
    let (first, rest) = cells.split_first()?;
    let is_all = !rest.is_empty() && rest.iter().all(|cell| cell.is_empty() || is_heading(cell));
    let first = first.rsplit(|char: char| !char.is_alphanumeric() && !"_- .".contains(char)).next();
    let cell = if index == 0 { first } else { cells.get(index).copied() };
    cell.filter(|cell| is_all && is_heading(cell)).map(ToOwned::to_owned)
}

/// The topmost of the lines right above `line` that have the separator.
fn top(view: View<'_>, line: usize, separator: u8) -> Option<Range<usize>> {
    let mut found = None;
    let mut start = line;
    for _ in 0..COLUMNS_MAX {
        let Some(end) = start.checked_sub(1).filter(|&end| end > view.floor) else { break };
        start = view.line_start(end);
        if end - start > HEADING_MAX || view.find(separator, start, end).is_none() {
            break;
        }
        found = Some(start..end);
    }
    found
}

/// `COPY t (a, b) FROM stdin;` in one of the lines above: the column of that number.
fn copied(view: View<'_>, line: usize, index: usize) -> Option<Name> {
    let floor = line.saturating_sub(4 * HEADING_MAX).max(view.floor);
    let above = view.bytes(floor..line);
    let _ = view.spend(HEADING_MAX / 4);
    let close = floor + memchr::memmem::rfind(above, b") FROM stdin")?;
    let open = view.rfind(b'(', close.saturating_sub(HEADING_MAX), close)?;
    named(view, open, close, index, line)
}

/// The column of a number in the list between `open` and `close`, with the table before it.
fn named(view: View<'_>, open: usize, close: usize, index: usize, start: usize) -> Option<Name> {
    let columns = String::from_utf8_lossy(view.bytes(open + 1..close)).into_owned();
    let column = bare(columns.split(',').nth(index)?).to_owned();
    let table_end = view.back_while(open, |byte| is_space(byte) || is_quote(byte));
    let table = view.name_back(table_end);
    if element::is_value(&column) {
        return None;
    }
    let mut name = Name::new(column, start)?;
    name.outer.push(view.string(table..table_end));
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
    let heading = top(view, line, b'|').and_then(|range| {
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

/// Where the word `VALUES` begins that the row at `open` belongs to.
fn values(view: View<'_>, open: usize) -> Option<usize> {
    let end = view.back_while(open, is_space);
    let start = view.back_while(end, is_ident);
    if view.bytes(start..end).eq_ignore_ascii_case(b"values") {
        return Some(start);
    }
    if view.prev(end) != b',' || view.prev(view.back_while(end - 1, is_space)) != b')' {
        return None;
    }
    let floor = open.saturating_sub(HEADING_MAX).max(view.floor);
    let rows = view.bytes(floor..open);
    let _ = view.spend(HEADING_MAX / 16);
    let upper = memchr::memmem::rfind(rows, b"VALUES");
    upper.or_else(|| memchr::memmem::rfind(rows, b"values")).map(|found| floor + found)
}

/// `INSERT INTO t (a, b) VALUES ('x', '…')`: the column that the value after `comma` goes to.
pub(super) fn inserted(view: View<'_>, open: usize, at: usize) -> Option<Name> {
    let index = count(view.bytes(open..at + 1), b',');
    let before = values(view, open)?;
    let close = view.back_while(before, is_space);
    if view.prev(close) != b')' {
        return None;
    }
    let columns = view.rfind(b'(', close.saturating_sub(HEADING_MAX), close)?;
    named(view, columns, close - 1, index, before)
}
