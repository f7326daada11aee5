//! An input in pieces: cut at line ends, or as a window that grows with the longest record.

use std::io::{self, Read};

use event::{End, Form};
use memchr::{memchr, memrchr};

/// Bytes read at a time. A piece fits the second-level cache, and there are enough of them for all threads.
const PIECE_BYTES: usize = 1 << 20;

/// Bytes that have been read. Its room is initialized once and used again.
#[derive(Debug, Default)]
pub(crate) struct Buffer {
    room: Vec<u8>,
    filled: usize,
}

impl Buffer {
    /// What has been read.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.room.get(..self.filled).unwrap_or_default()
    }

    fn put(&mut self, bytes: &[u8]) {
        self.make_room(self.filled + bytes.len());
        if let Some(free) = self.room.get_mut(self.filled..self.filled + bytes.len()) {
            free.copy_from_slice(bytes);
            self.filled += bytes.len();
        }
    }

    /// Drops the first bytes.
    fn advance(&mut self, by: usize) {
        self.room.copy_within(by..self.filled, 0);
        self.filled -= by;
    }

    fn make_room(&mut self, len: usize) {
        if self.room.len() < len {
            self.room.reserve_exact(len - self.room.len());
            self.room.resize(len, 0);
        }
    }

    /// Empties the buffer and gives back what one unusually long record took.
    fn reset(&mut self) {
        self.filled = 0;
        if self.room.len() > 4 * PIECE_BYTES {
            self.room = Vec::new();
        }
    }
}

/// Whole lines of an input.
#[derive(Debug, Default)]
pub(crate) struct Piece {
    /// Counts pieces from 0.
    pub(crate) number: u64,
    /// Bytes of the input before the lines.
    pub(crate) offset: u64,
    /// The lines.
    pub(crate) lines: Buffer,
    /// Bytes dropped behind the lines, of a line that is longer than allowed. 0 if there is none.
    pub(crate) dropped: u64,
}

/// Reads an input piece by piece.
pub(crate) struct Pieces<'r> {
    input: &'r mut (dyn Read + Send),
    /// Read but not handed out yet.
    rest: Buffer,
    number: u64,
    offset: u64,
    max_event_bytes: usize,
    ended: bool,
    /// The end has been handed out.
    closed: bool,
    error: Option<io::Error>,
}

impl<'r> Pieces<'r> {
    pub(crate) fn new(input: &'r mut (dyn Read + Send), max_event_bytes: usize) -> Self {
        let mut pieces = Self {
            input,
            rest: Buffer::default(),
            number: 0,
            offset: 0,
            max_event_bytes,
            ended: false,
            closed: false,
            error: None,
        };
        let mut start = Buffer::default();
        pieces.fill(&mut start, PIECE_BYTES);
        pieces.rest = start;
        pieces
    }

    /// The form of the input, by its first piece.
    pub(crate) fn form(&self) -> Form {
        Form::recognize(self.rest.bytes())
    }

    /// Whether everything has been read already.
    pub(crate) fn is_last(&self) -> bool {
        self.ended
    }

    pub(crate) fn into_error(self) -> Option<io::Error> {
        self.error
    }

    /// Reads until the buffer holds that many bytes or the input ends. An error ends it.
    fn fill(&mut self, buffer: &mut Buffer, len: usize) {
        buffer.make_room(len);
        while buffer.filled < len && !self.ended {
            match self.input.read(buffer.room.get_mut(buffer.filled..len).unwrap_or_default()) {
                Ok(0) => self.ended = true,
                Ok(read) => buffer.filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.ended = true;
                    self.error = Some(error);
                }
            }
        }
    }

    /// The next lines, into `piece`. False at the end.
    pub(crate) fn next(&mut self, piece: &mut Piece) -> bool {
        piece.lines.reset();
        piece.lines.put(self.rest.bytes());
        self.rest.reset();
        self.fill(&mut piece.lines, PIECE_BYTES);
        piece.number = self.number;
        piece.offset = self.offset;
        piece.dropped = 0;
        self.number += 1;
        self.cut(piece);
        let taken = piece.lines.filled as u64 + piece.dropped;
        self.offset += taken;
        taken > 0
    }

    /// Ends the piece at a line end, and keeps what stands behind it.
    fn cut(&mut self, piece: &mut Piece) {
        while !self.ended {
            let lines = piece.lines.bytes();
            if let Some(end) = memrchr(b'\n', lines) {
                self.rest.put(lines.get(end + 1..).unwrap_or_default());
                piece.lines.filled = end + 1;
                return;
            }
            if lines.len() > self.max_event_bytes {
                piece.dropped = self.drop_line(&mut piece.lines);
                return;
            }
            self.fill(&mut piece.lines, self.max_event_bytes + PIECE_BYTES);
        }
    }

    /// Reads on to the end of a line that is too long, and drops it. Returns its length.
    fn drop_line(&mut self, line: &mut Buffer) -> u64 {
        let mut dropped = 0;
        loop {
            let end = memchr(b'\n', line.bytes());
            let part = end.unwrap_or(line.filled);
            dropped += part as u64;
            line.advance(part);
            if end.is_some() || self.ended {
                self.rest.put(line.bytes());
                line.filled = 0;
                return dropped;
            }
            self.fill(line, PIECE_BYTES);
        }
    }

    /// The bytes behind the first `done` of those handed out last time; more of them than then, if
    /// `done` is 0. The end comes at least once, with bytes or without; then `None`.
    pub(crate) fn more(&mut self, done: usize) -> Option<(&[u8], End)> {
        let first = self.number == 0;
        self.number += 1;
        self.rest.advance(done);
        let wanted = match done {
            0 if !first => self.rest.filled * 2,
            _ => self.rest.filled.max(PIECE_BYTES),
        };
        let before = self.rest.filled;
        let mut rest = std::mem::take(&mut self.rest);
        self.fill(&mut rest, wanted.min(self.max_event_bytes + PIECE_BYTES).max(before));
        self.rest = rest;
        let stuck = !first && done == 0 && self.rest.filled == before && self.ended;
        let end = if self.ended { End::Here } else { End::More };
        let is_over = self.rest.filled == 0 && self.closed;
        self.closed |= self.ended;
        (!is_over && !stuck).then_some((self.rest.bytes(), end))
    }
}
