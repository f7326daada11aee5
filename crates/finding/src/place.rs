//! Where in the input something was seen.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::report::rfc3339;

/// A position in an input.
///
/// Beyond path and position it says what the input has: a text has columns, a history commits, a
/// recording entries. What it has not is left out of JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The path as it was given, joined with the path below it; `-` is standard input.
    pub path: String,
    /// Where in the input; `{"line": 3}` or `{"offset": 4096}` beside the path in JSON.
    #[serde(flatten)]
    pub position: Position,
    /// The character of the line at which it begins; the first is 1. A byte that is no part of UTF-8 counts as one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u64>,
    /// Where it ends: the line, and the column right behind its last character.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<End>,
    /// Since when and until when it stood there.
    #[serde(flatten)]
    pub history: Option<Box<History>>,
    /// Where in a recording of a browser.
    #[serde(flatten, deserialize_with = "recording")]
    pub recording: Option<Box<Recording>>,
}

impl Place {
    /// A position in an input that has no more to say.
    pub fn new(path: impl Into<String>, position: Position) -> Self {
        let path = path.into();
        Self { path, position, column: None, end: None, history: None, recording: None }
    }
}

/// How a position is counted, by what the input has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Position {
    /// The line on which it begins; the first line is 1.
    Line(u64),
    /// The byte, after decompression, at which it begins; the first byte is 0.
    Offset(u64),
}

/// Where something ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct End {
    /// The line; the first is 1.
    pub line: u64,
    /// The column right behind the last character.
    pub column: u64,
}

/// Since when and until when something stood at a path of a repository.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// The repository, as its path was given.
    pub repository: String,
    /// The commit that brought it; line and column are those in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<Commit>,
    /// When it was first there, by the clocks of committers.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "time")]
    pub first_seen: Option<Timestamp>,
    /// When it was last there.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "time")]
    pub last_seen: Option<Timestamp>,
    /// The object that holds it, by its id.
    pub object: String,
    /// What that is: `blob` or `message`.
    pub holds: String,
    /// What leads to that commit now or once did, such as `refs/heads/main`; empty when nothing does.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub on: String,
    /// Whether it is there in the commit that the working tree is at.
    pub current: bool,
}

/// A commit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    /// Its id in hex.
    pub id: String,
    /// Who wrote it, as `name <address>`.
    pub author: String,
    /// When it was committed.
    #[serde(serialize_with = "time")]
    pub time: Option<Timestamp>,
}

/// Where in a recording of a browser something was seen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recording {
    /// The entry, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
    /// The address that was asked, every credential in it masked.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// Who sent it: `request` or `response`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub direction: String,
    /// Where in the entry, such as `request.headers.cookie`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub part: String,
}

#[expect(clippy::ref_option, reason = "the signature that serde asks for")]
fn time<S: Serializer>(time: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    time.map(rfc3339).serialize(serializer)
}

/// All that a recording says may be left out: what says nothing is none.
fn recording<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Box<Recording>>, D::Error> {
    let recording = Recording::deserialize(deserializer)?;
    Ok((recording != Recording::default()).then(|| Box::new(recording)))
}
