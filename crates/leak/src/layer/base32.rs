//! Base32 (RFC 4648, section 6) of something readable, in capitals, padded or not, in one line or wrapped.

use std::ops::Range;

use super::map::Decoded;
use super::{Encoding, Layer, readable, wrap};

/// Letters of the shortest run that is decoded.
const LETTERS_MIN: usize = 32;

fn is_letter(byte: u8) -> bool {
    matches!(byte, b'A'..=b'Z' | b'2'..=b'7')
}

fn value(letter: u8) -> u64 {
    match letter {
        b'A'..=b'Z' => u64::from(letter - b'A'),
        b'2'..=b'7' => u64::from(letter - b'2') + 26,
        _ => 0,
    }
}

/// The bytes that eight letters stand for; missing ones count as zero.
fn group(letters: &[u8]) -> [u8; 5] {
    let bits =
        (0..8).fold(0, |bits, idx| bits << 5 | letters.get(idx).map_or(0, |letter| value(*letter)));
    let [_, _, _, bytes @ ..] = bits.to_be_bytes();
    bytes
}

/// Whether the run may be base32 of ASCII, or of what gzip begins with: groups somewhere near its begin are.
pub(super) fn is_likely(run: &[u8]) -> bool {
    run.get(..LETTERS_MIN).is_some_and(|begin| begin.iter().all(|byte| is_letter(*byte)))
        && (run.starts_with(b"D6FQ") || run.chunks_exact(LETTERS_MIN).take(4).any(is_ascii))
}

fn is_ascii(letters: &[u8]) -> bool {
    letters.iter().all(|byte| is_letter(*byte))
        && letters.chunks(8).flat_map(group).all(|byte| byte.is_ascii())
}

/// The base32 around `run`, and what it decodes to.
pub(super) fn look(text: &[u8], run: &Range<usize>) -> (Range<usize>, Vec<Layer>) {
    let segment = wrap::segment(text, run, is_letter);
    let lines = wrap::lines(text, &segment, is_letter);
    let layer = decode(text, &lines).or_else(|| decode(text, std::slice::from_ref(&segment)));
    let span = layer.as_ref().map_or(segment, |layer| layer.span.clone());
    (span, layer.into_iter().collect())
}

/// Decodes lines, each of whole groups but the last. `None` when that gives nothing to read.
fn decode(text: &[u8], lines: &[Range<usize>]) -> Option<Layer> {
    let mut decoded = Decoded::new(text, lines.first()?.start..lines.last()?.end);
    for line in lines {
        let whole = line.start + line.len() / 8 * 8;
        let bytes: Vec<u8> = text[line.start..whole].chunks_exact(8).flat_map(group).collect();
        decoded.units(&bytes, 5, line.start, 8);
        let n_bytes = (line.end - whole) * 5 / 8;
        if n_bytes > 0 {
            decoded.unit(&group(&text[whole..line.end])[..n_bytes], whole..line.end);
        }
    }
    readable::is_worth(&decoded.text).then(|| decoded.into_layer(Encoding::Base32))
}
