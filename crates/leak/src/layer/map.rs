//! Where decoded bytes stood: the text that grows and, beside it, the escapes in it.

use std::ops::Range;

use memchr::memchr2;

use super::{Encoding, Layer};

/// How decoded positions lead back into a span. What lies between two escapes stands there as it is.
#[derive(Debug, Clone, Default)]
pub(super) struct Map(Vec<Escapes>);

/// Escapes of the same size, one behind the other: each `width` decoded bytes stand for `scale` encoded ones.
/// Sixteen bytes, for there may be one every few bytes of a large text.
#[derive(Debug, Clone, Copy)]
struct Escapes {
    /// Where the first one's bytes begin in the decoded text.
    decoded: u32,
    /// Where the first one begins in the span.
    origin: u32,
    /// How many there are.
    count: u32,
    width: u16,
    scale: u16,
}

impl Escapes {
    fn decoded_end(&self) -> usize {
        self.decoded as usize + self.count as usize * usize::from(self.width)
    }

    fn origin_end(&self) -> usize {
        self.origin as usize + self.count as usize * usize::from(self.scale)
    }

    /// Where the decoded byte `at` stood, which is behind the begin of these.
    fn place(&self, at: usize) -> Range<usize> {
        if at >= self.decoded_end() {
            let start = self.origin_end() + (at - self.decoded_end());
            return start..start + 1;
        }
        let idx = (at - self.decoded as usize) / usize::from(self.width.max(1));
        let start = self.origin as usize + idx * usize::from(self.scale);
        start..start + usize::from(self.scale)
    }
}

impl Map {
    /// Where `range` of the decoded text stood, from the begin of the span. Of an empty range, the place
    /// before the byte that it stands before.
    pub(super) fn origin(&self, range: Range<usize>) -> Range<usize> {
        let start = self.place(range.start).start;
        let end = if range.is_empty() { start } else { self.place(range.end - 1).end };
        start..end
    }

    fn place(&self, at: usize) -> Range<usize> {
        let behind = self.0.partition_point(|escapes| escapes.decoded as usize <= at);
        let before = behind.checked_sub(1).and_then(|idx| self.0.get(idx));
        before.map_or(at..at + 1, |escapes| escapes.place(at))
    }
}

/// A text being decoded from a span. What is pushed stands in the order of the span.
#[derive(Debug)]
pub(super) struct Decoded<'a> {
    /// The text so far.
    pub(super) text: Vec<u8>,
    parent: &'a [u8],
    span: Range<usize>,
    /// Where in the parent the next byte is expected that stands as it is.
    next: usize,
    map: Map,
}

impl<'a> Decoded<'a> {
    /// Nothing yet of a span.
    pub(super) fn new(parent: &'a [u8], span: Range<usize>) -> Self {
        let next = span.start;
        Self { text: Vec::new(), parent, span, next, map: Map::default() }
    }

    /// Takes the parent as it is up to `end`.
    pub(super) fn copy(&mut self, end: usize) {
        self.text.extend_from_slice(&self.parent[self.next..end]);
        self.next = end;
    }

    /// Takes a few bytes that are encoded together, or nothing that is encoded by as much as you like.
    pub(super) fn unit(&mut self, bytes: &[u8], origin: Range<usize>) {
        if bytes.is_empty() {
            self.push(0, origin.start, 1, origin.len());
        } else {
            self.units(bytes, bytes.len(), origin.start, origin.len());
        }
    }

    /// Takes units of `width` bytes each, encoded one behind the other by `scale` bytes each.
    pub(super) fn units(&mut self, bytes: &[u8], width: usize, origin: usize, scale: usize) {
        self.push(width, origin, scale, bytes.len().checked_div(width).unwrap_or(0));
        self.text.extend_from_slice(bytes);
    }

    fn push(&mut self, width: usize, origin: usize, scale: usize, count: usize) {
        self.next = origin + count * scale;
        let next = Escapes {
            decoded: self.text.len() as u32,
            origin: origin.saturating_sub(self.span.start) as u32,
            count: count as u32,
            width: width as u16,
            scale: scale as u16,
        };
        match self.map.0.last_mut() {
            Some(last) if goes_on(last, &next) => last.count += next.count,
            _ if count > 0 => self.map.0.push(next),
            _ => {}
        }
    }

    /// The layer of what was decoded.
    pub(super) fn into_layer(mut self, encoding: Encoding) -> Layer {
        self.map.0.shrink_to_fit();
        Layer { encoding, text: self.text, span: self.span, is_cut: false, map: Some(self.map) }
    }
}

/// Whether units of the same size go on right where others end.
fn goes_on(last: &Escapes, next: &Escapes) -> bool {
    (last.width, last.scale) == (next.width, next.scale)
        && last.decoded_end() == next.decoded as usize
        && last.origin_end() == next.origin as usize
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
pub(super) fn unescape<'a>(
    text: &'a [u8],
    span: &Range<usize>,
    begin: [u8; 2],
    mut read: impl FnMut(&[u8]) -> Option<Escaped>,
) -> Option<Decoded<'a>> {
    let mut decoded = Decoded::new(text, span.clone());
    let (mut at, mut n_escapes) = (span.start, 0_usize);
    while let Some(offset) = memchr2(begin[0], begin[1], &text[at..span.end]) {
        at += offset;
        let Some(escaped) = read(&text[at..span.end]).filter(|escaped| escaped.len > 0) else {
            at += 1;
            continue;
        };
        decoded.copy(at);
        decoded.unit(escaped.bytes(), at..at + escaped.len);
        at += escaped.len;
        n_escapes += 1;
    }
    decoded.copy(span.end);
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
