//! Logs of requests: what gateways, proxies and servers write, one request a line.
//!
//! Text with the request in quotes (NCSA common and combined, with or without the virtual host; nginx; AWS load
//! balancers; Envoy), text with verb and target between spaces (Squid), and objects of JSON with the usual names.
//! A line of text costs no allocation.

mod clock;
mod field;
mod json;
mod text;

use std::borrow::Cow;

use jiff::Timestamp;

use self::clock::Clock;
use super::framing::{self, Ends};
use super::{document, masked};
use crate::{Asked, Body, EvidenceKind, Fault, Method, Sighting, Taker};

/// Longer targets are not read: 16 KiB.
const TARGET_BYTES_MAX: usize = 16 << 10;

/// Reads a log, or lines of one.
pub(super) fn read(bytes: &[u8], first_line: u64, taker: &mut dyn Taker) {
    let mut room = Room::default();
    if first_line == 1 && is_document(bytes) {
        return json::read_document(bytes, &mut room, taker);
    }
    framing::each_line(bytes, first_line, Ends::AtLines, taker, |line, taker| {
        read_line(line, &mut room, taker);
    });
}

/// Whether a log is one document of JSON and no lines: an array, or objects of several lines.
pub(super) fn is_document(bytes: &[u8]) -> bool {
    let bytes = bytes.trim_ascii_start();
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or(bytes).trim_ascii_end();
    match bytes {
        [b'[', rest @ ..] => matches!(rest.trim_ascii_start(), [b'{', ..]),
        [b'{', ..] => line.len() == 1,
        _ => false,
    }
}

/// Whether a line is one of a log, with a request.
pub(super) fn is_line(line: &[u8]) -> bool {
    match line.trim_ascii_start() {
        [b'{', ..] => json::is_request(line),
        _ => text::is_request(line) || json::behind_prefix(line).is_some(),
    }
}

fn read_line(line: framing::Line<'_>, room: &mut Room, taker: &mut dyn Taker) {
    match line.bytes.trim_ascii_start() {
        [] | [b'#', ..] => {}
        [b'{', ..] => json::read_line(line, room, taker),
        _ => text::read_line(line, room, taker),
    }
}

/// Room that is used again for every line.
#[derive(Debug, Default)]
struct Room {
    target: String,
    input: String,
    clock: Clock,
}

/// One request of a log.
#[derive(Debug, Default)]
struct Request<'a> {
    method: Option<Method>,
    /// The path with its query, or a URL.
    target: Cow<'a, str>,
    /// A query that stands apart.
    query: Option<Cow<'a, str>>,
    /// The host that was called, where the target does not name it and the log does.
    host: Option<Cow<'a, str>>,
    /// Verb and target as they stand, if they stand together.
    line: Option<&'a str>,
    status: Option<u16>,
    time: Option<Timestamp>,
    credential: Option<Cow<'a, str>>,
}

impl Request<'_> {
    fn tell(&self, line: u64, room: &mut Room, taker: &mut dyn Taker) {
        let Room { target, input, .. } = room;
        if self.target.len() > TARGET_BYTES_MAX {
            let what = "the request is longer than 16 KiB and was not read".to_owned();
            return taker.fault(Fault { line, what });
        }
        if self.method == Some(Method::Options) {
            self.write_target(target);
            write_input(self.method, target, input);
            return taker.passed_over(line, input);
        }
        let whole = self.line.filter(|_| masked::is_clean(&self.target));
        let (target, input) = match whole {
            Some(line) if self.host.is_none() => (&*self.target, line),
            _ => {
                self.write_target(target);
                write_input(self.method, target, input);
                (target.as_str(), input.as_str())
            }
        };
        taker.sighting(&Sighting {
            asked: Asked::Request { method: self.method, target },
            evidence: EvidenceKind::AccessLog,
            line,
            input,
            label: "",
            body: Body::Unknown,
            status: self.status,
            time: self.time,
            credential: self.credential.as_deref(),
        });
    }

    /// Host, path and query, without secrets.
    fn write_target(&self, room: &mut String) {
        room.clear();
        if let Some(host) = self.host.as_deref().filter(|_| self.target.starts_with('/')) {
            room.push_str("https://");
            room.push_str(host);
        }
        masked::push_target(&self.target, room);
        let query = self.query.as_deref().map(|query| query.trim_start_matches('?'));
        if let Some(query) = query.filter(|query| !query.is_empty() && !self.target.contains('?')) {
            masked::push_query(query, room);
        }
    }
}

fn write_input(method: Option<Method>, target: &str, input: &mut String) {
    input.clear();
    if let Some(method) = method {
        input.push_str(method.name());
        input.push(' ');
    }
    input.push_str(target);
}

#[cfg(test)]
mod tests;
