//! Where findings go: the store, a file of JSON Lines, standard output.
//!
//! The store tells whether it knew: after a restart findings are made again, and only what is new to the store is printed. The file
//! is cut to the length that the checkpoint knows, and written again from there.

mod file;
mod screen;

use std::io;

use archive::{Findings, Put};
use finding::Finding;

pub(crate) use self::file::{FindingsFile, Unsynced};
pub(crate) use self::screen::{Screen, Style};
use super::checkpoint::Mark;

/// A store of findings that outlasts everything. What it is given twice it keeps once.
pub(crate) trait Store: Send {
    /// Keeps findings, given as JSON, all or none; of each whether it learned something from it.
    fn put_all(&mut self, findings: &[String]) -> anyhow::Result<Vec<bool>>;
}

impl Store for Findings {
    fn put_all(&mut self, findings: &[String]) -> anyhow::Result<Vec<bool>> {
        let puts = Self::put_all(self, findings)?;
        Ok(puts.into_iter().map(|put| put != Put::Kept).collect())
    }
}

/// Everywhere that findings go.
pub(crate) struct Outlets {
    store: Box<dyn Store>,
    file: Option<FindingsFile>,
    screen: Option<Screen>,
    /// What was taken and not passed on yet, each with its line.
    waiting: Vec<Finding>,
    lines: Vec<String>,
}

impl Outlets {
    /// A store, a file if one was asked for, and standard output unless nothing is to be printed.
    pub(crate) fn new(
        store: Box<dyn Store>,
        file: Option<FindingsFile>,
        screen: Option<Screen>,
    ) -> Self {
        Self { store, file, screen, waiting: Vec::new(), lines: Vec::new() }
    }

    /// Goes back to where the file was: what was told since is told again. If that is not known the file is begun anew.
    pub(crate) fn rewind(&mut self, file: Option<&Mark>) -> anyhow::Result<()> {
        self.waiting.clear();
        self.lines.clear();
        self.file.as_mut().map_or(Ok(()), |own| own.rewind(file))
    }

    /// Takes a finding. It is passed on with the next [`Self::flush`].
    pub(crate) fn take(&mut self, finding: Finding) -> anyhow::Result<()> {
        self.lines.push(line(&finding)?);
        self.waiting.push(finding);
        Ok(())
    }

    /// How many findings wait to be passed on.
    pub(crate) fn n_waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Passes on what was taken. After a failure it is not known how far that came: go back to a checkpoint.
    pub(crate) fn flush(&mut self) -> anyhow::Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        if let Some(file) = &mut self.file {
            file.write(&self.lines)?;
        }
        let news = self.store.put_all(&self.lines)?;
        if let Some(screen) = &mut self.screen {
            let told = self.waiting.iter().zip(&self.lines).zip(news);
            let new = told.filter(|(_, is_new)| *is_new).map(|(told, _)| told);
            screen.show(new);
        }
        self.waiting.clear();
        self.lines.clear();
        Ok(())
    }

    /// Passes on what was taken, and says how the file is, and what has to be synced before that counts. What the store was given is
    /// durable already.
    pub(crate) fn mark(&mut self) -> anyhow::Result<Option<(Mark, Unsynced)>> {
        self.flush()?;
        let marked = self.file.as_ref().map(FindingsFile::mark).transpose()?;
        Ok(marked.flatten())
    }
}

/// A finding as a line of JSON, without its end.
fn line(finding: &Finding) -> io::Result<String> {
    let mut line = Vec::new();
    crate::render::write_json(finding, &mut line)?;
    String::from_utf8(line).map_err(io::Error::other)
}
