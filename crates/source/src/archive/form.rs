//! What a content is, by its bytes.

use super::{tar, zip};

/// A form that is taken apart; anything else is handed over as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// RFC 1952, any number of members.
    Gzip,
    /// RFC 8878, any number of frames.
    Zstd,
    /// bzip2, any number of streams.
    Bzip2,
    /// xz, any number of streams.
    Xz,
    /// A tape archive: ustar, pax, GNU or older.
    Tar,
    /// ZIP, and what is built on it: jar, docx, nupkg, apk, wheels.
    Zip,
    /// `SQLite` 3.
    Sqlite,
    /// One that cannot be read, by name.
    Foreign(&'static str),
}

/// First bytes that tell the form. Sources: the formats' own documents; gzip with the one method there is.
const MAGIC: &[(&[u8], Form)] = &[
    (b"\x1f\x8b\x08", Form::Gzip),
    (b"\x28\xb5\x2f\xfd", Form::Zstd),
    (b"PK\x03\x04", Form::Zip),
    (b"PK\x05\x06", Form::Zip),
    (b"SQLite format 3\0", Form::Sqlite),
    (b"BZh", Form::Bzip2),
    (b"\xfd7zXZ\0", Form::Xz),
    (b"7z\xbc\xaf\x27\x1c", Form::Foreign("7-Zip")),
    (b"Rar!\x1a\x07", Form::Foreign("RAR")),
    (b"\x04\x22\x4d\x18", Form::Foreign("lz4")),
    (b"LZIP\x01", Form::Foreign("lzip")),
    (b"MSCF\0\0\0\0", Form::Foreign("cabinet")),
];

impl Form {
    /// The form of a content that begins so; `whole` says that this is all of it.
    pub(crate) fn of(head: &[u8], whole: bool) -> Option<Self> {
        let form = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)).map(|&(_, form)| form);
        match form {
            Some(Self::Bzip2) if !is_bzip2(head) => None,
            Some(form) => Some(form),
            None if tar::is_header(head) => Some(Self::Tar),
            None if whole && is_zip_end(head) => Some(Self::Zip),
            None => None,
        }
    }
}

/// The level and the mark of the first block follow, so that texts which begin with the letters are not taken for it.
fn is_bzip2(head: &[u8]) -> bool {
    head.get(3).is_some_and(u8::is_ascii_digit)
        && matches!(head.get(4..10), Some(b"1AY&SY" | b"\x17\x72\x45\x38\x50\x90"))
}

/// Whether bytes end as a zip without a comment does.
pub(super) fn is_zip_end(bytes: &[u8]) -> bool {
    let end = bytes.len().checked_sub(zip::END_BYTES).and_then(|at| bytes.get(at..));
    end.is_some_and(|end| end.starts_with(b"PK\x05\x06") && end.ends_with(b"\0\0"))
}
