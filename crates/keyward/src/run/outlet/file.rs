//! The file of findings: JSON Lines, each line once, over any number of crashes.
//!
//! It is cut only where it is known to be the same file. One that was moved away or replaced while the program runs is left alone,
//! and what stands in its place is written on.

#[cfg(test)]
mod tests;

use std::io;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use archive::{Blob, Disk, RealDisk};

use crate::run::checkpoint::Mark;

/// A file of findings that can be taken back to what it was.
pub(crate) struct FindingsFile {
    disk: Arc<dyn Disk>,
    name: String,
    /// Where it is, from the root.
    path: String,
    open: Option<Open>,
}

/// The file as it is.
struct Open {
    blob: Arc<dyn Blob>,
    /// Bytes that count. What lies behind them was written in vain.
    len: u64,
}

impl FindingsFile {
    /// A file of a machine.
    pub(crate) fn at(path: &Path) -> anyhow::Result<Self> {
        let no_file = || format!("`{}` is no name of a file", path.display());
        let name = path.file_name().and_then(|name| name.to_str()).with_context(no_file)?;
        let path = std::path::absolute(path).with_context(no_file)?;
        let folder = path.parent().with_context(no_file)?;
        let disk = RealDisk::at(folder.to_owned());
        let disk = disk.with_context(|| format!("failed to open `{}`", folder.display()))?;
        Ok(Self::new(Arc::new(disk), name.to_owned(), path.to_string_lossy().into_owned()))
    }

    /// A file of that name in a folder, and its path. It is opened, or made, by [`Self::rewind`].
    pub(crate) fn new(disk: Arc<dyn Disk>, name: String, path: String) -> Self {
        Self { disk, name, path, open: None }
    }

    /// Cuts the file to what it was. If it is another one, or nothing is known, it is begun anew, and what was there before gets another
    /// name: it is not known which of the findings that are made now it holds.
    pub(super) fn rewind(&mut self, mark: Option<&Mark>) -> anyhow::Result<()> {
        self.open = None;
        let opened = self.opened(mark);
        let failed = || format!("failed to open the file of findings `{}`", self.path);
        self.open = Some(opened.with_context(failed)?);
        Ok(())
    }

    fn opened(&self, mark: Option<&Mark>) -> io::Result<Open> {
        let there = self.there()?;
        let (Some(blob), Some(mark)) = (there, mark) else { return self.begun() };
        let (size, len) = (blob.size()?, mark.len);
        if mark.path != self.path || mark.identity != blob.identity()? {
            return self.begun();
        }
        if size < len {
            let file = &self.path;
            tracing::warn!(
                file,
                size,
                expected = len,
                "the file of findings is shorter than it was"
            );
        } else if !ends_line(&*blob, len)? {
            return self.begun();
        } else if size > len {
            blob.truncate(len)?;
        }
        Ok(Open { blob, len: len.min(size) })
    }

    /// What has its name; `None` if nothing has.
    fn there(&self) -> io::Result<Option<Arc<dyn Blob>>> {
        match self.disk.open(&self.name) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            opened => opened.map(Some),
        }
    }

    /// An empty file, with what had its name put aside.
    fn begun(&self) -> io::Result<Open> {
        let names = self.disk.names()?;
        if names.contains(&self.name) && self.disk.open(&self.name)?.size()? > 0 {
            let free = (1..).map(|n| format!("{}.{n}", self.name));
            if let Some(aside) = free.into_iter().find(|name| !names.contains(name)) {
                tracing::warn!(
                    file = self.path,
                    aside,
                    "findings are told anew, those of before are put aside"
                );
                self.disk.rename(&self.name, &aside)?;
            }
        }
        self.made()
    }

    fn made(&self) -> io::Result<Open> {
        let blob = self.disk.create(&self.name)?;
        self.disk.sync()?;
        Ok(Open { blob, len: 0 })
    }

    /// Writes lines at its end.
    pub(super) fn write(&mut self, lines: &[String]) -> anyhow::Result<()> {
        let bytes = lines.iter().fold(String::new(), |all, line| all + line + "\n");
        let written = self.follow().and_then(|open| {
            open.blob.write_at(bytes.as_bytes(), open.len)?;
            open.len += bytes.len() as u64;
            Ok(())
        });
        written.with_context(|| format!("failed to write findings to `{}`", self.path))
    }

    /// The file that has its name now: somebody may have moved the one of before away, removed it or emptied it.
    fn follow(&mut self) -> io::Result<&mut Open> {
        let there = self.there()?;
        let open = self.open.take().ok_or(io::ErrorKind::NotConnected)?;
        let open = match there {
            None => {
                tracing::warn!(file = self.path, "the file of findings is gone; another is begun");
                self.made()?
            }
            Some(blob) => {
                let (is_same, len) = (blob.identity()? == open.blob.identity()?, blob.size()?);
                if is_same && len == open.len {
                    open
                } else {
                    let file = &self.path;
                    tracing::warn!(file, "the file of findings was replaced; going on at its end");
                    Open { blob, len }
                }
            }
        };
        Ok(self.open.insert(open))
    }

    /// How it is, and what has to be synced before that counts; `None` before it was opened.
    pub(super) fn mark(&self) -> anyhow::Result<Option<(Mark, Unsynced)>> {
        let Some(open) = &self.open else { return Ok(None) };
        let failed = || format!("failed to look at the file of findings `{}`", self.path);
        let identity = open.blob.identity().with_context(failed)?;
        let mark = Mark { path: self.path.clone(), identity, len: open.len };
        Ok(Some((mark, Unsynced { blob: Arc::clone(&open.blob), path: self.path.clone() })))
    }
}

/// A file of findings with lines that may be in memory alone.
pub(crate) struct Unsynced {
    blob: Arc<dyn Blob>,
    path: String,
}

impl Unsynced {
    /// Makes durable what was written before this was given, at least.
    pub(crate) fn sync(&self) -> anyhow::Result<()> {
        let failed = || format!("failed to sync findings in `{}`", self.path);
        self.blob.sync().with_context(failed)
    }
}

/// Whether a line ends before an offset, as it does wherever findings were saved.
fn ends_line(blob: &dyn Blob, offset: u64) -> io::Result<bool> {
    let Some(last) = offset.checked_sub(1) else { return Ok(true) };
    let mut byte = [0];
    Ok(blob.read_at(&mut byte, last)? == 1 && byte == *b"\n")
}
