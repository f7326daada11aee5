//! Memory that outlasts a run: the file of `--state`.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use detect::{Detector, Engine, Restored, Settings};
use tempfile::NamedTempFile;

use crate::input::why;
use crate::summary::StateFile;

/// An engine that goes on where the file leaves off, if there is one, and what became of the file.
///
/// A file that cannot be read, is damaged or of another version is refused: memory begins empty.
pub(super) fn begin(
    path: Option<&Path>,
    detector: &Arc<Detector>,
    settings: &Settings,
) -> (Engine, Option<StateFile>) {
    let new = || Engine::new(Arc::clone(detector), settings.clone());
    let Some(path) = path else { return (new(), None) };
    let mut file = StateFile { path: path.display().to_string(), ..StateFile::default() };
    let engine = match read(path, detector, settings.clone()) {
        Ok(None) => new(),
        Ok(Some((engine, Restored { left_out, .. }))) => {
            file.restored = true;
            file.left_out = left_out;
            engine
        }
        Err(refused) => {
            file.refused = Some(refused);
            new()
        }
    };
    (engine, Some(file))
}

fn read(
    path: &Path,
    detector: &Arc<Detector>,
    settings: Settings,
) -> Result<Option<(Engine, Restored)>, String> {
    let bytes = match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        read => read.map_err(|error| why(&error))?,
    };
    let restored = Engine::restore(Arc::clone(detector), settings, &bytes);
    restored.map(Some).map_err(|error| error.to_string())
}

/// Writes what the engine remembers in place of what the file held: all of it, or nothing.
pub(super) fn save(engine: &Engine, path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(&engine.save())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error).map(drop)
}
