//! Batches that wait to be written.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::{Done, MOST_BATCH_BYTES, locked};
use crate::batch::Batch;
use crate::error::Error;

/// A batch that waits.
pub(super) struct Item {
    pub(super) batch: Batch,
    /// Its notes, as they are written.
    pub(super) notes: Vec<Vec<u8>>,
    pub(super) done: Done,
    /// What it takes, about.
    pub(super) bytes: usize,
}

/// What a batch takes beside what is in it.
const BATCH_BYTES: usize = 64;

impl Item {
    /// A batch that can be written.
    pub(super) fn new(batch: Batch, done: Done) -> Result<Self, (Done, Error)> {
        let notes = batch.notes.iter().filter_map(|note| serde_json::to_vec(note).ok());
        let notes: Vec<_> = notes.collect();
        let bytes = batch.records.iter().map(crate::Record::size).sum::<usize>()
            + notes.iter().map(Vec::len).sum::<usize>()
            + BATCH_BYTES;
        if bytes > MOST_BATCH_BYTES {
            return Err((done, Error::TooLarge { bytes }));
        }
        Ok(Self { batch, notes, done, bytes })
    }
}

/// The queue before the writer.
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    /// Something came, or nothing will.
    work: Condvar,
    /// Something was taken out.
    room: Condvar,
    most_bytes: usize,
}

#[derive(Default)]
struct Waiting {
    items: VecDeque<Item>,
    bytes: usize,
    is_closed: bool,
}

impl Queue {
    pub(super) fn new(most_bytes: usize) -> Self {
        Self { waiting: Mutex::default(), work: Condvar::new(), room: Condvar::new(), most_bytes }
    }

    /// Puts a batch behind the others, or refuses it.
    pub(super) fn push(&self, item: Item) {
        let waiting = locked(&self.waiting);
        let refusal = match () {
            () if waiting.is_closed => Error::Closed,
            () if self.is_full(&waiting) => Error::Busy,
            () => return self.put(waiting, item),
        };
        drop(waiting);
        (item.done)(Err(refusal));
    }

    /// Puts a batch behind the others, waiting until there is room.
    pub(super) fn push_waiting(&self, item: Item) {
        let waiting = locked(&self.waiting);
        let waits = |waiting: &mut Waiting| self.is_full(waiting) && !waiting.is_closed;
        let waited = self.room.wait_while(waiting, waits);
        let waiting = waited.unwrap_or_else(PoisonError::into_inner);
        if waiting.is_closed {
            drop(waiting);
            return (item.done)(Err(Error::Closed));
        }
        self.put(waiting, item);
    }

    /// Whether nothing more fits. One batch always fits into an empty queue.
    fn is_full(&self, waiting: &Waiting) -> bool {
        waiting.bytes >= self.most_bytes
    }

    fn put(&self, mut waiting: MutexGuard<'_, Waiting>, item: Item) {
        waiting.bytes += item.bytes;
        let was_empty = waiting.items.is_empty();
        waiting.items.push_back(item);
        drop(waiting);
        if was_empty {
            self.work.notify_one();
        }
    }

    /// Takes what waits, up to a size, or one batch; waits for one. Empty once the queue is closed and empty.
    pub(super) fn take(&self, most_bytes: usize) -> Vec<Item> {
        let waiting = locked(&self.waiting);
        let waits = |waiting: &mut Waiting| waiting.items.is_empty() && !waiting.is_closed;
        let waited = self.work.wait_while(waiting, waits);
        let mut waiting = waited.unwrap_or_else(PoisonError::into_inner);
        let (mut taken, mut bytes) = (Vec::new(), 0);
        while let Some(first) = waiting.items.front() {
            if !taken.is_empty() && bytes + first.bytes > most_bytes {
                break;
            }
            bytes += first.bytes;
            taken.extend(waiting.items.pop_front());
        }
        waiting.bytes -= bytes;
        drop(waiting);
        self.room.notify_all();
        taken
    }

    /// Refuses everything from now on.
    pub(super) fn close(&self) {
        locked(&self.waiting).is_closed = true;
        self.work.notify_all();
        self.room.notify_all();
    }

    /// What waits for a writer that is gone.
    pub(super) fn abandon(&self) {
        self.close();
        let items = std::mem::take(&mut locked(&self.waiting).items);
        for item in items {
            (item.done)(Err(Error::Closed));
        }
    }
}
