//! Tape archives: ustar, pax, GNU and older, read front to back.
//!
//! Source: POSIX.1-2017, "pax Interchange Format"; the GNU tar manual, "Basic Tar Format".

use std::io::{self, Read};

use crate::content::{Exact, Place, Reader};
use crate::name;

mod header;

pub(super) use header::is_header;
use header::{BLOCK, Header, Kind, pax};

/// The longest name or list of attributes that is read, in bytes.
const NAME_BYTES: u64 = 1 << 20;

/// What the next entry is called and how large it is, where its own header cannot say.
#[derive(Debug, Default)]
struct Ahead {
    name: Option<Vec<u8>>,
    size: Option<u64>,
}

/// Hands over the files of an archive.
pub(crate) fn entries(reader: &mut Reader<'_>, source: &mut dyn Read, place: Place<'_>) {
    let mut ahead = Ahead::default();
    loop {
        let next = header(source).and_then(|header| {
            place.budget.enter()?;
            Ok(header)
        });
        let whole = match next {
            Ok(None) => return,
            Ok(Some(header)) => entry(reader, source, &header, &mut ahead, place),
            Err(error) => return reader.fail(place.path, &error, place.budget),
        };
        if !whole || place.budget.is_over() {
            return;
        }
    }
}

/// The next header; blocks of zeros, which end an archive, may have another behind them.
fn header(source: &mut dyn Read) -> io::Result<Option<Header>> {
    let mut block = [0; BLOCK];
    loop {
        if !read_block(source, &mut block)? {
            return Ok(None);
        }
        if block.iter().any(|byte| *byte != 0) {
            let broken =
                || io::Error::new(io::ErrorKind::InvalidData, "the header of an entry is broken");
            return Header::parse(&block).map(Some).ok_or_else(broken);
        }
    }
}

/// Fills a block; `false` at the end.
fn read_block(source: &mut dyn Read, block: &mut [u8; BLOCK]) -> io::Result<bool> {
    let n = source.take(BLOCK as u64).read(block)?;
    if n == 0 {
        return Ok(false);
    }
    source.read_exact(block.get_mut(n..).unwrap_or_default())?;
    Ok(true)
}

/// Goes past one entry; whether there can be another. If not, that has been told.
fn entry(
    reader: &mut Reader<'_>,
    source: &mut dyn Read,
    header: &Header,
    ahead: &mut Ahead,
    place: Place<'_>,
) -> bool {
    let told = match header.kind {
        Kind::File | Kind::Sparse => return file(reader, source, header, ahead, place),
        Kind::Name => {
            read(source, header.size).map(|name| ahead.name = Some(header::text(&name).to_vec()))
        }
        Kind::Attributes => read(source, header.size).map(|list| ahead.set(&list)),
        Kind::Other => {
            *ahead = Ahead::default();
            skip(source, header.padded())
        }
    };
    told.map_err(|error| reader.fail(place.path, &error, place.budget)).is_ok()
}

fn file(
    reader: &mut Reader<'_>,
    source: &mut dyn Read,
    header: &Header,
    ahead: &mut Ahead,
    place: Place<'_>,
) -> bool {
    let Ahead { name, size } = std::mem::take(ahead);
    let (name, size) = (name.as_deref().unwrap_or(&header.name), size.unwrap_or(header.size));
    // Old archives mark a folder by its name alone.
    if name.ends_with(b"/") && size == 0 {
        return true;
    }
    let path = name::below(place.path, name);
    if header.kind == Kind::Sparse
        && header.is_continued
        && let Err(error) = sparse(source)
    {
        reader.fail(&path, &error, place.budget);
        return false;
    }
    let mut exact = Exact::new(source, size);
    reader.stream(&mut exact, None, place.entry(&path));
    let told = exact.has_failed();
    let rest = exact.finish().and_then(|()| skip(source, header::padding(size)));
    if let Err(error) = &rest
        && !told
    {
        reader.fail(place.path, error, place.budget);
    }
    rest.is_ok()
}

/// Passes over the further blocks of a map of holes.
fn sparse(source: &mut dyn Read) -> io::Result<()> {
    let mut block = [0; BLOCK];
    loop {
        source.read_exact(&mut block)?;
        if block.get(504) == Some(&0) {
            return Ok(());
        }
    }
}

/// Reads what stands in place of a file's content.
fn read(source: &mut dyn Read, size: u64) -> io::Result<Vec<u8>> {
    if size > NAME_BYTES {
        skip(source, size + header::padding(size))?;
        return Ok(Vec::new());
    }
    let mut bytes = Vec::new();
    source.take(size).read_to_end(&mut bytes)?;
    skip(source, size - bytes.len() as u64 + header::padding(size))?;
    Ok(bytes)
}

fn skip(source: &mut dyn Read, bytes: u64) -> io::Result<()> {
    let skipped = io::copy(&mut source.take(bytes), &mut io::sink())?;
    if skipped < bytes { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
}

impl Ahead {
    fn set(&mut self, list: &[u8]) {
        for (key, value) in pax(list) {
            match key {
                b"path" | b"GNU.sparse.name" => self.name = Some(value.to_vec()),
                b"size" => self.size = header::decimal(value),
                _ => {}
            }
        }
    }
}
