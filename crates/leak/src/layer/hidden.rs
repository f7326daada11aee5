//! What the sieve is blind to: tokens written so that no long run of letters and digits is left.
//!
//! One pass with a handful of two-byte needles, each of them rare in ordinary text, and a look for zeros.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::packed::Searcher;

use super::map::{is_word, pair};
use super::{
    Encoding, Layer, ansi, base64, continuation, escape, gzip, html, look, percent, quoted, utf16,
};
use crate::scanner::DECODED_MAX;

/// Letters of the shortest run that the sieve sees.
const RUN_MIN: usize = 20;

/// What an escape of a letter, a break within a word or a compressed text begins with.
#[rustfmt::skip]
const NEEDLES: [&[u8]; 45] = [
    b"%2", b"%3", b"%4", b"%5", b"%6", b"%7", b"%00", b"%u", // percent
    b"\\u", b"\\U", b"\\x", b"\\0", b"\\1", b"\\_", b"\\-", b"\\\n", b"\\\r", // backslash
    b"&#", b"amp;#", b"&lowbar;", b"&UnderBar;", // entities
    b"=0", b"=1", b"=2", b"=3", b"=4", b"=5", b"=6", b"=7", b"=8", b"=9", b"=A", b"=C", b"=E", b"=\n", b"=\r",
    b"\x1b[", b"H4sIA", b"eJw", b"eJx", b"eJy", b"eJz", b"eNo", b"eNp", b"eAE",
];

static SEARCHER: LazyLock<Option<Searcher>> = LazyLock::new(|| Searcher::new(NEEDLES));

/// Stretches that are written so that no long run of letters and digits is left: every character
/// escaped, UTF-16 (with and without a mark), and a text that is compressed as a whole.
///
/// What exceeds [`DECODED_MAX`] in sum is left out; then the last layer is marked as cut.
pub(crate) fn hidden(text: &[u8]) -> Vec<Layer> {
    let mut found = Found::default();
    for layer in gzip::decode(text).into_iter().chain(utf16::layers(text)) {
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

/// Layers found, and what they take.
#[derive(Default)]
struct Found {
    layers: Vec<Layer>,
    n_bytes: usize,
}

impl Found {
    /// Takes a layer, unless that would be too much: then the last one is marked as cut.
    fn add(&mut self, mut layer: Layer) -> bool {
        let is_room = self.n_bytes < DECODED_MAX;
        if is_room {
            self.n_bytes += layer.text.len();
            layer.is_cut |= self.n_bytes > DECODED_MAX;
            self.layers.push(layer);
        } else if let Some(last) = self.layers.last_mut() {
            last.is_cut = true;
        }
        is_room
    }
}

/// Places where a letter is escaped or a word is broken, and how.
fn signs(text: &[u8]) -> impl Iterator<Item = (Encoding, usize)> {
    let matches = SEARCHER.as_ref().map(|searcher| searcher.find_iter(text));
    matches.into_iter().flatten().filter_map(|found| {
        let at = found.start();
        Some((sign(text, at)?, at))
    })
}

/// What the needle at `at` turns out to be.
fn sign(text: &[u8], at: usize) -> Option<Encoding> {
    let (before, rest) = text.split_at(at);
    match rest[0] {
        b'%' => is_letter(percent::read(rest)?.bytes()).then_some(Encoding::Percent),
        b'&' => is_letter(html::read(rest)?.bytes()).then_some(Encoding::Html),
        b'a' => (before.ends_with(b"&") || before.ends_with(b"amp;")).then_some(Encoding::Html),
        b'=' if pair(&rest[1..]).is_some() => {
            is_dense_quoted(rest).then_some(Encoding::QuotedPrintable)
        }
        b'=' => quoted::joins_words(before, rest).then_some(Encoding::QuotedPrintable),
        b'\\' if continuation::read(rest).is_some() => {
            continuation::joins_words(before, rest).then_some(Encoding::Continuation)
        }
        b'\\' => is_letter(escape::read(rest)?.bytes()).then_some(Encoding::Escape),
        b'H' | b'e' => base64::is_begin(before, rest).then_some(Encoding::Base64),
        _ => ansi::joins_words(before, rest).then_some(Encoding::Ansi),
    }
}

/// Whether an escape stands for a letter, for the begin of another escape, or for half of a letter.
fn is_letter(bytes: &[u8]) -> bool {
    matches!(bytes, [byte] if is_word(*byte) || matches!(byte, 0 | b'%' | b'&' | b'\\' | b'='))
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
    if layer.encoding == Encoding::Base64 {
        return gzip::decode(&layer.text).is_some();
    }
    runs(&layer.text).any(|run| layer.origin(run.clone()).len() != run.len())
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
