//! The one thread that writes: groups what waits, writes it as one block, syncs, then tells.

use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::queue::Item;
use super::{Done, Settings, Shared, locked};
use crate::batch::{Batch, Note, Position, Receipt, SourceId};
use crate::block::{About, Hours, Sealer, hour};
use crate::disk::Blob;
use crate::error::Error;
use crate::frame;
use crate::index::{Pending, Printer};
use crate::retention::{self, Newest};
use crate::segment::{self, HEAD};
use crate::shelf::Recent;

/// A group is written once it holds so much.
const GROUP_BYTES: usize = 4 << 20;

/// Writes groups of batches.
pub(super) struct Writer {
    shared: Arc<Shared>,
    settings: Settings,
    /// The segment that is written to; `None` if the next group must begin one.
    current: Option<Current>,
    sealer: Sealer,
    printer: Printer,
    pending: Pending,
    /// Of the group before this one.
    newest: Newest,
    raw: Vec<u8>,
    block: Vec<u8>,
}

/// The segment that is written to.
pub(super) struct Current {
    pub(super) name: String,
    pub(super) blob: Arc<dyn Blob>,
    /// Behind its last block that counts.
    pub(super) len: u64,
}

/// A batch that was put into the group, until the group is durable.
struct Told {
    done: Done,
    receipt: Receipt,
    source: SourceId,
    notes: Vec<Note>,
}

impl Writer {
    pub(super) fn new(shared: Arc<Shared>, settings: Settings, current: Option<Current>) -> Self {
        let key = shared.shelf.key;
        Self {
            shared,
            settings,
            current,
            sealer: Sealer::new(key),
            printer: Printer::new(&key),
            pending: Pending::default(),
            newest: Newest { received: i64::MIN, hour: i32::MIN },
            raw: Vec::new(),
            block: Vec::new(),
        }
    }

    /// Writes until the queue is closed and empty.
    pub(super) fn run(mut self) {
        let _ending = Ending(Arc::clone(&self.shared));
        loop {
            let group = self.shared.queue.take(GROUP_BYTES);
            if group.is_empty() {
                break;
            }
            self.write(group);
        }
    }

    /// Makes a group durable, or tells everyone in it that it is not.
    fn write(&mut self, group: Vec<Item>) {
        self.raw.clear();
        let first = self.shared.shelf.end();
        if let Err(error) = self.make_room(first) {
            return group.into_iter().for_each(|item| (item.done)(Err(error.clone())));
        }
        let (mut told, mut hours, mut received) = (Vec::new(), Hours::NONE, i64::MIN);
        for item in group {
            let next = Position(first.0 + told.len() as u64 + 1);
            match self.take(&item.batch, &item.notes, next, &mut hours) {
                Ok(receipt) => {
                    received = received.max(item.batch.received.as_second());
                    let Batch { source, notes, .. } = item.batch;
                    told.push(Told { done: item.done, receipt, source, notes });
                }
                Err(error) => (item.done)(Err(error)),
            }
        }
        if told.is_empty() {
            return;
        }
        let about = About { position: first, frames: told.len() as u32, hours, received };
        self.sealer.seal(about, &self.raw, &mut self.block);
        match self.make_durable(first) {
            Ok(()) => {
                self.newest = Newest { received, hour: hours.last };
                self.settle(first, told);
            }
            Err(error) => {
                self.pending.drop();
                tracing::error!(%error, batches = told.len(), "a group was not kept");
                for one in told {
                    (one.done)(Err(error.clone()));
                }
            }
        }
    }

    /// Bounds what the index keeps in memory.
    fn make_room(&mut self, end: Position) -> Result<(), Error> {
        let must_spill = locked(&self.shared.index).must_spill();
        if must_spill { self.spill(end) } else { Ok(()) }
    }

    /// Puts the frame of a batch into the group.
    fn take(
        &mut self,
        batch: &Batch,
        notes: &[Vec<u8>],
        next: Position,
        hours: &mut Hours,
    ) -> Result<Receipt, Error> {
        let is_new = {
            let mut index = locked(&self.shared.index);
            let Batch { source, records, .. } = batch;
            self.pending.sift(&mut index, &mut self.printer, source, records)?
        };
        frame::write(batch, &is_new, notes, &mut self.raw);
        let new = batch.records.iter().zip(&is_new).filter(|(_, is_new)| **is_new);
        let added = new.map(|(record, _)| hours.add(hour(record.time))).count() as u32;
        Ok(Receipt { position: next, added, repeated: batch.records.len() as u32 - added })
    }

    /// Writes the block and syncs it.
    fn make_durable(&mut self, first: Position) -> Result<(), Error> {
        let mut current = match self.current.take() {
            Some(current) if current.len < self.settings.segment_bytes => current,
            Some(_) => self.turn(first)?,
            None => self.begin(first)?,
        };
        if let Err(error) = current.blob.write_at(&self.block, current.len) {
            // Nothing was synced, so that what was written can be taken back; if it cannot, another segment begins.
            if current.blob.truncate(current.len).is_ok() {
                self.current = Some(current);
                return Err(Error::disk("write", &self.current_name(), error));
            }
            return Err(Error::disk("write", &current.name, error));
        }
        if let Err(error) = current.blob.sync() {
            // The system may have forgotten what it failed to write, and say next time that all is well. Nothing more
            // is written to this file: where the next segment begins, this one ends.
            return Err(Error::disk("sync", &current.name, error));
        }
        // A folder that was removed still takes what nobody will find.
        let is_there = self.shared.shelf.disk.leads_to(&current.name, current.blob.as_ref());
        let found = is_there.and_then(|it| it.then_some(()).ok_or(ErrorKind::NotFound.into()));
        found.map_err(|error| Error::disk("find", &current.name, error))?;
        current.len += self.block.len() as u64;
        self.current = Some(current);
        Ok(())
    }

    fn current_name(&self) -> String {
        self.current.as_ref().map(|current| current.name.clone()).unwrap_or_default()
    }

    /// Ends a segment and begins another: the time to write the index down and to remove what is too old.
    fn turn(&mut self, base: Position) -> Result<Current, Error> {
        if let Err(error) = self.spill(base) {
            // Memory still holds what is not written; it is tried again when the next segment ends.
            tracing::warn!(%error, "failed to write the index down");
        }
        let current = self.begin(base)?;
        let held = Position(self.shared.held.load(Ordering::Relaxed));
        let most = locked(&self.shared.index).written().min(held).min(base);
        if let Some(keep) = self.settings.keep {
            let before = retention::first_kept(&self.shared.shelf, keep, self.newest, most);
            retention::remove(&self.shared.shelf, &mut locked(&self.shared.index), before);
        }
        Ok(current)
    }

    fn spill(&self, until: Position) -> Result<(), Error> {
        let cursors = locked(&self.shared.cursors).clone();
        locked(&self.shared.index).spill(until, &cursors)
    }

    /// Begins a segment at a position.
    fn begin(&self, base: Position) -> Result<Current, Error> {
        let current = begin(self.shared.shelf.disk.as_ref(), &self.shared.shelf.key, base)?;
        self.shared.shelf.begin(base);
        Ok(current)
    }

    /// The group is durable: it counts, and everyone is told.
    fn settle(&mut self, first: Position, told: Vec<Told>) {
        self.pending.settle(&mut locked(&self.shared.index));
        let next = Position(first.0 + told.len() as u64);
        let mut dones = Vec::with_capacity(told.len());
        {
            let mut cursors = locked(&self.shared.cursors);
            for one in told {
                cursors.take(&one.source, one.notes);
                dones.push((one.done, one.receipt));
            }
        }
        self.shared.shelf.grow(Recent { first, next, raw: self.raw.as_slice().into() });
        for (done, receipt) in dones {
            done(Ok(receipt));
        }
    }
}

/// Makes the file of a segment that holds nothing yet.
pub(super) fn begin(
    disk: &dyn crate::disk::Disk,
    key: &crate::block::Key,
    base: Position,
) -> Result<Current, Error> {
    let name = segment::name(base);
    let blob = disk.create(&name).map_err(|error| Error::disk("create", &name, error))?;
    let head = segment::head(key, base);
    blob.write_at(&head, 0).map_err(|error| Error::disk("write", &name, error))?;
    blob.sync().map_err(|error| Error::disk("sync", &name, error))?;
    disk.sync().map_err(|error| Error::disk("sync", ".", error))?;
    Ok(Current { name, blob, len: HEAD })
}

/// However the writer ends, nobody waits for it in vain.
struct Ending(Arc<Shared>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.queue.abandon();
        self.0.shelf.close();
    }
}
