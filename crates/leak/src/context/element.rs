//! Tags of XML and HTML: the element that a value is the text of, or an attribute in.

use std::ops::Range;

use super::name::Name;
use super::view::{NAME_MAX, View, is_ident, is_name, is_space};
use super::{Form, words::words};

/// Bytes that a tag may have.
const TAG_MAX: usize = 2 << 10;

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// From `<` through `>`; to the window's end when it is cut.
    pub(super) span: Range<usize>,
    /// Its name, without a prefix.
    pub(super) name: &'a [u8],
    /// What it does.
    pub(super) kind: Kind,
}

impl Tag<'_> {
    /// Its name as text.
    pub(super) fn name(&self) -> String {
        String::from_utf8_lossy(self.name).into_owned()
    }
}

/// What a tag does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Opens an element.
    Open,
    /// Closes one.
    Close,
    /// Is one by itself, or a declaration.
    Single,
}

/// What ends right before a value.
pub(super) enum Before {
    /// A tag that opens its element, which has this name.
    Open(Name),
    /// A tag that begins here and may be skipped.
    Close(usize),
    /// No tag.
    None,
}

/// What the `>` that ends at `end` means to the text behind it.
pub(super) fn before(view: View<'_>, end: usize) -> Before {
    let Ok(tag) = ending(view, end) else {
        return Before::None;
    };
    if tag.kind != Kind::Open || is_inline(&tag.name()) {
        return Before::Close(tag.span.start);
    }
    match named(view, &tag) {
        Some(name) => Before::Open(name),
        None => Before::None,
    }
}

/// The name of an element that holds a text: that of its tag, of an attribute, or of the element before.
fn named(view: View<'_>, tag: &Tag<'_>) -> Option<Name> {
    let attribute = attributes(view, tag).into_iter().find(|pair| is_key(&pair.0));
    let before = || sibling(view, tag);
    let generic = is_value(&tag.name());
    match attribute {
        Some((_, value)) => with(view.string(value), tag),
        None if generic => before()
            .and_then(|key| with(key, tag))
            .or_else(|| Name::new(tag.name(), tag.span.start)),
        None => Name::new(tag.name(), tag.span.start),
    }
}

/// A name that stands with a tag.
fn with(text: String, tag: &Tag<'_>) -> Option<Name> {
    let mut name = Name::new(text, tag.span.start)?;
    name.outer.push(tag.name());
    Some(name)
}

/// The text of the element right before a tag: `<key>…</key>`, `<td>…</td>`.
fn sibling(view: View<'_>, tag: &Tag<'_>) -> Option<String> {
    let mut end = view.back_while(tag.span.start, is_space);
    let mut text_end = end;
    for _ in 0..3 {
        let close = ending(view, end).ok().filter(|tag| tag.kind == Kind::Close)?;
        text_end = view.back_while(close.span.start, is_space);
        end = text_end;
        if view.prev(end) != b'>' {
            break;
        }
    }
    let start = view.back_while(text_end, |byte| !matches!(byte, b'<' | b'>'));
    (start < text_end && text_end - start <= 96)
        .then(|| view.string(start..text_end).trim_end_matches(':').to_owned())
}

/// The tag whose `>` ends at `end`; as an error, how far back there is none.
pub(super) fn ending(view: View<'_>, end: usize) -> Result<Tag<'_>, usize> {
    let floor = end.saturating_sub(TAG_MAX).max(view.floor);
    let start = view.rfind(b'<', floor, end).ok_or(floor)?;
    read(view, start..end).ok_or(start)
}

/// The tag that is open at `at`: its attributes are being read.
pub(super) fn open_at(view: View<'_>, at: usize) -> Option<Tag<'_>> {
    let floor = at.saturating_sub(TAG_MAX).max(view.floor);
    let start = view.rfind(b'<', floor, at)?;
    if view.rfind(b'>', start, at).is_some() {
        return None;
    }
    let end = view.find(b'>', at, at.saturating_add(TAG_MAX)).map_or(view.ceiling, |end| end + 1);
    read(view, start..end.min(at.saturating_add(TAG_MAX)))
}

/// Reads a tag from `<` through `>`. `None` for what only looks like one.
fn read(view: View<'_>, span: Range<usize>) -> Option<Tag<'_>> {
    let is_close = view.at(span.start + 1) == b'/';
    let begin = span.start + 1 + usize::from(is_close);
    let first = view.at(begin);
    let end = view.on_while(begin, |byte| is_name(byte) && byte != b'/' || byte == b':');
    let is_single = matches!(first, b'!' | b'?') || view.prev(span.end - 1) == b'/';
    let ends_well = matches!(view.at(end), b'>' | b'/' | b'?') || is_space(view.at(end));
    let is_tag =
        matches!(first, b'!' | b'?') || (first.is_ascii_alphabetic() || first == b'_') && ends_well;
    if !is_tag || !is_close && !is_single && !has_attributes(view, end..span.end) {
        return None;
    }
    let end = end.min(begin.saturating_add(NAME_MAX));
    let name = view.bytes(begin..end).rsplit(|&byte| byte == b':').next().unwrap_or_default();
    let kind = match () {
        () if is_close => Kind::Close,
        () if is_single || is_void(name) => Kind::Single,
        () => Kind::Open,
    };
    Some(Tag { span, name, kind })
}

/// Whether an element of HTML has no end.
fn is_void(name: &[u8]) -> bool {
    const VOID: [&[u8]; 7] = [b"br", b"hr", b"img", b"input", b"link", b"meta", b"wbr"];
    VOID.iter().any(|void| name.eq_ignore_ascii_case(void))
}

/// Whether what follows a tag's name are attributes, or nothing.
fn has_attributes(view: View<'_>, range: Range<usize>) -> bool {
    let start = view.on_while(range.start, is_space);
    let name = view.on_while(start, |byte| is_name(byte) || byte == b':');
    start + 1 >= range.end
        || name > start && matches!(view.at(view.blanks_on(name)), b'=' | b'>' | b'/')
        || name > start && is_space(view.at(name))
}

/// The attributes of a tag: names, and where the values are. At most 40.
pub(super) fn attributes(view: View<'_>, tag: &Tag<'_>) -> Vec<(String, Range<usize>)> {
    let mut found = Vec::new();
    let mut at = tag.span.start + 1;
    while found.len() < 40 {
        let Some(sign) = view.find(b'=', at, tag.span.end) else { break };
        let name_end = view.blanks_back(sign);
        let name = view.string(
            view.back_while(name_end, |byte| is_ident(byte) || matches!(byte, b'-' | b':' | b'.'))
                ..name_end,
        );
        let open = view.on_while(sign + 1, is_space);
        let is_quoted = matches!(view.at(open), b'"' | b'\'');
        let close = if is_quoted { view.find(view.at(open), open + 1, tag.span.end) } else { None };
        let value = match close {
            Some(close) => open + 1..close,
            None => open..view.on_while(open, |byte| !is_space(byte) && byte != b'>'),
        };
        at = value.end.max(sign) + 1;
        found.push((name.rsplit(':').next().unwrap_or_default().to_owned(), value));
    }
    found
}

/// The name of a value that is an attribute: `<x token="…">`, `<add key="K" value="…"/>`. `name` is the
/// attribute as it was read.
pub(super) fn attribute(view: View<'_>, name: Name) -> Name {
    let Some(tag) = open_at(view, name.start).filter(|tag| tag.kind != Kind::Close) else {
        return name;
    };
    let key = attributes(view, &tag)
        .into_iter()
        .find(|pair| is_key(&pair.0))
        .filter(|_| is_value(&name.text));
    let text = key.map_or(name.text, |(_, value)| view.string(value));
    let outer = vec![tag.name()];
    Name { text, form: Form::Assigned, start: tag.span.start, outer, ..name }
}

/// Whether an attribute, key or tag holds the name of what stands beside it: `key`, `param-name`.
pub(super) fn is_key(name: &str) -> bool {
    const ALONE: [&str; 8] =
        ["k", "property", "variable", "var", "header", "field", "param", "parameter"];
    let words = words(name);
    match words.as_slice() {
        [word] => is_any(word, &["name", "key", "id"]) || is_any(word, &ALONE),
        [rest @ .., last] => {
            is_any(last, &["name", "key", "id"]) && rest.iter().all(|word| is_any(word, &OWNERS))
        }
        [] => false,
    }
}

/// Whether an attribute, key or tag holds a value whose name stands beside it: `value`, `param-value`.
pub(super) fn is_value(name: &str) -> bool {
    const ALONE: [&str; 11] = [
        "v",
        "string",
        "content",
        "data",
        "text",
        "default",
        "td",
        "dd",
        "plaintext",
        "body",
        "secretstring",
    ];
    let words = words(name);
    match words.as_slice() {
        [word] => is_any(word, &["value", "val", "values"]) || is_any(word, &ALONE),
        [rest @ .., last] => {
            is_any(last, &["value", "val", "string"])
                && rest.iter().all(|word| is_any(word, &OWNERS))
        }
        [] => false,
    }
}

/// What names and values in pairs belong to, as in `ParameterKey` and `headerValue`.
const OWNERS: [&str; 20] = [
    "param",
    "parameter",
    "init",
    "context",
    "property",
    "header",
    "env",
    "environment",
    "setting",
    "option",
    "attribute",
    "variable",
    "var",
    "config",
    "entry",
    "item",
    "field",
    "secret",
    "current",
    "default",
];

/// Whether a word is one of several.
fn is_any(word: &str, words: &[&str]) -> bool {
    words.contains(&word)
}

/// Whether an element is only a matter of looks.
fn is_inline(name: &str) -> bool {
    const INLINE: [&str; 14] = [
        "b", "i", "a", "em", "strong", "code", "span", "pre", "p", "font", "tt", "kbd", "mark",
        "br",
    ];
    INLINE.contains(&name.to_ascii_lowercase().as_str())
}
