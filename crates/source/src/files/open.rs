//! One file after the other, opened and read.

use std::cell::Cell;
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use super::Sweep;
use super::folder::{Batch, Source, fail, shown};
use crate::account::Why;
use crate::archive::Budget;
use crate::content::{OnDisk, Place, ReadAt, Reader};
use crate::piece::{Origin, Taker};

impl Sweep<'_> {
    /// Reads the files of a batch.
    pub(super) fn read(&self, batch: &Batch, reader: &mut Reader<'_>) {
        for (name, size) in &batch.files {
            let path = batch.folder.join(name);
            let unread = reader.account.unread_count;
            let origin = Origin::File { path: shown(&path) };
            let Origin::File { path: shown } = &origin else { continue };
            if self.stop.is_set() {
                reader.account.miss(shown.as_str(), Why::Stopped, "");
                continue;
            }
            if self.taker.knows(&origin) {
                reader.account.skip(Why::Known);
                self.taker.progress(*size);
                continue;
            }
            let tally = Tally { taker: self.taker, left: Cell::new(*size) };
            let read = || self.file(batch.source, &path, shown, *size, &tally, reader);
            // What one file brings to light must not hide what all others hold.
            if catch_unwind(AssertUnwindSafe(read)).is_err() {
                reader.account.miss(shown.as_str(), Why::Failed, "a bug in Keyward");
            }
            tally.add(u64::MAX);
            if reader.account.unread_count == unread {
                self.taker.done(&origin);
            }
        }
    }

    fn file(
        &self,
        from: Source,
        path: &Path,
        shown: &str,
        size: u64,
        tally: &Tally<'_>,
        reader: &mut Reader<'_>,
    ) {
        let piped = from == Source::StandardInput;
        let budget = Budget::new(self.limits, self.stop, (!piped).then_some(size));
        let place = Place::outermost(shown, &budget);
        if piped {
            return reader.stream(&mut io::stdin().lock(), None, place);
        }
        if self.limits.file_bytes != 0 && size > self.limits.file_bytes {
            return reader.account.miss(shown, Why::TooLarge, "");
        }
        let file = match open(path, from) {
            Ok(file) => file,
            Err(error) => return fail(&mut reader.account, path, &error),
        };
        let file = Tallied { file: &file, tally };
        let store = OnDisk { file: &file, size };
        reader.stream(&mut &file, Some(&store), place);
    }
}

/// Opens without waiting for a pipe, nor following a link, that took the place of a file since it was listed.
fn open(path: &Path, from: Source) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        let link = if from == Source::Found { libc::O_NOFOLLOW } else { 0 };
        options.custom_flags(libc::O_NONBLOCK | link);
    }
    #[cfg(not(unix))]
    let _ = from;
    options.open(path)
}

/// How much of what was announced for a file is left to be told as done.
struct Tally<'a> {
    taker: &'a dyn Taker,
    left: Cell<u64>,
}

impl Tally<'_> {
    fn add(&self, bytes: u64) {
        let bytes = bytes.min(self.left.get());
        self.left.set(self.left.get() - bytes);
        if bytes > 0 {
            self.taker.progress(bytes);
        }
    }
}

/// A file that tells how far it was read.
struct Tallied<'a> {
    file: &'a File,
    tally: &'a Tally<'a>,
}

impl Read for &Tallied<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut file = self.file;
        let n = file.read(buffer)?;
        self.tally.add(n as u64);
        Ok(n)
    }
}

impl ReadAt for Tallied<'_> {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read_at(offset, buffer)?;
        self.tally.add(n as u64);
        Ok(n)
    }
}
