//! Brackets and tags that enclose a place, and what they are called.

use super::argument;
use super::element::{self, Kind};
use super::left::{self, Sign};
use super::name;
use super::outward::{Frame, Outside};
use super::quote;
use super::view::{View, is_ident, is_name, is_quote, is_space};

/// Bytes above a place beyond which a line that is not indented ends the search.
const LEVEL_REACH: usize = 4 << 10;

/// Closing brackets and tags that still wait for what opens them.
#[derive(Default)]
struct Open<'a> {
    curly: usize,
    round: usize,
    square: usize,
    tags: Vec<&'a [u8]>,
}

impl Open<'_> {
    /// Whether everything that closes has been opened.
    fn is_settled(&self) -> bool {
        self.curly == 0 && self.round == 0 && self.square == 0 && self.tags.is_empty()
    }

    /// The count of a kind of bracket, by its closing one.
    fn count(&mut self, close: u8) -> &mut usize {
        match close {
            b'}' => &mut self.curly,
            b')' => &mut self.round,
            _ => &mut self.square,
        }
    }

    /// Whether a bracket that opens belongs to one that was met, or is inside braces that were.
    fn takes(&mut self, close: u8) -> bool {
        if close != b'}' && self.curly > 0 {
            return true;
        }
        let count = self.count(close);
        let is_taken = *count > 0;
        *count = count.saturating_sub(1);
        is_taken
    }
}

/// Reads brackets and tags backward.
pub(super) fn read(view: View<'_>, start: usize, outside: &mut Outside) {
    let mut open = Open::default();
    let mut at = start;
    // Above this no tag is left to begin.
    let mut tagless = usize::MAX;
    let floor = view.floor;
    let mut steps = 0_usize;
    while at > floor.max(outside.reach()) && !outside.is_full() {
        steps += 1;
        if steps.is_multiple_of(64) && !view.spend(64) {
            return;
        }
        let byte = view.text[at - 1];
        match byte {
            b'"' | b'\'' | b'`' => {
                if let Some(quoted) = quote::before(view, at) {
                    at = quoted.start;
                    continue;
                }
            }
            b'}' | b')' | b']' if byte == b'}' || open.curly == 0 => *open.count(byte) += 1,
            b'{' | b'(' | b'[' => {
                let close = if byte == b'(' { b')' } else { byte + 2 };
                if !open.takes(close) {
                    open = Open { tags: open.tags, ..Open::default() };
                    at = enclosed(view, at - 1, outside);
                    continue;
                }
            }
            b'>' if at < tagless && !matches!(view.prev(at - 1), b'=' | b'-' | b' ' | b'\n') => {
                match tag(view, at, &mut open.tags, outside) {
                    Ok(start) => {
                        at = start;
                        continue;
                    }
                    Err(start) => tagless = start,
                }
            }
            b'\n' if open.is_settled() && is_over(view, at, start) => return,
            _ => {}
        }
        at -= 1;
    }
}

/// Whether nothing that begins above the line at `line` can enclose the place: the line is not indented and
/// does not close anything, and is far enough.
fn is_over(view: View<'_>, line: usize, start: usize) -> bool {
    let first = view.at(line);
    start - line > LEVEL_REACH && !is_space(first) && !matches!(first, b'}' | b')' | b']' | b'<')
}

/// Reads the tag that ends at `end`; gives where it begins, or as an error how far back there is none.
fn tag<'a>(
    view: View<'a>,
    end: usize,
    closed: &mut Vec<&'a [u8]>,
    outside: &mut Outside,
) -> Result<usize, usize> {
    let tag = element::ending(view, end)?;
    let start = tag.span.start;
    match tag.kind {
        Kind::Close if closed.len() < 256 => closed.push(tag.name),
        Kind::Open if closed.last() == Some(&tag.name) => {
            closed.pop();
        }
        Kind::Open if closed.is_empty() && !is_ident(view.prev(start)) => {
            for (name, value) in element::attributes(view, &tag) {
                if element::is_key(&name) {
                    outside.name(start + 1, view.string(value));
                }
            }
            outside.name(start, tag.name());
            outside.frames.push((start, Frame::Element(tag.name())));
        }
        _ => {}
    }
    Ok(start)
}

/// Takes down a bracket that encloses the place, with what it is called; gives where to read on.
fn enclosed(view: View<'_>, open: usize, outside: &mut Outside) -> usize {
    let bracket = view.at(open);
    outside.frames.push((open, Frame::Bracket(bracket)));
    if is_quote(view.prev(open)) && open > view.floor {
        return string(view, open, outside);
    }
    match bracket {
        b'(' => call(view, open, outside),
        _ => label(view, open, outside),
    }
    open
}

/// The name of a string that begins with the bracket at `open`; gives where the string begins.
fn string(view: View<'_>, open: usize, outside: &mut Outside) -> usize {
    let start = quote::opening(view, open - 1);
    if let Some(name) = name::before(view, start) {
        for outer in name.outer {
            outside.name(name.start.saturating_sub(1), outer);
        }
        outside.name(name.start, name.text);
    }
    start
}

/// What is called with the bracket at `open`.
fn call(view: View<'_>, open: usize, outside: &mut Outside) {
    let Some((function, start)) = argument::called(view, open) else {
        return;
    };
    outside.name(start + 1, function);
    let end = view.blanks_back(start);
    let before = view.name_back(end);
    let is_keyword = matches!(view.string(before..end).as_str(), "new" | "await");
    assigned(view, if is_keyword { view.blanks_back(before) } else { end }, outside);
}

/// What a bracket whose sign ends at `end` is assigned to. Whether there is one.
fn assigned(view: View<'_>, end: usize, outside: &mut Outside) -> bool {
    let name = match view.prev(end) {
        b'=' => {
            left::side(view, view.back_while(end, |byte| matches!(byte, b'=' | b':')), Sign::Equal)
        }
        b':' if view.prev(end - 1) != b':' => left::side(view, end - 1, Sign::Colon),
        b'>' if view.prev(end - 1) == b'=' => left::side(view, end - 2, Sign::Arrow),
        _ => return false,
    };
    if let Some(name) = name {
        let n_outer = name.outer.len();
        for (index, outer) in name.outer.into_iter().enumerate() {
            outside.name(name.start.saturating_sub(n_outer - index), outer);
        }
        outside.name(name.start, name.text);
    }
    true
}

/// What a block or list is called: a key, what it is assigned to, or the words and labels before it.
fn label(view: View<'_>, open: usize, outside: &mut Outside) {
    let mut end = view.back_while(open, is_space);
    if view.at(open + 1) == b'{' && end < open {
        return;
    }
    if matches!(view.prev(end), b'@' | b'#' | b'%') {
        end = view.blanks_back(end - 1);
    }
    if view.at(open) == b'[' && end == open && is_ident(view.prev(end)) {
        return;
    }
    for _ in 0..6 {
        if assigned(view, end, outside) {
            return;
        }
        let Some(start) = item(view, end, outside) else {
            return;
        };
        end = view.blanks_back(start);
    }
}

/// Words that say what a block is, not what it is called.
const KEYWORDS: [&str; 30] = [
    "abstract",
    "async",
    "await",
    "catch",
    "class",
    "const",
    "data",
    "do",
    "else",
    "enum",
    "export",
    "extends",
    "finally",
    "fn",
    "for",
    "func",
    "function",
    "if",
    "impl",
    "implements",
    "interface",
    "new",
    "object",
    "private",
    "public",
    "return",
    "static",
    "struct",
    "try",
    "type",
];

/// One word, label, or list of parameters before a block; gives where it begins.
fn item(view: View<'_>, end: usize, outside: &mut Outside) -> Option<usize> {
    match view.prev(end) {
        byte if is_quote(byte) => {
            let quoted = quote::before(view, end)?;
            outside.name(quoted.start, view.string(quoted.content));
            Some(quoted.start)
        }
        b')' => matching(view, end, b'(', b')'),
        b']' => matching(view, end, b'[', b']'),
        b'>' if is_ident(view.prev(end - 1)) => matching(view, end, b'<', b'>'),
        byte if is_name(byte) => {
            let start = view.back_while(end, |byte| is_name(byte) || byte == b':');
            let word = left::tidy(&view.string(start..end));
            if !KEYWORDS.contains(&word.as_str()) {
                outside.name(start, word);
            }
            Some(start)
        }
        _ => None,
    }
}

/// Where the bracket opens that closes right before `end`, in at most 512 bytes.
fn matching(view: View<'_>, end: usize, open: u8, close: u8) -> Option<usize> {
    let floor = view.floor.max(end.saturating_sub(512));
    let mut depth = 0_usize;
    let mut at = end;
    while at > floor && view.spend(1) {
        at -= 1;
        let byte = view.at(at);
        if byte == close {
            depth += 1;
        } else if byte == open {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}
