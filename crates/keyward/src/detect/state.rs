//! Memory that outlasts a run: the file of `--state`.
//!
//! It holds what is remembered of everything but the last events, then those, then the length of that part in 8 bytes.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use detect::{Detector, Engine, Restored, Settings, SnapshotError};
use tempfile::NamedTempFile;

use crate::input::why;
use crate::summary::StateFile;

/// How a run begins.
pub(super) struct Begin {
    /// What is remembered.
    pub(super) engine: Engine,
    /// The last events of the run before; empty for none.
    pub(super) tail: Vec<u8>,
    /// What became of the file; `None` if none was asked for.
    pub(super) file: Option<StateFile>,
}

impl Begin {
    /// Begins with nothing instead: the last events cannot be read.
    pub(super) fn refuse_damaged(&mut self, detector: &Arc<Detector>, settings: Settings) {
        self.engine = Engine::new(Arc::clone(detector), settings);
        if let Some(file) = &mut self.file {
            let why = SnapshotError::Damaged.to_string();
            *file = StateFile {
                refused: Some(why),
                restored: false,
                left_out: Vec::new(),
                ..std::mem::take(file)
            };
        }
    }
}

/// Goes on where the file leaves off, if there is one.
///
/// A file that cannot be read, is damaged or of another version is refused: memory begins empty.
pub(super) fn begin(path: Option<&Path>, detector: &Arc<Detector>, settings: &Settings) -> Begin {
    let engine = Engine::new(Arc::clone(detector), settings.clone());
    let mut begin = Begin { engine, tail: Vec::new(), file: None };
    let Some(path) = path else { return begin };
    let mut file = StateFile { path: path.display().to_string(), ..StateFile::default() };
    match read(path, detector, settings.clone()) {
        Ok(None) => {}
        Ok(Some((engine, Restored { left_out, .. }, tail))) => {
            (begin.engine, begin.tail) = (engine, tail);
            file.restored = true;
            file.left_out = left_out;
        }
        Err(refused) => file.refused = Some(refused),
    }
    begin.file = Some(file);
    begin
}

fn read(
    path: &Path,
    detector: &Arc<Detector>,
    settings: Settings,
) -> Result<Option<(Engine, Restored, Vec<u8>)>, String> {
    let bytes = match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        read => read.map_err(|error| why(&error))?,
    };
    // Bytes that do not fall into two parts are refused by whoever reads them as one.
    let (snapshot, tail) = split(&bytes).unwrap_or((&bytes, &[]));
    let restored = Engine::restore(Arc::clone(detector), settings, snapshot);
    let (engine, restored) = restored.map_err(|error| error.to_string())?;
    Ok(Some((engine, restored, tail.to_vec())))
}

fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (parts, length) = bytes.split_last_chunk()?;
    let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
    parts.split_at_checked(parts.len().checked_sub(length)?)
}

/// Writes what is remembered in place of what the file held: all of it, or nothing.
pub(super) fn save(kept: &Kept, path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(&kept.snapshot)?;
    file.write_all(&kept.tail)?;
    file.write_all(&(kept.tail.len() as u64).to_le_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error).map(drop)
}

/// What a run leaves to the next.
pub(super) struct Kept {
    /// What is remembered of everything but the last events.
    pub(super) snapshot: Vec<u8>,
    /// The last events.
    pub(super) tail: Vec<u8>,
}
