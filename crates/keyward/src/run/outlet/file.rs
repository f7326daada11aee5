//! The file of findings: JSON Lines, each line once, over any number of crashes.

use std::io;
use std::sync::Arc;

use anyhow::Context;
use archive::{Blob, Disk};

/// A file of findings that can be taken back to a length.
pub(crate) struct FindingsFile {
    disk: Arc<dyn Disk>,
    name: String,
    open: Option<Open>,
}

/// The file as it is.
struct Open {
    blob: Arc<dyn Blob>,
    /// Bytes that count. What lies behind them was written in vain.
    len: u64,
}

impl FindingsFile {
    /// A file of that name in a folder. It is opened, or made, by [`Self::rewind`].
    pub(crate) fn new(disk: Arc<dyn Disk>, name: String) -> Self {
        Self { disk, name, open: None }
    }

    /// Cuts the file to a length. Without one it is begun anew, and what was there before gets another name: it is not known which of
    /// the findings that are made now it holds.
    pub(super) fn rewind(&mut self, len: Option<u64>) -> anyhow::Result<()> {
        self.open = None;
        let opened = self.opened(len);
        let failed = || format!("failed to open the file of findings `{}`", self.name);
        self.open = Some(opened.with_context(failed)?);
        Ok(())
    }

    fn opened(&self, len: Option<u64>) -> io::Result<Open> {
        let blob = match self.disk.open(&self.name) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            opened => Some(opened?),
        };
        let (Some(blob), Some(len)) = (blob, len) else { return self.begun() };
        let size = blob.size()?;
        if size < len {
            let file = &self.name;
            tracing::warn!(
                file,
                size,
                expected = len,
                "the file of findings is shorter than it was"
            );
        } else if size > len {
            blob.truncate(len)?;
        }
        Ok(Open { blob, len: len.min(size) })
    }

    /// An empty file, with what had its name put aside.
    fn begun(&self) -> io::Result<Open> {
        let names = self.disk.names()?;
        if names.contains(&self.name) && self.disk.open(&self.name)?.size()? > 0 {
            let free = (1..).map(|n| format!("{}.{n}", self.name));
            if let Some(aside) = free.into_iter().find(|name| !names.contains(name)) {
                tracing::warn!(
                    file = self.name,
                    aside,
                    "findings are told anew, those of before are put aside"
                );
                self.disk.rename(&self.name, &aside)?;
            }
        }
        let blob = self.disk.create(&self.name)?;
        self.disk.sync()?;
        Ok(Open { blob, len: 0 })
    }

    /// Writes lines at its end.
    pub(super) fn write(&mut self, lines: &[String]) -> anyhow::Result<()> {
        let Some(open) = &mut self.open else { return Ok(()) };
        let bytes = lines.iter().fold(String::new(), |all, line| all + line + "\n");
        let written = open.blob.write_at(bytes.as_bytes(), open.len);
        written.with_context(|| format!("failed to write findings to `{}`", self.name))?;
        open.len += bytes.len() as u64;
        Ok(())
    }

    /// Makes what was written durable; the length.
    pub(super) fn sync(&mut self) -> anyhow::Result<u64> {
        let Some(open) = &self.open else { return Ok(0) };
        let synced = open.blob.sync();
        synced.with_context(|| format!("failed to sync findings in `{}`", self.name))?;
        Ok(open.len)
    }
}
