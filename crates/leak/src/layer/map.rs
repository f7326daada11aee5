//! Where decoded bytes stood: the text that grows and, beside it, pieces of the same scale.

use std::ops::Range;

use memchr::memchr2;

use super::{Encoding, Layer};

/// How decoded positions lead back. Bytes without an origin do not occur; encoded bytes that yield
/// nothing, such as soft line breaks, lie between two pieces.
#[derive(Debug, Clone, Default)]
pub(super) struct Map(Vec<Piece>);

/// A run of units of the same size: from `decoded` on, each `width` decoded bytes stand for `scale`
/// encoded ones, the first of them at `origin`.
#[derive(Debug, Clone, Copy)]
struct Piece {
    decoded: usize,
    origin: usize,
    width: u32,
    scale: u32,
}

impl Piece {
    /// Where the unit stood that `decoded` is part of.
    fn unit(&self, decoded: usize) -> Range<usize> {
        let (width, scale) = (self.width.max(1) as usize, self.scale as usize);
        let start = self.origin + (decoded - self.decoded) / width * scale;
        start..start + scale
    }

    /// Whether units of this size, beginning there, go on where this piece ends.
    fn goes_on(&self, next: &Piece) -> bool {
        let (n_bytes, width) = (next.decoded - self.decoded, self.width.max(1) as usize);
        (self.width, self.scale) == (next.width, next.scale)
            && n_bytes.is_multiple_of(width)
            && self.origin + n_bytes / width * self.scale as usize == next.origin
    }
}

impl Map {
    fn push(&mut self, next: Piece) {
        if !self.0.last().is_some_and(|last| last.goes_on(&next)) {
            self.0.push(next);
        }
    }

    /// Where `range` of the decoded text of `len` bytes stood.
    pub(super) fn origin(&self, range: Range<usize>, len: usize) -> Range<usize> {
        let (start, end) = (range.start.min(len), range.end.min(len));
        if start >= end {
            let at = if start < len {
                self.unit(start).start
            } else {
                len.checked_sub(1).map_or(0, |last| self.unit(last).end)
            };
            return at..at;
        }
        self.unit(start).start..self.unit(end - 1).end
    }

    fn unit(&self, decoded: usize) -> Range<usize> {
        let behind = self.0.partition_point(|piece| piece.decoded <= decoded);
        behind
            .checked_sub(1)
            .and_then(|idx| self.0.get(idx))
            .map_or(0..0, |piece| piece.unit(decoded))
    }
}

/// A text being decoded.
#[derive(Debug, Default)]
pub(super) struct Decoded {
    /// The text so far.
    pub(super) text: Vec<u8>,
    map: Map,
}

impl Decoded {
    /// Takes a stretch of the parent as it is.
    pub(super) fn copy(&mut self, parent: &[u8], range: Range<usize>) {
        if !range.is_empty() {
            self.map.push(Piece {
                decoded: self.text.len(),
                origin: range.start,
                width: 1,
                scale: 1,
            });
            self.text.extend_from_slice(&parent[range]);
        }
    }

    /// Takes bytes that are encoded together by `origin`.
    pub(super) fn unit(&mut self, bytes: &[u8], origin: Range<usize>) {
        self.units(bytes, bytes.len(), origin.start, origin.len());
    }

    /// Takes units of `width` bytes each, encoded one behind the other by `scale` bytes each.
    pub(super) fn units(&mut self, bytes: &[u8], width: usize, origin: usize, scale: usize) {
        if !bytes.is_empty() {
            let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            let (width, scale) = (small(width), small(scale));
            self.map.push(Piece { decoded: self.text.len(), origin, width, scale });
            self.text.extend_from_slice(bytes);
        }
    }

    /// The layer of what was decoded from `span`.
    pub(super) fn into_layer(self, encoding: Encoding, span: Range<usize>) -> Layer {
        Layer { encoding, text: self.text, span, is_cut: false, map: self.map }
    }
}

/// What an escape stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Escaped {
    bytes: [u8; 4],
    n_bytes: usize,
    /// Bytes that it takes.
    pub(super) len: usize,
}

impl Escaped {
    /// One that stands for nothing.
    pub(super) fn nothing(len: usize) -> Self {
        Self { bytes: [0; 4], n_bytes: 0, len }
    }

    /// One that stands for a byte.
    pub(super) fn byte(byte: u8, len: usize) -> Self {
        Self { bytes: [byte, 0, 0, 0], n_bytes: 1, len }
    }

    /// One that stands for a character; for U+FFFD where the number is none.
    pub(super) fn character(code: u32, len: usize) -> Self {
        let mut bytes = [0; 4];
        let n_bytes = char::from_u32(code)
            .unwrap_or(char::REPLACEMENT_CHARACTER)
            .encode_utf8(&mut bytes)
            .len();
        Self { bytes, n_bytes, len }
    }

    /// The bytes that it stands for.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.n_bytes]
    }
}

/// Undoes escapes that begin with one of two bytes. `read` is given the text from such a byte to the end
/// of the span. `None` when there is no escape.
pub(super) fn unescape(
    text: &[u8],
    span: Range<usize>,
    begin: [u8; 2],
    mut read: impl FnMut(&[u8]) -> Option<Escaped>,
) -> Option<Decoded> {
    let mut decoded = Decoded::default();
    let (mut plain, mut at, mut n_escapes) = (span.start, span.start, 0_usize);
    while let Some(offset) = memchr2(begin[0], begin[1], &text[at..span.end]) {
        at += offset;
        let Some(escaped) = read(&text[at..span.end]) else {
            at += 1;
            continue;
        };
        decoded.copy(text, plain..at);
        decoded.unit(escaped.bytes(), at..at + escaped.len);
        at += escaped.len.max(1);
        plain = at;
        n_escapes += 1;
    }
    decoded.copy(text, plain..span.end);
    (n_escapes > 0).then_some(decoded)
}

/// The value of a hexadecimal digit.
pub(super) fn digit(byte: u8) -> Option<u32> {
    char::from(byte).to_digit(16)
}

/// The byte that two hexadecimal digits at the begin of `text` stand for.
pub(super) fn pair(text: &[u8]) -> Option<u8> {
    let [high, low, ..] = *text else { return None };
    u8::try_from(digit(high)? << 4 | digit(low)?).ok()
}

/// The number that the `n_digits` hexadecimal digits at the begin of `text` stand for; at most eight.
pub(super) fn number(text: &[u8], n_digits: usize) -> Option<u32> {
    text.get(..n_digits.min(8))?.iter().try_fold(0, |sum, byte| Some(sum << 4 | digit(*byte)?))
}

/// Whether a byte is one that tokens are made of.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}
