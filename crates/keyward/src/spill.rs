//! What does not fit into memory while a log is sorted: one temporary file without a name, gone with the process.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, PoisonError};

use detect::Spill;

/// Runs in one temporary file; none is made before it is needed.
#[derive(Debug, Default)]
pub(crate) struct TemporaryFile {
    file: Option<Arc<Mutex<File>>>,
    /// Where each run ends.
    ends: Vec<u64>,
}

impl Spill for TemporaryFile {
    fn write(&mut self, run: &[u8]) -> io::Result<()> {
        let file = match &self.file {
            Some(file) => file,
            None => self.file.insert(Arc::new(Mutex::new(tempfile::tempfile()?))),
        };
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(run)?;
        let start = self.ends.last().copied().unwrap_or_default();
        self.ends.push(start + run.len() as u64);
        Ok(())
    }

    fn open(&mut self) -> io::Result<Vec<Box<dyn Read>>> {
        let Some(file) = &self.file else { return Ok(Vec::new()) };
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let part = |(at, end): (u64, &u64)| -> Box<dyn Read> {
            Box::new(Part { file: Arc::clone(file), at, end: *end })
        };
        Ok(starts.zip(&self.ends).map(part).collect())
    }
}

/// One run of the file.
struct Part {
    file: Arc<Mutex<File>>,
    at: u64,
    end: u64,
}

impl Read for Part {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX);
        let len = buffer.len().min(left);
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.at))?;
        let n_read = file.read(buffer.get_mut(..len).unwrap_or_default())?;
        self.at += n_read as u64;
        Ok(n_read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_read_back_apart() {
        let mut file = TemporaryFile::default();
        assert!(file.open().unwrap().is_empty());
        for run in [&b"one"[..], b"", b"three"] {
            file.write(run).unwrap();
        }
        let read = |mut run: Box<dyn Read>| {
            let mut text = String::new();
            run.read_to_string(&mut text).unwrap();
            text
        };
        let runs: Vec<_> = file.open().unwrap().into_iter().map(read).collect();
        assert_eq!(runs, ["one", "", "three"]);
    }
}
