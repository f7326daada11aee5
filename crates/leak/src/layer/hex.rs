//! Pairs of hexadecimal digits that stand for something readable.

use std::ops::Range;

use super::map::{Decoded, pair};
use super::{Encoding, Layer, readable, wrap};

/// Digits of the shortest run that is decoded.
const DIGITS_MIN: usize = 32;

/// Samples of a run that are looked at.
const SAMPLES_MAX: usize = 8;

fn is_digit(byte: u8) -> bool {
    byte.is_ascii_hexdigit()
}

/// The digits of a run, behind `0x` or the `x` of `\x` and `x'…'`.
fn digits(run: &[u8]) -> Range<usize> {
    let start = match run {
        [b'0', b'x' | b'X', ..] => 2,
        [b'x' | b'X', ..] => 1,
        _ => 0,
    };
    let n_digits = run[start..].iter().take_while(|byte| is_digit(**byte)).count();
    start..start + n_digits
}

/// Whether the run may be hexadecimal of ASCII or of a compressed text. One of 60,000 random ones is.
pub(super) fn is_likely(run: &[u8]) -> bool {
    if run.len() < DIGITS_MIN {
        return false;
    }
    let digits = &run[digits(run)];
    let phases = [digits, &digits[digits.len() & 1..]];
    digits.len() >= DIGITS_MIN && (phases.into_iter().any(has_ascii) || begins_compressed(digits))
}

/// Whether a dozen pairs in a row or more stand for bytes below 80 (hex).
fn has_ascii(digits: &[u8]) -> bool {
    let is_ascii =
        |sample: &[u8]| sample.iter().step_by(2).all(|digit| matches!(digit, b'0'..=b'7'));
    digits.chunks(DIGITS_MIN).take(SAMPLES_MAX).any(|sample| sample.len() >= 24 && is_ascii(sample))
}

fn begins_compressed(digits: &[u8]) -> bool {
    digits.len() > 6
        && (digits[..6].eq_ignore_ascii_case(b"1f8b08")
            || digits[..4].eq_ignore_ascii_case(b"789c")
            || digits[..4].eq_ignore_ascii_case(b"78da"))
}

/// The digits around `run`, and what they decode to.
pub(super) fn look(text: &[u8], run: &Range<usize>) -> (Range<usize>, Vec<Layer>) {
    let digits = digits(&text[run.clone()]);
    let segment = run.start + digits.start..run.start + digits.end;
    let lines = if digits.end == run.len() {
        wrap::lines(text, &segment, is_digit)
    } else {
        vec![segment.clone()]
    };
    let layer = decode(text, &lines).or_else(|| decode(text, &[segment]));
    let span = layer.as_ref().map_or(run.clone(), |layer| layer.span.clone());
    (span, layer.into_iter().collect())
}

fn decode(text: &[u8], lines: &[Range<usize>]) -> Option<Layer> {
    let span = lines.first()?.start..lines.last()?.end;
    let mut decoded = Decoded::new(text, span);
    for line in lines {
        let bytes: Vec<u8> = text[line.clone()].chunks_exact(2).filter_map(pair).collect();
        decoded.units(&bytes, 1, line.start, 2);
    }
    readable::is_worth(&decoded.text).then(|| decoded.into_layer(Encoding::Hex))
}
