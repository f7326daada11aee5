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
use crate::segment::{self, HEAD, Segment};
use crate::shelf::Shelf;

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
    let (mut opened, mut current, mut end) = (Opened::default(), None, Position::default());
    if let Some(tail) = found.tail {
        end = tail.end;
        opened.cut_bytes = tail.file_len - tail.len;
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

/// What a folder holds, as it is.
pub(crate) struct Survey {
    pub(crate) key: Option<Key>,
    pub(crate) bases: Vec<Position>,
    pub(crate) tail: Option<Tail>,
}

/// The last segment, as far as it counts.
pub(crate) struct Tail {
    segment: Segment,
    name: String,
    blob: Arc<dyn crate::disk::Blob>,
    /// Whether it begins as segments do.
    has_head: bool,
    /// Where its last whole block begins, or the head if there is none.
    last: u64,
    /// Behind its last whole block.
    len: u64,
    file_len: u64,
    /// Behind its last frame.
    pub(crate) end: Position,
}

/// Looks at what there is, and changes nothing.
pub(crate) fn survey(disk: &Arc<dyn Disk>) -> Result<Survey, Error> {
    let names = disk.names().map_err(|error| Error::disk("list", ".", error))?;
    let mut bases: Vec<_> = names.iter().filter_map(|name| segment::base(name)).collect();
    bases.sort_unstable();
    let mut key = None;
    for base in bases.iter().rev() {
        let name = segment::name(*base);
        let failed = |error| Error::disk("read", &name, error);
        let blob = disk.open(&name).map_err(failed)?;
        key = segment::key(blob.as_ref()).map_err(failed)?;
        if key.is_some() {
            break;
        }
    }
    let tail = match (bases.last(), key) {
        (Some(base), Some(key)) => Some(tail(disk, key, *base)?),
        _ => None,
    };
    Ok(Survey { key, bases, tail })
}

/// Follows the blocks of the last segment to its end.
fn tail(disk: &Arc<dyn Disk>, key: Key, base: Position) -> Result<Tail, Error> {
    let name = segment::name(base);
    let failed = |error| Error::disk("read", &name, error);
    let blob = disk.open(&name).map_err(failed)?;
    let has_head = segment::key(blob.as_ref()).map_err(failed)?.is_some();
    let file_len = blob.size().map_err(failed)?;
    let segment = Segment::new(base, Arc::clone(&blob), key);
    let (mut last, mut len, mut end) = (0, HEAD.min(file_len), base);
    loop {
        match segment.whole(len).map_err(failed)? {
            Some(header) if header.position >= end => {
                (last, len, end) = (len, header.end(len), header.next());
            }
            _ => match segment.search(len + 1, end).map_err(failed)? {
                // A block behind something that is none: damaged, and not cut by a power failure.
                Some((offset, _)) => len = offset,
                None => break,
            },
        }
    }
    Ok(Tail { segment, name: name.clone(), blob, has_head, last, len, file_len, end })
}

/// Cuts what was never acknowledged. `None` if another segment has to be begun.
///
/// What is found whole may be in memory alone, if the process before this one failed to sync it: then the system takes it for
/// written and would not write it again. So the last block, which alone may be such a one, is written anew.
fn cut(tail: Tail, disk: &dyn Disk) -> Result<Option<Current>, Error> {
    if !tail.has_head && tail.end == tail.segment.base {
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

fn new_key() -> Result<Key, Error> {
    let mut key = Key::default();
    getrandom::fill(&mut key)
        .map_err(|error| Error::disk("make a key for", ".", io::Error::other(error)))?;
    Ok(key)
}
