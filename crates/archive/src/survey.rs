//! What a folder holds, looked at without changing it.

use std::sync::Arc;

use crate::batch::Position;
use crate::block::Key;
use crate::disk::{Blob, Disk};
use crate::error::Error;
use crate::segment::{self, HEAD, Segment};

/// What a folder holds, as it is.
pub(crate) struct Survey {
    pub(crate) key: Option<Key>,
    pub(crate) bases: Vec<Position>,
    pub(crate) tail: Option<Tail>,
}

/// The last segment, as far as it counts.
pub(crate) struct Tail {
    pub(crate) base: Position,
    pub(crate) name: String,
    pub(crate) blob: Arc<dyn Blob>,
    /// Whether it begins as segments do.
    pub(crate) has_head: bool,
    /// Where its last whole block begins, or the head if there is none.
    pub(crate) last: u64,
    /// Behind its last whole block.
    pub(crate) len: u64,
    pub(crate) file_len: u64,
    /// Behind its last frame.
    pub(crate) end: Position,
}

/// Looks at what there is, and changes nothing.
pub(crate) fn survey(disk: &Arc<dyn Disk>) -> Result<Survey, Error> {
    let names = disk.names().map_err(|error| Error::disk("list", ".", error))?;
    let mut bases: Vec<_> = names.iter().filter_map(|name| segment::base(name)).collect();
    bases.sort_unstable();
    let key = find_key(disk, &names, &bases)?;
    let tail = match (bases.last(), key) {
        (Some(base), Some(key)) => Some(tail(disk, key, *base)?),
        _ => None,
    };
    Ok(Survey { key, bases, tail })
}

/// The file of the key, in the form of a segment that holds nothing.
pub(crate) const KEY: &str = "key";

/// The key of the intake: from its own file or from any segment.
fn find_key(
    disk: &Arc<dyn Disk>,
    names: &[String],
    bases: &[Position],
) -> Result<Option<Key>, Error> {
    let own = names.iter().filter(|name| *name == KEY).cloned();
    for name in own.chain(bases.iter().rev().map(|base| segment::name(*base))) {
        let failed = |error| Error::disk("read", &name, error);
        let blob = disk.open(&name).map_err(failed)?;
        if let Some(key) = segment::key(blob.as_ref()).map_err(failed)? {
            return Ok(Some(key));
        }
    }
    // A segment that was being made when the power was cut holds nothing. Any other cannot be read without its key.
    for name in bases.iter().map(|base| segment::name(*base)) {
        let failed = |error| Error::disk("read", &name, error);
        if disk.open(&name).and_then(|blob| blob.size()).map_err(failed)? > HEAD {
            let why = "its head is damaged, and the file `key` is missing or damaged";
            return Err(Error::Unknown { name, why });
        }
    }
    Ok(None)
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
    Ok(Tail { base, name: name.clone(), blob, has_head, last, len, file_len, end })
}
