//! What encloses a place: brackets, indentation, tags and sections, read backward.

use super::argument;
use super::element::{self, Kind};
use super::left::{self, Sign};
use super::quote;
use super::view::{View, is_ident, is_name, is_quote, is_space};

/// Names that are kept.
const NAMES_MAX: usize = 16;

/// What encloses a place.
#[derive(Debug, Clone, Default)]
pub(super) struct Outside {
    /// Names and where they stand, in no order.
    names: Vec<(usize, String)>,
    /// The innermost things that enclose the place: where each begins, and what it is.
    pub(super) frames: Vec<(usize, Frame)>,
}

/// A thing that encloses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Frame {
    /// A bracket, and which.
    Bracket(u8),
    /// An element.
    Element(String),
    /// Deeper indentation than that of the line that begins there.
    Indent(usize),
    /// A section such as `[okta]`.
    Section,
}

impl Outside {
    /// The names, the outermost first.
    pub(super) fn path(mut self) -> Vec<String> {
        self.names.sort_by_key(|&(at, _)| at);
        let mut path: Vec<String> = self.names.into_iter().map(|(_, name)| name).collect();
        path.retain(|name| !name.is_empty());
        path
    }

    /// Whether the place that begins at `start` is an item of a list that indentation encloses.
    pub(super) fn is_item(&self, view: View<'_>, start: usize) -> bool {
        let before = view.bytes(view.line_start(start)..start);
        matches!(self.frames.first(), Some((_, Frame::Indent(_))))
            && before.trim_ascii_end().ends_with(b"-")
            && before.iter().all(|&byte| is_space(byte) || matches!(byte, b'-' | b'+' | b'#'))
    }

    fn name(&mut self, at: usize, name: String) {
        self.names.push((at, name));
    }
}

/// Everything that encloses the place that begins at `start`.
pub(super) fn read(view: View<'_>, start: usize) -> Outside {
    let mut outside = Outside::default();
    brackets(view, start, &mut outside);
    indents(view, start, &mut outside);
    outside.frames.sort_by_key(|&(at, _)| std::cmp::Reverse(at));
    outside
}

/// Closing brackets and tags that still wait for what opens them.
#[derive(Default)]
struct Open {
    curly: usize,
    round: usize,
    square: usize,
    tags: Vec<String>,
}

impl Open {
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
fn brackets(view: View<'_>, start: usize, outside: &mut Outside) {
    let mut open = Open::default();
    let mut at = start;
    // Above this no tag is left to begin.
    let mut tagless = usize::MAX;
    while at > view.floor && outside.names.len() < NAMES_MAX && view.spend(1) {
        let byte = view.text[at - 1];
        match byte {
            b'"' | b'\'' | b'`' => {
                if let Some(quoted) = quote::before(view, at) {
                    at = quoted.start;
                    continue;
                }
            }
            b'}' | b')' | b']' => {
                if byte == b'}' || open.curly == 0 {
                    *open.count(byte) += 1;
                }
            }
            b'{' | b'(' | b'[' => {
                let close = if byte == b'(' { b')' } else { byte + 2 };
                if !open.takes(close) {
                    open = Open { tags: open.tags, ..Open::default() };
                    enclosed(view, at - 1, outside);
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
            _ => {}
        }
        at -= 1;
    }
}

/// Reads the tag that ends at `end`; gives where it begins, or as an error how far back there is none.
fn tag(
    view: View<'_>,
    end: usize,
    closed: &mut Vec<String>,
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
            outside.name(start, tag.name.clone());
            outside.frames.push((start, Frame::Element(tag.name)));
        }
        _ => {}
    }
    Ok(start)
}

/// Takes down a bracket that encloses the place, with what it is called.
fn enclosed(view: View<'_>, open: usize, outside: &mut Outside) {
    let bracket = view.at(open);
    outside.frames.push((open, Frame::Bracket(bracket)));
    match bracket {
        b'(' => call(view, open, outside),
        _ => label(view, open, outside),
    }
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

/// How a line begins.
#[derive(Clone, Copy)]
struct Margin {
    /// Columns before its first mark.
    indent: usize,
    /// Columns before its text: behind the dashes of a list.
    text: usize,
    /// It is an item of a list.
    is_item: bool,
}

/// Reads the margin of a line. What diffs, comments and quotations write before a line counts as blanks.
fn margin(line: &[u8], is_comment: bool) -> Margin {
    let mut at = 0;
    let mut indent = None;
    while let Some(&byte) = line.get(at) {
        let next = line.get(at + 1).copied().unwrap_or(b'\n');
        match byte {
            b' ' | b'\t' => {}
            b'+' | b'>' if at == 0 => {}
            b'#' if is_comment && indent.is_none() => {}
            b'-' if at == 0 && (next != b' ' || line.get(2) == Some(&b' ')) => {}
            b'-' if matches!(next, b' ' | b'\n' | b'\r') => {
                indent.get_or_insert(at);
            }
            _ => break,
        }
        at += 1;
    }
    Margin { indent: indent.unwrap_or(at), text: at, is_item: indent.is_some() }
}

/// Reads the lines above that are indented less, and the section.
fn indents(view: View<'_>, start: usize, outside: &mut Outside) {
    let mut line = view.line_start(start);
    let first = view.bytes(line..view.line_end(line));
    let is_comment = first.trim_ascii_start().starts_with(b"#");
    let mut own = margin(first, is_comment);
    let mut is_done = false;
    while line > view.floor && outside.names.len() < NAMES_MAX * 2 && view.spend(8) {
        let end = line - 1;
        line = view.line_start(end);
        let bytes = view.bytes(line..end);
        let text = bytes.trim_ascii();
        if text.is_empty() || text.starts_with(b"#") && !is_comment && !text.starts_with(b"#[") {
            continue;
        }
        if let Some(section) = section(text) {
            outside.name(line, section);
            outside.frames.push((line, Frame::Section));
            return;
        }
        if text == b"---" || text.starts_with(b"```") || text.starts_with(b"@@ ") {
            return;
        }
        if is_done {
            continue;
        }
        let above = margin(bytes, is_comment);
        let is_outer = above.indent < own.indent
            || above.indent == own.indent && own.is_item && !above.is_item;
        if is_outer {
            if above.text < own.text || own.is_item {
                heading(&bytes[above.text.min(bytes.len())..], line, own.indent, outside);
            }
            is_done = above.indent == 0 && !above.is_item;
            own = above;
        }
    }
}

/// A line that only names what is indented below it: `key:`, `class X:`, `- key: &anchor`.
fn heading(text: &[u8], line: usize, indent: usize, outside: &mut Outside) {
    let text = String::from_utf8_lossy(&text[..text.len().min(256)]).into_owned();
    let Some((key, rest)) = split_key(text.trim()) else {
        return;
    };
    let rest = rest.trim();
    let is_empty =
        rest.is_empty() || rest.starts_with(['#', '&', '!', '|', '>']) && !rest.contains("${");
    if !is_empty
        || key.contains(['{', '(', '[']) && !key.starts_with("class ") && !key.starts_with("def ")
    {
        return;
    }
    let key = key.trim_matches(['"', '\'', ' ', '?']);
    let key = key.strip_prefix("class ").or_else(|| key.strip_prefix("def ")).unwrap_or(key);
    let key = key.split(['(', ' ']).next().unwrap_or(key);
    if key.len() <= 96 && !key.is_empty() {
        outside.name(line, key.to_owned());
        outside.frames.push((line, Frame::Indent(indent)));
    }
}

/// A line's key and the rest behind its colon.
fn split_key(text: &str) -> Option<(&str, &str)> {
    if let Some((key, rest)) = text.split_once(": ") {
        return Some((key, rest));
    }
    text.strip_suffix(':').map(|key| (key, ""))
}

/// The name in `[okta.client]` or `[[okta]]`.
fn section(text: &[u8]) -> Option<String> {
    let rest = text.strip_prefix(b"[")?;
    let inner = rest.strip_suffix(b"]").or_else(|| {
        let close = memchr::memchr(b']', rest)?;
        rest[close + 1..].trim_ascii().starts_with(b"#").then(|| &rest[..close])
    })?;
    let inner = String::from_utf8_lossy(inner);
    let inner = inner.trim_matches(['[', ']', ' ', '"']);
    let is_section = inner.len() <= 80
        && inner.starts_with(|char: char| char.is_alphabetic() || char == '_')
        && inner.bytes().all(|byte| is_name(byte) || matches!(byte, b' ' | b'"' | b':' | b'\''));
    is_section.then(|| inner.replace('"', ""))
}
