//! From a byte of a piece to line and column.

use finding::{End, Position};

/// Bytes at the begin of a piece that tell text from what has no lines.
const LOOKED_AT: usize = 8 << 10;

/// Where bytes of a piece stand in the whole. Cheap when asked in order: it goes on from the last answer.
#[derive(Debug, Clone)]
pub(crate) struct Lines<'a> {
    bytes: &'a [u8],
    /// Where the piece begins in the whole.
    offset: u64,
    /// Whether it is text, which has lines.
    is_text: bool,
    /// Whether the piece begins in the middle of a line, so that its first columns are not known.
    is_cut: bool,
    line: u64,
    /// How far is counted.
    at: usize,
    /// Characters of the line before that.
    characters: u64,
}

/// A place in the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spot {
    /// The line where there are lines and its begin is known, else the byte.
    pub(crate) position: Position,
    /// The character of the line, from 1; `None` for a byte.
    pub(crate) column: Option<u64>,
}

impl<'a> Lines<'a> {
    /// Reads a piece that begins at `offset` of the whole, on `line`.
    pub(crate) fn new(bytes: &'a [u8], offset: u64, line: u64) -> Self {
        let is_text = memchr::memchr(0, &bytes[..bytes.len().min(LOOKED_AT)]).is_none();
        Self { bytes, offset, is_text, is_cut: offset > 0, line, at: 0, characters: 0 }
    }

    /// Where the byte `at` of the piece stands.
    pub(crate) fn spot(&mut self, at: usize) -> Spot {
        let byte = Spot { position: Position::Offset(self.offset + at as u64), column: None };
        if !self.is_text {
            return byte;
        }
        self.seek(at);
        if self.is_cut {
            return byte;
        }
        Spot { position: Position::Line(self.line), column: Some(self.characters + 1) }
    }

    /// Where what begins at the last spot ends.
    pub(crate) fn end(&self, at: usize) -> Option<End> {
        match self.clone().spot(at) {
            Spot { position: Position::Line(line), column: Some(column) } => {
                Some(End { line, column })
            }
            _ => None,
        }
    }

    fn seek(&mut self, at: usize) {
        if at < self.at {
            let begin = memchr::memrchr(b'\n', &self.bytes[..at]).map_or(0, |end| end + 1);
            let back = memchr::memchr_iter(b'\n', &self.bytes[begin..self.at]).count() as u64;
            self.is_cut = self.offset > 0 && begin == 0;
            (self.line, self.at, self.characters) = (self.line - back, begin, 0);
        }
        let between = &self.bytes[self.at..at];
        let breaks = memchr::memchr_iter(b'\n', between).count() as u64;
        let rest = memchr::memrchr(b'\n', between).map_or(between, |end| &between[end + 1..]);
        if breaks > 0 {
            (self.line, self.characters, self.is_cut) = (self.line + breaks, 0, false);
        }
        self.characters += characters(rest);
        self.at = at;
    }
}

/// Characters of UTF-8; what is none counts byte by byte, or as one where it is a character cut short.
fn characters(bytes: &[u8]) -> u64 {
    let chunks = bytes.utf8_chunks();
    chunks
        .map(|chunk| chunk.valid().chars().count() as u64 + u64::from(!chunk.invalid().is_empty()))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(line: u64, column: u64) -> Spot {
        Spot { position: Position::Line(line), column: Some(column) }
    }

    fn byte(offset: u64) -> Spot {
        Spot { position: Position::Offset(offset), column: None }
    }

    /// Asks for the place of each byte in that order.
    fn check(bytes: &[u8], offset: u64, first: u64, asked: &[(usize, Spot)]) {
        let mut lines = Lines::new(bytes, offset, first);
        for (at, expected) in asked {
            assert_eq!(lines.spot(*at), *expected, "byte {at}");
            assert_eq!(Lines::new(bytes, offset, first).spot(*at), *expected, "byte {at} alone");
        }
    }

    #[test]
    fn lines_and_columns_count_from_one_in_characters() {
        let text = "ab\r\nüb\n\ncd".as_bytes();
        check(text, 0, 1, &[(0, line(1, 1)), (4, line(2, 1)), (6, line(2, 2)), (9, line(4, 1))]);
        check(text, 0, 1, &[(10, line(4, 2)), (6, line(2, 2)), (1, line(1, 2)), (11, line(4, 3))]);
        check(b"a\xff\xfeb", 0, 1, &[(3, line(1, 4))]);
    }

    #[test]
    fn a_piece_that_begins_within_a_line_knows_bytes_there() {
        let text = b"rest\nnext line";
        check(text, 100, 7, &[(2, byte(102)), (5, line(8, 1)), (3, byte(103)), (10, line(8, 6))]);
    }

    #[test]
    fn what_is_no_text_has_bytes() {
        check(b"a\0b\0\n\0c\0", 0, 1, &[(6, byte(6))]);
    }

    #[test]
    fn an_end_is_right_behind() {
        let mut lines = Lines::new(b"a\nbcd\ne", 0, 1);
        lines.spot(2);
        assert_eq!(lines.end(5), Some(End { line: 2, column: 4 }));
        assert_eq!(lines.end(7), Some(End { line: 3, column: 2 }));
        assert_eq!(lines.spot(3), line(2, 2));
    }
}
