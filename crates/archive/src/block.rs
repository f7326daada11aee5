//! A block: the frames that were made durable together, sealed by a checksum.
//!
//! ```text
//!  magic 4 │ stored length 4 │ raw length 4 │ frames 4 │ position 8 │ first hour 4 │ last hour 4 │ received 8 │ flags 4 │ 0 4 │ checksum 8 │ payload
//! ```
//!
//! Numbers are little-endian. The checksum covers everything else and is keyed by the intake's own key, so that no event can hold bytes that
//! pass for a block.

use std::io::{self, Read};

use jiff::Timestamp;
use xxhash_rust::xxh3::Xxh3;

use crate::batch::Position;

/// Bytes before the payload.
pub(crate) const HEADER: usize = 56;

const MAGIC: [u8; 4] = *b"kwb1";
const CHECKSUM_AT: usize = HEADER - 8;

/// The payload is packed by zstd.
const PACKED: u32 = 1;

/// Largest payload, unpacked. A batch is smaller, and a group ends once it is larger than a batch may be.
pub(crate) const MOST_RAW: usize = 256 << 20;

/// Payloads below that are written as they are: packing would win less than it costs.
const LEAST_PACKED: usize = 512;

/// The key of an intake.
pub(crate) type Key = [u8; 16];

/// What a block says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    /// Bytes of the payload as it lies on the disk.
    pub(crate) stored: u32,
    /// Bytes of the payload, unpacked.
    pub(crate) raw: u32,
    /// How many frames it holds; at least one.
    pub(crate) frames: u32,
    /// The position of the first.
    pub(crate) position: Position,
    /// The hours of its events.
    pub(crate) hours: Hours,
    /// When its last frame was received, in seconds since 1970.
    pub(crate) received: i64,
    flags: u32,
}

/// The hours since 1970 of some events, first and last; without any, the first lies behind the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hours {
    /// Of the earliest.
    pub(crate) first: i32,
    /// Of the latest.
    pub(crate) last: i32,
}

/// The hour of events that have no time.
pub(crate) const TIMELESS: i32 = i32::MIN;

/// The hour of a time since 1970.
pub(crate) fn hour(time: Option<Timestamp>) -> i32 {
    time.map_or(TIMELESS, |time| time.as_second().div_euclid(3600) as i32)
}

impl Hours {
    /// Of no events.
    pub(crate) const NONE: Self = Self { first: i32::MAX, last: i32::MIN };

    /// Those from a time on and before another.
    pub(crate) fn between(since: Option<Timestamp>, until: Option<Timestamp>) -> Self {
        let first = since.map_or(i32::MIN, |since| hour(Some(since)));
        Self { first, last: until.map_or(i32::MAX, |until| hour(Some(until))) }
    }

    /// Whether an hour of some may be one of others.
    pub(crate) fn meet(self, other: Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// Takes an event in.
    pub(crate) fn add(&mut self, hour: i32) {
        self.first = self.first.min(hour);
        self.last = self.last.max(hour);
    }
}

impl Header {
    /// Where the block ends that begins at an offset.
    pub(crate) fn end(&self, offset: u64) -> u64 {
        offset + HEADER as u64 + u64::from(self.stored)
    }

    /// The position behind its last frame.
    pub(crate) fn next(&self) -> Position {
        Position(self.position.0.saturating_add(u64::from(self.frames)))
    }

    /// Reads what may be a header. The checksum tells later whether it is one.
    pub(crate) fn read(bytes: &[u8; HEADER]) -> Option<Self> {
        let header = Self {
            stored: u32_at(bytes, 4),
            raw: u32_at(bytes, 8),
            frames: u32_at(bytes, 12),
            position: Position(u64_at(bytes, 16)),
            hours: Hours {
                first: u32_at(bytes, 24).cast_signed(),
                last: u32_at(bytes, 28).cast_signed(),
            },
            received: u64_at(bytes, 32).cast_signed(),
            flags: u32_at(bytes, 40),
        };
        let is_sane = header.stored <= header.raw
            && header.raw as usize <= MOST_RAW
            && header.frames > 0
            && header.flags <= PACKED;
        (bytes.starts_with(&MAGIC) && is_sane).then_some(header)
    }
}

fn u32_at(bytes: &[u8; HEADER], at: usize) -> u32 {
    let four = bytes.get(at..at + 4).and_then(|four| four.first_chunk());
    u32::from_le_bytes(*four.unwrap_or(&[0; 4]))
}

fn u64_at(bytes: &[u8; HEADER], at: usize) -> u64 {
    let eight = bytes.get(at..at + 8).and_then(|eight| eight.first_chunk());
    u64::from_le_bytes(*eight.unwrap_or(&[0; 8]))
}

fn checksum(key: &Key, head: &[u8], payload: &[u8]) -> u64 {
    let mut hash = Xxh3::new();
    hash.update(key);
    hash.update(head);
    hash.update(payload);
    hash.digest()
}

/// Whether header and payload are what was written.
pub(crate) fn is_whole(key: &Key, header: &[u8; HEADER], payload: &[u8]) -> bool {
    let (head, sum) = header.split_at(CHECKSUM_AT);
    sum == checksum(key, head, payload).to_le_bytes()
}

/// The places at which blocks may begin.
pub(crate) fn candidates(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let windows = bytes.windows(MAGIC.len()).enumerate();
    windows.filter(|(_, window)| *window == MAGIC).map(|(at, _)| at)
}

/// What the frames of a block have in common.
#[derive(Debug, Clone, Copy)]
pub(crate) struct About {
    /// The position of the first.
    pub(crate) position: Position,
    /// How many there are.
    pub(crate) frames: u32,
    /// The hours of their events.
    pub(crate) hours: Hours,
    /// When the last was received.
    pub(crate) received: i64,
}

/// Seals frames into blocks, keeping its memory from one to the next.
pub(crate) struct Sealer {
    key: Key,
    zstd: Option<zstd::bulk::Compressor<'static>>,
}

impl Sealer {
    /// One for an intake. Without memory for packing, blocks are written as they are.
    pub(crate) fn new(key: Key) -> Self {
        Self { key, zstd: zstd::bulk::Compressor::new(1).ok() }
    }

    /// Writes a block into `out`, which is emptied first.
    pub(crate) fn seal(&mut self, about: About, raw: &[u8], out: &mut Vec<u8>) {
        out.clear();
        out.resize(HEADER, 0);
        let flags = if self.pack(raw, out) { PACKED } else { 0 };
        if flags == 0 {
            out.truncate(HEADER);
            out.extend_from_slice(raw);
        }
        let stored = (out.len() - HEADER) as u32;
        let mut head = Vec::with_capacity(HEADER);
        head.extend_from_slice(&MAGIC);
        for number in [stored, raw.len() as u32, about.frames] {
            head.extend_from_slice(&number.to_le_bytes());
        }
        head.extend_from_slice(&about.position.0.to_le_bytes());
        head.extend_from_slice(&about.hours.first.to_le_bytes());
        head.extend_from_slice(&about.hours.last.to_le_bytes());
        head.extend_from_slice(&about.received.to_le_bytes());
        head.extend_from_slice(&flags.to_le_bytes());
        head.extend_from_slice(&[0; 4]);
        let sum = checksum(&self.key, &head, out.get(HEADER..).unwrap_or_default());
        head.extend_from_slice(&sum.to_le_bytes());
        out.iter_mut().zip(head).for_each(|(to, from)| *to = from);
    }

    /// Packs the payload if that makes it smaller.
    fn pack(&mut self, raw: &[u8], out: &mut Vec<u8>) -> bool {
        let Some(zstd) = self.zstd.as_mut().filter(|_| raw.len() >= LEAST_PACKED) else {
            return false;
        };
        out.resize(HEADER + raw.len(), 0);
        let room = out.get_mut(HEADER..).unwrap_or_default();
        // Where the packed would be larger there is no room for it, and that is an error.
        match zstd.compress_to_buffer(raw, room) {
            Ok(len) => {
                out.truncate(HEADER + len);
                true
            }
            Err(_) => false,
        }
    }
}

/// The frames of a whole block, unpacked.
pub(crate) fn unpack(header: &Header, payload: Vec<u8>) -> io::Result<Vec<u8>> {
    let is_whole = |raw: Vec<u8>| {
        let is_whole = raw.len() == header.raw as usize;
        is_whole.then_some(raw).ok_or(io::ErrorKind::InvalidData.into())
    };
    if header.flags & PACKED == 0 {
        return is_whole(payload);
    }
    let mut raw = Vec::new();
    let most = u64::from(header.raw) + 1;
    zstd::stream::Decoder::with_buffer(payload.as_slice())?.take(most).read_to_end(&mut raw)?;
    is_whole(raw)
}
