//! Documents of JSON, object by object, with lines; and trees of JSON or YAML.

use std::fmt;

use memchr::memchr_iter;
use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::framing;
use crate::yaml::{self, Mistake, Node};
use crate::{Fault, Taker};

/// On which lines parts of a document stand. Asked for in order of the document.
#[derive(Debug)]
pub(super) struct Position<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Position<'a> {
    /// At the start of a document, which is on that line.
    pub(super) fn new(bytes: &'a [u8], line: u64) -> Self {
        Self { bytes, at: 0, line }
    }

    /// The line on which a part of the document begins.
    pub(super) fn line_of(&mut self, part: &str) -> u64 {
        let offset = part.as_ptr().addr().saturating_sub(self.bytes.as_ptr().addr());
        if (self.at..=self.bytes.len()).contains(&offset) {
            self.line += memchr_iter(b'\n', &self.bytes[self.at..offset]).count() as u64;
            self.at = offset;
        }
        self.line
    }
}

/// Calls `each` with line and text of every object: of an array, or of several one after the other.
/// Fails where the document breaks off or is no JSON.
pub(super) fn each_object<'a>(
    bytes: &'a [u8],
    mut each: impl FnMut(u64, &'a str),
) -> Result<(), Fault> {
    let mut position = Position::new(bytes, 1);
    let mut each = |object: &'a RawValue| each(position.line_of(object.get()), object.get());
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let ended = if bytes.trim_ascii_start().starts_with(b"[") {
        Elements(&mut each).deserialize(&mut json).and_then(|()| json.end())
    } else {
        json.into_iter::<&RawValue>().try_for_each(|object| {
            each(object?);
            Ok(())
        })
    };
    ended.map_err(|error| fault(&error, 1))
}

/// What is said of a document that is no JSON.
pub(super) fn fault(error: &serde_json::Error, first_line: u64) -> Fault {
    let line = first_line + (error.line() as u64).saturating_sub(1);
    let byte = error.column();
    let what = if error.is_eof() {
        format!("the document breaks off here, at byte {byte} of the line")
    } else if error.is_data() {
        "this is not what stands in such a document".to_owned()
    } else {
        format!("is no JSON from here on, at byte {byte} of the line")
    };
    Fault { line, what }
}

/// What is said of a document that is no YAML.
pub(super) fn mistake(mistake: Mistake, first_line: u64) -> Fault {
    Fault { line: first_line + u64::from(mistake.mark.line).saturating_sub(1), what: mistake.what }
}

/// Hands over the elements of an array.
pub(super) struct Elements<F>(pub(super) F);

impl<'a, F: FnMut(&'a RawValue)> DeserializeSeed<'a> for Elements<F> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'a, F: FnMut(&'a RawValue)> Visitor<'a> for Elements<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<S: SeqAccess<'a>>(mut self, mut elements: S) -> Result<(), S::Error> {
        while let Some(element) = elements.next_element::<&'a RawValue>()? {
            (self.0)(element);
        }
        Ok(())
    }
}

/// A document of JSON or YAML as a tree. What is neither is a fault.
///
/// JSON is read as YAML, which knows lines; what only a reader of JSON understands has none.
pub(super) fn tree(bytes: &[u8], first_line: u64, taker: &mut dyn Taker) -> Option<Node> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = framing::document(bytes, first_line, taker)?;
    let wrong = match yaml::parse(text) {
        Ok(root) => return Some(root),
        Err(wrong) => wrong,
    };
    if !text.trim_start().starts_with(['{', '[']) || text.len() > yaml::MAX_BYTES {
        taker.fault(mistake(wrong, first_line));
        return None;
    }
    match serde_json::from_str(text) {
        Ok(value) => Some(Node::from_json(value)),
        Err(error) => {
            taker.fault(fault(&error, first_line));
            None
        }
    }
}

/// The line on which a node stands; 0 if that is not known.
pub(super) fn line_of(node: &Node, first_line: u64) -> u64 {
    match node.mark.line {
        0 => 0,
        line => first_line + u64::from(line) - 1,
    }
}
