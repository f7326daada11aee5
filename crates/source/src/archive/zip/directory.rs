//! The directory at the end of an archive.

use std::io::{self, BufRead, Read};

use super::Method;
use crate::content::{Store, read_exact_at};

/// The record that ends an archive, without its comment.
pub(super) const END_BYTES: usize = 22;

/// The longest comment behind it.
const COMMENT_BYTES: usize = 0xffff;

/// One header of an entry, without name, extra fields and comment.
const HEADER_BYTES: usize = 46;

/// A directory that is being read.
pub(super) struct Directory<'s> {
    source: Box<dyn BufRead + 's>,
    /// Bytes that stand before the archive, such as a program that unpacks it.
    before: u64,
    left: u64,
}

/// An entry as the directory tells it.
#[derive(Debug, Default)]
pub(super) struct Entry {
    pub(super) name: Vec<u8>,
    pub(super) packed: u64,
    pub(super) unpacked: u64,
    pub(super) sum: u32,
    method: u16,
    flags: u16,
    offset: u64,
}

impl<'s> Directory<'s> {
    /// Finds the directory. An error means that there is none, or that it lies where it cannot be.
    pub(super) fn open(store: &'s dyn Store) -> io::Result<Self> {
        let (at, end) = find_end(store)?;
        let mut place = Located {
            at,
            count: u64::from(u16_at(&end, 10)),
            bytes: u64::from(u32_at(&end, 12)),
            offset: u64::from(u32_at(&end, 16)),
        };
        if let Some(large) = find_large(store, at)? {
            place = large;
        }
        let start = place.at.checked_sub(place.bytes).ok_or_else(broken)?;
        let before = start.checked_sub(place.offset).ok_or_else(broken)?;
        let source = store.from(start, place.bytes);
        Ok(Self { source, before, left: place.count })
    }

    /// The next entry.
    pub(super) fn next(&mut self) -> Option<io::Result<Entry>> {
        match self.source.fill_buf() {
            Ok([]) if self.left == 0 => None,
            Ok([]) => {
                self.left = 0;
                Some(Err(broken()))
            }
            _ => {
                self.left = self.left.saturating_sub(1);
                Some(self.entry())
            }
        }
    }

    fn entry(&mut self) -> io::Result<Entry> {
        let mut header = [0; HEADER_BYTES];
        self.source.read_exact(&mut header)?;
        if !header.starts_with(b"PK\x01\x02") {
            return Err(broken());
        }
        let name = self.field(u16_at(&header, 28))?;
        let extra = self.field(u16_at(&header, 30))?;
        self.field(u16_at(&header, 32))?;
        let mut entry = Entry {
            name,
            flags: u16_at(&header, 8),
            method: u16_at(&header, 10),
            sum: u32_at(&header, 16),
            packed: u64::from(u32_at(&header, 20)),
            unpacked: u64::from(u32_at(&header, 24)),
            offset: u64::from(u32_at(&header, 42)),
        };
        entry.enlarge(&extra);
        Ok(entry)
    }

    fn field(&mut self, bytes: u16) -> io::Result<Vec<u8>> {
        let mut field = vec![0; usize::from(bytes)];
        self.source.read_exact(&mut field)?;
        Ok(field)
    }

    /// Where the content of an entry begins: behind its own header.
    pub(super) fn content(&self, store: &dyn Store, entry: &Entry) -> io::Result<u64> {
        let at = self.before.checked_add(entry.offset).ok_or_else(broken)?;
        let mut header = [0; 30];
        read_exact_at(store, at, &mut header)?;
        if !header.starts_with(b"PK\x03\x04") {
            return Err(broken());
        }
        let names = u64::from(u16_at(&header, 26)) + u64::from(u16_at(&header, 28));
        Ok(at + 30 + names)
    }
}

impl Entry {
    pub(super) fn method(&self) -> Method {
        Method::of(self.method, self.flags)
    }

    pub(super) fn is_folder(&self) -> bool {
        self.name.ends_with(b"/") && self.unpacked == 0
    }

    /// Takes the sizes that do not fit from where large archives keep them.
    fn enlarge(&mut self, extra: &[u8]) {
        let Some(mut large) = extra_field(extra, 1) else { return };
        for size in [&mut self.unpacked, &mut self.packed, &mut self.offset] {
            if *size == u64::from(u32::MAX)
                && let Some((value, rest)) = large.split_at_checked(8)
            {
                *size = u64_at(value, 0);
                large = rest;
            }
        }
    }
}

/// The extra field of that number.
pub(super) fn extra_field(mut extra: &[u8], number: u16) -> Option<&[u8]> {
    while extra.len() >= 4 {
        let (head, rest) = extra.split_at(4);
        let (field, rest) = rest.split_at_checked(usize::from(u16_at(head, 2)))?;
        if u16_at(head, 0) == number {
            return Some(field);
        }
        extra = rest;
    }
    None
}

/// What a record at the end says of the directory.
struct Located {
    /// Where the record itself lies, which is where the directory ends.
    at: u64,
    count: u64,
    bytes: u64,
    offset: u64,
}

/// The record that ends the archive, from behind: only a comment may follow.
fn find_end(store: &dyn Store) -> io::Result<(u64, Vec<u8>)> {
    let bytes = store.size().min((END_BYTES + COMMENT_BYTES) as u64);
    let from = store.size() - bytes;
    let mut tail = vec![0; bytes as usize];
    read_exact_at(store, from, &mut tail)?;
    let fits = |at: &usize| {
        let comment = tail.len().checked_sub(at + END_BYTES);
        comment.is_some_and(|comment| usize::from(u16_at(&tail, at + 20)) <= comment)
    };
    let at = memchr::memmem::rfind_iter(&tail, b"PK\x05\x06").find(fits).ok_or_else(broken)?;
    Ok((from + at as u64, tail.split_off(at)))
}

/// The record of large archives before it, if there is one.
fn find_large(store: &dyn Store, end: u64) -> io::Result<Option<Located>> {
    let mut locator = [0; 20];
    let Some(at) = end.checked_sub(20) else { return Ok(None) };
    read_exact_at(store, at, &mut locator)?;
    if !locator.starts_with(b"PK\x06\x07") {
        return Ok(None);
    }
    // What stands before the archive moves the record: it is looked for before the locator as well.
    let places = [u64_at(&locator, 8), at.saturating_sub(56)];
    for at in places {
        let mut record = [0; 56];
        if read_exact_at(store, at, &mut record).is_ok() && record.starts_with(b"PK\x06\x06") {
            let (count, bytes) = (u64_at(&record, 32), u64_at(&record, 40));
            return Ok(Some(Located { at, count, bytes, offset: u64_at(&record, 48) }));
        }
    }
    Err(broken())
}

fn broken() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the directory is broken")
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    read(bytes, at).map_or(0, u16::from_le_bytes)
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    read(bytes, at).map_or(0, u32::from_le_bytes)
}

pub(super) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    read(bytes, at).map_or(0, u64::from_le_bytes)
}

fn read<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}
