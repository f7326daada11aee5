//! Tables: in columns where the page is wide enough, else a record a row.

use std::io::{self, Write};

use super::WIDTH;
use super::flow::{self, Setting, Words};
use crate::render::page::Line;
use crate::render::text::DIM;
use crate::sanitize::visible;

/// Columns between two columns.
const GAP: usize = 2;

/// The least that is left for a last column that is broken into lines.
const LAST_MIN: usize = 20;

/// Writes a table.
pub(super) fn write(columns: &[String], rows: &[Vec<Line>], out: &mut dyn Write) -> io::Result<()> {
    let columns: Vec<String> = columns.iter().map(|name| visible(name).into_owned()).collect();
    let rows: Vec<Vec<Words>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| Words::new(cell, Setting::Cell)).collect())
        .collect();
    match widths(&columns, &rows) {
        Some(widths) => write_columns(&columns, &rows, &widths, out),
        None => write_records(&columns, rows, out),
    }
}

/// The width of every column but the last, if the table fits with them.
fn widths(columns: &[String], rows: &[Vec<Words>]) -> Option<Vec<usize>> {
    let width = |at: usize| {
        let cells = rows.iter().filter_map(|row| row.get(at)).map(Words::width);
        cells.chain(columns.get(at).map(|name| flow::width(name))).max().unwrap_or(0)
    };
    let mut widths: Vec<usize> = (0..columns.len()).map(width).collect();
    let last = widths.pop()?;
    let before: usize = widths.iter().map(|width| width + GAP).sum();
    (before + last.min(LAST_MIN) <= WIDTH).then_some(widths)
}

fn write_columns(
    columns: &[String],
    rows: &[Vec<Words>],
    widths: &[usize],
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut head = String::new();
    for (name, width) in columns.iter().zip(widths) {
        head.push_str(name);
        head.push_str(&" ".repeat(width - flow::width(name) + GAP));
    }
    let last = columns.last().map_or("", String::as_str);
    writeln!(out, "{DIM}{}{DIM:#}", format_args!("{head}{last}").to_string().trim_end())?;
    rows.iter().try_for_each(|row| write_row(row, widths, out))
}

fn write_row(row: &[Words], widths: &[usize], out: &mut dyn Write) -> io::Result<()> {
    let Some((last, cells)) = row.split_last() else { return Ok(()) };
    let mut head = Vec::new();
    for (cell, width) in cells.iter().zip(widths) {
        cell.write_inline(&mut head)?;
        head.extend(std::iter::repeat_n(b' ', width.saturating_sub(cell.width()) + GAP));
    }
    if last.width() == 0 {
        let end = head.iter().rposition(|byte| *byte != b' ').map_or(0, |at| at + 1);
        head.truncate(end);
    }
    let indent = widths.iter().map(|width| width + GAP).sum();
    last.write(&String::from_utf8_lossy(&head), indent, WIDTH, out)
}

/// The first cell above the others, each behind the name of its column; empty ones are left out.
fn write_records(columns: &[String], rows: Vec<Vec<Words>>, out: &mut dyn Write) -> io::Result<()> {
    let width = columns.iter().skip(1).map(|name| flow::width(name)).max().unwrap_or(0);
    for (number, row) in rows.into_iter().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        let mut cells = row.into_iter();
        if let Some(first) = cells.next() {
            first.bold().write("", 0, WIDTH, out)?;
        }
        for (name, cell) in columns.iter().skip(1).zip(cells).filter(|(_, cell)| cell.width() > 0) {
            let pad = " ".repeat(width - flow::width(name));
            cell.write(&format!("  {DIM}{name}{DIM:#}{pad}  "), width + 4, WIDTH, out)?;
        }
    }
    Ok(())
}
