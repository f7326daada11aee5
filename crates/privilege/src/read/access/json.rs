//! Objects of JSON, one a line or in a document.

mod object;

use std::borrow::Cow;

use serde::de::DeserializeSeed;

use self::object::Object;
use super::clock::since_1970;
use super::field::Field;
use super::{Request, Room, document, text};
use crate::read::framing::Line;
use crate::{Fault, Method, Taker};

/// What may stand before an object.
const PREFIX_BYTES_MAX: usize = 200;

/// Reads an object in a line.
pub(super) fn read_line(line: Line<'_>, room: &mut Room, taker: &mut dyn Taker) {
    match record(line.bytes) {
        Ok(record) => record.tell(line.number, room, taker),
        Err(error) if error.is_eof() && line.is_last => {
            fail(line.number, "the last line breaks off".to_owned(), taker);
        }
        Err(error) => {
            fail(line.number, format!("is no JSON, at byte {}", error.column()), taker);
        }
    }
}

/// The object in a line behind what a runtime of containers or a shipper puts before it, such as
/// `2026-11-22T09:35:24Z stdout F {"method": …}`.
pub(super) fn behind_prefix(line: &[u8]) -> Option<&[u8]> {
    let start = memchr::memchr(b'{', line).filter(|start| *start <= PREFIX_BYTES_MAX)?;
    let object = line[start..].trim_ascii_end();
    (object.ends_with(b"}") && is_request(object)).then_some(object)
}

/// Reads an array of objects, or objects one after the other.
pub(super) fn read_document(bytes: &[u8], room: &mut Room, taker: &mut dyn Taker) {
    let ended = document::each_object(bytes, |line, object| match record(object.as_bytes()) {
        Ok(record) => record.tell(line, room, taker),
        Err(_) => fail(line, "is nested too deep".to_owned(), taker),
    });
    if let Err(fault) = ended {
        taker.fault(fault);
    }
}

/// Whether an object is a request.
pub(super) fn is_request(line: &[u8]) -> bool {
    let Ok(record) = record(line) else { return false };
    let is_line = |line: &str| text::is_request(line.as_bytes());
    record.request.as_deref().is_some_and(|request| request_line(request).is_some())
        || (record.method.is_some() && record.target.is_some())
        || record.line.as_deref().is_some_and(is_line)
}

fn record(bytes: &[u8]) -> serde_json::Result<Record<'_>> {
    let mut record = Record::default();
    let mut json = serde_json::Deserializer::from_slice(bytes);
    Object::outermost(&mut record).deserialize(&mut json)?;
    json.end()?;
    Ok(record)
}

fn fail(line: u64, what: String, taker: &mut dyn Taker) {
    taker.fault(Fault { line, what });
}

/// What the fields of one object say.
#[derive(Debug, Default)]
struct Record<'a> {
    method: Option<Method>,
    /// A verb that no API here has.
    has_other_verb: bool,
    target: Option<(u8, Cow<'a, str>)>,
    query: Option<Cow<'a, str>>,
    host: Option<Cow<'a, str>>,
    status: Option<u16>,
    time: Option<Time<'a>>,
    credential: Option<Cow<'a, str>>,
    request: Option<Cow<'a, str>>,
    line: Option<Cow<'a, str>>,
}

#[derive(Debug)]
enum Time<'a> {
    Text(Cow<'a, str>),
    Number(f64),
}

impl<'a> Record<'a> {
    fn tell(self, line: u64, room: &mut Room, taker: &mut dyn Taker) {
        if self.target.is_none() && self.request.is_none() {
            return self.tell_line(line, room, taker);
        }
        if self.has_other_verb && self.method.is_none() {
            return taker.passed_over(line, "a request with a verb that no API here has");
        }
        self.request(room).tell(line, room, taker);
    }

    /// Reads a line of text that stands in the object.
    fn tell_line(&self, number: u64, room: &mut Room, taker: &mut dyn Taker) {
        match self.line.as_deref().map(|line| line.trim_end().as_bytes()) {
            Some(bytes) if text::is_request(bytes) => {
                text::read_line(Line { number, bytes, is_last: false }, room, taker);
            }
            Some(bytes) if bytes.starts_with(b"{") => match record(bytes) {
                Ok(inner) if inner.line.is_none() => inner.tell(number, room, taker),
                _ => taker.passed_over(number, "a record without a request"),
            },
            _ => taker.passed_over(number, "a record without a request"),
        }
    }

    fn request(self, room: &mut Room) -> Request<'a> {
        let line = self.request.as_deref().and_then(request_line);
        let method = self.method.or_else(|| line.and_then(|(method, _)| method));
        let target = match (self.target, line) {
            (Some((_, target)), _) => target,
            (None, Some((_, target))) => Cow::Owned(target.to_owned()),
            (None, None) => self.request.unwrap_or_default(),
        };
        let time = self.time.and_then(|time| match time {
            Time::Text(text) => room.clock.read(text.as_bytes()),
            Time::Number(number) => since_1970(number),
        });
        Request {
            method,
            target,
            query: self.query,
            host: self.host.filter(|host| is_host(host)),
            line: None,
            status: self.status,
            time,
            credential: self.credential.filter(|id| id != "-" && !id.is_empty() && id.len() <= 200),
        }
    }

    fn text(&mut self, field: Field, value: Cow<'a, str>) {
        match field {
            Field::Method => {
                self.method = self.method.or(Method::from_name(&value));
                self.has_other_verb |= self.method.is_none();
            }
            Field::Target(rank) => {
                if !value.is_empty() && self.target.as_ref().is_none_or(|(known, _)| *known < rank)
                {
                    self.target = Some((rank, value));
                }
            }
            Field::Query => self.query = Some(value),
            Field::Host => self.host = self.host.take().or(Some(value)),
            Field::Status => self.status = self.status.or(status(value.parse().unwrap_or(0))),
            Field::Time => self.time = self.time.take().or(Some(Time::Text(value))),
            Field::Credential => self.credential = self.credential.take().or(Some(value)),
            Field::Request => self.request = Some(value).filter(|value| value.contains('/')),
            Field::Line => self.line = self.line.take().or(Some(value)),
        }
    }

    fn number(&mut self, field: Field, value: f64) {
        match field {
            #[expect(
                clippy::cast_sign_loss,
                reason = "what is below 0 becomes 0, which is no status"
            )]
            Field::Status => self.status = self.status.or(status(value as u64)),
            Field::Time => self.time = self.time.take().or(Some(Time::Number(value))),
            _ => {}
        }
    }
}

/// Verb and target of `GET /path HTTP/1.1`.
fn request_line(request: &str) -> Option<(Option<Method>, &str)> {
    let (verb, rest) = request.split_once(' ')?;
    let target = match rest.rsplit_once(' ') {
        Some((target, version)) if version.starts_with("HTTP/") => target,
        _ => rest,
    };
    Some((Method::from_name(verb), target))
}

fn status(number: u64) -> Option<u16> {
    u16::try_from(number).ok().filter(|status| (100..600).contains(status))
}

/// Whether it is the name of a host that was called, and not that of the machine that wrote the log.
fn is_host(host: &str) -> bool {
    let inner = [".internal", ".local", ".localdomain", ".lan", ".cluster.local"];
    let name = host.split(':').next().unwrap_or(host);
    name.contains('.')
        && name.bytes().any(|byte| byte.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
        && !inner.iter().any(|end| name.ends_with(end))
}
