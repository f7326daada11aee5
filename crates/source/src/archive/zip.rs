//! ZIP, read by its directory, or front to back where there is none to be had.
//!
//! Every entry of the directory is read, also those that share a name, which libraries that build a map lose.
//!
//! Source: APPNOTE.TXT 6.3.10, "Local file header", "Central directory structure", "Zip64".

use std::io::{self, BufRead, BufReader, Read};

use flate2::Crc;
use flate2::bufread::DeflateDecoder;

use super::Metered;
use crate::account::Why;
use crate::content::{Exact, Place, Reader, Store};
use crate::name;

mod directory;
mod local;

use directory::{Directory, Entry};
pub(super) const END_BYTES: usize = directory::END_BYTES;
pub(crate) use local::from_front;

/// Hands over the files of an archive.
pub(crate) fn entries(reader: &mut Reader<'_>, store: &dyn Store, place: Place<'_>) {
    let mut directory = match Directory::open(store) {
        Ok(directory) => directory,
        Err(error) => return without_directory(reader, store, &error, place),
    };
    let mut packed = 0u64;
    while let Some(next) = directory.next() {
        let next = next.and_then(|entry| {
            place.budget.enter()?;
            Ok(entry)
        });
        match next {
            Ok(entry) => {
                packed = packed.saturating_add(entry.packed);
                if packed > store.size() {
                    return reader.account.miss(place.path, Why::Bomb, "its entries overlap");
                }
                located(reader, store, &directory, &entry, place);
            }
            Err(error) => return reader.fail(place.path, &error, place.budget),
        }
        if place.budget.is_over() {
            return;
        }
    }
}

/// Hands over what can be read of an archive whose directory is missing or broken, and says so.
fn without_directory(
    reader: &mut Reader<'_>,
    store: &dyn Store,
    error: &io::Error,
    place: Place<'_>,
) {
    let unread = reader.account.unread_count;
    from_front(reader, &mut store.from(0, store.size()), place);
    if reader.account.unread_count == unread {
        reader.fail(place.path, error, place.budget);
    }
}

/// Hands over an entry that the directory names.
fn located(
    reader: &mut Reader<'_>,
    store: &dyn Store,
    directory: &Directory<'_>,
    entry: &Entry,
    place: Place<'_>,
) {
    if entry.is_folder() {
        return;
    }
    let path = name::below(place.path, &entry.name);
    match directory.content(store, entry) {
        Ok(offset) => {
            let mut source = store.from(offset, entry.packed);
            let sizes = Sizes { packed: entry.packed, unpacked: Some((entry.unpacked, entry.sum)) };
            content(reader, &mut *source, entry.method(), sizes, place.entry(&path));
        }
        Err(error) => reader.fail(&path, &error, place.budget),
    }
}

/// How an entry is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    Stored,
    Deflate,
    Zstd,
    Bzip2,
    Xz,
    Encrypted,
    Foreign(&'static str),
}

impl Method {
    /// Source: APPNOTE.TXT, 4.4.5, and bits 0 and 6 of 4.4.4.
    fn of(number: u16, flags: u16) -> Self {
        match number {
            _ if flags & 0x41 != 0 => Self::Encrypted,
            0 => Self::Stored,
            8 => Self::Deflate,
            93 => Self::Zstd,
            99 => Self::Encrypted,
            9 => Self::Foreign("deflate64"),
            12 => Self::Bzip2,
            14 => Self::Foreign("lzma"),
            95 => Self::Xz,
            _ => Self::Foreign("an unknown method"),
        }
    }
}

/// What the archive says of an entry: bytes packed, bytes unpacked and their sum, if they stand before the content.
#[derive(Debug, Clone, Copy)]
struct Sizes {
    packed: u64,
    unpacked: Option<(u64, u32)>,
}

/// Hands over the content of an entry. Whether the source can be read on: if not, that has been told.
fn content(
    reader: &mut Reader<'_>,
    source: &mut dyn BufRead,
    method: Method,
    sizes: Sizes,
    place: Place<'_>,
) -> bool {
    let mut exact = Exact::new(source, sizes.packed);
    match method {
        Method::Stored => drop(unpack(reader, &mut exact, sizes, place)),
        Method::Deflate => {
            let packed = BufReader::with_capacity(32 << 10, &mut exact);
            unpack(reader, &mut DeflateDecoder::new(packed), sizes, place);
        }
        Method::Zstd => match super::zstd::decoder(&mut exact) {
            Ok(mut decoder) => drop(unpack(reader, &mut decoder, sizes, place)),
            Err(error) => reader.fail(place.path, &error, place.budget),
        },
        Method::Bzip2 => {
            unpack(reader, &mut super::bzip2::decoder(&mut exact), sizes, place);
        }
        Method::Xz => {
            unpack(reader, &mut super::xz::decoder(&mut exact), sizes, place);
        }
        Method::Encrypted => reader.account.miss(place.path, Why::Encrypted, ""),
        Method::Foreign(name) => reader.account.miss(place.path, Why::Unsupported, name),
    }
    let told = exact.has_failed() || place.budget.is_over();
    let rest = exact.finish();
    if let Err(error) = &rest
        && !told
    {
        reader.fail(place.path, error, place.budget);
    }
    rest.is_ok()
}

/// Hands over unpacked bytes and compares them with what the archive says. Whether the end was met, or a failure.
fn unpack(
    reader: &mut Reader<'_>,
    source: &mut dyn Read,
    sizes: Sizes,
    place: Place<'_>,
) -> Option<bool> {
    let mut summed = Summed {
        inner: Metered { inner: source, budget: place.budget },
        sum: Crc::new(),
        bytes: 0,
        end: None,
    };
    let unread = reader.account.unread_count;
    reader.stream(&mut summed, None, place);
    let is_told = reader.account.unread_count > unread || summed.end != Some(true);
    let is_true = sizes.unpacked.is_none_or(|told| told == (summed.bytes, summed.sum.sum()));
    if !is_told && !is_true {
        reader.account.miss(
            place.path,
            Why::Corrupt,
            "its size or sum is not what the archive says",
        );
    }
    summed.end
}

/// Counts and sums what passes.
struct Summed<R> {
    inner: R,
    sum: Crc,
    bytes: u64,
    /// Whether the end was met, or a failure.
    end: Option<bool>,
}

impl<R: Read> Read for Summed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer).inspect_err(|_| self.end = Some(false))?;
        self.sum.update(buffer.get(..n).unwrap_or_default());
        self.bytes += n as u64;
        if n == 0 && !buffer.is_empty() {
            self.end = Some(true);
        }
        Ok(n)
    }
}
