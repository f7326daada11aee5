//! Which stretch of a text an encoding holds for: the word, literal, element, line or paragraph around a run.
//!
//! A stretch depends on the run only through the window that it begins in, so that all runs of a stretch
//! agree on it, and no walk is longer than a window.

use std::ops::Range;

use memchr::{memchr, memchr2, memrchr, memrchr2};

/// Bytes that share a window.
const CELL: usize = 512 << 10;

/// Bytes that windows overlap by, on each side.
const MARGIN: usize = 64 << 10;

/// Bytes to either side in which an element must begin and end. Most texts with `&` have no elements, and
/// must not be searched for one at each.
const ELEMENT: usize = 4 << 10;

/// The window of a run: no stretch reaches farther.
pub(super) fn window(text: &[u8], run: &Range<usize>) -> Range<usize> {
    let cell = run.start / CELL * CELL;
    let end = cell.saturating_add(CELL + MARGIN).max(run.end).min(text.len());
    cell.saturating_sub(MARGIN).min(end)..end
}

/// The line, without its end.
pub(super) fn line(text: &[u8], run: &Range<usize>) -> Range<usize> {
    let window = window(text, run);
    let start = memrchr(b'\n', &text[window.start..run.start])
        .map_or(window.start, |at| window.start + at + 1);
    let end = memchr(b'\n', &text[run.end..window.end]).map_or(window.end, |at| run.end + at);
    let end = if end > run.end && text[end - 1] == b'\r' { end - 1 } else { end };
    start..end
}

/// The word: to the next blank, quote or angle bracket on either side.
pub(super) fn word(text: &[u8], run: &Range<usize>) -> Range<usize> {
    let window = window(text, run);
    let is_end = |byte: &u8| matches!(byte, 0..=b' ' | b'"' | b'\'' | b'`' | b'<' | b'>' | 0x7f);
    let start = text[window.start..run.start].iter().rposition(is_end);
    let end = text[run.end..window.end].iter().position(is_end);
    start.map_or(window.start, |at| window.start + at + 1)
        ..end.map_or(window.end, |at| run.end + at)
}

/// The tag or the text between two tags; where none are near, the line.
pub(super) fn element(text: &[u8], run: &Range<usize>) -> Range<usize> {
    let low = run.start.saturating_sub(ELEMENT);
    let start = memrchr2(b'<', b'>', &text[low..run.start]);
    let end = memchr2(b'<', b'>', &text[run.end..text.len().min(run.end + ELEMENT)]);
    match (start, end) {
        (Some(start), Some(end)) => low + start + 1..run.end + end,
        _ => line(text, run),
    }
}

/// The string literal, without its quotes: of the kind of quote that stands last before the run. Where none
/// stands before, or no such one behind, the line.
///
/// Two literals' quotes will do: what lies between them is decoded in vain, but nothing is missed.
pub(super) fn literal(text: &[u8], run: &Range<usize>) -> Range<usize> {
    let window = window(text, run);
    let stretch = || {
        let start = quote_before(text, window.start..run.start)?;
        Some(start + 1..quote_behind(text, run.end..window.end, text[start])?)
    };
    stretch().unwrap_or_else(|| line(text, run))
}

/// The last quote in `range` that no backslash escapes, in its last line.
fn quote_before(text: &[u8], mut range: Range<usize>) -> Option<usize> {
    // One walk for quotes and the line's begin: a search for either could run far past the other.
    let is_end = |byte: &u8| matches!(byte, b'"' | b'\'' | b'`' | b'\n');
    loop {
        let at = range.start + text[range.clone()].iter().rposition(is_end)?;
        if text[at] == b'\n' {
            return None;
        }
        if n_backslashes(&text[range.start..at]).is_multiple_of(2) {
            return Some(at);
        }
        range.end = at;
    }
}

/// The first `quote` in `range` that no backslash escapes, in its first line.
fn quote_behind(text: &[u8], range: Range<usize>, quote: u8) -> Option<usize> {
    let mut from = range.start;
    loop {
        let at = from + memchr2(quote, b'\n', &text[from..range.end])?;
        if text[at] == b'\n' {
            return None;
        }
        if n_backslashes(&text[range.start..at]).is_multiple_of(2) {
            return Some(at);
        }
        from = at + 1;
    }
}

/// How many backslashes a text ends with.
fn n_backslashes(text: &[u8]) -> usize {
    text.iter().rev().take_while(|byte| **byte == b'\\').count()
}

/// The paragraph: the lines around, as far as none is blank.
pub(super) fn paragraph(text: &[u8], run: &Range<usize>) -> Range<usize> {
    let window = window(text, run);
    let line = line(text, run);
    let (mut start, mut end) = (line.start, line.end);
    while start > window.start {
        let above = memrchr(b'\n', &text[window.start..start - 1])
            .map_or(window.start, |at| window.start + at + 1);
        if text[above..start].trim_ascii().is_empty() {
            break;
        }
        start = above;
    }
    while let Some(next) = memchr(b'\n', &text[end..window.end]).map(|at| end + at + 1) {
        let below = memchr(b'\n', &text[next..window.end]).map_or(window.end, |at| next + at);
        if text[next..below].trim_ascii().is_empty() {
            break;
        }
        end = below;
    }
    start..end
}
