//! Where the parts of a repository lie: found by reading files, never by asking a program or trusting a setting.

use std::fs;
use std::path::{Path, PathBuf};

use gix_hash::Kind;

use super::GitError;

/// How many object databases may borrow from each other in a row. Git itself stops at five.
const ALTERNATES_DEPTH: usize = 5;

/// Files of a `.git` folder that are read whole here are at most so large.
const SMALL_FILE_BYTES: u64 = 1 << 20;

/// The folders of a repository.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// The folder of this working tree: `HEAD`, `index`.
    pub(super) git_dir: PathBuf,
    /// The folder that all working trees share: `refs`, `objects`, `config`.
    pub(super) common_dir: PathBuf,
    /// Object databases: the repository's own, then those it borrows from.
    pub(super) objects: Vec<PathBuf>,
    /// Databases that are named and not there.
    pub(super) absent: Vec<PathBuf>,
    /// How objects are named.
    pub(super) hash: Kind,
}

impl Layout {
    /// Finds the repository that `path` is, or lies in.
    pub(super) fn find(path: &Path) -> Result<Self, GitError> {
        let absent = || GitError::NotFound { path: path.to_owned() };
        let start = path
            .canonicalize()
            .map_err(|source| GitError::Read { path: path.to_owned(), source })?;
        let git_dir = start.ancestors().find_map(git_dir_at).ok_or_else(absent)?;
        let common_dir = common_dir(&git_dir);
        let hash = object_format(&common_dir)?;
        let mut layout = Self {
            git_dir,
            objects: Vec::new(),
            absent: Vec::new(),
            hash,
            common_dir: common_dir.clone(),
        };
        layout.add_objects(&common_dir.join("objects"), 0);
        if layout.objects.is_empty() { Err(absent()) } else { Ok(layout) }
    }

    /// Adds a database and those it borrows from, each once.
    pub(super) fn add_objects(&mut self, folder: &Path, depth: usize) {
        let Ok(folder) = folder.canonicalize() else {
            self.absent.push(folder.to_owned());
            return;
        };
        if depth > ALTERNATES_DEPTH || self.objects.contains(&folder) {
            return;
        }
        let alternates = small_file(&folder.join("info/alternates")).unwrap_or_default();
        self.objects.push(folder.clone());
        for line in alternates.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            self.add_objects(&folder.join(line), depth + 1);
        }
    }
}

/// The `.git` folder that stands for `folder`: inside it, named by a file in it, or itself.
fn git_dir_at(folder: &Path) -> Option<PathBuf> {
    let inner = folder.join(".git");
    let candidate = if inner.is_file() {
        let text = small_file(&inner)?;
        folder.join(text.strip_prefix("gitdir:")?.trim())
    } else if inner.is_dir() {
        inner
    } else {
        folder.to_owned()
    };
    let is_one = candidate.join("HEAD").symlink_metadata().is_ok()
        && (candidate.join("objects").is_dir() || candidate.join("commondir").is_file());
    is_one.then_some(candidate)
}

fn common_dir(git_dir: &Path) -> PathBuf {
    match small_file(&git_dir.join("commondir")) {
        Some(text) => git_dir.join(text.trim_end_matches(['\n', '\r'])),
        None => git_dir.to_owned(),
    }
}

/// The one setting that decides how the database is read: `extensions.objectFormat`.
fn object_format(common_dir: &Path) -> Result<Kind, GitError> {
    let config = small_file(&common_dir.join("config")).unwrap_or_default();
    let mut section = String::new();
    let mut format = String::from("sha1");
    for line in config.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            section = name.trim().to_ascii_lowercase();
        } else if section == "extensions"
            && let Some((key, value)) = line.split_once('=')
            && key.trim().eq_ignore_ascii_case("objectformat")
        {
            format = value.trim().trim_matches('"').to_ascii_lowercase();
        }
    }
    match format.as_str() {
        "sha1" => Ok(Kind::Sha1),
        "sha256" => Ok(Kind::Sha256),
        _ => Err(GitError::ObjectFormat { path: common_dir.to_owned(), format }),
    }
}

/// A small text file; `None` where there is none that can be read.
pub(super) fn small_file(path: &Path) -> Option<String> {
    let size = fs::metadata(path).ok()?.len();
    if size > SMALL_FILE_BYTES {
        return None;
    }
    fs::read(path).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}
