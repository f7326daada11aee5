//! A folder and what is in it.

use std::ffi::OsString;
use std::fs::{DirEntry, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::hidden;
use super::ignored::Rules;
use crate::account::{Account, Why};
use crate::content::why;
use crate::limits::Limits;
use crate::name;

/// Files of one batch; a thread takes so many at a time.
const BATCH_FILES: usize = 64;

/// Bytes of one batch, so that a large file comes by itself.
const BATCH_BYTES: u64 = 4 << 20;

/// A folder to list.
pub(super) struct Folder {
    /// As given, joined with what lies below.
    pub(super) path: PathBuf,
    /// From the root, for ignore files above what was given.
    real: PathBuf,
    rules: Option<Arc<Rules>>,
}

/// Something in a folder.
pub(super) enum Found {
    File(OsString, Metadata),
    Folder(Folder),
    Skipped(Why),
    Failed(PathBuf, io::Error),
}

/// Files of one folder.
pub(super) struct Batch {
    pub(super) folder: Arc<PathBuf>,
    /// Names, with sizes as listed.
    pub(super) files: Vec<(OsString, u64)>,
    pub(super) bytes: u64,
    pub(super) source: Source,
}

/// How files come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// Found in a folder: links that took their place meanwhile are not followed.
    Found,
    /// Asked for by name.
    Given,
    /// Through a pipe.
    StandardInput,
}

impl Batch {
    pub(super) fn of(folder: &Arc<PathBuf>) -> Self {
        Self { folder: Arc::clone(folder), files: Vec::new(), bytes: 0, source: Source::Found }
    }

    pub(super) fn given(path: &Path, bytes: u64) -> Self {
        let files = vec![(path.as_os_str().to_owned(), bytes)];
        Self { folder: Arc::default(), files, bytes, source: Source::Given }
    }

    pub(super) fn standard_input() -> Self {
        Self { source: Source::StandardInput, ..Self::given(Path::new("-"), 0) }
    }

    pub(super) fn add(&mut self, name: OsString, bytes: u64) {
        self.files.push((name, bytes));
        self.bytes += bytes;
    }

    pub(super) fn is_full(&self) -> bool {
        self.files.len() >= BATCH_FILES || self.bytes >= BATCH_BYTES
    }
}

impl Folder {
    /// A folder that was asked for by name.
    pub(super) fn given(path: &Path, ignores: bool) -> Self {
        let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let rules = if ignores { Rules::above(&real) } else { None };
        Self { path: path.to_owned(), real, rules }
    }

    /// Tells what is in the folder, one after the other.
    pub(super) fn list(&self, limits: &Limits, mut tell: impl FnMut(Found)) -> io::Result<()> {
        let entries = std::fs::read_dir(&self.path)?;
        let above = self.rules.clone();
        let rules = if limits.ignores { Rules::of(&self.real, above) } else { None };
        for entry in entries {
            tell(self.found(&entry?, rules.as_ref(), limits));
        }
        Ok(())
    }

    fn found(&self, entry: &DirEntry, rules: Option<&Arc<Rules>>, limits: &Limits) -> Found {
        let kind = match entry.file_type() {
            Ok(kind) => kind,
            Err(error) => return Found::Failed(entry.path(), error),
        };
        let is_ignored = || {
            rules.is_some_and(|rules| {
                rules.leave_out(&self.real.join(entry.file_name()), kind.is_dir())
            })
        };
        if kind.is_symlink() {
            Found::Skipped(Why::Link)
        } else if kind.is_dir() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name == ".git" {
                Found::Skipped(Why::Repository)
            } else if !limits.hidden && !hidden::is_entered(&name) {
                Found::Skipped(Why::Hidden)
            } else if is_ignored() {
                Found::Skipped(Why::Ignored)
            } else {
                Found::Folder(self.below(entry, rules))
            }
        } else if !kind.is_file() {
            Found::Skipped(Why::Special)
        } else if is_ignored() {
            Found::Skipped(Why::Ignored)
        } else {
            match entry.metadata() {
                Ok(about) => Found::File(entry.file_name(), about),
                Err(error) => Found::Failed(entry.path(), error),
            }
        }
    }

    fn below(&self, entry: &DirEntry, rules: Option<&Arc<Rules>>) -> Self {
        let name = entry.file_name();
        Self { path: self.path.join(&name), real: self.real.join(&name), rules: rules.cloned() }
    }
}

/// A path as text.
pub(super) fn shown(path: &Path) -> String {
    name::of_os(path.as_os_str())
}

/// Notes why a path could not be read.
pub(super) fn fail(account: &mut Account, path: &Path, error: &io::Error) {
    let (why, detail) = why(error);
    account.miss(shown(path), why, detail);
}
