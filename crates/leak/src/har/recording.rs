//! Where a value stands in a recording, and so what it is: a header, a cookie, an address, a body.

use crate::context::{Context, Form};
use crate::har::Direction;
use crate::har::address::is_address;
use crate::har::found::{Found, apart};
use crate::har::reader::{Reader, named};
use crate::har::text;
use crate::har::walk::{Member, Run, Step, Value, Window};

/// A value found in a recording; its spans are bytes of the file.
#[derive(Debug, Clone)]
pub(crate) struct Sighting {
    /// The value.
    pub(crate) found: Found,
    /// Where in the entry: `request.headers.cookie`.
    pub(crate) part: String,
}

/// What a member of an entry is.
#[derive(Debug, PartialEq, Eq)]
enum Field {
    /// The value of a header of that name.
    Header(String),
    /// The value of a cookie of that name.
    Cookie(String),
    /// The value of a parameter of that name.
    Parameter(String),
    /// A body or a message, maybe in base64.
    Body { is_packed: bool },
    /// When something was.
    Time,
    /// Anything else, under its own name.
    Other(String),
}

/// The number of the entry that `path` is in or at.
pub(crate) fn entry(path: &[Step]) -> Option<u64> {
    match path {
        [Step::Key(log), Step::Key(entries), Step::Element(number), ..]
            if log == "log" && entries == "entries" =>
        {
            Some(*number)
        }
        _ => None,
    }
}

/// Steps from the document to an entry.
pub(crate) const ENTRY_STEPS: usize = 3;

/// Who sent what stands at `path`.
pub(crate) fn direction(path: &[Step], run: Option<Run<'_>>) -> Direction {
    let is = |name: &str| path.iter().any(|step| matches!(step, Step::Key(key) if key == name));
    if is("response") {
        return Direction::Response;
    }
    let kind = run.filter(|_| is("_webSocketMessages")).and_then(|run| run.text("type"));
    let is_received = kind.as_deref() == Some("receive") || is("_eventSourceMessages");
    if is_received { Direction::Response } else { Direction::Request }
}

/// What a run of members holds.
pub(crate) fn read_run(reader: Reader<'_>, run: Run<'_>) -> Vec<Sighting> {
    let reader = Reader { direction: direction(run.path, Some(run)), ..reader };
    let strings = run.members.iter().filter(|member| member.value != Value::Holder);
    strings.flat_map(|member| read_member(reader, run, member)).collect()
}

fn read_member(reader: Reader<'_>, run: Run<'_>, member: &Member) -> Vec<Sighting> {
    let raw = run.bytes(&member.span);
    let field = Field::of(run, member);
    let found = match member.value {
        Value::String => read_string(reader, &field, raw),
        _ => read_number(reader, &field, raw),
    };
    if found.is_empty() {
        return Vec::new();
    }
    let part = part(run, member, &field);
    let place =
        |found: Found| Sighting { found: found.moved(member.span.start), part: part.clone() };
    found.into_iter().map(place).collect()
}

fn read_string(reader: Reader<'_>, field: &Field, raw: &[u8]) -> Vec<Found> {
    let text = text::json(raw);
    let found = match field {
        Field::Header(name) => reader.header(name, &text.bytes),
        Field::Cookie(name) => {
            reader.cookie(name, &text.bytes, 0..text.bytes.len()).into_iter().collect()
        }
        Field::Parameter(name) => {
            let found = parameter(reader, name, &text.bytes);
            reader.with_scanned(found, &text.bytes)
        }
        Field::Body { is_packed } => reader.body(&text.bytes, *is_packed),
        Field::Time => Vec::new(),
        Field::Other(name) => other(reader, name, &text.bytes),
    };
    apart(found).into_iter().map(|one| one.outside(&text)).collect()
}

/// Some recorders write parameters decoded, some as they stood.
fn parameter(reader: Reader<'_>, name: &str, text: &[u8]) -> Vec<Found> {
    let decoded = text::any(text);
    let found = reader.named(name, Form::Parameter, &decoded.bytes);
    found.into_iter().map(|one| one.outside(&decoded)).collect()
}

fn other(reader: Reader<'_>, name: &str, text: &[u8]) -> Vec<Found> {
    let found = if is_address(text) {
        reader.address(text)
    } else {
        reader.named(name, Form::Assigned, text)
    };
    reader.with_scanned(found, text)
}

fn read_number(reader: Reader<'_>, field: &Field, raw: &[u8]) -> Vec<Found> {
    use crate::har::found::Cover;
    let (name, form) = match field {
        Field::Header(name) => (name, Form::Header),
        Field::Cookie(name) => (name, Form::Cookie),
        Field::Parameter(name) => (name, Form::Parameter),
        _ => return Vec::new(),
    };
    let value = String::from_utf8_lossy(raw);
    let context = Context { ..named(name, form) };
    let found = reader.value(0..raw.len(), &value, &context);
    found.into_iter().map(|found| Found { cover: Cover::Quoted, ..found }).collect()
}

/// What a window of a long string holds. Where the string is a body in base64, so is the window.
pub(crate) fn read_window(reader: Reader<'_>, window: &Window<'_>) -> Vec<Sighting> {
    let reader = Reader { direction: direction(window.path, None), ..reader };
    let text = text::json(window.raw);
    let found = reader.body(&text.bytes, false);
    let part = path_below_entry(window.path, window.name);
    let place = |found: Found| Sighting {
        found: found.outside(&text).moved(window.offset),
        part: part.clone(),
    };
    let settled = |one: &Sighting| one.found.span.start < window.settled;
    found.into_iter().map(place).filter(settled).collect()
}

impl Field {
    fn of(run: Run<'_>, member: &Member) -> Self {
        let key = member.name.as_deref().unwrap_or_default();
        let list = match run.path {
            [.., Step::Key(list), Step::Element(_)] => list.as_str(),
            [.., Step::Key(holder)] => holder.as_str(),
            _ => "",
        };
        let name = || run.text("name").unwrap_or_default();
        match (list, key) {
            ("headers", "value") => Self::Header(name()),
            ("cookies", "value") => Self::Cookie(name()),
            ("queryString" | "params", "value") => Self::Parameter(name()),
            ("content" | "postData", "text") => {
                Self::Body { is_packed: run.text("encoding").is_some_and(|name| name == "base64") }
            }
            ("_webSocketMessages" | "_eventSourceMessages", "data") => {
                Self::Body { is_packed: false }
            }
            (_, "startedDateTime" | "expires" | "expiry" | "time") => Self::Time,
            (_, "name") => Self::Other(String::new()),
            (_, key) => Self::Other(key.to_owned()),
        }
    }
}

fn part(run: Run<'_>, member: &Member, field: &Field) -> String {
    match field {
        Field::Header(name) => path_below_entry(run.path, Some(&name.to_ascii_lowercase())),
        Field::Cookie(name) | Field::Parameter(name) => path_below_entry(run.path, Some(name)),
        _ => path_below_entry(run.path, member.name.as_deref()),
    }
}

/// The keys from an entry on, joined by dots; elements have no numbers.
pub(crate) fn path_below_entry(path: &[Step], name: Option<&str>) -> String {
    let skipped = if entry(path).is_some() { ENTRY_STEPS } else { 0 };
    let keys = path.iter().skip(skipped).filter_map(|step| match step {
        Step::Key(key) => Some(key.as_str()),
        Step::Element(_) => None,
    });
    keys.chain(name).filter(|key| !key.is_empty()).collect::<Vec<_>>().join(".")
}
