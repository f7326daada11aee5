//! The log as readers see it: which segments there are, and how far they count.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::batch::Position;
use crate::block::Key;
use crate::disk::Disk;
use crate::error::Error;
use crate::segment::{self, Segment};

/// Unpacked blocks that are kept for readers who are close behind.
const RECENT_BYTES: usize = 16 << 20;

/// What readers and the writer share.
pub(crate) struct Shelf {
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) key: Key,
    extent: Mutex<Extent>,
    grown: Condvar,
}

/// How far the log reaches.
#[derive(Debug, Default)]
struct Extent {
    /// Where segments begin, in order.
    bases: Vec<Position>,
    /// Behind the last frame that counts.
    end: Position,
    /// Nothing more will come.
    is_closed: bool,
    recent: VecDeque<Recent>,
    recent_bytes: usize,
}

/// A block that was just written, unpacked.
#[derive(Debug, Clone)]
pub(crate) struct Recent {
    /// The position of its first frame.
    pub(crate) first: Position,
    /// The position behind its last.
    pub(crate) next: Position,
    /// Its frames.
    pub(crate) raw: Arc<[u8]>,
}

impl Shelf {
    /// A log of these segments.
    pub(crate) fn new(disk: Arc<dyn Disk>, key: Key, bases: Vec<Position>, end: Position) -> Self {
        let extent = Extent { bases, end, ..Extent::default() };
        Self { disk, key, extent: Mutex::new(extent), grown: Condvar::new() }
    }

    fn extent(&self) -> MutexGuard<'_, Extent> {
        self.extent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Behind the last frame that counts.
    pub(crate) fn end(&self) -> Position {
        self.extent().end
    }

    /// The first position that is kept.
    pub(crate) fn first(&self) -> Position {
        let extent = self.extent();
        extent.bases.first().copied().unwrap_or(extent.end)
    }

    /// Where segments begin, in order.
    pub(crate) fn bases(&self) -> Vec<Position> {
        self.extent().bases.clone()
    }

    /// A segment was begun.
    pub(crate) fn begin(&self, base: Position) {
        let mut extent = self.extent();
        extent.bases.retain(|one| *one < base);
        extent.bases.push(base);
    }

    /// A segment is gone.
    pub(crate) fn forget(&self, base: Position) {
        self.extent().bases.retain(|one| *one != base);
    }

    /// A block is durable: its frames count.
    pub(crate) fn grow(&self, block: Recent) {
        let mut extent = self.extent();
        extent.end = block.next;
        extent.recent_bytes += block.raw.len();
        extent.recent.push_back(block);
        while extent.recent_bytes > RECENT_BYTES {
            let Some(oldest) = extent.recent.pop_front() else { break };
            extent.recent_bytes -= oldest.raw.len();
        }
        drop(extent);
        self.grown.notify_all();
    }

    /// Nothing more will come.
    pub(crate) fn close(&self) {
        self.extent().is_closed = true;
        self.grown.notify_all();
    }

    /// Waits until the log reaches beyond a position. Whether it does.
    pub(crate) fn wait(&self, position: Position, wait: Duration) -> bool {
        let extent = self.extent();
        if extent.end > position || extent.is_closed || wait.is_zero() {
            return extent.end > position;
        }
        let waits = |extent: &mut Extent| extent.end <= position && !extent.is_closed;
        let waited = self.grown.wait_timeout_while(extent, wait, waits);
        waited.unwrap_or_else(PoisonError::into_inner).0.end > position
    }

    /// The block just written that holds a position.
    pub(crate) fn recent(&self, position: Position) -> Option<Recent> {
        let extent = self.extent();
        let at = extent.recent.partition_point(|block| block.next <= position);
        extent.recent.get(at).filter(|block| block.first <= position).cloned()
    }

    /// Where the segment behind one begins, or the log ends.
    pub(crate) fn next_of(&self, base: Position) -> Position {
        let extent = self.extent();
        let at = extent.bases.partition_point(|one| *one <= base);
        extent.bases.get(at).copied().unwrap_or(extent.end)
    }

    /// The segment that holds a position, and where the next begins or the log ends.
    pub(crate) fn segment(&self, position: Position) -> Result<(Segment, Position), Error> {
        let (base, next) = {
            let extent = self.extent();
            let at = extent.bases.partition_point(|base| *base <= position);
            let first = extent.bases.first().copied().unwrap_or(extent.end);
            let base = at.checked_sub(1).and_then(|at| extent.bases.get(at)).copied();
            let base = base.ok_or(Error::Removed { from: position, until: first })?;
            (base, extent.bases.get(at).copied().unwrap_or(extent.end))
        };
        let name = segment::name(base);
        let blob = self.disk.open(&name).map_err(|error| Error::disk("open", &name, error))?;
        Ok((Segment::new(base, blob, self.key), next))
    }
}

impl fmt::Debug for Shelf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Shelf(until {})", self.end().0)
    }
}
