//! Opening one source, and telling compression by its first bytes, never by its name.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::sync::{Arc, Mutex, PoisonError};

use flate2::read::MultiGzDecoder;

use super::expand::why;
use super::{From, Progress, Source, Stop};

/// Bytes looked at to recognize what is read; the longest mark that is told apart.
const MARK_LEN: usize = 16;

/// Compressed bytes fetched at once.
const BUFFER_BYTES: usize = 256 * 1024;

/// A source that can be read.
pub(crate) struct Opened {
    /// The bytes, decompressed. It never fails: where the source breaks off the bytes end,
    /// and `trouble` says why.
    pub(crate) reader: Box<dyn Read + Send>,
    /// Why the bytes ended before they should have.
    pub(crate) trouble: Trouble,
}

/// The reason why a source broke off, set while it is read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trouble(Arc<Mutex<Option<String>>>);

impl Trouble {
    /// The reason, or `None` when the source was read to its end.
    pub(crate) fn take(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn set(&self, why: String) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
    }
}

/// Opens a source. Fails with a lower-case fragment when nothing of it can be read.
pub(crate) fn open(source: &Source, progress: &Progress, stop: &Stop) -> Result<Opened, String> {
    let raw: Box<dyn Read + Send> = match &source.from {
        From::Stdin => Box::new(io::stdin()),
        From::File(path) => Box::new(File::open(path).map_err(|error| why(&error))?),
    };
    decompress(Box::new(progress.watch(raw)), stop)
}

/// The reader of what the bytes of `raw` stand for.
fn decompress(mut raw: Box<dyn Read + Send>, stop: &Stop) -> Result<Opened, String> {
    let mut mark = Vec::with_capacity(MARK_LEN);
    (&mut raw).take(MARK_LEN as u64).read_to_end(&mut mark).map_err(|error| why(&error))?;
    let packing = Packing::of(&mark);
    let whole = Cursor::new(mark).chain(raw);
    let inner: Box<dyn Read + Send> = match packing {
        Packing::None => Box::new(whole),
        Packing::Gzip => {
            Box::new(MultiGzDecoder::new(BufReader::with_capacity(BUFFER_BYTES, whole)))
        }
        Packing::Zstd => Box::new(zstd::Decoder::new(whole).map_err(|error| why(&error))?),
        Packing::Unknown(what) => {
            return Err(format!("is {what}, which is not read; unpack it first"));
        }
    };
    let trouble = Trouble::default();
    let reader =
        Box::new(Ending { inner, packing, trouble: trouble.clone(), stop: stop.clone(), bytes: 0 });
    Ok(Opened { reader, trouble })
}

/// How bytes are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    None,
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstd,
    /// Something recognized that is not read.
    Unknown(&'static str),
}

impl Packing {
    fn of(mark: &[u8]) -> Self {
        let known: [(&[u8], Self); 9] = [
            (b"\x1f\x8b", Self::Gzip),
            (b"\x28\xb5\x2f\xfd", Self::Zstd),
            (b"PK\x03\x04", Self::Unknown("a zip archive")),
            (b"BZh", Self::Unknown("bzip2 data")),
            (b"\xfd7zXZ\0", Self::Unknown("xz data")),
            (b"PAR1", Self::Unknown("a Parquet file")),
            (b"SQLite format 3\0", Self::Unknown("an SQLite database")),
            (b"\xff\xfe", Self::Unknown("UTF-16 text")),
            (b"\xfe\xff", Self::Unknown("UTF-16 text")),
        ];
        let found = known.into_iter().find(|(start, _)| mark.starts_with(start));
        found.map_or(Self::None, |(_, packing)| packing)
    }
}

/// A reader that ends where its source fails, and says so, or when it is to stop.
struct Ending {
    inner: Box<dyn Read + Send>,
    packing: Packing,
    trouble: Trouble,
    stop: Stop,
    bytes: u64,
}

impl Read for Ending {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.stop.is_set() {
            return Ok(0);
        }
        match self.inner.read(buffer) {
            Ok(count) => {
                self.bytes += count as u64;
                Ok(count)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                self.trouble.set(self.broken(&error));
                Ok(0)
            }
        }
    }
}

impl Ending {
    fn broken(&self, error: &io::Error) -> String {
        let is_cut = error.kind() == io::ErrorKind::UnexpectedEof
            || error.to_string().contains("incomplete frame");
        let what = match self.packing {
            Packing::Gzip => "gzip data",
            Packing::Zstd => "zstd data",
            Packing::None | Packing::Unknown(_) => "the file",
        };
        let how = if is_cut {
            "is cut short".to_owned()
        } else {
            format!("cannot be read further ({})", why(error))
        };
        format!("{what} {how}; {} bytes of it were read", self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gz(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn zst(text: &[u8]) -> Vec<u8> {
        zstd::encode_all(text, 1).unwrap()
    }

    /// Reads bytes as a source; returns the text and what was said.
    fn read(bytes: Vec<u8>) -> (String, Option<String>) {
        let mut opened = match decompress(Box::new(Cursor::new(bytes)), &Stop::default()) {
            Ok(opened) => opened,
            Err(why) => return (String::new(), Some(why)),
        };
        let mut text = String::new();
        opened.reader.read_to_string(&mut text).unwrap();
        (text, opened.trouble.take())
    }

    fn whole(bytes: Vec<u8>, text: &str) {
        assert_eq!(read(bytes), (text.to_owned(), None));
    }

    #[test]
    fn compression_is_told_by_the_first_bytes() {
        whole(b"{}\n".to_vec(), "{}\n");
        whole(Vec::new(), "");
        whole(gz(b"{}\n"), "{}\n");
        whole(zst(b"{}\n"), "{}\n");
        whole([gz(b"a\n"), gz(b""), gz(b"b\n")].concat(), "a\nb\n");
        whole([zst(b"a\n"), zst(b"b\n")].concat(), "a\nb\n");
    }

    /// Text that does not pack well, so that there is something before the cut.
    fn noise() -> Vec<u8> {
        let mut state = 1u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            b'a' + (state >> 24) as u8 % 26
        };
        (0..400_000).map(|_| next()).collect()
    }

    #[test]
    fn what_comes_before_a_cut_is_read() {
        let text = noise();
        for packed in [gz(&text), zst(&text)] {
            let half = packed[..packed.len() / 2].to_vec();
            let (got, trouble) = read(half);
            assert!(got.len() > 10_000, "{} bytes before the cut", got.len());
            assert!(text.starts_with(got.as_bytes()));
            let trouble = trouble.unwrap();
            assert!(trouble.contains("is cut short"), "{trouble}");
        }
    }

    #[test]
    fn damage_is_said() {
        let mut packed = gz(&noise());
        let middle = packed.len() / 2;
        packed[middle..middle + 64].fill(0xff);
        let (_, trouble) = read(packed);
        assert!(trouble.unwrap().starts_with("gzip data cannot be read further"));
    }

    #[test]
    fn what_is_recognized_but_not_read_is_named() {
        let (_, trouble) = read(b"PK\x03\x04 and so on".to_vec());
        assert_eq!(trouble.unwrap(), "is a zip archive, which is not read; unpack it first");
    }
}
