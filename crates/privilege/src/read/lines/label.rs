//! What people call a call: the words beside it.

use std::ops::Range;

use super::Call;
use super::target;

/// Longer labels are cut.
const LABEL_BYTES_MAX: usize = 200;

/// A line without the marks of lists, quotes and tables.
#[derive(Debug)]
pub(super) struct Line<'a> {
    /// What is left.
    pub(super) text: &'a str,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    Item,
    Row,
    Heading,
    /// JSON, XML: its words are keys.
    Data,
}

impl<'a> Line<'a> {
    /// The line of that text.
    pub(super) fn new(text: &'a str) -> Self {
        let text = text.trim().trim_start_matches(['>', ' ']);
        if text.starts_with('#') {
            return Self { text: text.trim_matches(['#', ' ']), kind: Kind::Heading };
        }
        if text.starts_with('|') {
            return Self { text: text.trim_matches(['|', ' ']), kind: Kind::Row };
        }
        if text.starts_with(['{', '[', '"']) && text.ends_with(['}', ']', ',', '"', '{', '[']) {
            return Self { text, kind: Kind::Data };
        }
        match without_bullet(text) {
            Some(rest) => Self { text: without_box(rest), kind: Kind::Item },
            None => Self { text, kind: Kind::Plain },
        }
    }

    /// Whether it is an item of a list, or a line of text.
    pub(super) fn is_item_or_plain(&self) -> bool {
        matches!(self.kind, Kind::Item | Kind::Plain)
    }

    /// Whether the line can stand for the call as it is: it is no row of a table and has no marks of Markdown.
    pub(super) fn is_plain(&self) -> bool {
        !matches!(self.kind, Kind::Row | Kind::Data)
            && !self.text.contains('`')
            && !self.text.contains("**")
    }

    /// Whether a path without verb is meant as a call: in a list or table, or alone in its line
    /// and no heading of what follows.
    pub(super) fn is_call_without_verb(&self, call: &Call) -> bool {
        let path = &self.text[call.target.clone()];
        let is_alone = self.text.trim_matches(['`', '*', ' ']) == path;
        target::is_of_an_api(path)
            && match self.kind {
                Kind::Item | Kind::Row => true,
                Kind::Plain => is_alone && !path.ends_with('/'),
                Kind::Heading | Kind::Data => false,
            }
    }
}

/// Whether a target is where a link of Markdown leads: `[text](target)`.
pub(super) fn is_of_a_link(text: &str, target: &Range<usize>) -> bool {
    text[..target.start].ends_with("](")
}

/// Where a path ends that is the text of a link of Markdown: behind the link.
pub(super) fn end_of_link(text: &str, end: usize) -> usize {
    let marks = text[end..].len() - text[end..].trim_start_matches(['`', '*']).len();
    let is_link = text[end + marks..].starts_with("](");
    let close = is_link.then(|| text[end..].find(')')).flatten();
    close.map_or(end, |close| end + close + 1)
}

/// Writes the label of a call. Text before `from` belongs to another.
pub(super) fn write(line: &Line<'_>, from: usize, call: &Call, is_one: bool, label: &mut String) {
    label.clear();
    if line.kind == Kind::Data {
        return;
    }
    let before = line.text.get(from..call.span.start).map_or("", bare);
    let after = if is_one { &line.text[call.span.end..] } else { "" };
    if line.kind == Kind::Row {
        let mut cells = before.split('|').chain(after.split('|')).map(bare);
        push(cells.find(|cell| !cell.is_empty()).unwrap_or(""), label);
        return;
    }
    push(before, label);
    if let Some(remark) = remark(after) {
        if label.is_empty() {
            push(remark.trim_matches(['(', ')']), label);
        } else {
            label.push_str(" (");
            push(remark.trim_matches(['(', ')']), label);
            label.push(')');
        }
    }
}

/// The text without the version of HTTP at its end.
pub(super) fn without_version(text: &str) -> &str {
    [" HTTP/1.1", " HTTP/1.0", " HTTP/2"]
        .iter()
        .find_map(|end| text.strip_suffix(end))
        .unwrap_or(text)
}

/// A remark behind a call: in parentheses, or after a dash, colon or mark of a comment.
fn remark(after: &str) -> Option<&str> {
    let after = without_version(after).trim().trim_start_matches(['`', '*', '"', ' ']);
    let is_remark =
        after.starts_with(['(', '-', '–', '—', ':', '#', '→', '=', ',']) || after.starts_with("//");
    let bare = bare(after);
    (is_remark && !bare.is_empty()).then_some(bare)
}

fn bare(text: &str) -> &str {
    let marks = |c: char| c.is_whitespace() || ":`*|\"'[]-–—#/=>→,_".contains(c);
    text.trim_matches(marks)
}

fn push(text: &str, label: &mut String) {
    let mut end = text.floor_char_boundary(LABEL_BYTES_MAX);
    if end < text.len() {
        // The word that is cut is left out: a part of a token is not seen to be one.
        end = text[..end].rfind(char::is_whitespace).unwrap_or(0);
    }
    super::masked::words(&text[..end], label);
}

fn without_bullet(text: &str) -> Option<&str> {
    let marked = ["- ", "* ", "+ ", "• ", "– ", "— ", "· ", "◦ ", "-\t", "*\t"];
    let rest = marked.iter().find_map(|mark| text.strip_prefix(mark));
    rest.or_else(|| without_number(text)).map(str::trim_start)
}

/// `12. `, `12) `
fn without_number(text: &str) -> Option<&str> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text[digits..].strip_prefix(['.', ')'])?;
    (digits > 0 && digits <= 4 && rest.starts_with([' ', '\t'])).then_some(rest)
}

/// `[ ] `, `[x] `
fn without_box(text: &str) -> &str {
    let boxes = ["[ ] ", "[x] ", "[X] "];
    boxes.iter().find_map(|mark| text.strip_prefix(mark)).unwrap_or(text)
}
