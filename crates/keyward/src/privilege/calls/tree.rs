//! From paths as they were given to the list of inputs. Below folders, ignore files are respected.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};

use crate::input::{self, From, Source};
use crate::summary::Fault;

/// Folders of code of others.
const OF_OTHERS: [&str; 4] = ["node_modules", "bower_components", "site-packages", "vendor"];

/// What paths came to.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// In the order of the paths; what lies below a folder in the order of its names.
    pub(super) sources: Vec<Source>,
    /// Which of them were given by name, by number.
    pub(super) given: HashSet<usize>,
    /// What could not be listed.
    pub(super) faults: Vec<Fault>,
}

/// Expands files, globs and `-`, and folders: without hidden entries, what ignore files name, and code of
/// others, such as `node_modules`.
pub(super) fn expand(paths: &[PathBuf]) -> Found {
    let mut found = Found::default();
    for path in paths {
        if path.is_dir() {
            found.add_folder(path);
        } else {
            found.add_given(path);
        }
    }
    found
}

impl Found {
    fn add_given(&mut self, path: &Path) {
        let expanded = input::expand(std::slice::from_ref(&path.to_owned()));
        for source in expanded.sources {
            self.given.insert(self.sources.len());
            self.sources.push(source);
        }
        self.faults.extend(expanded.faults);
    }

    fn add_folder(&mut self, folder: &Path) {
        let before = (self.sources.len(), self.faults.len());
        let mut walk = WalkBuilder::new(folder);
        walk.require_git(false).git_global(false).sort_by_file_name(Ord::cmp);
        walk.filter_entry(|entry| !is_of_others(entry));
        for entry in walk.build() {
            match entry {
                Ok(entry) => self.add_file(&entry),
                Err(error) => {
                    let path = folder.display().to_string();
                    self.faults.push(Fault { path, why: error.to_string().to_lowercase() });
                }
            }
        }
        if before == (self.sources.len(), self.faults.len()) {
            let why = "there is no file in this folder".to_owned();
            self.faults.push(Fault { path: folder.display().to_string(), why });
        }
    }

    fn add_file(&mut self, entry: &DirEntry) {
        if entry.file_type().is_some_and(|kind| kind.is_file()) {
            let size = entry.metadata().ok().map(|metadata| metadata.len());
            let name = entry.path().display().to_string();
            self.sources.push(Source { name, from: From::File(entry.path().to_owned()), size });
        }
    }
}

fn is_of_others(entry: &DirEntry) -> bool {
    entry.depth() > 0
        && entry.file_type().is_some_and(|kind| kind.is_dir())
        && entry.file_name().to_str().is_some_and(|name| OF_OTHERS.contains(&name))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn below_folders_ignored_files_and_code_of_others_are_left_out() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [
            (".gitignore", "out\n"),
            ("a.go", ""),
            ("b/c.txt", ""),
            ("out/x.log", ""),
            ("node_modules/okta/i.js", ""),
        ] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let given = folder.path().join("out/x.log");
        let found = expand(&[folder.path().to_owned(), given, folder.path().join("gone")]);
        let root = format!("{}/", folder.path().display());
        let names: Vec<_> = found.sources.iter().map(|s| s.name.replace(&root, "")).collect();
        assert_eq!(names, ["a.go", "b/c.txt", "out/x.log"]);
        assert_eq!((found.given.contains(&2), found.given.len(), found.faults.len()), (true, 1, 1));
    }
}
