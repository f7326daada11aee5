//! What the sieve is blind to: tokens written so that no long run of letters and digits is left.
//!
//! Whatever it is written in, an escape of a letter stands there, which ordinary text hardly has, or zeros.

use std::ops::Range;

use super::map::{Escaped, is_word, pair};
use super::suspect::suspects;
use super::{
    Encoding, Layer, ansi, codes, concatenation, continuation, escape, gzip, html, look, percent,
    quoted, utf16,
};

/// Letters of the shortest run that the sieve sees.
const RUN_MIN: usize = 20;

/// Stretches that are written so that no long run of letters and digits is left: every character
/// escaped, UTF-16 (with and without a mark), and a text that is compressed as a whole.
///
/// What exceeds `room` bytes in sum is left out; then the last layer is marked as cut.
pub(crate) fn hidden(text: &[u8], room: usize) -> Vec<Layer> {
    let mut found = Found { layers: Vec::new(), room };
    for layer in gzip::decode(text, room).into_iter().chain(utf16::layers(text)) {
        if !found.add(layer) {
            return found.layers;
        }
    }
    let mut known: Vec<(Encoding, Range<usize>)> = Vec::new();
    for (encoding, at) in signs(text) {
        let is_known =
            |(of, span): &(Encoding, Range<usize>)| *of == encoding && span.contains(&at);
        if known.iter().any(is_known) {
            continue;
        }
        let (span, layers) = look(encoding, text, &(at..at + 1));
        known.retain(|(of, _)| *of != encoding);
        known.push((encoding, span));
        for layer in layers.into_iter().filter(is_telling) {
            if !found.add(layer) {
                return found.layers;
            }
        }
    }
    found.layers
}

/// Layers found, and how many bytes more they may take.
struct Found {
    layers: Vec<Layer>,
    room: usize,
}

impl Found {
    /// Takes a layer, as far as there is room; whether there was.
    fn add(&mut self, mut layer: Layer) -> bool {
        let is_room = layer.text.len() <= self.room;
        layer.text.truncate(self.room);
        layer.is_cut |= !is_room;
        self.room -= layer.text.len();
        self.layers.push(layer);
        is_room
    }
}

/// Places where a letter is escaped or a word is broken, and how.
fn signs(text: &[u8]) -> impl Iterator<Item = (Encoding, usize)> {
    let signs = suspects(text).filter_map(|at| Some((sign(text, at)?, at)));
    signs.chain(codes::suspects(text).map(|at| (Encoding::Codes, at)))
}

/// What stands at `at`, if it is anything.
fn sign(text: &[u8], at: usize) -> Option<Encoding> {
    let (before, rest) = text.split_at(at);
    let (is_sign, encoding) = match rest.first()? {
        b'%' => (is_letter(percent::read(rest), rest), Encoding::Percent),
        b'&' => (is_letter(html::read(rest), rest), Encoding::Html),
        b'=' if quoted::read(rest).is_some_and(|escaped| escaped.bytes().is_empty()) => {
            (quoted::joins_words(before, rest), Encoding::QuotedPrintable)
        }
        b'=' => (is_dense_quoted(rest), Encoding::QuotedPrintable),
        b'\\' if continuation::read(rest).is_some() => {
            (continuation::joins_words(before, rest), Encoding::Continuation)
        }
        b'\\' => (is_letter(escape::read(rest), rest), Encoding::Escape),
        b'"' | b'\'' => (concatenation::joins_words(before, rest), Encoding::Concatenation),
        _ => (ansi::joins_words(before, rest), Encoding::Ansi),
    };
    is_sign.then_some(encoding)
}

/// Whether an escape stands for a letter, for the begin of another escape, or for half of a letter.
fn is_letter(escaped: Option<Escaped>, rest: &[u8]) -> bool {
    let Some(escaped) = escaped else { return false };
    let [byte] = *escaped.bytes() else { return false };
    let behind = rest.get(escaped.len..).unwrap_or_default();
    if is_word(byte) || byte == 0 {
        return true;
    }
    let is_escaped_too = behind.first() == rest.first();
    match byte {
        b'%' | b'=' => is_escaped_too || pair(behind).is_some() || behind.first() == Some(&b'u'),
        b'&' => is_escaped_too || matches!(behind, [b'#', ..] | [b'a', b'm', b'p', ..]),
        b'\\' => is_escaped_too || behind.first().is_some_and(|byte| is_word(*byte)),
        _ => false,
    }
}

/// Whether several letters in a row are written as `=30=30`: one alone is mostly an assignment.
fn is_dense_quoted(rest: &[u8]) -> bool {
    rest.chunks(3)
        .take(6)
        .filter(|escape| escape.len() == 3 && quoted::read(escape).is_some())
        .count()
        == 6
}

/// Whether a layer shows what its text hid: a long run with an escape in it, or another encoding.
fn is_telling(layer: &Layer) -> bool {
    layer.encoding == Encoding::Codes
        || runs(&layer.text).any(|run| layer.origin(run.clone()).len() != run.len())
        || signs(&layer.text).next().is_some()
        || gzip::is_likely(&layer.text)
        || utf16::is_likely(&layer.text)
}

/// Long runs of letters and digits.
fn runs(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    text.split(|byte| !is_word(*byte)).filter_map(move |run| {
        let range = start..start + run.len();
        start = range.end + 1;
        (run.len() >= RUN_MIN).then_some(range)
    })
}
