//! A pack and its index, opened.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use gix_hash::{Kind, ObjectId, oid};
use gix_pack::data;
use gix_pack::index::Version;

use super::decode::Fault;

/// Bytes of an index before its ids: a signature and a version in version 2, and the fan in both.
const FAN_BYTES: u64 = 256 * 4;

/// An open pack. Nothing of it is copied but the places of its objects.
pub(super) struct Pack {
    /// Where the pack lies.
    pub(super) path: PathBuf,
    data: data::File,
    index: gix_pack::index::File,
    /// Where each object begins, in the order of the ids. Read apart from the library, which trusts an index
    /// of more than 2 GiB to be whole.
    offsets: Vec<u64>,
}

impl Pack {
    /// Opens the pack whose index lies at `index`.
    pub(super) fn open(index: &Path, hash: Kind) -> Result<Self, String> {
        let path = index.with_extension("pack");
        let said = |err: gix_error::Error| err.to_string();
        let data = data::File::at(&path, hash).map_err(said)?;
        let opened = gix_pack::index::File::at(index, hash).map_err(said)?;
        let offsets = offsets(index, &opened).map_err(|err| err.to_string())?;
        Ok(Self { path, data, index: opened, offsets })
    }

    /// How many objects there are.
    pub(super) fn len(&self) -> usize {
        self.offsets.len()
    }

    /// Bytes of the pack.
    pub(super) fn bytes(&self) -> u64 {
        self.data.data_len() as u64
    }

    /// Where the objects end.
    pub(super) fn end(&self) -> u64 {
        self.data.pack_end() as u64
    }

    /// The id of an object, by its place among the ids.
    pub(super) fn id(&self, place: u32) -> &oid {
        self.index.oid_at_index(place)
    }

    /// Where an object begins.
    pub(super) fn offset_of(&self, id: &oid) -> Option<u64> {
        self.index.lookup(id).and_then(|place| self.offsets.get(place as usize).copied())
    }

    /// Whether an object is in the pack.
    pub(super) fn has(&self, id: &oid) -> bool {
        self.index.lookup(id).is_some()
    }

    /// Where the object at a place among the ids begins.
    pub(super) fn offset_at(&self, place: u32) -> u64 {
        self.offsets.get(place as usize).copied().unwrap_or(u64::MAX)
    }

    /// The places of all objects, sorted by where the objects begin.
    pub(super) fn by_offset(&self) -> Vec<u32> {
        let mut places: Vec<u32> = (0..self.offsets.len() as u32).collect();
        places.sort_unstable_by_key(|place| self.offset_at(*place));
        places
    }

    /// What stands before an object's data.
    pub(super) fn header(&self, offset: u64) -> Result<data::Entry, Fault> {
        if offset >= self.end() {
            return Err(Fault::Corrupt("it begins beyond the end of its pack"));
        }
        self.data.entry(offset).map_err(|_| Fault::Corrupt("its header cannot be read"))
    }

    /// The packed bytes from an object's data to the end of the pack.
    pub(super) fn packed(&self, entry: &data::Entry) -> Result<&[u8], Fault> {
        let range = entry.data_offset..self.end();
        self.data.entry_slice(range).ok_or(Fault::Corrupt("it begins beyond the end of its pack"))
    }
}

/// Reads the table of places, and refuses one that points beyond itself.
fn offsets(path: &Path, index: &gix_pack::index::File) -> std::io::Result<Vec<u64>> {
    let n_objects = u64::from(index.num_objects());
    let hash_bytes = index.object_hash().len_in_bytes() as u64;
    let mut file = BufReader::with_capacity(1 << 16, File::open(path)?);
    if index.version() == Version::V1 {
        return offsets_v1(&mut file, n_objects, hash_bytes);
    }
    skip(&mut file, 8 + FAN_BYTES + n_objects * (hash_bytes + 4))?;
    let mut small = Vec::with_capacity(n_objects as usize);
    for _ in 0..n_objects {
        small.push(number::<4>(&mut file)?);
    }
    let n_large = small.iter().filter(|offset| is_large(**offset)).count();
    let mut large = Vec::new();
    for _ in 0..n_large {
        large.push(number::<8>(&mut file)?);
    }
    let broken =
        || std::io::Error::new(std::io::ErrorKind::InvalidData, "a place lies beyond the index");
    let whole = |offset: u64| {
        if is_large(offset) {
            large.get((offset & 0x7fff_ffff) as usize).copied().ok_or_else(broken)
        } else {
            Ok(offset)
        }
    };
    small.into_iter().map(whole).collect()
}

fn offsets_v1(file: &mut impl Read, n_objects: u64, hash_bytes: u64) -> std::io::Result<Vec<u64>> {
    skip(file, FAN_BYTES)?;
    let mut offsets = Vec::with_capacity(n_objects as usize);
    for _ in 0..n_objects {
        offsets.push(number::<4>(file)?);
        skip(file, hash_bytes)?;
    }
    Ok(offsets)
}

/// Whether the number stands for a place in the table of large ones.
fn is_large(offset: u64) -> bool {
    offset & 0x8000_0000 != 0
}

fn skip(file: &mut impl Read, bytes: u64) -> std::io::Result<()> {
    std::io::copy(&mut file.take(bytes), &mut std::io::sink()).map(drop)
}

fn number<const N: usize>(file: &mut impl Read) -> std::io::Result<u64> {
    let mut bytes = [0; N];
    file.read_exact(&mut bytes)?;
    Ok(bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}

/// The base that a delta names.
pub(super) enum Base {
    /// In the same pack, there.
    At(u64),
    /// An object of that id.
    Id(ObjectId),
    /// It is no delta.
    None,
}

/// What an object rests on.
pub(super) fn base(entry: &data::Entry, offset: u64) -> Result<Base, Fault> {
    match entry.header {
        data::entry::Header::OfsDelta { base_distance } => {
            data::entry::Header::verified_base_pack_offset(offset, base_distance)
                .map(Base::At)
                .ok_or(Fault::Corrupt("its base lies before its pack"))
        }
        data::entry::Header::RefDelta { base_id } => Ok(Base::Id(base_id)),
        _ => Ok(Base::None),
    }
}
