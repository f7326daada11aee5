//! A content that can be read from anywhere.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

/// A content that can be read from anywhere: bytes in memory, or an open file.
pub(crate) trait Store {
    /// How many bytes there are.
    fn size(&self) -> u64;

    /// Reads some bytes from `offset` on; none past the end.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;

    /// Reads from `offset` to `offset + bytes` or the end.
    fn from(&self, offset: u64, bytes: u64) -> Box<dyn BufRead + '_>;
}

impl Store for &[u8] {
    fn size(&self) -> u64 {
        self.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.get(usize::try_from(offset).unwrap_or(usize::MAX)..).unwrap_or_default().read(buffer)
    }

    fn from(&self, offset: u64, bytes: u64) -> Box<dyn BufRead + '_> {
        let rest = self.get(usize::try_from(offset).unwrap_or(usize::MAX)..).unwrap_or_default();
        Box::new(rest.take(bytes))
    }
}

/// Reads from a place without moving to it.
pub(crate) trait ReadAt {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;
}

impl ReadAt for File {
    #[cfg(unix)]
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(self, buffer, offset)
    }

    #[cfg(windows)]
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        std::os::windows::fs::FileExt::seek_read(self, buffer, offset)
    }
}

/// An open file and the size it had then.
pub(crate) struct OnDisk<'f> {
    pub(crate) file: &'f dyn ReadAt,
    pub(crate) size: u64,
}

impl Store for OnDisk<'_> {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read_at(offset, buffer)
    }

    fn from(&self, offset: u64, bytes: u64) -> Box<dyn BufRead + '_> {
        Box::new(BufReader::with_capacity(64 << 10, At { store: self, offset }).take(bytes))
    }
}

/// Reads on from a place.
struct At<'s> {
    store: &'s OnDisk<'s>,
    offset: u64,
}

impl Read for At<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.store.read_at(self.offset, buffer)?;
        self.offset += n as u64;
        Ok(n)
    }
}

/// Fills the buffer from `offset`; less than that is an error.
pub(crate) fn read_exact_at(
    store: &dyn Store,
    mut offset: u64,
    mut buffer: &mut [u8],
) -> io::Result<()> {
    while !buffer.is_empty() {
        match store.read_at(offset, buffer) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(n) => {
                offset += n as u64;
                buffer = buffer.get_mut(n..).unwrap_or_default();
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
