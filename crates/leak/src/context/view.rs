//! A window of a text that is read from the inside outward, with a bound on what reading costs.

use std::cell::Cell;
use std::ops::Range;

use memchr::{memchr, memrchr};

use super::REACH;

/// Steps that one reading may take; a step is a byte looked at, or a jump.
pub(super) const FUEL: usize = 16 * REACH;

/// Bytes that a name may have.
pub(super) const NAME_MAX: usize = 128;

/// A window of a text. Outside of it there are only line breaks.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    /// The whole text.
    pub(super) text: &'a [u8],
    /// Where the window begins.
    pub(super) floor: usize,
    /// Where it ends.
    pub(super) ceiling: usize,
    fuel: &'a Cell<usize>,
}

impl<'a> View<'a> {
    /// The window that reaches [`REACH`] to both sides of `range`.
    pub(super) fn new(text: &'a [u8], range: &Range<usize>, fuel: &'a Cell<usize>) -> Self {
        let ceiling = range.end.saturating_add(REACH).min(text.len());
        let floor = range.start.saturating_sub(REACH).min(ceiling);
        Self { text, floor, ceiling, fuel }
    }

    /// The part of the window that lies within `range`.
    pub(super) fn within(self, range: &Range<usize>) -> Self {
        let floor = range.start.clamp(self.floor, self.ceiling);
        Self { floor, ceiling: range.end.clamp(floor, self.ceiling), ..self }
    }

    /// Pays for `steps`; `false` when nothing is left to pay with.
    pub(super) fn spend(self, steps: usize) -> bool {
        let left = self.fuel.get();
        self.fuel.set(left.saturating_sub(steps));
        left > steps
    }

    /// The byte at a position; a line break outside the window.
    pub(super) fn at(self, at: usize) -> u8 {
        if at < self.floor || at >= self.ceiling { b'\n' } else { self.text[at] }
    }

    /// The byte before a position; a line break where the window begins.
    pub(super) fn prev(self, at: usize) -> u8 {
        if at == 0 { b'\n' } else { self.at(at - 1) }
    }

    /// The bytes of a range, as far as the window holds them.
    pub(super) fn bytes(self, range: Range<usize>) -> &'a [u8] {
        let start = range.start.clamp(self.floor, self.ceiling);
        &self.text[start..range.end.clamp(start, self.ceiling)]
    }

    /// The text of a range, cut at [`NAME_MAX`].
    pub(super) fn string(self, range: Range<usize>) -> String {
        let end = range.end.min(range.start.saturating_add(NAME_MAX));
        String::from_utf8_lossy(self.bytes(range.start..end)).trim().to_owned()
    }

    /// Where the bytes before `at` that satisfy `accept` begin.
    pub(super) fn back_while(self, at: usize, accept: impl Fn(u8) -> bool) -> usize {
        let mut start = at;
        while start > self.floor && start <= self.ceiling && accept(self.text[start - 1]) {
            start -= 1;
        }
        if self.spend(at - start) { start } else { at }
    }

    /// Where the bytes from `at` on that satisfy `accept` end.
    pub(super) fn on_while(self, at: usize, accept: impl Fn(u8) -> bool) -> usize {
        let mut end = at;
        while end < self.ceiling && end >= self.floor && accept(self.text[end]) {
            end += 1;
        }
        if self.spend(end - at) { end } else { at }
    }

    /// Before the blanks that end at `at`.
    pub(super) fn blanks_back(self, at: usize) -> usize {
        self.back_while(at, is_blank)
    }

    /// After the blanks that begin at `at`.
    pub(super) fn blanks_on(self, at: usize) -> usize {
        self.on_while(at, is_blank)
    }

    /// Where a name that ends at `at` begins, at most [`NAME_MAX`] before. The letter of an escape such as
    /// `\n` right before a name is no part of it.
    pub(super) fn name_back(self, at: usize) -> usize {
        let view = Self { floor: self.floor.max(at.saturating_sub(NAME_MAX)).min(at), ..self };
        let start = view.back_while(at, is_name);
        let is_escape = self.prev(start) == b'\\' && matches!(self.at(start), b'n' | b'r' | b't');
        if is_escape && start < at { start + 1 } else { start }
    }

    /// The last `byte` before `at`, not before `from`.
    pub(super) fn rfind(self, byte: u8, from: usize, at: usize) -> Option<usize> {
        let from = from.max(self.floor);
        let found = memrchr(byte, self.bytes(from..at)).map(|found| from + found);
        let _ = self.spend((at.saturating_sub(found.unwrap_or(from))) / 16 + 1);
        found
    }

    /// The first `byte` from `at` on, before `to`.
    pub(super) fn find(self, byte: u8, at: usize, to: usize) -> Option<usize> {
        let at = at.max(self.floor);
        let found = memchr(byte, self.bytes(at..to)).map(|found| at + found);
        let _ = self.spend((found.unwrap_or(to).saturating_sub(at)) / 16 + 1);
        found
    }

    /// Where the line that holds `at` begins.
    pub(super) fn line_start(self, at: usize) -> usize {
        self.rfind(b'\n', self.floor, at).map_or(self.floor, |found| found + 1)
    }

    /// Where the line that holds `at` ends, before its break.
    pub(super) fn line_end(self, at: usize) -> usize {
        let end = self.find(b'\n', at, self.ceiling).unwrap_or(self.ceiling);
        if end > at && self.prev(end) == b'\r' { end - 1 } else { end }
    }
}

/// A blank within a line.
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r')
}

/// A blank or a line break.
pub(super) fn is_space(byte: u8) -> bool {
    is_blank(byte) || byte == b'\n'
}

/// What names are made of, in every language that matters here.
pub(super) fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'_' | b'-' | b'.' | b'$' | b'/' | b'@')
        || byte >= 0x80
}

/// What identifiers are made of.
pub(super) fn is_ident(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// A quotation mark.
pub(super) fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}
