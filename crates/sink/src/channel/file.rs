//! A file, one message a line.

use std::fs::OpenOptions;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::envelope::envelope;
use super::{BoxFuture, Channel, Failure};
use crate::{Delivery, Receipt};

/// Appends each message as `keyward.alert/1` on a line of its own.
///
/// The file is opened anew for each, so that it may be moved away at any time; it is made if it is not there, for its
/// owner alone. A message counts as delivered when the disk has it.
pub struct File {
    path: PathBuf,
}

impl File {
    /// To a path; its folder must be there.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    async fn write(&self, delivery: &Delivery) -> Result<Receipt, Failure> {
        let (path, line) = (self.path.clone(), envelope(delivery) + "\n");
        let written = tokio::task::spawn_blocking(move || append(&path, &line)).await;
        match written.map_err(io::Error::other).flatten() {
            Ok(()) => Ok(Receipt::new(None, "written")),
            // A full disk is emptied, a missing folder made: whoever mends it should lose nothing.
            Err(error) => Err(Failure::later(format!("{}: {error}", self.path.display()))),
        }
    }
}

fn append(path: &Path, line: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    // What was cut short, by a full disk or a loss of power, must not swallow this one.
    let start = if ends_in_line(&mut file)? { "" } else { "\n" };
    file.write_all(format!("{start}{line}").as_bytes())?;
    file.sync_data()
}

fn ends_in_line(file: &mut std::fs::File) -> io::Result<bool> {
    // A pipe has no end to look at.
    if !file.metadata()?.is_file() || file.metadata()?.len() == 0 {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

impl Channel for File {
    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<Receipt, Failure>> {
        Box::pin(self.write(delivery))
    }

    fn describe(&self) -> String {
        format!("file {}", self.path.display())
    }
}
