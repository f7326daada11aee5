//! An archive without a directory, read front to back: one that is cut short, that comes through a pipe, or that
//! lies in another archive and is too large to hold.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::DeflateDecoder;

use super::directory::{extra_field, u16_at, u32_at, u64_at};
use super::{Metered, Method, Sizes, content, unpack};
use crate::account::Why;
use crate::content::{Place, Reader};
use crate::name;

/// What stands before the content of an entry.
struct Header {
    name: Vec<u8>,
    method: Method,
    sizes: Sizes,
    /// Whether sizes follow the content instead.
    is_open: bool,
    is_large: bool,
}

/// Hands over the files of an archive up to its directory; says so where that is not reached.
pub(crate) fn from_front(reader: &mut Reader<'_>, source: &mut dyn Read, place: Place<'_>) {
    let mut source = BufReader::with_capacity(64 << 10, source);
    loop {
        let next = header(&mut source).and_then(|header| {
            place.budget.enter()?;
            Ok(header)
        });
        let goes_on = match next {
            Ok(Some(header)) => entry(reader, &mut source, &header, place),
            Ok(None) => false,
            Err(error) => return reader.fail(place.path, &error, place.budget),
        };
        if !goes_on || place.budget.is_over() {
            return;
        }
    }
}

/// The next header; `None` where the directory begins.
fn header(source: &mut impl BufRead) -> io::Result<Option<Header>> {
    let mut fixed = [0; 30];
    source.read_exact(fixed.get_mut(..4).unwrap_or_default())?;
    match fixed.first_chunk() {
        Some(b"PK\x03\x04") => {}
        Some(b"PK\x01\x02" | b"PK\x05\x06" | b"PK\x06\x06" | b"PK\x06\x08") => return Ok(None),
        _ => {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the header of an entry is broken",
            ));
        }
    }
    source.read_exact(fixed.get_mut(4..).unwrap_or_default())?;
    let mut name = vec![0; usize::from(u16_at(&fixed, 26))];
    source.read_exact(&mut name)?;
    let mut extra = vec![0; usize::from(u16_at(&fixed, 28))];
    source.read_exact(&mut extra)?;
    let (mut packed, mut unpacked) = (u64::from(u32_at(&fixed, 18)), u64::from(u32_at(&fixed, 22)));
    let large = extra_field(&extra, 1).filter(|_| packed.max(unpacked) == u64::from(u32::MAX));
    if let Some(large) = large {
        (unpacked, packed) = (u64_at(large, 0), u64_at(large, 8));
    }
    let flags = u16_at(&fixed, 6);
    let is_open = flags & 8 != 0;
    let sizes = Sizes { packed, unpacked: (!is_open).then_some((unpacked, u32_at(&fixed, 14))) };
    let method = Method::of(u16_at(&fixed, 8), flags);
    Ok(Some(Header { name, method, sizes, is_open, is_large: extra_field(&extra, 1).is_some() }))
}

/// Hands over an entry; whether another can follow. If not, that has been told.
fn entry(
    reader: &mut Reader<'_>,
    source: &mut impl BufRead,
    header: &Header,
    place: Place<'_>,
) -> bool {
    let path = name::below(place.path, &header.name);
    if header.name.ends_with(b"/") && header.sizes.packed == 0 && !header.is_open {
        return true;
    }
    if !header.is_open {
        return content(reader, source, header.method, header.sizes, place.entry(&path));
    }
    open(reader, source, header, &path, place)
}

/// Hands over an entry whose size follows it: only a packed content ends by itself.
fn open(
    reader: &mut Reader<'_>,
    source: &mut impl BufRead,
    header: &Header,
    path: &str,
    place: Place<'_>,
) -> bool {
    if header.method != Method::Deflate {
        let why =
            if header.method == Method::Encrypted { Why::Encrypted } else { Why::Unsupported };
        reader.account.miss(path, why, "and what follows it: its size stands behind it");
        return false;
    }
    let mut decoder = Metered { inner: DeflateDecoder::new(&mut *source), budget: place.budget };
    let end = unpack(reader, &mut decoder.inner, header.sizes, place.entry(path));
    if end == Some(false) {
        return false;
    }
    let rest =
        io::copy(&mut decoder, &mut io::sink()).and_then(|_| descriptor(source, header.is_large));
    rest.map_err(|error| reader.fail(place.path, &error, place.budget)).is_ok()
}

/// Passes over the sizes behind a content, which may have a mark before them or not.
fn descriptor(source: &mut impl BufRead, is_large: bool) -> io::Result<()> {
    let mut sum = [0; 4];
    source.read_exact(&mut sum)?;
    let bytes = if is_large { 16 } else { 8 } + if sum == *b"PK\x07\x08" { 4 } else { 0 };
    let mut rest = [0; 20];
    source.read_exact(rest.get_mut(..bytes).unwrap_or_default())
}
