//! Names and values of a block, read forward.

use std::ops::Range;

use super::Pair;
use super::argument;
use super::element;
use super::left::{self, Sign};
use super::quote;
use super::view::{View, is_name, is_quote, is_space};

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
            b'(' if self.depth <= self.list => self.call(at),
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
            b'-' if view.at(at + 1) == b'-' && is_space(view.prev(at)) => self.flag(at),
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
        let is_type = kind == Sign::Colon
            && view.at(view.blanks_on(end)) == b'='
            && end < view.blanks_on(end);
        if name.text.eq_ignore_ascii_case("cookie") || name.text.eq_ignore_ascii_case("set-cookie")
        {
            return after;
        }
        if !value.is_empty() && !is_type && !is_no_name(view, name_end, after, kind) {
            self.pairs.push(Pair { name: name.text, value });
        }
        end.max(after)
    }

    /// `--name value`.
    fn flag(&mut self, at: usize) -> usize {
        let view = self.view;
        let end = view.on_while(at, is_name);
        let begin = view.blanks_on(end);
        if begin == end || view.at(begin) == b'-' || view.at(begin) == b'\n' {
            return end.max(at + 2);
        }
        let value = self.value(begin);
        let end = value.end
            + usize::from(is_quote(view.at(value.end)) && is_quote(view.prev(value.start)));
        if !value.is_empty() {
            self.pairs.push(Pair {
                name: left::tidy(&view.string(at..view.on_while(at, is_name))),
                value,
            });
        }
        end.max(at + 2)
    }

    /// `WithOrgUrl("…")`, `set("name", "…")`. A call of anything else is a block of its own.
    fn call(&mut self, open: usize) -> usize {
        let view = self.view;
        let found = self.string(view.on_while(open + 1, is_space));
        let Some((first, end)) = found else {
            self.depth += 1;
            return open + 1;
        };
        let next = view.on_while(end, is_space);
        let second = (view.at(next) == b',')
            .then(|| self.string(view.on_while(next + 1, is_space)))
            .flatten();
        let (name, value, end) = match second {
            Some((second, end)) => (Some(view.string(first)), second, end),
            None => (argument::called(view, open).map(|(function, _)| function), first, end),
        };
        if view.at(view.on_while(end, is_space)) == b')'
            && let Some(name) = name
        {
            self.pairs.push(Pair { name, value });
        }
        self.depth += 1;
        end
    }

    /// The content of the string at `at`, and where it ends.
    fn string(&self, at: usize) -> Option<(Range<usize>, usize)> {
        let end = quote::after(self.view, at);
        (is_quote(self.view.at(at)) && end > at + 1).then(|| (at + 1..end - 1, end))
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
            self.pairs.push(Pair { name: tag.name(), value });
        }
        end
    }
}

/// Whether the sign after `end` gives nothing a name: `12:30`, `$env:NAME`.
fn is_no_name(view: View<'_>, end: usize, after: usize, kind: Sign) -> bool {
    let is_time = view.prev(end).is_ascii_digit() && view.at(after).is_ascii_digit();
    let is_scope = view.at(view.name_back(end)) == b'$' && is_name(view.at(after));
    kind == Sign::Colon && (is_time || is_scope)
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
