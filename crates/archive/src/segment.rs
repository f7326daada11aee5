//! A segment: one file of the log, a head and blocks behind each other.
//!
//! Its name tells the position of its first frame. Of the last segment, what stands behind the last whole block was never
//! acknowledged; in one before it, blocks end where the next segment begins.

use std::io;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64;

use crate::batch::Position;
use crate::block::{self, HEADER, Header, Key};
use crate::disk::{Blob, read_exact_at};

/// Bytes of a segment before its first block: name of the form, key, position, checksum.
pub(crate) const HEAD: u64 = 40;

const MAGIC: [u8; 8] = *b"kwlog01\n";
const PREFIX: &str = "log-";
const SUFFIX: &str = ".kw";

/// How much is read at once when a block is searched for.
const SEARCH: usize = 1 << 20;

/// The name of the segment that begins at a position.
pub(crate) fn name(base: Position) -> String {
    format!("{PREFIX}{:020}{SUFFIX}", base.0)
}

/// The position at which a segment of that name begins.
pub(crate) fn base(name: &str) -> Option<Position> {
    let digits = name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
    let is_ours = digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_ours.then(|| digits.parse().ok().map(Position))?
}

/// What stands before the first block.
pub(crate) fn head(key: &Key, base: Position) -> Vec<u8> {
    let mut head = MAGIC.to_vec();
    head.extend_from_slice(key);
    head.extend_from_slice(&base.0.to_le_bytes());
    head.extend_from_slice(&xxh3_64(&head).to_le_bytes());
    head
}

/// The key in the head of a segment. `None` if there is no such head.
pub(crate) fn key(blob: &dyn Blob) -> io::Result<Option<Key>> {
    let mut head = [0; HEAD as usize];
    if blob.read_at(&mut head, 0)? < head.len() || !head.starts_with(&MAGIC) {
        return Ok(None);
    }
    let Some((body, sum)) = head.split_last_chunk::<8>() else { return Ok(None) };
    if xxh3_64(body).to_le_bytes() != *sum {
        return Ok(None);
    }
    Ok(body.get(MAGIC.len()..).and_then(|rest| rest.first_chunk()).copied())
}

/// What stands at an offset of a segment.
#[derive(Debug)]
pub(crate) enum Found {
    /// A header that may be one of a block, and its bytes.
    Header(Header, [u8; HEADER]),
    /// The file ends there.
    End,
    /// Something else.
    Broken(&'static str),
}

/// A segment that is read.
#[derive(Debug, Clone)]
pub(crate) struct Segment {
    /// Where it begins.
    pub(crate) base: Position,
    blob: Arc<dyn Blob>,
    key: Key,
}

impl Segment {
    /// A file that is open.
    pub(crate) fn new(base: Position, blob: Arc<dyn Blob>, key: Key) -> Self {
        Self { base, blob, key }
    }

    /// Looks at an offset.
    pub(crate) fn look(&self, offset: u64) -> io::Result<Found> {
        let mut bytes = [0; HEADER];
        match self.blob.read_at(&mut bytes, offset)? {
            0 => return Ok(Found::End),
            len if len < HEADER => return Ok(Found::Broken("a header is cut")),
            _ => {}
        }
        Ok(match Header::read(&bytes) {
            Some(header) => Found::Header(header, bytes),
            None => Found::Broken("no header stands there"),
        })
    }

    /// The payload behind a header, as it lies there. `None` if it is not what was written.
    pub(crate) fn payload(
        &self,
        offset: u64,
        header: &Header,
        bytes: &[u8; HEADER],
    ) -> io::Result<Option<Vec<u8>>> {
        let from = offset + HEADER as u64;
        // A length that was made up must not cost memory.
        if self.blob.size()? < header.end(offset) {
            return Ok(None);
        }
        let mut payload = vec![0; header.stored as usize];
        read_exact_at(self.blob.as_ref(), &mut payload, from)?;
        if !block::is_whole(&self.key, bytes, &payload) {
            return Ok(None);
        }
        Ok(Some(payload))
    }

    /// Whether a whole block stands at an offset, and its header.
    pub(crate) fn whole(&self, offset: u64) -> io::Result<Option<Header>> {
        let Found::Header(header, bytes) = self.look(offset)? else { return Ok(None) };
        Ok(self.payload(offset, &header, &bytes)?.map(|_| header))
    }

    /// The first whole block at an offset or behind it whose frames lie at a position or behind it.
    pub(crate) fn search(&self, from: u64, least: Position) -> io::Result<Option<(u64, Header)>> {
        let (len, mut at) = (self.blob.size()?, from);
        let mut window = vec![0; SEARCH];
        while at + HEADER as u64 <= len {
            let read = self.blob.read_at(&mut window, at)?;
            let bytes = window.get(..read).unwrap_or_default();
            for found in block::candidates(bytes) {
                let offset = at + found as u64;
                if let Some(header) = self.whole(offset)?.filter(|one| one.position >= least) {
                    return Ok(Some((offset, header)));
                }
            }
            // A magic may lie across two windows.
            at += (read as u64).saturating_sub(3).max(1);
        }
        Ok(None)
    }
}
