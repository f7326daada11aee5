//! A tar archive, compressed with gzip, that is the same whoever makes it: sorted, of one time, owned by nobody in particular.
//!
//! *Source.* POSIX.1-2024, pax, "ustar Interchange Format"; checked 2026-11-22.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::{Context, Result, ensure};
use flate2::{Compression, GzBuilder};
use jiff::Timestamp;

/// The size of everything in such an archive.
const BLOCK: usize = 512;

/// The longest path of a member; longer ones would need a second form of header.
const LONGEST: usize = 100;

/// Who may do what with a file.
#[derive(Debug, Clone, Copy)]
pub(super) enum Mode {
    /// Everybody may read it.
    File,
    /// Everybody may run it.
    Program,
}

/// Files below one folder, on their way into an archive.
pub(super) struct Archive {
    folder: String,
    /// In seconds.
    time: i64,
    files: BTreeMap<String, (Mode, Vec<u8>)>,
}

impl Archive {
    pub(super) fn new(folder: &str, time: Timestamp) -> Self {
        Self { folder: folder.to_owned(), time: time.as_second(), files: BTreeMap::new() }
    }

    /// Adds a file; `path` counts from the folder.
    pub(super) fn add(&mut self, path: &str, mode: Mode, bytes: Vec<u8>) {
        self.files.insert(format!("{}/{path}", self.folder), (mode, bytes));
    }

    /// The compressed archive. Fails if a path is too long for it.
    pub(super) fn finish(self) -> Result<Vec<u8>> {
        let mut out = GzBuilder::new().write(Vec::new(), Compression::best());
        for (path, (mode, bytes)) in &self.files {
            out.write_all(&header(path, *mode, bytes.len(), self.time)?)?;
            out.write_all(bytes)?;
            out.write_all(&vec![0; bytes.len().next_multiple_of(BLOCK) - bytes.len()])?;
        }
        // Two empty blocks are the end.
        out.write_all(&[0; 2 * BLOCK])?;
        out.finish().context("failed to compress the archive")
    }
}

fn header(path: &str, mode: Mode, size: usize, time: i64) -> Result<[u8; BLOCK]> {
    ensure!(path.len() <= LONGEST, "the path `{path}` is too long for the archive");
    let mode = match mode {
        Mode::File => "0000644\0",
        Mode::Program => "0000755\0",
    };
    let mut block = [0; BLOCK];
    let mut put =
        |at: usize, text: &str| block[at..at + text.len()].copy_from_slice(text.as_bytes());
    put(0, path);
    put(100, mode);
    put(108, "0000000\0");
    put(116, "0000000\0");
    put(124, &format!("{size:011o}\0"));
    put(136, &format!("{time:011o}\0"));
    // The checksum counts as spaces while it is made.
    put(148, "        ");
    put(156, "0");
    put(257, "ustar\x0000");
    put(265, "root");
    put(297, "root");
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    Ok(block)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;
    use jiff::Timestamp;

    use super::{Archive, BLOCK, Mode};

    fn archive(files: &[(&str, &str)]) -> Vec<u8> {
        let mut archive = Archive::new("keyward-1", Timestamp::from_second(1_700_000_000).unwrap());
        for (path, text) in files {
            archive.add(path, Mode::File, text.as_bytes().to_vec());
        }
        archive.finish().unwrap()
    }

    #[test]
    fn the_order_of_adding_does_not_show() {
        assert_eq!(archive(&[("a", "1"), ("b", "2")]), archive(&[("b", "2"), ("a", "1")]));
    }

    #[test]
    fn members_are_read_as_others_write_them() {
        let mut tar = Vec::new();
        GzDecoder::new(archive(&[("docs/a.md", "text\n")]).as_slice())
            .read_to_end(&mut tar)
            .unwrap();
        assert_eq!(tar.len(), 4 * BLOCK);
        let field = |at: usize, length: usize| String::from_utf8_lossy(&tar[at..at + length]);
        assert_eq!(field(0, 19), "keyward-1/docs/a.md");
        assert_eq!(field(100, 7), "0000644");
        assert_eq!(field(124, 11), "00000000005");
        assert_eq!(field(136, 11), "14524770400");
        let mut blank = tar[..BLOCK].to_vec();
        blank[148..156].fill(b' ');
        let sum: u32 = blank.iter().map(|byte| u32::from(*byte)).sum();
        assert_eq!(field(148, 6), format!("{sum:06o}"));
        assert_eq!(&tar[BLOCK..BLOCK + 5], b"text\n");
    }

    #[test]
    fn paths_that_do_not_fit_are_refused() {
        let mut archive = Archive::new("keyward", Timestamp::UNIX_EPOCH);
        archive.add(&"a".repeat(100), Mode::File, Vec::new());
        assert!(archive.finish().is_err());
    }
}
