//! Recordings: of browsers (HAR), and of tests (cassettes of VCR and its like, JSON or YAML).
//!
//! Entries are read one after the other and dropped; of bodies the names of members are kept, of headers nothing.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::document::{self, Elements, Position};
use super::masked;
use super::members::Members;
use crate::yaml::Node;
use crate::{Asked, EvidenceKind, Fault, Method, Sighting, Taker};

/// Reads a recording.
pub(super) fn read(bytes: &[u8], first_line: u64, taker: &mut dyn Taker) {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if matches!(bytes.trim_ascii_start(), [b'{' | b'[', ..]) {
        read_json(bytes, first_line, taker);
    } else {
        read_yaml(bytes, first_line, taker);
    }
}

fn read_json(bytes: &[u8], first_line: u64, taker: &mut dyn Taker) {
    let mut position = Position::new(bytes, first_line);
    let mut n_entries = 0;
    let mut each = |entry: &RawValue| {
        n_entries += 1;
        let line = position.line_of(entry.get());
        match serde_json::from_str::<Entry<'_>>(entry.get()) {
            Ok(entry) => entry.tell(line, taker),
            Err(_) => fail(line, "this entry has no request that can be read", taker),
        }
    };
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let ended = Recording(&mut each).deserialize(&mut json).and_then(|()| json.end());
    match ended {
        Err(error) => taker.fault(document::fault(&error, first_line)),
        Ok(()) if n_entries == 0 => fail(first_line, "no entries of a recording are in it", taker),
        Ok(()) => {}
    }
}

fn read_yaml(bytes: &[u8], first_line: u64, taker: &mut dyn Taker) {
    let Some(root) = document::tree(bytes, first_line, taker) else { return };
    let entries =
        ["http_interactions", "interactions"].iter().find_map(|key| root.get(key)?.list());
    let Some(entries) = entries else {
        return fail(first_line, "no entries of a recording are in it", taker);
    };
    for entry in entries {
        let line = document::line_of(entry, first_line);
        match Entry::of_node(entry) {
            Some(entry) => entry.tell(line, taker),
            None => fail(line, "this entry has no request that can be read", taker),
        }
    }
}

fn fail(line: u64, what: &str, taker: &mut dyn Taker) {
    taker.fault(Fault { line, what: what.to_owned() });
}

/// An entry: request, answer, time.
#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow)]
    request: Request<'a>,
    #[serde(borrow, default)]
    response: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "startedDateTime", alias = "recorded_at")]
    time: Option<Cow<'a, str>>,
    /// Known already, where `response` is no JSON.
    #[serde(skip)]
    status: Option<u16>,
}

#[derive(Deserialize)]
struct Request<'a> {
    #[serde(borrow)]
    method: Cow<'a, str>,
    #[serde(borrow, alias = "uri")]
    url: Cow<'a, str>,
    #[serde(borrow, default, rename = "postData", alias = "body")]
    body: Option<&'a RawValue>,
    /// Known already, where `body` is no JSON.
    #[serde(skip)]
    text: Option<&'a str>,
}

impl<'a> Entry<'a> {
    fn of_node(entry: &'a Node) -> Option<Self> {
        let request = entry.get("request")?;
        let text = |node: &'a Node, key: &str| node.get(key).and_then(Node::text);
        let url = text(request, "uri").or_else(|| text(request, "url"))?;
        let body = request.get("body");
        let body = body.and_then(|body| body.text().or_else(|| text(body, "string")));
        let request = Request {
            method: text(request, "method")?.into(),
            url: url.into(),
            body: None,
            text: body.or(Some("")),
        };
        let response = entry.get("response");
        let status = response.and_then(|response| {
            let status = response.get("status").or_else(|| response.get("code"))?;
            status.get("code").unwrap_or(status).text()?.parse().ok()
        });
        let time = text(entry, "recorded_at").map(Cow::Borrowed);
        Some(Self { request, response: None, time, status })
    }

    fn tell(&self, line: u64, taker: &mut dyn Taker) {
        let Request { method: verb, url, body, text } = &self.request;
        let mut room = String::new();
        let target = masked::target(url, &mut room);
        let method = Method::from_name(verb);
        let input = format!("{} {target}", method.map_or(&**verb, |method| method.name()));
        if method.is_none_or(|method| method == Method::Options) {
            return taker.passed_over(line, &input);
        }
        let members = match (text, body) {
            (Some(text), _) => Members::of_text(text),
            (None, Some(body)) => members(body),
            (None, None) => Members::empty(),
        };
        let names = members.names();
        taker.sighting(&Sighting {
            asked: Asked::Request { method, target },
            evidence: EvidenceKind::Recording,
            line,
            input: &input,
            label: "",
            body: members.body(&names),
            status: self.status.or_else(|| self.response.and_then(status)),
            time: self.time.as_ref().and_then(|time| time.parse::<Timestamp>().ok()),
            credential: None,
        });
    }
}

/// The members of a body: of HAR, of VCR, or text.
fn members(body: &RawValue) -> Members {
    #[derive(Deserialize)]
    struct Posted<'a> {
        #[serde(borrow, default, alias = "string")]
        text: Option<Cow<'a, str>>,
        #[serde(borrow, default)]
        params: Vec<Param<'a>>,
    }
    #[derive(Deserialize)]
    struct Param<'a> {
        #[serde(borrow)]
        name: Cow<'a, str>,
    }
    if let Ok(text) = serde_json::from_str::<Cow<'_, str>>(body.get()) {
        return Members::of_text(&text);
    }
    match serde_json::from_str::<Posted<'_>>(body.get()) {
        Ok(Posted { text: Some(text), .. }) if !text.is_empty() => Members::of_text(&text),
        Ok(Posted { params, .. }) if !params.is_empty() => {
            Members::of_names(params.iter().map(|param| &*param.name))
        }
        Ok(_) => Members::empty(),
        Err(_) if body.get() == "null" => Members::empty(),
        Err(_) => Members::unknown(),
    }
}

/// The status of an answer: `200`, or `{"code": 200}` at `status` or `code`.
fn status(response: &RawValue) -> Option<u16> {
    #[derive(Deserialize)]
    struct Answer {
        #[serde(alias = "code", alias = "status_code")]
        status: Code,
    }
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Code {
        Plain(u16),
        Inner { code: u16 },
    }
    let answer: Answer = serde_json::from_str(response.get()).ok()?;
    let (Code::Plain(code) | Code::Inner { code }) = answer.status;
    (100..600).contains(&code).then_some(code)
}

/// Hands over the entries of a document, wherever they stand.
struct Recording<'f, 'a>(&'f mut dyn FnMut(&'a RawValue));

impl<'a> DeserializeSeed<'a> for Recording<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for Recording<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a recording")
    }

    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(key) = map.next_key::<Cow<'a, str>>()? {
            match &*key {
                "log" => map.next_value_seed(Recording(&mut *self.0))?,
                "entries" | "http_interactions" | "interactions" => {
                    map.next_value_seed(Elements(&mut *self.0))?;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
