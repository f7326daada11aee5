//! A content in pieces: as much as fits at once, the rest with seams that overlap.

use std::io::{self, Read};

use super::{FIRST_BYTES, LEAST_BYTES, Place, Reader};
use crate::piece::{Origin, Piece};

/// What is in a buffer, and why not more.
#[derive(Debug)]
pub(crate) struct Fill {
    /// Bytes from the beginning of the buffer.
    pub(crate) n: usize,
    /// What comes after them.
    pub(crate) end: End,
}

/// What comes after the bytes of a buffer.
#[derive(Debug)]
pub(crate) enum End {
    /// Maybe more: the buffer is full.
    More,
    /// Nothing.
    Done,
    /// Nobody knows.
    Failed(io::Error),
}

/// What comes after the bytes of a buffer, to be read.
pub(crate) struct Rest<'s> {
    source: &'s mut dyn Read,
    end: End,
}

impl End {
    pub(crate) fn then(self, source: &mut dyn Read) -> Rest<'_> {
        Rest { source, end: self }
    }
}

impl Read for Rest<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match std::mem::replace(&mut self.end, End::More) {
            End::More => self.source.read(buffer),
            End::Done => {
                self.end = End::Done;
                Ok(0)
            }
            End::Failed(error) => {
                self.end = End::Done;
                Err(error)
            }
        }
    }
}

impl Reader<'_> {
    /// Reads behind the first `n` bytes until the buffer holds a piece or the source ends.
    pub(super) fn fill(&self, source: &mut dyn Read, buffer: &mut Vec<u8>, mut n: usize) -> Fill {
        let max = self.limits.piece_bytes.max(LEAST_BYTES);
        loop {
            if n == buffer.len() {
                buffer.resize((n * 2).clamp(FIRST_BYTES, max.max(FIRST_BYTES)), 0);
            }
            let Some(room) = buffer.get_mut(n..).map(|room| cut(room, max.saturating_sub(n)))
            else {
                return Fill { n, end: End::More };
            };
            if room.is_empty() {
                return Fill { n, end: End::More };
            }
            match source.read(room) {
                Ok(0) => return Fill { n, end: End::Done },
                Ok(read) => n += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Fill { n, end: End::Failed(error) },
            }
        }
    }

    /// Hands over a content whose first bytes are in the buffer.
    pub(super) fn pieces(
        &mut self,
        source: &mut dyn Read,
        place: Place<'_>,
        buffer: &mut Vec<u8>,
        first: Fill,
    ) {
        let origin = Origin::File { path: place.path.to_owned() };
        self.account.files += 1;
        let (mut offset, mut line, mut overlap) = (0, 1, 0);
        let Fill { mut n, mut end } = first;
        loop {
            let held = buffer.get(..n).unwrap_or_default();
            if n > overlap {
                self.account.bytes += (n - overlap) as u64;
                self.taker.take(Piece { origin: &origin, bytes: held, offset, line, overlap });
            }
            match end {
                End::Done => return,
                End::Failed(error) => return self.fail(place.path, &error, place.budget),
                End::More if self.stopped(place.path, place.budget) => return,
                End::More => {}
            }
            overlap = self.overlap(n);
            let (gone, _) = held.split_at(n - overlap);
            line += memchr::memchr_iter(b'\n', gone).count() as u64;
            offset += gone.len() as u64;
            buffer.copy_within(n - overlap..n, 0);
            Fill { n, end } = self.fill(source, buffer, overlap);
        }
    }

    /// How many of `n` bytes the next piece has too: even, so that UTF-16 stays in step, and less than all.
    fn overlap(&self, n: usize) -> usize {
        let keep = self.limits.overlap_bytes.min(n / 2);
        let odd = (n - keep) % 2;
        keep + if keep + odd < n { odd } else { 0 }
    }
}

fn cut(room: &mut [u8], max: usize) -> &mut [u8] {
    let end = room.len().min(max);
    room.split_at_mut(end).0
}
