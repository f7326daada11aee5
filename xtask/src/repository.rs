//! The repository as text: where it is, which files belong to it, what is in them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// The folder of the workspace manifest.
pub(crate) fn root() -> PathBuf {
    // Cargo says so at run time too: a build may have been moved or copied since.
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package.parent().map_or_else(|| package.clone(), Path::to_path_buf)
}

/// The folder of what is built.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The files that git tracks or would track.
#[derive(Debug)]
pub(crate) struct Repository {
    root: PathBuf,
    /// Relative to the root, with slashes, in order.
    paths: Vec<String>,
}

impl Repository {
    pub(crate) fn open(root: PathBuf) -> Result<Self> {
        let output = Command::new("git")
            .args(["ls-files", "--cached", "--others", "--exclude-standard"])
            .current_dir(&root)
            .output()
            .context("failed to run git")?;
        ensure!(output.status.success(), "git does not list the files of {}", root.display());
        let text = String::from_utf8(output.stdout).context("a path is not UTF-8")?;
        let mut paths: Vec<String> =
            text.lines().filter(|path| root.join(path).is_file()).map(str::to_owned).collect();
        paths.sort_unstable();
        paths.dedup();
        Ok(Self { root, paths })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Every path.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.paths.iter().map(String::as_str)
    }

    /// Paths below a folder that end so.
    pub(crate) fn under(&self, folder: &str, ending: &str) -> impl Iterator<Item = &str> {
        let matching = move |path: &&str| path.starts_with(folder) && path.ends_with(ending);
        self.paths().filter(matching)
    }

    /// Whether a file or a folder is there.
    pub(crate) fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let is_inside =
            |file: &str| file.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
        self.paths().any(|file| file == path || is_inside(file))
    }

    /// The text of a file; what is not UTF-8 is replaced.
    pub(crate) fn text(&self, path: &str) -> Result<String> {
        let bytes =
            fs::read(self.root.join(path)).with_context(|| format!("failed to read {path}"))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}
