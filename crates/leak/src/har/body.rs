//! Bodies and messages: told apart by what they look like, since what they claim to be is often wrong.

use std::ops::Range;

use memchr::{memchr, memmem};

use crate::context::Form;
use crate::har::address::is_address;
use crate::har::cookie::{split, trimmed};
use crate::har::found::{Found, apart};
use crate::har::reader::Reader;
use crate::har::text::{Packed, is_base64, is_readable};

/// What some servers put before JSON so that no script can load it.
const GUARDS: [&[u8]; 4] = [b")]}',", b")]}'", b"while(1);", b"for(;;);"];

/// A text of that length that is base64 and nothing else is no token itself.
const NO_TOKEN: usize = 16 << 10;

/// Shortest text that is worth a look.
const SHORTEST: usize = 6;

impl Reader<'_> {
    /// What a body holds. `is_packed` says that it is in base64.
    pub(crate) fn body(self, text: &[u8], is_packed: bool) -> Vec<Found> {
        if (is_packed || looks_packed(text))
            && let Some(packed) = Packed::read(text)
            && (is_packed || is_readable(&packed.bytes) || text.len() >= NO_TOKEN)
        {
            let found = self.with_scanned(self.read_body(&packed.bytes), &packed.bytes);
            return apart(found.into_iter().map(|one| one.outside_base64(&packed)).collect());
        }
        self.with_scanned(self.unnamed(text), text)
    }

    fn read_body(self, bytes: &[u8]) -> Vec<Found> {
        if is_readable(bytes) { self.unnamed(bytes) } else { Vec::new() }
    }

    /// What a text holds of which only its look tells what it is.
    pub(crate) fn unnamed(self, text: &[u8]) -> Vec<Found> {
        let solid = trimmed(text, 0..text.len());
        let Some(inner) = text.get(solid.clone()).filter(|inner| inner.len() >= SHORTEST) else {
            return Vec::new();
        };
        let guard = guard(inner);
        let found = match Look::of(&inner[guard..]) {
            Look::Json => self.objects(&inner[guard..]),
            Look::Address => self.address(inner),
            Look::Form => self.pairs(inner, 0..inner.len()),
            Look::Parts => self.parts(inner),
            Look::Events => self.events(inner),
            Look::Other => self.page(inner),
        };
        let guard = if found.is_empty() { 0 } else { guard };
        found.into_iter().map(|one| one.moved(solid.start + guard)).collect()
    }

    /// Lines of server-sent events.
    fn events(self, text: &[u8]) -> Vec<Found> {
        let Some(deeper) = self.deeper() else { return Vec::new() };
        let lines = split(text, b"\n").filter_map(|line| {
            let data = text.get(line.clone())?.strip_prefix(b"data:")?;
            Some((line.end - data.len(), data))
        });
        let mut found: Vec<Found> = lines
            .flat_map(|(at, data)| deeper.unnamed(data).into_iter().map(move |one| one.moved(at)))
            .collect();
        // What begins like events may be YAML.
        found.extend(self.lines(text));
        apart(found)
    }

    /// The parts of a multipart form.
    fn parts(self, text: &[u8]) -> Vec<Found> {
        let boundary = &text[..memchr(b'\n', text).unwrap_or(text.len())];
        let boundary = boundary.trim_ascii_end();
        let begins: Vec<usize> = memmem::find_iter(text, boundary).collect();
        let ends = begins.iter().skip(1).copied().chain([text.len()]);
        let spans = begins.iter().map(|begin| begin + boundary.len()).zip(ends);
        spans.flat_map(|(begin, end)| self.part(text, begin..end.max(begin))).collect()
    }

    fn part(self, text: &[u8], span: Range<usize>) -> Vec<Found> {
        let Some(part) = text.get(span.clone()) else { return Vec::new() };
        let blank = |mark: &[u8]| memmem::find(part, mark).map(|at| at + mark.len());
        let Some(head) = blank(b"\r\n\r\n").or_else(|| blank(b"\n\n")) else { return Vec::new() };
        let content = trimmed(part, head..part.len());
        let name = attribute(&part[..head], b"name=").unwrap_or_default();
        let found = self.named(&name, Form::Assigned, &part[content.clone()]);
        found.into_iter().map(|one| one.moved(span.start + content.start)).collect()
    }
}

/// What a text looks like.
enum Look {
    Json,
    Address,
    Form,
    Parts,
    Events,
    Other,
}

impl Look {
    fn of(text: &[u8]) -> Self {
        match text.first() {
            Some(b'{' | b'[') => Self::Json,
            Some(b'"') if text.len() > 2 && text.ends_with(b"\"") => Self::Json,
            Some(b'-') if text.starts_with(b"--") && memchr(b'\n', text).is_some() => Self::Parts,
            _ if [&b"data:"[..], b"event:", b"id:", b"retry:"]
                .iter()
                .any(|mark| text.starts_with(mark)) =>
            {
                Self::Events
            }
            _ if is_address(text) => Self::Address,
            _ if is_form(text) => Self::Form,
            _ => Self::Other,
        }
    }
}

fn is_form(text: &[u8]) -> bool {
    const LONGEST_NAME: usize = 128;
    let is_name = |byte: &u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'_' | b'-' | b'.' | b'%' | b'[' | b']' | b':' | b'$' | b'+')
    };
    let Some(equals) = memchr(b'=', &text[..text.len().min(LONGEST_NAME)]) else { return false };
    equals > 0
        && text[..equals].iter().all(is_name)
        && !text.iter().any(|byte| matches!(byte, b'\n' | b' ' | b'<' | b'"'))
}

/// Bytes before the JSON that are none: a guard, or the type and number of a message of Socket.IO.
fn guard(text: &[u8]) -> usize {
    const DIGITS: usize = 4;
    if let Some(guard) = GUARDS.iter().find(|guard| text.starts_with(guard)) {
        let rest = &text[guard.len()..];
        return guard.len() + (rest.len() - rest.trim_ascii_start().len());
    }
    let digits = text.iter().take(DIGITS).take_while(|byte| byte.is_ascii_digit()).count();
    if matches!(text.get(digits), Some(b'{' | b'[')) { digits } else { 0 }
}

/// Whether a text is base64 and nothing else, by its length and first bytes.
fn looks_packed(text: &[u8]) -> bool {
    const SHORTEST: usize = 24;
    let is_solid = |byte: &u8| is_base64(*byte) || matches!(byte, b'=' | b'\r' | b'\n');
    text.len() >= SHORTEST && text.iter().all(is_solid)
}

/// The value of an attribute such as `name="…"`.
fn attribute(text: &[u8], mark: &[u8]) -> Option<String> {
    let rest = &text[memmem::find(text, mark)? + mark.len()..];
    let (begin, end) = match rest.first()? {
        quote @ (b'"' | b'\'') => (1, memchr(*quote, &rest[1..])? + 1),
        _ => (0, rest.iter().position(|byte| matches!(byte, b';' | b'\r' | b'\n' | b' '))?),
    };
    Some(String::from_utf8_lossy(&rest[begin..end]).into_owned())
}
