//! Lines above a place that are indented less, and the section it is in.

use super::outward::{Frame, NAMES_MAX, Outside};
use super::view::{View, is_name};

/// Bytes above a place in which its section begins.
const SECTION_REACH: usize = 16 << 10;

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
pub(super) fn read(view: View<'_>, start: usize, outside: &mut Outside) {
    let mut line = view.line_start(start);
    let first = view.bytes(line..view.line_end(line));
    let is_comment = first.trim_ascii_start().starts_with(b"#");
    let mut own = margin(first, is_comment);
    let mut is_done = own.indent == 0 && !own.is_item;
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
            if start - line > SECTION_REACH {
                return;
            }
            continue;
        }
        let above = margin(bytes, is_comment);
        let is_outer = above.indent < own.indent
            || above.indent == own.indent && own.is_item && !above.is_item;
        if is_outer {
            if above.text < own.text || own.is_item {
                let indent = own.indent.max(above.indent + 1);
                heading(&bytes[above.text.min(bytes.len())..], line, indent, outside);
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
    let declared = key.strip_prefix("class ").or_else(|| key.strip_prefix("def "));
    let key = declared.map_or(key, |rest| rest.split(['(', ' ']).next().unwrap_or(rest));
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
        && inner
            .bytes()
            .all(|byte| is_name(byte) || matches!(byte, b' ' | b'"' | b':' | b'\'' | b'\\'));
    is_section.then(|| inner.replace('"', ""))
}
