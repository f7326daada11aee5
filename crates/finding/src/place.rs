//! Where in the input something was seen.

use serde::Serialize;

/// A position in an input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The path as it was given, joined with the path below it; `-` is standard input.
    pub path: String,
    /// Where in the input; `{"line": 3}` or `{"offset": 4096}` beside the path in JSON.
    #[serde(flatten)]
    pub position: Position,
}

/// How a position is counted, by what the input has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Position {
    /// The line on which the event begins; the first line is 1.
    Line(u64),
    /// The byte, after decompression, at which the event begins; the first byte is 0.
    Offset(u64),
}
