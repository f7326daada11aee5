//! What may be unpacked of one file, with all that lies inside.

use std::cell::Cell;
use std::error::Error;
use std::fmt;
use std::io::{self, Read};

use crate::account::Why;
use crate::limits::Limits;
use crate::piece::Stop;

/// Bytes that may always be unpacked, however small the archive: short runs of one byte pack well.
const RATIO_FROM_BYTES: u64 = 64 << 20;

/// What is left to unpack of one file, with all that lies inside.
#[derive(Debug)]
pub(crate) struct Budget<'a> {
    stop: &'a Stop,
    bytes: u64,
    entries: u64,
    unpacked: Cell<u64>,
    seen: Cell<u64>,
    over: Cell<bool>,
}

/// Why unpacking was ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    /// It unpacks to more than is allowed.
    Bomb,
    /// The run ends.
    Stopped,
}

impl Limit {
    /// The limit that an error stands for.
    pub(crate) fn of(error: &io::Error) -> Option<Self> {
        error.get_ref().and_then(|inner| inner.downcast_ref()).copied()
    }

    pub(crate) fn why(self) -> Why {
        match self {
            Self::Bomb => Why::Bomb,
            Self::Stopped => Why::Stopped,
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.why().words())
    }
}

impl Error for Limit {}

impl From<Limit> for io::Error {
    fn from(limit: Limit) -> Self {
        Self::other(limit)
    }
}

impl<'a> Budget<'a> {
    /// For a file of `packed` bytes, if that is known.
    pub(crate) fn new(limits: &Limits, stop: &'a Stop, packed: Option<u64>) -> Self {
        let by_ratio =
            packed.map_or(u64::MAX, |packed| packed.saturating_mul(limits.unpacked_ratio));
        Self {
            stop,
            bytes: limits.unpacked_bytes.min(by_ratio.max(RATIO_FROM_BYTES)),
            entries: limits.archive_entries,
            unpacked: Cell::new(0),
            seen: Cell::new(0),
            over: Cell::new(false),
        }
    }

    /// Whether nothing more of the file may be read, which has been told.
    pub(crate) fn is_over(&self) -> bool {
        self.over.get()
    }

    /// Whether an error is to be told: one that stands for a limit only the first time.
    pub(crate) fn tells(&self, error: &io::Error) -> bool {
        Limit::of(error).is_none() || !self.over.replace(true)
    }

    /// Counts unpacked bytes.
    pub(crate) fn charge(&self, bytes: u64) -> Result<(), Limit> {
        self.unpacked.set(self.unpacked.get().saturating_add(bytes));
        if self.stop.is_set() {
            Err(Limit::Stopped)
        } else if self.unpacked.get() > self.bytes {
            Err(Limit::Bomb)
        } else {
            Ok(())
        }
    }

    /// Counts an entry.
    pub(crate) fn enter(&self) -> Result<(), Limit> {
        self.seen.set(self.seen.get() + 1);
        if self.seen.get() > self.entries { Err(Limit::Bomb) } else { self.charge(0) }
    }
}

/// What a decoder gives, counted.
pub(crate) struct Metered<'b, R> {
    pub(crate) inner: R,
    pub(crate) budget: &'b Budget<'b>,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.budget.charge(n as u64)?;
        Ok(n)
    }
}
