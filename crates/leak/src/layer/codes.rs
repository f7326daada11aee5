//! Bytes written as numbers, one by one: `[48, 48, 97]`, `0x30, 0x30`, `30 30 61`, `30:30:61`.

use std::ops::Range;

use super::map::{Decoded, number};
use super::{Encoding, Layer, dump, readable, stretch};

/// Numbers of the shortest list.
const NUMBERS_MIN: usize = 16;

/// Numbers after which a list is given up that is no text so far.
const NUMBERS_SAMPLE: usize = 48;

/// Things before a list that are no numbers of bytes, beyond which a table is what it is.
const OTHERS_MAX: usize = 32;

/// Bytes that are looked at together.
const SAMPLE: usize = 8;

/// Bytes between places that are looked at: less than twenty numbers of two digits take.
const STRIDE: usize = 48;

fn is_part(byte: u8) -> bool {
    byte.is_ascii_hexdigit() || is_gap(byte) || matches!(byte, b'x' | b'X')
}

fn is_gap(byte: u8) -> bool {
    matches!(byte, b' ' | b',' | b':' | b';' | b'\t' | b'\r' | b'\n')
}

/// Places within what may be lists of numbers.
pub(super) fn suspects(text: &[u8]) -> impl Iterator<Item = usize> {
    let (samples, _) = text.as_chunks::<SAMPLE>();
    samples
        .iter()
        .enumerate()
        .step_by(STRIDE / SAMPLE)
        .filter(|(_, sample)| {
            n_digits(**sample) >= 3
                && sample.iter().any(|byte| is_gap(*byte))
                && sample.iter().all(|byte| is_part(*byte))
        })
        .map(|(idx, _)| idx * SAMPLE)
}

/// How many bytes of a sample are digits, `:`, `;` and the like.
fn n_digits(sample: [u8; SAMPLE]) -> u32 {
    let others = (u64::from_le_bytes(sample) ^ 0x3030_3030_3030_3030) & 0xf0f0_f0f0_f0f0_f0f0;
    let halves = others | others >> 2;
    SAMPLE as u32 - ((halves | halves >> 1) & 0x1010_1010_1010_1010).count_ones()
}

/// The list of numbers around `run`, and what it decodes to.
pub(super) fn look(text: &[u8], run: &Range<usize>) -> (Range<usize>, Vec<Layer>) {
    if let Some((span, layer)) = dump::look(text, run) {
        return (span, layer.into_iter().collect());
    }
    let window = stretch::window(text, run);
    let start = text[window.start..run.start].iter().rposition(|byte| !is_part(*byte));
    let end = text[run.end..window.end].iter().position(|byte| !is_part(*byte));
    let span = start.map_or(window.start, |at| window.start + at + 1)
        ..end.map_or(window.end, |at| run.end + at);
    // What both can read is hexadecimal, unless it is written as a list of a program.
    let radixes = if text[span.clone()].contains(&b',') { [16, 10] } else { [10, 16] };
    let layers = radixes.into_iter().filter_map(|radix| decode(text, span.clone(), radix));
    let layer = layers.max_by_key(|layer| layer.text.len());
    (span, layer.into_iter().collect())
}

/// Decodes the first list of numbers in base `radix`, each of them a byte. `None` when that is no text.
fn decode(text: &[u8], span: Range<usize>, radix: u32) -> Option<Layer> {
    let mut decoded = Decoded::new(text, span.clone());
    let (mut at, mut last, mut n_others) = (span.start, span.start, 0);
    for part in text[span.clone()].split(|byte| is_gap(*byte)) {
        let origin = at..at + part.len();
        at = origin.end + 1;
        match byte(part, radix) {
            Some(byte) => decoded.unit(&[byte], origin.clone()),
            None if part.is_empty() => continue,
            None if decoded.text.len() >= NUMBERS_MIN => break,
            None => {
                n_others += 1;
                decoded = Decoded::new(text, at.min(span.end)..span.end);
            }
        }
        last = origin.end;
        let is_other = decoded.text.len() == NUMBERS_SAMPLE && !readable::is_worth(&decoded.text);
        if is_other || n_others > OTHERS_MAX {
            return None;
        }
    }
    let is_list = decoded.text.len() >= NUMBERS_MIN && readable::is_worth(&decoded.text);
    let mut layer = is_list.then(|| decoded.into_layer(Encoding::Codes))?;
    layer.span.end = last;
    Some(layer)
}

fn byte(part: &[u8], radix: u32) -> Option<u8> {
    let value = match part {
        [b'0', b'x' | b'X', digits @ ..] if digits.len() <= 2 => number(digits, digits.len())?,
        digits if radix == 16 && digits.len() == 2 => number(digits, 2)?,
        digits if radix == 10 && digits.len() <= 3 => str::from_utf8(digits).ok()?.parse().ok()?,
        _ => return None,
    };
    u8::try_from(value).ok()
}
