//! The rules that the binary carries, with their cases and sample events.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use include_dir::{Dir, File, include_dir};

/// The word that names the pack where a path is expected.
pub(crate) const BUILTIN: &str = "builtin";

static PACK: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../rules");

/// A file of the pack.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PackFile {
    /// The path below the pack, such as `okta/okta_api_token_created.yml`.
    pub(crate) path: &'static str,
    /// What it holds.
    pub(crate) text: &'static str,
}

/// All files of the pack, sorted by path.
pub(crate) fn files() -> Vec<PackFile> {
    let mut files = Vec::new();
    collect(&PACK, &mut files);
    files.sort_by_key(|file| file.path);
    files
}

/// One file of the pack, by its path below it.
pub(crate) fn file(path: &str) -> Option<PackFile> {
    as_text(PACK.get_file(path)?)
}

fn collect(folder: &'static Dir<'static>, files: &mut Vec<PackFile>) {
    files.extend(folder.files().filter_map(as_text));
    folder.dirs().for_each(|below| collect(below, files));
}

fn as_text(file: &'static File<'static>) -> Option<PackFile> {
    Some(PackFile { path: file.path().to_str()?, text: file.contents_utf8()? })
}

/// Writes the pack below a folder and returns how many files that were. Fails, before it
/// writes anything, when one of them exists.
pub(crate) fn eject(folder: &Path) -> anyhow::Result<usize> {
    let files = files();
    let existing: Vec<PathBuf> =
        files.iter().map(|file| folder.join(file.path)).filter(|path| path.exists()).collect();
    if let [first, rest @ ..] = existing.as_slice() {
        let others =
            if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
        bail!("`{}`{others} would be overwritten; choose an empty folder", first.display());
    }
    for file in &files {
        write_new(&folder.join(file.path), file.text)?;
    }
    Ok(files.len())
}

fn write_new(path: &Path, text: &str) -> anyhow::Result<()> {
    let failed = || format!("failed to write `{}`", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(failed)?;
    }
    // `create_new`: what appeared since the look above is not overwritten either.
    let mut file =
        OpenOptions::new().write(true).create_new(true).open(path).with_context(failed)?;
    file.write_all(text.as_bytes()).with_context(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pack_holds_rules_with_cases_and_samples() {
        let files = files();
        let has = |ending: &str| files.iter().any(|file| file.path.ends_with(ending));
        assert!(has(".yml") && has(".test.yml") && has(".json"));
        assert!(files.is_sorted_by_key(|file| file.path));
    }

    #[test]
    fn ejecting_writes_everything_once() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("mine");
        assert_eq!(eject(&target).unwrap(), files().len());
        let first = files()[0];
        assert_eq!(fs::read_to_string(target.join(first.path)).unwrap(), first.text);
        let error = eject(&target).unwrap_err().to_string();
        assert!(error.contains("would be overwritten"), "{error}");
    }

    #[test]
    fn ejecting_writes_nothing_over_what_exists() {
        let folder = tempfile::tempdir().unwrap();
        let last = folder.path().join(files().last().unwrap().path);
        fs::create_dir_all(last.parent().unwrap()).unwrap();
        fs::write(&last, "mine").unwrap();
        assert!(eject(folder.path()).is_err());
        assert_eq!(fs::read_to_string(last).unwrap(), "mine");
        assert!(!folder.path().join(files()[0].path).exists());
    }
}
