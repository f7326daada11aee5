//! Folders as they were in a commit, and which hosts their files named.

use std::collections::HashMap;
use std::path::PathBuf;

use leak::Host;
use source::git::Repository;

use super::street::{FILE_BYTES_MAX, FOLDER_FILES_MAX, Named, in_text};

/// Files of earlier commits that are looked at.
const FILES_MAX: usize = 5_000;

/// Folders of earlier commits that are looked at.
const FOLDERS_MAX: usize = 2_000;

/// Folders of commits, with the hosts in their files.
pub(crate) struct Past<'a> {
    repository: &'a Repository,
    folders: HashMap<(String, String), Named>,
    /// By the blob's id, since folders of many commits share most of them.
    hosts: HashMap<String, Vec<Host>>,
}

impl<'a> Past<'a> {
    /// Folders of this repository.
    pub(crate) fn new(repository: &'a Repository) -> Self {
        Self { repository, folders: HashMap::new(), hosts: HashMap::new() }
    }

    /// Hosts in the files of a folder in a commit; none beyond the limits.
    pub(super) fn in_folder(&mut self, commit: &str, folder: &str) -> &[(PathBuf, Vec<Host>)] {
        let key = (commit.to_owned(), folder.to_owned());
        if !self.folders.contains_key(&key) && self.folders.len() < FOLDERS_MAX {
            let files = self.repository.siblings(commit, folder).into_iter().take(FOLDER_FILES_MAX);
            let named = files.map(|(path, id)| (PathBuf::from(path), self.in_blob(id))).collect();
            self.folders.insert(key.clone(), named);
        }
        self.folders.get(&key).map(Vec::as_slice).unwrap_or_default()
    }

    fn in_blob(&mut self, id: String) -> Vec<Host> {
        if let Some(known) = self.hosts.get(&id) {
            return known.clone();
        }
        if self.hosts.len() >= FILES_MAX {
            return Vec::new();
        }
        let bytes = self.repository.read(&id, FILE_BYTES_MAX);
        let hosts = bytes.and_then(|bytes| in_text(&bytes)).unwrap_or_default();
        self.hosts.insert(id, hosts.clone());
        hosts
    }
}
