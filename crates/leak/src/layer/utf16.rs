//! UTF-16 in either byte order: whole texts with a mark, and stretches anywhere in binary files.

use std::ops::Range;

use memchr::memchr;

use super::map::Decoded;
use super::readable::is_printable;
use super::{Encoding, Layer};

/// Bytes that are looked at together. Twenty letters fill at least one such block, wherever they begin.
const BLOCK: usize = 16;

/// Letters of the shortest stretch.
const UNITS_MIN: usize = 8;

/// Units other than ASCII that may stand between two stretches of it.
const GAP_MAX: usize = 64;

/// Bytes decoded into one layer, which bounds what is held twice.
const SPAN_MAX: usize = 16 << 20;

/// Bytes that neighboring layers of a longer text share.
const OVERLAP: usize = 64 << 10;

/// The order of the two bytes of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Little,
    Big,
}

impl Order {
    fn unit(self, bytes: [u8; 2]) -> u16 {
        match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        }
    }

    fn encoding(self) -> Encoding {
        match self {
            Self::Little => Encoding::Utf16Le,
            Self::Big => Encoding::Utf16Be,
        }
    }
}

/// Whether a text holds UTF-16.
pub(super) fn is_likely(text: &[u8]) -> bool {
    marked(text).is_some() || next(text, 0).is_some()
}

/// Every stretch of UTF-16.
pub(super) fn layers(text: &[u8]) -> impl Iterator<Item = Layer> {
    let mut at = 0;
    let mut whole = marked(text).map(|order| (order, 2..text.len()));
    std::iter::from_fn(move || {
        let (order, span) = match whole.take() {
            Some(whole) if at == 0 => whole,
            _ => next(text, at)?,
        };
        let end = span.end.min(span.start + SPAN_MAX);
        at = end;
        if end < span.end {
            whole = None;
            at = end - OVERLAP;
        }
        Some(decode(text, span.start..end, order))
    })
}

/// The order that a mark at the begin tells, when the text behind it is one.
fn marked(text: &[u8]) -> Option<Order> {
    let (order, rest) = match text {
        [0xff, 0xfe, rest @ ..] => (Order::Little, rest),
        [0xfe, 0xff, rest @ ..] => (Order::Big, rest),
        _ => return None,
    };
    let sample = rest.chunks_exact(2).take(512);
    let (n_units, n_text) = sample.fold((0, 0), |(n_units, n_text), pair| {
        (n_units + 1, n_text + usize::from(is_text(order.unit([pair[0], pair[1]]))))
    });
    (n_units > 0 && n_text * 10 >= n_units * 9).then_some(order)
}

fn is_text(unit: u16) -> bool {
    u8::try_from(unit)
        .map_or((0xa0..0xfff0).contains(&unit), |byte| is_printable(byte) || byte >= 0xa0)
}

/// The next stretch from `at` on.
fn next(text: &[u8], mut at: usize) -> Option<(Order, Range<usize>)> {
    let floor = at;
    loop {
        at += memchr(0, &text[at..])?;
        let from = (at / BLOCK * BLOCK).max(floor);
        let (block, zeros) = text[from..]
            .chunks_exact(BLOCK)
            .enumerate()
            .find_map(|(idx, block)| Some((from + idx * BLOCK, parity(block)?)))?;
        let (order, span) = extend(text, floor, block, (block + zeros) & 1);
        if span.len() >= UNITS_MIN * 2 {
            return Some((order, span));
        }
        at = block + BLOCK;
    }
}

/// Which bytes of a block are zero, those at even places (0) or at odd ones (1), the others being ASCII.
fn parity(block: &[u8]) -> Option<usize> {
    const EVEN: u128 = u128::from_le_bytes([
        0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0,
    ]);
    let bits = u128::from_le_bytes(block.try_into().ok()?);
    let zeros = match (bits & EVEN, bits & !EVEN) {
        (0, 0) => return None,
        (0, _) => 0,
        (_, 0) => 1,
        _ => return None,
    };
    block.iter().skip(1 - zeros).step_by(2).all(|byte| is_printable(*byte)).then_some(zeros)
}

/// The stretch around a block in which bytes at places of the parity `zeros` are zero. Goes no farther
/// back than `floor`.
fn extend(text: &[u8], floor: usize, block: usize, zeros: usize) -> (Order, Range<usize>) {
    let fits = |at: usize| if at & 1 == zeros { text[at] == 0 } else { is_printable(text[at]) };
    let mut start = block;
    while start > floor && fits(start - 1) {
        start -= 1;
    }
    let mut end = block + BLOCK;
    while end < text.len() && fits(end) {
        end += 1;
    }
    let is_big =
        start & 1 == zeros && (end - 1) & 1 != zeros || text[..start].ends_with(&[0xfe, 0xff]);
    let order = if is_big { Order::Big } else { Order::Little };
    let first = if is_big { zeros } else { 1 - zeros };
    start += usize::from(start & 1 != first);
    end -= (end - start) & 1;
    (order, behind_gaps(text, order, before_gaps(text, floor, order, start..end)))
}

/// The stretch with what follows it, over letters of other scripts to the next ASCII.
fn behind_gaps(text: &[u8], order: Order, span: Range<usize>) -> Range<usize> {
    let mut end = span.end;
    for (idx, pair) in text[span.end..].chunks_exact(2).enumerate() {
        let unit = order.unit([pair[0], pair[1]]);
        let at = span.end + idx * 2 + 2;
        if !is_text(unit) || at - end > GAP_MAX * 2 {
            break;
        }
        if unit < 0x80 {
            end = at;
        }
    }
    span.start..end
}

/// The stretch with what comes before it.
fn before_gaps(text: &[u8], floor: usize, order: Order, span: Range<usize>) -> Range<usize> {
    let mut start = span.start;
    for (idx, pair) in text[floor..span.start].rchunks_exact(2).enumerate() {
        let unit = order.unit([pair[0], pair[1]]);
        let at = span.start - idx * 2 - 2;
        if !is_text(unit) || start - at > GAP_MAX * 2 {
            break;
        }
        if unit < 0x80 {
            start = at;
        }
    }
    start..span.end
}

fn decode(text: &[u8], span: Range<usize>, order: Order) -> Layer {
    let mut decoded = Decoded::new(text, span.clone());
    let mut at = span.start;
    let units = text[span.clone()].chunks_exact(2).map(|pair| order.unit([pair[0], pair[1]]));
    for character in char::decode_utf16(units) {
        let character = character.unwrap_or(char::REPLACEMENT_CHARACTER);
        let len = character.len_utf16() * 2;
        let mut bytes = [0; 4];
        decoded.unit(character.encode_utf8(&mut bytes).as_bytes(), at..at + len);
        at += len;
    }
    decoded.into_layer(order.encoding())
}
