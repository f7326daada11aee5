//! Encodings undone: a stretch of text decoded, and where each decoded byte stood.
//!
//! What decides which stretches are worth it is the scanner; what a decoded text means lives elsewhere.
//! Nothing here recurses: an encoding within another is a layer of a layer, which the scanner asks for.

mod ansi;
mod base32;
mod base64;
mod codes;
mod concatenation;
mod continuation;
mod dump;
mod escape;
mod gzip;
mod hex;
mod hidden;
mod html;
mod map;
mod percent;
mod quoted;
mod readable;
mod stretch;
mod suspect;
#[cfg(test)]
mod tests;
mod utf16;
mod wrap;

use std::ops::Range;

use memchr::{memchr_iter, memchr3};
use serde::Serialize;

pub(crate) use hidden::hidden;
use map::Map;

use crate::sieve::Sieve;

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
    /// Base32 in capitals.
    Base32,
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
    /// Text with colors of a terminal: `ESC[32m`.
    Ansi,
    /// String literals that a program puts together: `"ab" + "cd"`.
    Concatenation,
    /// Bytes as numbers, one by one: `[48, 48, 97]`, `0x30, 0x30`, dumps of files.
    Codes,
}

impl Encoding {
    /// Whether what it encodes says nothing as it stands: then a value in it is none of the text around.
    pub(crate) fn is_whole(self) -> bool {
        matches!(self, Self::Base32 | Self::Base64 | Self::Hex | Self::Codes)
    }
}

/// A stretch of text, decoded.
#[derive(Debug, Clone)]
pub struct Layer {
    /// What encoding was undone.
    pub encoding: Encoding,
    /// The decoded text.
    pub text: Vec<u8>,
    /// The stretch of the parent that was decoded.
    pub span: Range<usize>,
    /// The decoded text is not all of it: it would have been too large, or it broke off.
    pub is_cut: bool,
    /// `None` where every decoded byte comes from all of the span.
    map: Option<Map>,
}

impl Layer {
    /// Where a stretch of the decoded text stood in the parent: the bytes that encode exactly these. Of
    /// base64 the groups that cover them, of a compressed text all of it.
    pub fn origin(&self, range: Range<usize>) -> Range<usize> {
        let Some(map) = &self.map else { return self.span.clone() };
        let origin = map.origin(range);
        let start = self.span.end.min(self.span.start + origin.start);
        start..self.span.end.min(self.span.start + origin.end).max(start)
    }
}

/// Whether a run may be text in hexadecimal or base32, which hardly look random. Once in 60,000 by chance.
pub(crate) fn is_spelled(run: &[u8]) -> bool {
    hex::is_likely(run) || base32::is_likely(run)
}

/// Every stretch of a text that a scan would undo, one encoding deep: around each long run of letters and
/// digits, and where such runs are hidden. Each once, at most `room` bytes of the hidden ones.
pub fn layers(text: &[u8], room: usize) -> Vec<Layer> {
    let mut layers = hidden(text, room);
    let mut around = Layers::new(text);
    Sieve::runs(text, |run| {
        layers.extend(around.around(run).into_iter().filter_map(|part| part.layer));
    });
    layers.sort_by_key(|layer| (layer.span.start, layer.span.end, layer.encoding));
    layers.dedup_by_key(|layer| (layer.span.clone(), layer.encoding));
    layers
}

/// The layers that the hit at `run` of `text` may lie in: the string literal with escapes, the URL with
/// percent signs, the element with entities, the base64 that it is. Empty when it stands plainly.
///
/// For many hits in one text ask [`Layers`], which decodes each stretch once.
#[cfg(test)]
pub(crate) fn around(text: &[u8], run: Range<usize>) -> Vec<Layer> {
    Layers::new(text).around(run).into_iter().filter_map(|part| part.layer).collect()
}

/// Bytes before a run in which an escape may stand that concerns it.
const BEFORE: usize = 64;

/// Bytes behind a run in which an escape may stand that concerns it.
const BEHIND: usize = 16;

/// An encoded stretch that a hit lies in.
#[derive(Debug)]
pub(crate) struct Part {
    /// How it is encoded.
    pub(crate) encoding: Encoding,
    /// What it decodes to; `None` when that was handed out for a hit before.
    pub(crate) layer: Option<Layer>,
}

/// The layers of one text, asked for hit by hit. Remembers the stretch of each encoding that it looked at
/// last, so that many hits in one long literal cost one walk and one decoding.
#[derive(Debug)]
pub(crate) struct Layers<'a> {
    text: &'a [u8],
    known: Vec<Known>,
    /// The base64 of the last run, and whether it begins as a compressed text does.
    blob: (Range<usize>, bool),
}

/// A stretch that was looked at, and whether anything was decoded there.
#[derive(Debug)]
struct Known {
    encoding: Encoding,
    span: Range<usize>,
    is_encoded: bool,
}

impl<'a> Layers<'a> {
    /// The layers of `text`.
    pub(crate) fn new(text: &'a [u8]) -> Self {
        Self { text, known: Vec::new(), blob: (0..0, false) }
    }

    /// Those that the hit at `run` may lie in, as [`around`].
    pub(crate) fn around(&mut self, run: Range<usize>) -> Vec<Part> {
        let mut parts = Vec::new();
        let run = run.start.min(self.text.len())..run.end.min(self.text.len());
        if run.start < run.end {
            let compressed = self.is_compressed(&run).then_some(Encoding::Base64);
            for encoding in likely(self.text, &run).into_iter().flatten().chain(compressed) {
                self.look(encoding, &run, &mut parts);
            }
        }
        parts
    }

    /// Whether the run is part of a compressed text in base64.
    fn is_compressed(&mut self, run: &Range<usize>) -> bool {
        let (blob, _) = &self.blob;
        if !(blob.start <= run.start && run.end <= blob.end) {
            self.blob = base64::blob(self.text, run);
        }
        self.blob.1
    }

    /// Adds the parts of one encoding; looks for them unless the run lies in the stretch of the last time.
    fn look(&mut self, encoding: Encoding, run: &Range<usize>, parts: &mut Vec<Part>) {
        let known = self.known.iter().position(|known| known.encoding == encoding);
        if let Some(known) = known.map(|idx| &self.known[idx])
            && known.span.start <= run.start
            && run.end <= known.span.end
        {
            parts.extend(known.is_encoded.then_some(Part { encoding, layer: None }));
            return;
        }
        let (span, layers) = look(encoding, self.text, run);
        if let Some(idx) = known {
            self.known.swap_remove(idx);
        }
        self.known.push(Known { encoding, span, is_encoded: !layers.is_empty() });
        parts.extend(layers.into_iter().map(|layer| Part { encoding, layer: Some(layer) }));
    }
}

/// The encodings that a look at the bytes beside `run` does not rule out. Mostly none, and then this costs
/// a few tens of nanoseconds.
fn likely(text: &[u8], run: &Range<usize>) -> [Option<Encoding>; 10] {
    let (from, to) = (run.start.saturating_sub(BEFORE), text.len().min(run.end + BEHIND));
    let near = &text[from..to];
    let is_escaped = memchr3(b'%', b'\\', b'&', near).is_some();
    let stands = |sign: u8, read: fn(&[u8]) -> Option<map::Escaped>| {
        is_escaped && memchr_iter(sign, near).any(|at| read(&text[from + at..]).is_some())
    };
    let letters = &text[run.clone()];
    [
        (stands(b'%', percent::read) || percent::is_form_blank(text, run))
            .then_some(Encoding::Percent),
        stands(b'\\', escape::read).then_some(Encoding::Escape),
        stands(b'&', html::read).then_some(Encoding::Html),
        quoted::is_near(near).then_some(Encoding::QuotedPrintable),
        continuation::is_near(text, run).then_some(Encoding::Continuation),
        concatenation::is_near(text, run).then_some(Encoding::Concatenation),
        ansi::is_near(near, run.start - from).then_some(Encoding::Ansi),
        hex::is_likely(letters).then_some(Encoding::Hex),
        base32::is_likely(letters).then_some(Encoding::Base32),
        base64::is_likely(letters).then_some(Encoding::Base64),
    ]
}

/// The stretch of an encoding around `run`, and what it decodes to; nothing when nothing there is encoded.
fn look(encoding: Encoding, text: &[u8], run: &Range<usize>) -> (Range<usize>, Vec<Layer>) {
    type Enclosing =
        (fn(&[u8], &Range<usize>) -> Range<usize>, fn(&[u8], Range<usize>) -> Option<Layer>);
    let (stretch, decode): Enclosing = match encoding {
        Encoding::Percent => (stretch::word, percent::decode),
        Encoding::Html => (stretch::element, html::decode),
        Encoding::Escape => (stretch::literal, escape::decode),
        Encoding::QuotedPrintable => (stretch::paragraph, quoted::decode),
        Encoding::Continuation => (continuation::stretch, continuation::decode),
        Encoding::Ansi => (stretch::line, ansi::decode),
        Encoding::Concatenation => (stretch::paragraph, concatenation::decode),
        Encoding::Codes => return codes::look(text, run),
        Encoding::Hex => return hex::look(text, run),
        Encoding::Base32 => return base32::look(text, run),
        Encoding::Base64 => return base64::look(text, run),
        Encoding::Utf16Le | Encoding::Utf16Be | Encoding::Gzip => return (run.clone(), Vec::new()),
    };
    let span = stretch(text, run);
    (span.clone(), decode(text, span).into_iter().collect())
}
