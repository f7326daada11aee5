//! HAR files: entries read as they stream by, every credential typed, and a copy that is safe to share.
//!
//! A recording is read as a tree of JSON, never as text: names, values, headers, cookies, bodies by their
//! type and encoding. Nothing larger than one value is held. What a value is, `judge` says.

use std::ops::Range;

use jiff::Timestamp;

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

/// Places of one value in the file. (internal shape left to the module)
pub(crate) type Spans = Vec<Range<u64>>;
