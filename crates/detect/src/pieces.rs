//! An input in pieces: cut at line ends, or as a window that grows with the longest record.

use std::io::{self, Read};

use event::{End, Form};
use memchr::{memchr, memrchr};

/// Bytes read at a time. A piece fits the second-level cache, and there are enough of them for all threads.
const PIECE_BYTES: usize = 512 << 10;

/// Whole lines of an input.
#[derive(Debug, Default)]
pub(crate) struct Piece {
    /// Counts pieces from 0.
    pub(crate) number: u64,
    /// Bytes of the input before the piece.
    pub(crate) offset: u64,
    /// The lines.
    pub(crate) bytes: Vec<u8>,
    /// After these lines comes one that is longer than allowed; it has been skipped.
    pub(crate) cut: bool,
}

/// Reads an input piece by piece.
pub(crate) struct Pieces<'r> {
    input: &'r mut (dyn Read + Send),
    /// Read but not handed out yet.
    rest: Vec<u8>,
    number: u64,
    offset: u64,
    max_event_bytes: usize,
    ended: bool,
    /// Inside a line that is too long.
    skipping: bool,
    error: Option<io::Error>,
}

impl<'r> Pieces<'r> {
    pub(crate) fn new(input: &'r mut (dyn Read + Send), max_event_bytes: usize) -> Self {
        let mut pieces = Self {
            input,
            rest: Vec::new(),
            number: 0,
            offset: 0,
            max_event_bytes,
            ended: false,
            skipping: false,
            error: None,
        };
        let mut start = Vec::new();
        pieces.fill(&mut start, PIECE_BYTES);
        pieces.rest = start;
        pieces
    }

    /// The form of the input, by its first piece.
    pub(crate) fn form(&self) -> Form {
        Form::recognize(&self.rest)
    }

    /// Whether everything has been read already.
    pub(crate) fn is_last(&self) -> bool {
        self.ended
    }

    pub(crate) fn into_error(self) -> Option<io::Error> {
        self.error
    }

    /// Reads until the buffer holds that many bytes or the input ends. An error ends it.
    fn fill(&mut self, buffer: &mut Vec<u8>, len: usize) {
        let missing = len.saturating_sub(buffer.len());
        if self.ended || missing == 0 {
            return;
        }
        buffer.reserve_exact(missing);
        match (&mut *self.input).take(missing as u64).read_to_end(buffer) {
            Ok(read) => self.ended = read < missing,
            Err(error) => {
                self.ended = true;
                self.error = Some(error);
            }
        }
    }

    /// The next lines, into `piece`. False at the end.
    pub(crate) fn next(&mut self, piece: &mut Piece) -> bool {
        piece.bytes.clear();
        piece.bytes.shrink_to(2 * PIECE_BYTES);
        piece.cut = false;
        piece.bytes.append(&mut self.rest);
        self.fill(&mut piece.bytes, PIECE_BYTES);
        piece.number = self.number;
        piece.offset = self.offset;
        self.number += 1;
        if self.skipping {
            self.skip(piece);
        }
        self.cut(piece);
        self.offset = piece.offset + piece.bytes.len() as u64;
        !piece.bytes.is_empty() || piece.cut
    }

    /// Drops the remainder of a line that was too long.
    fn skip(&mut self, piece: &mut Piece) {
        loop {
            let end = memchr(b'\n', &piece.bytes);
            let dropped = end.unwrap_or(piece.bytes.len());
            piece.offset += dropped as u64;
            piece.bytes.drain(..dropped);
            if end.is_some() || self.ended {
                self.skipping = false;
                return;
            }
            self.fill(&mut piece.bytes, PIECE_BYTES);
        }
    }

    /// Ends the piece at a line end, and keeps what stands behind it.
    fn cut(&mut self, piece: &mut Piece) {
        while !self.ended {
            if let Some(end) = memrchr(b'\n', &piece.bytes) {
                self.rest.extend_from_slice(&piece.bytes[end + 1..]);
                piece.bytes.truncate(end + 1);
                return;
            }
            if piece.bytes.len() > self.max_event_bytes {
                piece.bytes.clear();
                piece.cut = true;
                self.skipping = true;
                return;
            }
            self.fill(&mut piece.bytes, self.max_event_bytes + PIECE_BYTES);
        }
    }

    /// The bytes that follow the first `done` of those handed out last time; more of them than then,
    /// if `done` is 0. `None` when there are no more.
    pub(crate) fn more(&mut self, done: usize) -> Option<(&[u8], End)> {
        let first = self.number == 0;
        self.number += 1;
        self.rest.drain(..done);
        let wanted = match (first, done) {
            (true, _) => PIECE_BYTES,
            (false, 0) => self.rest.len() * 2,
            (false, _) => self.rest.len() + PIECE_BYTES,
        };
        let mut rest = std::mem::take(&mut self.rest);
        let before = rest.len();
        self.fill(&mut rest, wanted.min(self.max_event_bytes + PIECE_BYTES));
        self.rest = rest;
        let end = if self.ended { End::Here } else { End::More };
        let stuck = !first && done == 0 && self.rest.len() == before && self.ended;
        (!self.rest.is_empty() && !stuck).then_some((&self.rest[..], end))
    }
}
