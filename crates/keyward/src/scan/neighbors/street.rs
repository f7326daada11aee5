//! Files beside a file, and which hosts they name. Reads no more than the limits here.

use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};

use leak::{Host, hosts};
use memchr::memmem;

/// Files of one folder that are looked at.
pub(super) const FOLDER_FILES_MAX: usize = 200;

/// Files of one repository that are looked at.
const REPOSITORY_FILES_MAX: usize = 2_000;

/// Bytes of a file beyond which it is passed over.
pub(super) const FILE_BYTES_MAX: u64 = 1 << 20;

/// Folders between a file and the root of its repository.
const DEPTH_MAX: usize = 64;

/// Files with the hosts they name.
pub(super) type Named = Vec<(PathBuf, Vec<Host>)>;

/// Where a file lies.
pub(super) struct Street {
    pub(super) file: PathBuf,
    pub(super) folder: PathBuf,
}

impl Street {
    /// That of a file, or of the archive in which it lies.
    pub(super) fn of(path: &str) -> Option<Self> {
        let file = path.split_once("!/").map_or(path, |(archive, _)| archive);
        let folder = Path::new(file).parent()?;
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        (path != "-").then(|| Self { file: plain(Path::new(file)), folder: folder.to_owned() })
    }
}

/// The path without the `./` of the current folder, as those of files that lie there are given.
fn plain(path: &Path) -> PathBuf {
    path.strip_prefix(".").unwrap_or(path).to_owned()
}

/// The folder at or above `folder` that holds a repository.
pub(super) fn root_of(folder: &Path) -> Option<PathBuf> {
    let real = fs::canonicalize(folder).ok()?;
    let root = real.ancestors().take(DEPTH_MAX).find(|above| above.join(".git").exists())?;
    // As it was given, so that places read alike.
    Some(if *root == *real { folder.to_owned() } else { root.to_owned() })
}

/// Hosts in the files of a folder.
pub(super) fn in_folder(folder: &Path) -> Named {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()))
        .map(|entry| entry.path())
        .collect();
    files.sort();
    files.truncate(FOLDER_FILES_MAX);
    let named = |file: &PathBuf| Some((plain(file), in_file(file)?));
    files.iter().filter_map(named).collect()
}

/// Hosts in the files of all folders below one, breadth first, as far as the limit.
pub(super) fn below(root: &Path) -> Named {
    let mut folders = VecDeque::from([root.to_owned()]);
    let (mut found, mut n_files) = (Vec::new(), 0);
    while let Some(folder) = folders.pop_front().filter(|_| n_files < REPOSITORY_FILES_MAX) {
        found.extend(in_folder(&folder));
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            n_files += 1;
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_folder && entry.file_name() != ".git" {
                folders.push_back(entry.path());
            }
        }
    }
    found
}

/// Hosts in a file; `None` for one that is too large or names neither vendor.
fn in_file(file: &Path) -> Option<Vec<Host>> {
    fs::metadata(file).ok().filter(|data| data.len() <= FILE_BYTES_MAX)?;
    in_text(&fs::read(file).ok()?)
}

/// Hosts in a text; `None` where it names neither vendor.
pub(super) fn in_text(bytes: &[u8]) -> Option<Vec<Host>> {
    let names = |word: &[u8]| memmem::find(bytes, word).is_some();
    let is_theirs = [&b"kta"[..], b"KTA", b"uth0", b"UTH0", b"trex-gov"].into_iter().any(names);
    is_theirs.then(|| telling(hosts(bytes))).filter(|hosts| !hosts.is_empty())
}

/// Of each vendor two hosts at most: more than one tells as little as a thousand.
pub(super) fn telling(hosts: Vec<Host>) -> Vec<Host> {
    let mut kept: Vec<Host> = Vec::new();
    for host in hosts {
        let same = |other: &&Host| other.provider == host.provider;
        let is_known = kept.iter().filter(same).any(|other| other.name == host.name);
        if !is_known && kept.iter().filter(same).count() < 2 {
            kept.push(host);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_as_its_folder_lists_it() {
        let of = |path| Street::of(path).map(|street| (street.file, street.folder));
        let street = |file: &str, folder: &str| Some((file.into(), folder.into()));
        assert_eq!(of("a.env"), street("a.env", "."));
        assert_eq!(of("./b/a.env"), street("b/a.env", "./b"));
        assert_eq!(of("b/a.zip!/c/d.env"), street("b/a.zip", "b"));
        assert_eq!(of("-"), None);
    }

    #[test]
    fn two_hosts_of_a_vendor_tell_as_much_as_many() {
        let text = "https://acme.okta.com https://other.okta.com https://third.okta.com\n\
                    https://acme.okta.com https://acme.us.auth0.com\n";
        let hosts = in_text(text.as_bytes()).unwrap_or_default();
        let names: Vec<_> = hosts.iter().map(|host| host.name.as_str()).collect();
        assert_eq!(names, ["acme.okta.com", "other.okta.com", "acme.us.auth0.com"]);
        assert!(in_text(b"https://www.example.com").is_none());
    }
}
