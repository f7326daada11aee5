//! Lines of text: the request in quotes, or between spaces.

mod front;

use std::borrow::Cow;

use memchr::{memchr, memrchr};

use self::front::{Front, code, host};
use super::{Request, Room};
use crate::read::framing::Line;
use crate::{Fault, Method, Taker};

/// What a quoted part of a line is.
enum Quoted<'a> {
    /// A request: the bytes between the quotes, where they begin, and what follows the closing quote.
    Request(&'a [u8], usize, &'a [u8]),
    /// A request that has no end.
    Cut,
    /// None of the quoted parts is a request.
    None,
}

/// Reads a line.
pub(super) fn read_line(line: Line<'_>, room: &mut Room, taker: &mut dyn Taker) {
    match find(line.bytes) {
        Quoted::Request(request, start, after) => {
            let before = &line.bytes[..start];
            tell(line.number, Around { before, after, all: line.bytes }, request, room, taker);
        }
        Quoted::Cut => fail(line, "the request has no end", taker),
        Quoted::None => read_bare(line, room, taker),
    }
}

/// Whether the line is one of a log: a request with its version or status, and numbers around it.
pub(super) fn is_request(line: &[u8]) -> bool {
    let (request, start, after) = match find(line) {
        Quoted::Request(request, start, after) => (request, start, after),
        Quoted::Cut => return false,
        Quoted::None => match bare(line) {
            Some(found) => found,
            None => return false,
        },
    };
    let digits = |bytes: &[u8]| bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    let is_told = status(after).is_some() || memchr::memmem::find(request, b" HTTP/").is_some();
    is_told && digits(&line[..start]) + digits(after) >= 8
}

/// What stands around a request.
#[derive(Clone, Copy)]
struct Around<'a> {
    before: &'a [u8],
    after: &'a [u8],
    all: &'a [u8],
}

/// The quoted part that is a request.
fn find(line: &[u8]) -> Quoted<'_> {
    let mut at = 0;
    while let Some(quote) = memchr(b'"', &line[at..]) {
        let start = at + quote + 1;
        let rest = &line[start..];
        let is_request = begins(rest);
        let Some(end) = closing(rest) else {
            return if is_request { Quoted::Cut } else { Quoted::None };
        };
        if is_request {
            return Quoted::Request(&rest[..end], start - 1, &rest[end + 1..]);
        }
        at = start + end + 1;
    }
    Quoted::None
}

/// Where the quote is closed. Quotes behind a backslash belong to the text.
fn closing(rest: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let end = at + memchr(b'"', &rest[at..])?;
        if end == 0 || rest[end - 1] != b'\\' {
            return Some(end);
        }
        at = end + 1;
    }
}

/// Whether a request begins here: a word in capitals, a space, and a path or URL.
fn begins(rest: &[u8]) -> bool {
    let word = rest.iter().take(16).take_while(|byte| byte.is_ascii_uppercase()).count();
    let is_target = match &rest[word..] {
        [b' ', b'/' | b'*', ..] => true,
        [b' ', rest @ ..] => is_absolute(rest),
        _ => false,
    };
    word >= 3 && is_target
}

/// Whether a URL, or host and port, begins here.
fn is_absolute(rest: &[u8]) -> bool {
    let head = &rest[..rest.len().min(300)];
    let end = head.iter().position(|byte| *byte == b' ').unwrap_or(head.len());
    head[..end].contains(&b':') || head[..end].contains(&b'/')
}

fn tell(number: u64, around: Around<'_>, request: &[u8], room: &mut Room, taker: &mut dyn Taker) {
    let Ok(request) = std::str::from_utf8(request) else {
        let what = "the request is no UTF-8 text".to_owned();
        return taker.fault(Fault { line: number, what });
    };
    let (verb, rest) = match memchr(b' ', request.as_bytes()) {
        Some(space) => (&request[..space], &request[space + 1..]),
        None => (request, ""),
    };
    let target = match memrchr(b' ', rest.as_bytes()) {
        Some(space) if rest[space + 1..].starts_with("HTTP/") => rest[..space].trim_end(),
        _ => rest.trim_end(),
    };
    let Some(method) = Method::from_name(verb) else {
        return pass_over(number, verb, target, room, taker);
    };
    let front = Front::of(around.before, room);
    let told = Request {
        method: Some(method),
        target: Cow::Borrowed(target),
        query: None,
        host: front.host.or_else(|| authority(around.all, around.after)).map(Cow::Borrowed),
        line: request.get(..verb.len() + 1 + target.len()),
        status: front.status.or_else(|| status(around.after)),
        time: front.time,
        credential: front.user.map(Cow::Borrowed),
    };
    told.tell(number, room, taker);
}

/// Notes a request with a verb that no API here has, such as `CONNECT` of a proxy that does not see inside.
fn pass_over(number: u64, verb: &str, target: &str, room: &mut Room, taker: &mut dyn Taker) {
    room.input.clear();
    room.input.push_str(verb);
    room.input.push(' ');
    crate::read::masked::push_target(target, &mut room.input);
    taker.passed_over(number, &room.input);
}

/// The host in a line of Envoy, which begins with the time: the last but one of the quoted parts.
fn authority<'a>(all: &[u8], after: &'a [u8]) -> Option<&'a str> {
    if all.first() != Some(&b'[') {
        return None;
    }
    let mut parts = after.rsplit(|byte| *byte == b'"');
    // Behind the last quote, the address above, the space between.
    host(parts.nth(3)?)
}

/// The first number of three digits behind a request.
fn status(after: &[u8]) -> Option<u16> {
    after.split(|byte| *byte == b' ').take(4).find_map(code)
}

/// Verb and target as words: `… GET https://host/path …`.
fn bare(line: &[u8]) -> Option<(&[u8], usize, &[u8])> {
    let mut at = 0;
    let mut previous: Option<usize> = None;
    for word in line.split(|byte| matches!(byte, b' ' | b'\t')) {
        if let Some(start) = previous
            && (word.starts_with(b"/") || word.starts_with(b"http"))
            && begins(&line[start..])
        {
            let end = at + word.len();
            return Some((&line[start..end], start, &line[end..]));
        }
        let is_verb = (3..=7).contains(&word.len()) && word.iter().all(u8::is_ascii_uppercase);
        previous = is_verb.then_some(at);
        at += word.len() + 1;
    }
    None
}

fn read_bare(line: Line<'_>, room: &mut Room, taker: &mut dyn Taker) {
    let Some((request, start, after)) = bare(line.bytes) else {
        if let Some(inner) = super::json::behind_prefix(line.bytes) {
            return super::json::read_line(Line { bytes: inner, ..line }, room, taker);
        }
        if is_no_request(line.bytes) {
            return taker.passed_over(line.number, "a connection without a request");
        }
        return fail(line, "is no line of a log of requests", taker);
    };
    let around = Around { before: &line.bytes[..start], after, all: line.bytes };
    tell(line.number, around, request, room, taker);
}

/// Whether the line is whole and tells that nothing was asked: `"-" 408`, or bytes of TLS.
fn is_no_request(line: &[u8]) -> bool {
    let Some(quote) = memchr(b'"', line) else { return false };
    let rest = &line[quote + 1..];
    let Some(end) = closing(rest) else { return false };
    let says_nothing = rest[..end] == *b"-" || end == 0 || rest[..end].contains(&b'\\');
    says_nothing && status(&rest[end + 1..]).is_some()
}

fn fail(line: Line<'_>, what: &str, taker: &mut dyn Taker) {
    let what = if line.is_last { "the last line breaks off" } else { what };
    taker.fault(Fault { line: line.number, what: what.to_owned() });
}
