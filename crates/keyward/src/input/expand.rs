//! From paths as they were given to the list of what to read.

use std::collections::HashSet;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use super::{From, Source};
use crate::summary::Fault;

/// What paths came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Expanded {
    /// In the order of the paths; what lies below a folder in the order of its names.
    pub(crate) sources: Vec<Source>,
    /// What could not be listed.
    pub(crate) faults: Vec<Fault>,
    /// Folders that are being listed or were, by their real path: links may lead round in circles.
    seen: HashSet<PathBuf>,
}

/// Expands files, folders (recursively, without hidden entries), globs and `-`.
///
/// A path that exists is taken as it is, even if it has the look of a glob. Links are
/// followed; a folder is listed once for each path that was given.
pub(crate) fn expand(paths: &[PathBuf]) -> Expanded {
    let mut all = Expanded::default();
    for path in paths {
        all.seen.clear();
        all.add_given(path);
    }
    all
}

/// The failure of an operation in words that fit behind a path.
pub(crate) fn why(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string().to_lowercase(),
    }
}

impl Expanded {
    fn add_given(&mut self, path: &Path) {
        if path.as_os_str() == "-" {
            let source = Source { name: "-".to_owned(), from: From::Stdin, size: None };
            return self.sources.push(source);
        }
        match fs::metadata(path) {
            Ok(metadata) => {
                let before = self.n_found();
                self.add(path, &metadata);
                if self.n_found() == before {
                    self.fail(path, "there is no file in this folder".to_owned());
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound && is_glob(path) => {
                self.add_glob(path);
            }
            Err(error) => self.fail(path, why(&error)),
        }
    }

    fn add(&mut self, path: &Path, metadata: &Metadata) {
        if metadata.is_dir() {
            return self.add_folder(path);
        }
        let size = metadata.is_file().then_some(metadata.len());
        let from = From::File(path.to_owned());
        self.sources.push(Source { name: path.display().to_string(), from, size });
    }

    fn add_folder(&mut self, folder: &Path) {
        let real = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        if !self.seen.insert(real) {
            return;
        }
        match entries(folder) {
            Ok(paths) => paths.iter().for_each(|path| self.add_below(path)),
            Err(error) => self.fail(folder, why(&error)),
        }
    }

    /// Adds an entry of a folder; pipes, sockets and devices there are not meant.
    fn add_below(&mut self, path: &Path) {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() || metadata.is_file() => self.add(path, &metadata),
            Ok(_) => {}
            Err(error) => self.fail(path, why(&error)),
        }
    }

    fn add_glob(&mut self, pattern: &Path) {
        let found = match glob::glob(&pattern.to_string_lossy()) {
            Ok(found) => found,
            Err(error) => {
                return self.fail(pattern, format!("no such file, and no glob: {}", error.msg));
            }
        };
        let before = self.n_found();
        for entry in found {
            match entry {
                Ok(path) => self.add_below(&path),
                Err(error) => self.fail(error.path(), why(error.error())),
            }
        }
        if self.n_found() == before {
            self.fail(pattern, "no file matches".to_owned());
        }
    }

    fn n_found(&self) -> usize {
        self.sources.len() + self.faults.len()
    }

    fn fail(&mut self, path: &Path, why: String) {
        self.faults.push(Fault { path: path.display().to_string(), why });
    }
}

/// What a folder holds, sorted by name, without hidden entries.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().as_encoded_bytes().starts_with(b".") {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}

fn is_glob(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().iter().any(|byte| b"*?[".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lays out files (folders end in `/`) and shows what paths below them expand to.
    fn check(files: &[&str], paths: &[&str], expected: &[&str]) {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            if file.ends_with('/') {
                fs::create_dir_all(path).unwrap();
            } else {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, "12345").unwrap();
            }
        }
        let paths: Vec<_> = paths.iter().map(|path| folder.path().join(path)).collect();
        let all = expand(&paths);
        let root = format!("{}/", folder.path().display());
        let sources = all.sources.iter().map(|source| source.name.replace(&root, ""));
        let faults = all.faults.iter().map(|f| format!("{}: {}", f.path.replace(&root, ""), f.why));
        assert_eq!(sources.chain(faults).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn folders_are_read_recursively_in_order_of_names() {
        check(&["b/2", "b/10", "a", ".git/x", "c/d/e"], &[""], &["a", "b/10", "b/2", "c/d/e"]);
    }

    #[test]
    fn globs_match_files_and_folders() {
        check(&["a.jsonl", "b.json", "c.jsonl"], &["*.jsonl"], &["a.jsonl", "c.jsonl"]);
        check(&["d1/x", "d2/y", "e/z"], &["d*"], &["d1/x", "d2/y"]);
        check(&["a/b/c.log", "a/d.log"], &["**/*.log"], &["a/b/c.log", "a/d.log"]);
        check(&["[a].jsonl", "a.jsonl"], &["[a].jsonl"], &["[a].jsonl"]);
    }

    #[test]
    fn what_cannot_be_listed_is_said() {
        check(
            &["a"],
            &["gone", "a", "*.gz"],
            &["a", "gone: no such file or folder", "*.gz: no file matches"],
        );
        check(&["a/"], &["a"], &["a: there is no file in this folder"]);
        check(&["a/", "b"], &[""], &["b"]);
    }

    #[test]
    fn standard_input_has_no_size() {
        let all = expand(&["-".into()]);
        assert_eq!(all.sources, [Source { name: "-".into(), from: From::Stdin, size: None }]);
    }

    #[cfg(unix)]
    #[test]
    fn links_that_lead_in_circles_end() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a"), "").unwrap();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("loop")).unwrap();
        std::os::unix::fs::symlink("nowhere", folder.path().join("torn")).unwrap();
        let all = expand(&[folder.path().to_owned()]);
        assert_eq!(all.sources.len(), 1);
        assert_eq!(all.faults.len(), 1);
        assert!(all.faults[0].path.ends_with("torn"));
    }
}
