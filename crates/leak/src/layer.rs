//! Encodings undone: a stretch of text decoded, and where each decoded byte stood.
//!
//! What decides which stretches are worth it is the scanner; what a decoded text means lives elsewhere.
//! Nothing here recurses: an encoding within another is a layer of a layer, which the scanner asks for.

mod ansi;
mod base64;
mod continuation;
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
#[cfg(test)]
mod tests;
mod utf16;
mod wrap;

use std::ops::Range;
use std::rc::Rc;

use memchr::{memchr, memchr3};
use serde::Serialize;

pub(crate) use hidden::hidden;
use map::Map;

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
    /// Text with colors of a terminal: `ESC[32m`.
    Ansi,
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
    /// The decoded text is not all of it: it would have been too large, or it broke off.
    pub(crate) is_cut: bool,
    map: Map,
}

impl Layer {
    /// Where a stretch of the decoded text stood in the parent: the bytes that encode exactly these. Of
    /// base64 the groups that cover them, of a compressed text all of it.
    pub(crate) fn origin(&self, range: Range<usize>) -> Range<usize> {
        let origin = self.map.origin(range, self.text.len());
        let start = origin.start.clamp(self.span.start, self.span.end);
        start..origin.end.clamp(start, self.span.end)
    }
}

/// The layers that the hit at `run` of `text` may lie in: the string literal with escapes, the URL with
/// percent signs, the element with entities, the base64 that it is. Empty when it stands plainly.
///
/// For many hits in one text ask [`Layers`], which decodes each stretch once.
pub(crate) fn around(text: &[u8], run: Range<usize>) -> Vec<Layer> {
    Layers::new(text).around(run).into_iter().map(Rc::unwrap_or_clone).collect()
}

/// Bytes before a run in which an escape may stand that concerns it.
const BEFORE: usize = 64;

/// Bytes behind a run in which an escape may stand that concerns it.
const BEHIND: usize = 16;

/// The layers of one text, asked for hit by hit. Remembers the stretch of each encoding that it decoded
/// last, so that many hits in one long literal cost one walk and one decoding.
#[derive(Debug)]
pub(crate) struct Layers<'a> {
    text: &'a [u8],
    known: Vec<Known>,
}

/// A stretch that was looked at.
#[derive(Debug)]
struct Known {
    encoding: Encoding,
    span: Range<usize>,
    layers: Vec<Rc<Layer>>,
}

impl<'a> Layers<'a> {
    /// The layers of `text`.
    pub(crate) fn new(text: &'a [u8]) -> Self {
        Self { text, known: Vec::new() }
    }

    /// Those that the hit at `run` may lie in, as [`around`]. For hits of the same stretch it is the same
    /// layer, by span and encoding.
    pub(crate) fn around(&mut self, run: Range<usize>) -> Vec<Rc<Layer>> {
        let mut found = Vec::new();
        let run = run.start.min(self.text.len())..run.end.min(self.text.len());
        if run.is_empty() {
            return found;
        }
        let before = &self.text[run.start.saturating_sub(BEFORE)..run.start];
        let behind = &self.text[run.end..self.text.len().min(run.end + BEHIND)];
        for near in [before, behind] {
            if memchr3(b'%', b'\\', b'&', near).is_some() {
                self.add_if(memchr(b'%', near).is_some(), Encoding::Percent, &run, &mut found);
                self.add_if(memchr(b'\\', near).is_some(), Encoding::Escape, &run, &mut found);
                self.add_if(memchr(b'&', near).is_some(), Encoding::Html, &run, &mut found);
            }
        }
        self.add_if(percent::is_form_blank(self.text, &run), Encoding::Percent, &run, &mut found);
        self.add_if(quoted::is_near(before, behind), Encoding::QuotedPrintable, &run, &mut found);
        let is_joined = continuation::is_near(self.text, &run);
        self.add_if(is_joined, Encoding::Continuation, &run, &mut found);
        self.add_if(ansi::is_near(before, behind), Encoding::Ansi, &run, &mut found);
        self.add_if(hex::is_likely(&self.text[run.clone()]), Encoding::Hex, &run, &mut found);
        self.add_if(base64::is_likely(self.text, &run), Encoding::Base64, &run, &mut found);
        found
    }

    fn add_if(
        &mut self,
        is_likely: bool,
        encoding: Encoding,
        run: &Range<usize>,
        found: &mut Vec<Rc<Layer>>,
    ) {
        if !is_likely || found.iter().any(|layer| layer.encoding == encoding) {
            return;
        }
        let known = self.known(encoding, run);
        let touching =
            |layer: &&Rc<Layer>| layer.span.start < run.end && run.start < layer.span.end;
        found.extend(known.layers.iter().filter(touching).cloned());
    }

    /// What is known of the stretch around `run`; looked at unless it was the last one.
    fn known(&mut self, encoding: Encoding, run: &Range<usize>) -> &Known {
        let is_inside = |known: &Known| {
            known.encoding == encoding && known.span.start <= run.start && run.end <= known.span.end
        };
        let idx = match self.known.iter().position(|known| known.encoding == encoding) {
            Some(idx) if is_inside(&self.known[idx]) => return &self.known[idx],
            Some(idx) => idx,
            None => self.known.len(),
        };
        let (span, layers) = look(encoding, self.text, run);
        let layers = layers.into_iter().map(Rc::new).collect();
        self.known.truncate(self.known.len().max(idx));
        let known = Known { encoding, span, layers };
        if idx < self.known.len() {
            self.known[idx] = known;
        } else {
            self.known.push(known);
        }
        &self.known[idx]
    }
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
        Encoding::Hex => return hex::look(text, run),
        Encoding::Base64 => return base64::look(text, run),
        Encoding::Utf16Le | Encoding::Utf16Be | Encoding::Gzip => return (run.clone(), Vec::new()),
    };
    let span = stretch(text, run);
    (span.clone(), decode(text, span).into_iter().collect())
}
