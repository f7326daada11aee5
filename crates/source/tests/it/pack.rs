//! Archives made by hand, so that they can be made wrong.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zstd(bytes: &[u8]) -> Vec<u8> {
    ::zstd::encode_all(bytes, 3).unwrap()
}

pub(crate) fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ::bzip2::write::BzEncoder::new(Vec::new(), ::bzip2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// `printf text | xz`
pub(crate) const XZ_TEXT: &[u8] =
    b"\xfd7zXZ\0\0\x04\xe6\xd6\xb4F\x02\0!\x01\x16\0\0\0\x74\x2f\xe5\xa3\x01\0\x03text\0\x55\xcd\
      \xe8\x33\xff\x4a\x0c\x17\0\x01\x1c\x04\x6f\x2c\x9c\xc1\x1f\xb6\xf3\x7d\x01\0\0\0\0\x04YZ";

pub(crate) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// One entry of a tape archive with its padding.
pub(crate) fn tar_entry(kind: u8, name: &str, content: &[u8]) -> Vec<u8> {
    let mut header = [0u8; 512];
    header[..name.len().min(100)].copy_from_slice(&name.as_bytes()[..name.len().min(100)]);
    header[100..108].copy_from_slice(b"0000644\0");
    header[124..136].copy_from_slice(format!("{:011o}\0", content.len()).as_bytes());
    header[136..148].copy_from_slice(b"00000000000\0");
    header[148..156].copy_from_slice(b"        ");
    header[156] = kind;
    header[257..265].copy_from_slice(b"ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let mut entry = header.to_vec();
    entry.extend_from_slice(content);
    entry.resize(entry.len().next_multiple_of(512), 0);
    entry
}

/// A tape archive of files.
pub(crate) fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive: Vec<u8> =
        files.iter().flat_map(|(name, content)| tar_entry(b'0', name, content)).collect();
    archive.extend_from_slice(&[0; 1024]);
    archive
}

/// An entry of a zip and what is said of it, true or not.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) name: Vec<u8>,
    pub(crate) method: u16,
    pub(crate) flags: u16,
    pub(crate) packed: Vec<u8>,
    pub(crate) size: u32,
    pub(crate) sum: u32,
    /// Sizes stand behind the content.
    pub(crate) is_open: bool,
}

impl Entry {
    pub(crate) fn stored(name: &str, content: &[u8]) -> Self {
        let mut sum = flate2::Crc::new();
        sum.update(content);
        let size = u32::try_from(content.len()).unwrap();
        let name = name.as_bytes().to_vec();
        Self {
            name,
            method: 0,
            flags: 0,
            packed: content.to_vec(),
            size,
            sum: sum.sum(),
            is_open: false,
        }
    }

    pub(crate) fn deflated(name: &str, content: &[u8]) -> Self {
        Self { method: 8, packed: deflate(content), ..Self::stored(name, content) }
    }

    fn header(&self, mark: &[u8], made_by: &[u8]) -> Vec<u8> {
        let flags = self.flags | if self.is_open { 8 } else { 0 };
        let mut header = [mark, made_by].concat();
        for field in [20, flags, self.method, 0, 0x21] {
            header.extend_from_slice(&field.to_le_bytes());
        }
        header
    }

    fn sizes(&self) -> Vec<u8> {
        let packed = u32::try_from(self.packed.len()).unwrap();
        [self.sum, packed, self.size].iter().flat_map(|field| field.to_le_bytes()).collect()
    }

    fn local(&self) -> Vec<u8> {
        let mut bytes = self.header(b"PK\x03\x04", b"");
        bytes.extend(if self.is_open { vec![0; 12] } else { self.sizes() });
        bytes.extend_from_slice(&u16::try_from(self.name.len()).unwrap().to_le_bytes());
        bytes.extend_from_slice(&[0; 2]);
        bytes.extend_from_slice(&self.name);
        bytes.extend_from_slice(&self.packed);
        if self.is_open {
            bytes.extend_from_slice(b"PK\x07\x08");
            bytes.extend(self.sizes());
        }
        bytes
    }

    fn central(&self, offset: u32) -> Vec<u8> {
        let mut bytes = self.header(b"PK\x01\x02", &[20, 3]);
        bytes.extend(self.sizes());
        bytes.extend_from_slice(&u16::try_from(self.name.len()).unwrap().to_le_bytes());
        bytes.extend_from_slice(&[0; 12]);
        bytes.extend_from_slice(&offset.to_le_bytes());
        bytes.extend_from_slice(&self.name);
        bytes
    }
}

/// A zip whose directory names each entry as often as `times` says.
pub(crate) fn zip_repeating(entries: &[Entry], times: usize) -> Vec<u8> {
    let mut archive = Vec::new();
    let mut directory = Vec::new();
    for entry in entries {
        let offset = u32::try_from(archive.len()).unwrap();
        archive.extend(entry.local());
        directory.extend(entry.central(offset).repeat(times));
    }
    let n = u16::try_from((entries.len() * times) & 0xffff).unwrap().to_le_bytes();
    let offset = u32::try_from(archive.len()).unwrap().to_le_bytes();
    let bytes = u32::try_from(directory.len()).unwrap().to_le_bytes();
    archive.extend(directory);
    archive.extend([b"PK\x05\x06\0\0\0\0".as_slice(), &n, &n, &bytes, &offset, &[0, 0]].concat());
    archive
}

pub(crate) fn zip(entries: &[Entry]) -> Vec<u8> {
    zip_repeating(entries, 1)
}
