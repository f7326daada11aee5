//! Pages and scripts: fields of forms, and literals that are given to names.

use std::ops::Range;

use memchr::{memchr, memchr2, memchr3};

use crate::context::Form;
use crate::har::found::{Found, apart};
use crate::har::reader::Reader;
use crate::har::text;

/// Longest literal that is read as one value.
const LITERAL_MAX: usize = 1 << 20;

/// Longest tag.
const TAG_MAX: usize = 1 << 20;

/// Longest name.
const NAME_MAX: usize = 128;

impl Reader<'_> {
    /// What a page or a script holds.
    pub(crate) fn page(self, text: &[u8]) -> Vec<Found> {
        let mut found = self.fields(text);
        found.extend(self.literals(text));
        found.extend(self.lines(text));
        apart(found)
    }

    /// `<input name="…" value="…">` and its like.
    fn fields(self, text: &[u8]) -> Vec<Found> {
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(place) = text.get(at..).and_then(|rest| memchr(b'<', rest)) {
            at += place + 1;
            if is_field(&text[at..]) {
                let tag = &text[at..text.len().min(at + TAG_MAX)];
                let (attributes, len) = attributes(tag);
                found.extend(self.field(tag, &attributes).into_iter().map(|one| one.moved(at)));
                at += len;
            }
        }
        found
    }

    fn field(self, tag: &[u8], attributes: &[(String, Range<usize>)]) -> Vec<Found> {
        let of = |name: &str| attributes.iter().find(|one| one.0.eq_ignore_ascii_case(name));
        let Some((_, value)) = of("value").or_else(|| of("content")) else { return Vec::new() };
        let is_typed =
            of("type").is_some_and(|(_, kind)| tag[kind.clone()].eq_ignore_ascii_case(b"password"));
        if is_typed {
            let decoded = text::html(&tag[value.clone()]);
            let found = self.typed(&decoded.bytes);
            return found.into_iter().map(|one| one.outside(&decoded).moved(value.start)).collect();
        }
        let name = of("name").or_else(|| of("id")).or_else(|| of("property")).or_else(|| of("key"));
        let Some((_, name)) = name else { return Vec::new() };
        let name = text::html(&tag[name.clone()]);
        let decoded = text::html(&tag[value.clone()]);
        let name = String::from_utf8_lossy(&name.bytes);
        let found = self.named(&name, Form::Assigned, &decoded.bytes);
        found.into_iter().map(|one| one.outside(&decoded).moved(value.start)).collect()
    }

    /// `name = "…"`, `"name": "…"`, `name='…'`, `f("…")`.
    fn literals(self, text: &[u8]) -> Vec<Found> {
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(quote) = memchr3(b'"', b'\'', b'`', &text[at..]).map(|place| at + place) {
            let Some(name) = name_before(text, quote) else {
                at = quote + 1;
                continue;
            };
            let Some(end) = literal_end(text, quote) else {
                at = quote + 1;
                continue;
            };
            found.extend(self.literal(&name, &text[quote + 1..end], quote + 1));
            at = end + 1;
        }
        found
    }

    fn literal(self, name: &str, raw: &[u8], offset: usize) -> Vec<Found> {
        let literal = text::json(raw);
        let html = text::html(&literal.bytes);
        let found = self.named(name, Form::Assigned, &html.bytes);
        found.into_iter().map(|one| one.outside(&html).outside(&literal).moved(offset)).collect()
    }
}

fn is_field(text: &[u8]) -> bool {
    let tags: [&[u8]; 5] = [b"input", b"meta", b"button", b"param", b"add"];
    tags.iter().any(|tag| text.get(..tag.len()).is_some_and(|word| word.eq_ignore_ascii_case(tag)))
}

/// Names and places of the values of a tag's attributes, and the tag's length.
fn attributes(tag: &[u8]) -> (Vec<(String, Range<usize>)>, usize) {
    const ATTRIBUTES_MAX: usize = 64;
    let mut attributes = Vec::new();
    let mut at = 0;
    while attributes.len() < ATTRIBUTES_MAX {
        let Some(place) = tag.get(at..).and_then(|rest| memchr2(b'=', b'>', rest)) else {
            return (attributes, tag.len());
        };
        let equals = at + place;
        if tag[equals] == b'>' {
            return (attributes, equals);
        }
        let name = identifier_before(tag, equals);
        let span = attribute_value(tag, equals + 1);
        at = span.end + 1;
        attributes.push((name, span));
    }
    (attributes, at.min(tag.len()))
}

fn attribute_value(tag: &[u8], from: usize) -> Range<usize> {
    let blanks = tag[from..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let begin = from + blanks;
    if let Some(quote @ (b'"' | b'\'')) = tag.get(begin) {
        let len = memchr(*quote, &tag[begin + 1..]).unwrap_or(tag.len() - begin - 1);
        return begin + 1..begin + 1 + len;
    }
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'>';
    let len = tag[begin..].iter().position(is_end).unwrap_or(tag.len() - begin);
    begin..begin + len
}

/// The name that the literal opening at `quote` is given to.
fn name_before(text: &[u8], quote: usize) -> Option<String> {
    let before = text[quote.saturating_sub(NAME_MAX)..quote].trim_ascii_end();
    let (mark, rest) = before.split_last()?;
    match mark {
        b':' | b'=' => {}
        // A function that is called.
        b'(' => return Some(identifier_before(rest, rest.len())),
        _ => return None,
    }
    let rest = rest.trim_ascii_end();
    match rest.split_last() {
        Some((end @ (b'"' | b'\'' | b'`'), inner)) => {
            let begin = inner.iter().rposition(|byte| byte == end).map_or(0, |at| at + 1);
            Some(String::from_utf8_lossy(&inner[begin..]).into_owned())
        }
        _ => Some(identifier_before(rest, rest.len())),
    }
}

/// The identifier that ends at `end`, blanks aside.
fn identifier_before(text: &[u8], end: usize) -> String {
    let text = text[end.saturating_sub(NAME_MAX)..end].trim_ascii_end();
    let is_part = |byte: &&u8| {
        byte.is_ascii_alphanumeric() || matches!(**byte, b'_' | b'-' | b'$' | b'.' | b':')
    };
    let len = text.iter().rev().take_while(is_part).count();
    String::from_utf8_lossy(&text[text.len() - len..]).into_owned()
}

/// The closing quote of the literal that opens at `quote`.
fn literal_end(text: &[u8], quote: usize) -> Option<usize> {
    let mark = *text.get(quote)?;
    let to = text.len().min(quote + LITERAL_MAX);
    let mut at = quote + 1;
    loop {
        let found = at + memchr3(mark, b'\\', b'\n', text.get(at..to)?)?;
        match text[found] {
            b'\\' => at = found + 2,
            b'\n' if mark == b'`' => at = found + 1,
            b'\n' => return None,
            _ => return Some(found),
        }
    }
}
