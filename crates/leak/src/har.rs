//! HAR files: entries read as they stream by, every credential typed, and a copy that is safe to share.
//!
//! ```text
//!  bytes ─▶ lexer ─▶ walk ─▶ run of members ─▶ recording: what its place says it is
//!                                                └▶ reader: header, cookie, address, body … ─▶ Found
//!  Found ─┬─▶ scan: held until its entry ends ─▶ HarLeak
//!         └─▶ values ─▶ sweep: wherever it recurs ─▶ redact: a copy with labels
//! ```
//!
//! A recording is read as a tree of JSON, never as text: names, values, headers, cookies, bodies by their
//! look and encoding. Nothing larger than a few megabytes is held. What a value is, `judge` says.

mod address;
mod body;
mod cookie;
mod found;
mod header;
mod label;
mod lexer;
mod lines;
mod object;
mod page;
mod private;
mod reader;
mod recording;
mod redact;
mod scan;
mod session;
mod sweep;
#[cfg(test)]
mod tests;
mod text;
mod values;
mod walk;

use std::fmt;
use std::io;

use jiff::Timestamp;

pub(crate) use crate::har::label::is_piece as is_piece_of_label;
pub use crate::har::redact::{Left, Redactor};
pub use crate::har::scan::scan;
pub use crate::har::session::Session;
use crate::leak::Leak;

/// A credential in a recording.
#[derive(Debug, Clone)]
pub struct HarLeak {
    /// The credential; its span is one of the file's bytes.
    pub leak: Leak,
    /// The entry it belongs to, from 0; `None` outside entries.
    pub entry: Option<u64>,
    /// The address that was asked, with every credential in it masked.
    pub url: String,
    /// Who sent it.
    pub direction: Direction,
    /// Where in the entry, such as `request.headers.cookie` or `response.content.text`.
    pub part: String,
    /// When the entry began.
    pub time: Option<Timestamp>,
    /// Whether it was still valid at that time, as far as it or the recording tells.
    pub valid_at_capture: Option<bool>,
}

/// Who sent a part of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The browser.
    Request,
    /// The server.
    Response,
}

impl Direction {
    /// The lower-case word, as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
        }
    }
}

/// What reading a recording came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HarAccount {
    /// Whether it has `log.entries`, be that empty.
    pub is_recording: bool,
    /// Entries that were read; 0 for JSON that is no recording.
    pub entries: u64,
    /// Bytes that were read.
    pub bytes: u64,
    /// Bodies among them.
    pub bodies: u64,
    /// Places of credentials.
    pub credentials: u64,
    /// Where reading ended before the end, and why.
    pub broken: Option<(u64, Break)>,
    /// Sessions that the recording gives away, by host.
    pub sessions: Vec<Session>,
}

/// Why a recording cannot be read on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// It ends in the middle.
    CutShort,
    /// It is no JSON from there on.
    Syntax,
    /// It nests deeper than 128 arrays and objects.
    TooDeep,
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CutShort => "it is cut short",
            Self::Syntax => "it is no JSON from there on",
            Self::TooDeep => "it nests too deep",
        })
    }
}

/// Why nothing came of a recording.
#[derive(Debug)]
#[non_exhaustive]
pub enum HarError {
    /// Reading or writing failed.
    Io {
        /// The byte of the recording at which.
        offset: u64,
        /// What the system says.
        source: io::Error,
    },
    /// It is no JSON, or no whole one where a whole one is needed.
    Broken {
        /// The byte at which.
        offset: u64,
        /// What is wrong there.
        why: Break,
    },
    /// It holds more values than can be held in memory to be looked for.
    TooMany {
        /// Values beyond those.
        beyond: u64,
    },
}

impl fmt::Display for HarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { offset, .. } => write!(f, "failed at byte {offset}"),
            Self::Broken { offset, why } => write!(f, "cannot be read beyond byte {offset}: {why}"),
            Self::TooMany { beyond } => {
                write!(
                    f,
                    "holds too many different secrets to look for all of them ({beyond} more)"
                )
            }
        }
    }
}

impl std::error::Error for HarError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
