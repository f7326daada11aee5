//! Strings in quotation marks: the one around a value, and those that lie before it.

use std::ops::Range;

use super::view::{View, is_blank, is_ident, is_quote};

/// Bytes that a quoted value may have.
pub(super) const QUOTED_MAX: usize = 4 << 10;

/// A string in quotation marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Quoted {
    /// Where it begins: its mark, with the backslashes that escape it and letters such as in `rb"…"`.
    pub(super) start: usize,
    /// Between the marks.
    pub(super) content: Range<usize>,
    /// After the mark that closes it.
    pub(super) end: usize,
}

/// The string around `run` in its line; `None` when it is not in one, or the string does not end.
pub(super) fn around(view: View<'_>, run: &Range<usize>) -> Option<Quoted> {
    let line = view.line_start(run.start);
    let floor = line.max(run.start.saturating_sub(QUOTED_MAX));
    let mut at = run.start;
    loop {
        at = view.back_while(at, |byte| !is_quote(byte) && byte != b'\n').max(floor);
        if at <= floor {
            return None;
        }
        match side(view, at - 1, floor, run.start) {
            Side::Opens => return whole(view, at - 1, run),
            Side::Closes => return None,
            Side::Neither => at -= 1,
        }
    }
}

/// What a quotation mark does.
enum Side {
    Opens,
    Closes,
    Neither,
}

/// What the mark at `at` does, told by its neighbors; where they leave it open, by counting from `floor`.
fn side(view: View<'_>, at: usize, floor: usize, run: usize) -> Side {
    let mark = view.at(at);
    let (before, after) = (view.prev(at - escapes(view, at)), view.at(at + 1));
    let (is_word_before, is_word_after) = (is_ident(before), is_ident(after) || after == b'/');
    if at + 1 == run && !(is_word_before && mark == b'\'' && prefix(view, at) == at) {
        return Side::Opens;
    }
    match (is_word_before, is_word_after) {
        (true, true) if mark == b'\'' => Side::Neither,
        (true, true) if prefix(view, at) < at => Side::Opens,
        (true, false) => Side::Closes,
        (false, true) if before != mark => Side::Opens,
        _ if counted(view, mark, escapes(view, at), floor..at).is_multiple_of(2) => Side::Opens,
        _ => Side::Closes,
    }
}

/// How many of the marks in `range` are escaped just as often.
fn counted(view: View<'_>, mark: u8, depth: usize, range: Range<usize>) -> usize {
    let _ = view.spend(range.len());
    range
        .filter(|&at| view.at(at) == mark && escapes(view, at) == depth && !is_apostrophe(view, at))
        .count()
}

/// How many backslashes stand right before `at`; 8 at most are counted.
fn escapes(view: View<'_>, at: usize) -> usize {
    let floor = view.floor.max(at.saturating_sub(8)).min(at);
    (floor..at).rev().take_while(|&at| view.at(at) == b'\\').count()
}

/// Where the letters begin that belong to the mark at `at`, as in `rb"…"`, `@"…"`, `$"…"`.
fn prefix(view: View<'_>, at: usize) -> usize {
    let mut start = at;
    while at - start < 3
        && matches!(
            view.prev(start),
            b'r' | b'R' | b'b' | b'B' | b'f' | b'F' | b'u' | b'U' | b'L' | b'@' | b'$' | b'#'
        )
    {
        start -= 1;
    }
    if is_ident(view.prev(start)) { at } else { start }
}

/// The string that opens at `open` and holds `run`.
fn whole(view: View<'_>, open: usize, run: &Range<usize>) -> Option<Quoted> {
    let (mark, depth) = (view.at(open), escapes(view, open));
    let limit = view.ceiling.min(open.saturating_add(QUOTED_MAX));
    let mut at = run.end;
    loop {
        let close = view.find(mark, at, limit)?;
        if view.find(b'\n', at, close).is_some() {
            return None;
        }
        if escapes(view, close) <= depth {
            let begin = triple(view, open, mark);
            let content = open + 1..close - escapes(view, close);
            return Some(Quoted { start: prefix(view, begin - depth), content, end: close + 1 });
        }
        at = close + 1;
    }
}

/// Where a mark begins that may be written three times.
fn triple(view: View<'_>, open: usize, mark: u8) -> usize {
    let is_triple = view.prev(open) == mark && open > 0 && view.prev(open - 1) == mark;
    if is_triple { open - 2 } else { open }
}

/// The string whose closing mark ends at `end`, within its line.
pub(super) fn before(view: View<'_>, end: usize) -> Option<Quoted> {
    let close =
        end.checked_sub(1).filter(|&close| close >= view.floor && is_quote(view.at(close)))?;
    let (mark, depth) = (view.at(close), escapes(view, close));
    if is_apostrophe(view, close) && is_ident(view.at(close + 1)) {
        return None;
    }
    let floor = close.saturating_sub(QUOTED_MAX).max(view.floor);
    let mut open = close - depth;
    // A plain loop: most strings are too short for a search to be worth its call.
    while open > floor {
        open -= 1;
        let byte = view.text[open];
        if byte == b'\n' {
            break;
        }
        if byte == mark && escapes(view, open) == depth && !is_apostrophe(view, open) {
            let _ = view.spend(end - open);
            let content = open + 1..close - depth;
            return Some(Quoted { start: prefix(view, open - depth), content, end });
        }
    }
    let _ = view.spend(end - open);
    None
}

/// Whether the mark at `at` is one within a word, as in `don't`, and begins no string.
fn is_apostrophe(view: View<'_>, at: usize) -> bool {
    let is_inside = is_ident(view.prev(at)) && is_ident(view.at(at + 1));
    view.at(at) == b'\'' && is_inside && prefix(view, at) == at
}

/// Where the string begins whose mark at `open` opens it: with its backslashes and letters.
pub(super) fn opening(view: View<'_>, open: usize) -> usize {
    prefix(view, open - escapes(view, open))
}

/// After the string that opens at `open`, within its line; after the mark when it does not close.
pub(super) fn after(view: View<'_>, open: usize) -> usize {
    let (mark, depth) = (view.at(open), escapes(view, open));
    let limit = view.line_end(open).min(open.saturating_add(QUOTED_MAX));
    if mark == b'\'' && is_ident(view.prev(open)) && !is_blank(view.at(open + 1)) {
        return open + 1;
    }
    let mut at = open + 1;
    while let Some(close) = view.find(mark, at, limit) {
        if escapes(view, close) <= depth {
            return close + 1;
        }
        at = close + 1;
    }
    open + 1
}
