//! Names and values of a block, read forward.

use std::ops::Range;

use super::Pair;
use super::element;
use super::left::{self, Sign};
use super::quote;
use super::view::{View, is_quote, is_space};

/// Pairs that are read.
const PAIRS_MAX: usize = 200;

/// Reads the pairs of `block`; a name and a value that are pairs of their own are one.
pub(super) fn read(view: View<'_>, block: &Range<usize>) -> Vec<Pair> {
    joined(view, plain(view, block))
}

/// Reads the pairs of `block` as they are written.
pub(super) fn plain(view: View<'_>, block: &Range<usize>) -> Vec<Pair> {
    let mut reader = Reader { view: view.within(block), depth: 0, list: 0, pairs: Vec::new() };
    let mut at = reader.begin(block.start);
    while at < reader.view.ceiling && reader.pairs.len() < PAIRS_MAX && view.spend(1) {
        at = reader.step(at).max(at + 1);
    }
    reader.pairs
}

/// A reader of pairs.
struct Reader<'a> {
    view: View<'a>,
    depth: usize,
    list: usize,
    pairs: Vec<Pair>,
}

impl Reader<'_> {
    /// Inside of the block's own bracket. The objects of a list count as its own.
    fn begin(&mut self, start: usize) -> usize {
        match self.view.at(start) {
            b'[' => {
                self.list = 1;
                start + 1
            }
            b'{' | b'(' => start + 1,
            _ => start,
        }
    }

    /// Reads on from `at`; gives where it came to.
    fn step(&mut self, at: usize) -> usize {
        let view = self.view;
        let byte = view.at(at);
        match byte {
            b'"' | b'\'' | b'`' => quote::after(view, at),
            b'{' | b'[' | b'(' => {
                self.depth += 1;
                at + 1
            }
            b'}' | b']' | b')' => {
                self.depth = self.depth.saturating_sub(1);
                at + 1
            }
            _ if self.depth > self.list => at + 1,
            b'=' if view.at(at + 1) == b'>' => self.pair(at, at + 2, Sign::Arrow),
            b'=' => self.pair(at, view.on_while(at, |byte| byte == b'='), Sign::Equal),
            b':' if view.at(at + 1) == b'=' => self.pair(at, at + 2, Sign::Equal),
            b':' if view.at(at + 1) != b'/' && view.at(at + 1) != b':' => {
                self.pair(at, at + 1, Sign::Colon)
            }
            b'>' => self.element(at),
            _ => at + 1,
        }
    }

    /// A name that ends before the sign at `sign`, and the value behind it.
    fn pair(&mut self, sign: usize, after: usize, kind: Sign) -> usize {
        let view = self.view;
        let name_end = view.back_while(sign, |byte| matches!(byte, b'+' | b'?' | b':'));
        let Some(name) = left::side(view, name_end, kind) else {
            return after;
        };
        let begin = view.blanks_on(after);
        if matches!(view.at(begin), b'{' | b'[' | b'(' | b'\n' | b'&' | b'|') {
            return begin.max(after);
        }
        let value = self.value(begin);
        let end = value.end
            + usize::from(is_quote(view.at(value.end)) && is_quote(view.prev(value.start)));
        if !value.is_empty() {
            self.pairs.push(Pair { name: name.text, value });
        }
        end.max(after)
    }

    /// The value that begins at `at`.
    fn value(&self, at: usize) -> Range<usize> {
        let view = self.view;
        let mut open = at;
        while open - at < 2 && matches!(view.at(open), b'b' | b'r' | b'f' | b'u' | b'@' | b'$') {
            open += 1;
        }
        if is_quote(view.at(open)) {
            let end = quote::after(view, open);
            return if end > open + 1 { open + 1..end - 1 } else { open + 1..view.line_end(open) };
        }
        let end = view.on_while(at, |byte| {
            !is_space(byte) && !is_quote(byte) && !b",;&(){}[]<>|".contains(&byte)
        });
        at..end
    }

    /// The text of an element whose tag ends with the `>` at `at`.
    fn element(&mut self, at: usize) -> usize {
        let view = self.view;
        let Some(tag) =
            element::ending(view, at + 1).ok().filter(|tag| tag.kind == element::Kind::Open)
        else {
            return at + 1;
        };
        let end = view.find(b'<', at, view.ceiling).unwrap_or(view.ceiling);
        let is_closed = view.at(end + 1) == b'/';
        let begin = view.on_while(at + 1, is_space);
        let value = begin..view.back_while(end, is_space).max(begin);
        if is_closed && !value.is_empty() {
            self.pairs.push(Pair { name: tag.name, value });
        }
        end
    }
}

/// Pairs in which one holds the name and the next the value, as one.
fn joined(view: View<'_>, pairs: Vec<Pair>) -> Vec<Pair> {
    let mut found: Vec<Pair> = Vec::with_capacity(pairs.len());
    for pair in pairs {
        match found.last_mut() {
            Some(last) if element::is_key(&last.name) && element::is_value(&pair.name) => {
                *last = Pair { name: view.string(last.value.clone()), value: pair.value };
            }
            _ => found.push(pair),
        }
    }
    found
}
