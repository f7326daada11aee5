//! What is found in a folder when an intake is opened.

use std::any::Any;
use std::io;
use std::sync::Arc;

use super::writer::{self, Current};
use super::{Opened, Settings};
use crate::batch::Position;
use crate::block::Key;
use crate::cursors::Cursors;
use crate::disk::{Disk, read_exact_at};
use crate::error::Error;
use crate::index::Index;
use crate::segment;
use crate::shelf::Shelf;
use crate::survey::{KEY, Tail, survey};

/// What an intake is made of.
pub(super) struct Parts {
    pub(super) shelf: Arc<Shelf>,
    pub(super) index: Index,
    pub(super) cursors: Cursors,
    pub(super) current: Option<Current>,
    pub(super) opened: Opened,
    pub(super) lock: Box<dyn Any + Send + Sync>,
}

/// Opens a folder for writing.
pub(super) fn open(disk: Arc<dyn Disk>, settings: &Settings) -> Result<Parts, Error> {
    let lock = disk.lock().map_err(|error| match error.kind() {
        io::ErrorKind::WouldBlock => Error::Locked,
        _ => Error::disk("lock", ".", error),
    })?;
    let found = survey(&disk)?;
    let key = found.key.map_or_else(new_key, Ok)?;
    keep_key(disk.as_ref(), &key)?;
    let (mut opened, mut current, mut end) = (Opened::default(), None, Position::default());
    if let Some(tail) = found.tail {
        end = tail.end;
        opened.cut_bytes = tail.file_len - tail.len;
        if opened.cut_bytes > 0 {
            tracing::info!(bytes = opened.cut_bytes, "cutting what was being written at the end");
        }
        current = cut(tail, disk.as_ref())?;
    }
    let least = Index::least_end(disk.as_ref())?;
    if current.is_none() || end < least {
        // Frames that were durable are not there any more; their positions are not given to others.
        end = end.max(least);
        current = Some(writer::begin(disk.as_ref(), &key, end)?);
    }
    let mut bases: Vec<_> = found.bases.into_iter().filter(|base| *base < end).collect();
    bases.extend(current.as_ref().and_then(|current| segment::base(&current.name)));
    bases.dedup();
    let shelf = Arc::new(Shelf::new(disk, key, bases, end));
    let (index, cursors, damaged) = Index::open(&shelf, settings.index_bytes)?;
    for error in &damaged {
        tracing::error!(%error, "part of the intake cannot be read");
    }
    opened.damaged = damaged;
    Ok(Parts { shelf, index, cursors, current, opened, lock })
}

/// Cuts what was never acknowledged. `None` if another segment has to be begun.
///
/// What is found whole may be in memory alone, if the process before this one failed to sync it: then the system takes it for
/// written and would not write it again. So the last block, which alone may be such a one, is written anew.
fn cut(tail: Tail, disk: &dyn Disk) -> Result<Option<Current>, Error> {
    if !tail.has_head && tail.end == tail.base {
        return Ok(None);
    }
    let failed = |error| Error::disk("mend", &tail.name, error);
    if tail.file_len > tail.len {
        tail.blob.truncate(tail.len).map_err(failed)?;
    }
    let mut last = vec![0; (tail.len - tail.last) as usize];
    read_exact_at(tail.blob.as_ref(), &mut last, tail.last).map_err(failed)?;
    tail.blob.write_at(&last, tail.last).map_err(failed)?;
    tail.blob.sync().map_err(failed)?;
    disk.sync().map_err(|error| Error::disk("sync", ".", error))?;
    Ok(Some(Current { name: tail.name, blob: tail.blob, len: tail.len }))
}

/// Writes the key into its own file, if it does not stand there.
fn keep_key(disk: &dyn Disk, key: &Key) -> Result<(), Error> {
    let failed = |error| Error::disk("write", KEY, error);
    let names = disk.names().map_err(failed)?;
    if names.iter().any(|name| name == KEY) {
        let blob = disk.open(KEY).map_err(failed)?;
        if segment::key(blob.as_ref()).map_err(failed)? == Some(*key) {
            return Ok(());
        }
    }
    let blob = disk.create(KEY).map_err(failed)?;
    blob.write_at(&segment::head(key, Position::default()), 0).map_err(failed)?;
    blob.sync().map_err(failed)?;
    disk.sync().map_err(failed)
}

fn new_key() -> Result<Key, Error> {
    let mut key = Key::default();
    getrandom::fill(&mut key)
        .map_err(|error| Error::disk("make a key for", ".", io::Error::other(error)))?;
    Ok(key)
}
