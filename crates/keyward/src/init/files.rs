//! Files that are written all or not at all, and never over others.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// Files below a folder.
pub(super) struct Files {
    folder: PathBuf,
    files: Vec<File>,
}

struct File {
    name: &'static str,
    text: String,
    is_private: bool,
}

impl Files {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder, files: Vec::new() }
    }

    pub(super) fn add(&mut self, name: &'static str, text: String) {
        self.files.push(File { name, text, is_private: false });
    }

    /// One that nobody but its owner may read.
    pub(super) fn add_private(&mut self, name: &'static str, text: String) {
        self.files.push(File { name, text, is_private: true });
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.files.iter().map(|file| file.name)
    }

    /// Writes them. Fails before it writes anything when one of them exists.
    pub(super) fn write(&self) -> anyhow::Result<()> {
        for name in self.names() {
            let path = self.folder.join(name);
            if path.exists() {
                bail!(
                    "`{}` exists, and nothing is overwritten; give another `--dir`",
                    path.display()
                );
            }
        }
        for file in &self.files {
            let path = self.folder.join(file.name);
            let failed = || format!("failed to write `{}`", path.display());
            make_folder(path.parent(), file.is_private).with_context(failed)?;
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            if file.is_private {
                std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            }
            let written = options.open(&path).and_then(|mut at| at.write_all(file.text.as_bytes()));
            written.with_context(failed)?;
        }
        Ok(())
    }
}

fn make_folder(path: Option<&Path>, is_private: bool) -> std::io::Result<()> {
    let Some(path) = path.filter(|path| !path.as_os_str().is_empty()) else { return Ok(()) };
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    if is_private {
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    }
    #[cfg(not(unix))]
    let _ = is_private;
    builder.create(path)
}
