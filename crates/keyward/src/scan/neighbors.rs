//! The tenant's host from beyond the file: from its folder, then from its repository. Looked for only when
//! something was found that no host is near, and never further than the limits here.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use finding::Level;
use leak::{Confidence, Host, Nearness, hosts, join};
use memchr::memmem;
use source::Origin;
use source::git::Repository;

use super::history::Trace;
use super::looker::{Held, Sighting};

/// Files of one folder that are looked at.
const FOLDER_FILES_MAX: usize = 200;

/// Files of one repository that are looked at.
const REPOSITORY_FILES_MAX: usize = 2_000;

/// Files of earlier commits that are looked at.
const PAST_FILES_MAX: usize = 5_000;

/// Bytes of a file beyond which it is passed over.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// Folders between a file and the root of its repository.
const DEPTH_MAX: usize = 64;

/// Joins hosts of other files to what was found in files without one.
pub(super) fn join_files(held: &mut Held) {
    let mut streets = Streets::default();
    for (origin, hosts) in &held.hosts {
        streets.note(origin, hosts);
    }
    for sighting in held.sightings.iter_mut().filter(|sighting| lacks_host(sighting)) {
        let (Origin::File { path } | Origin::Staged { path }) = &sighting.origin else { continue };
        if let Some(place) = Street::of(path) {
            streets.settle(sighting, &place);
        }
    }
}

/// Joins hosts to what was found in a history without one: of a file that lay in the same folder in the same
/// commit, else the only one of the repository. `hosts` are those of texts with credentials, `worktree` is where
/// the files of the repository lie, if they do.
pub(super) fn join_history(
    traces: &mut [Trace],
    hosts: &HashMap<Origin, Vec<Host>>,
    worktree: &Path,
    past: &mut Past<'_>,
) {
    let lacking = |trace: &&mut Trace| lacks_host(&trace.sighting);
    for trace in traces.iter_mut().filter(lacking) {
        let Some(commit) = &trace.place.commit else { continue };
        let (folder, own) = (folder_of(&trace.place.path).to_owned(), Path::new(&trace.place.path));
        let street = Street { file: own.to_owned(), folder: PathBuf::from(&folder) };
        let files = past.hosts_in(commit, &folder);
        join_one(&mut trace.sighting, &files, &street, Nearness::Folder);
        if !lacks_host(&trace.sighting) {
            promote(&mut trace.sighting);
        }
    }
    if !traces.iter().any(|trace| lacks_host(&trace.sighting)) {
        return;
    }
    let mut all: Vec<Host> = hosts.values().flatten().cloned().collect();
    all.extend(hosts_below(worktree).into_iter().flat_map(|(_, hosts)| hosts));
    for trace in traces.iter_mut().filter(lacking) {
        join(&mut trace.sighting.found.leak, &all, Nearness::Repository, "the repository");
    }
}

/// The folder of a path in a repository; empty for the root.
fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Folders of commits, with the hosts in their files.
pub(super) struct Past<'a> {
    repository: &'a Repository,
    /// By the blob's id, since folders of many commits share most of them.
    hosts: HashMap<String, Vec<Host>>,
    n_read: usize,
}

impl<'a> Past<'a> {
    /// Folders of this repository.
    pub(super) fn new(repository: &'a Repository) -> Self {
        Self { repository, hosts: HashMap::new(), n_read: 0 }
    }

    fn hosts_in(&mut self, commit: &str, folder: &str) -> Vec<(PathBuf, Vec<Host>)> {
        if self.n_read >= PAST_FILES_MAX {
            return Vec::new();
        }
        let files = self.repository.siblings(commit, folder).into_iter().take(FOLDER_FILES_MAX);
        files.map(|(path, id)| (PathBuf::from(path), self.hosts_of(id))).collect()
    }

    fn hosts_of(&mut self, id: String) -> Vec<Host> {
        if let Some(known) = self.hosts.get(&id) {
            return known.clone();
        }
        self.n_read += 1;
        let bytes = self.repository.read(&id, FILE_BYTES_MAX);
        let hosts = bytes.and_then(|bytes| hosts_in_text(&bytes)).unwrap_or_default();
        self.hosts.insert(id, hosts.clone());
        hosts
    }
}

fn lacks_host(sighting: &Sighting) -> bool {
    sighting.found.leak.tenant.is_none()
}

/// Where a file lies.
struct Street {
    file: PathBuf,
    folder: PathBuf,
}

impl Street {
    /// That of a file, or of the archive in which it lies.
    fn of(path: &str) -> Option<Self> {
        let file = path.split_once("!/").map_or(path, |(archive, _)| archive);
        let folder = Path::new(file).parent()?;
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        (path != "-").then(|| Self { file: PathBuf::from(file), folder: folder.to_owned() })
    }
}

/// Hosts by file, of folders and of repositories.
#[derive(Default)]
struct Streets {
    /// From texts in which something was found.
    noted: HashMap<PathBuf, Vec<(PathBuf, Vec<Host>)>>,
    folders: HashMap<PathBuf, Vec<(PathBuf, Vec<Host>)>>,
    roots: HashMap<PathBuf, Option<PathBuf>>,
    repositories: HashMap<PathBuf, Vec<(PathBuf, Vec<Host>)>>,
}

impl Streets {
    fn note(&mut self, origin: &Origin, hosts: &[Host]) {
        let (Origin::File { path } | Origin::Staged { path }) = origin else { return };
        if let Some(Street { file, folder }) = Street::of(path) {
            self.noted.entry(folder).or_default().push((file, hosts.to_vec()));
        }
    }

    /// Joins the host of the folder, else that of the repository.
    fn settle(&mut self, sighting: &mut Sighting, street: &Street) {
        let noted = self.noted.get(&street.folder).cloned().unwrap_or_default();
        let folder = self.folders.entry(street.folder.clone()).or_insert_with(|| {
            let mut all = hosts_in(&street.folder);
            all.extend(noted);
            all
        });
        join_one(sighting, folder, street, Nearness::Folder);
        if !lacks_host(sighting) {
            return promote(sighting);
        }
        let root = self.roots.entry(street.folder.clone());
        let Some(root) = root.or_insert_with(|| root_of(&street.folder)).clone() else { return };
        let all = self.repositories.entry(root.clone()).or_insert_with(|| hosts_below(&root));
        join_one(sighting, all, street, Nearness::Repository);
    }
}

/// Joins the only host of other files, if they name but one.
fn join_one(
    sighting: &mut Sighting,
    files: &[(PathBuf, Vec<Host>)],
    street: &Street,
    nearness: Nearness,
) {
    let others: Vec<_> =
        files.iter().filter(|(file, hosts)| *file != street.file && !hosts.is_empty()).collect();
    let Some((first, _)) = others.first() else { return };
    let place = match (others.iter().all(|(file, _)| file == first), nearness) {
        (true, _) => first.display().to_string(),
        (false, Nearness::Folder) => "the folder".to_owned(),
        (false, _) => "the repository".to_owned(),
    };
    let hosts: Vec<Host> = others.iter().flat_map(|(_, hosts)| hosts.iter().cloned()).collect();
    join(&mut sighting.found.leak, &hosts, nearness, &place);
}

/// An API token of the right form that nothing but its form told is taken for one once a tenant is near.
fn promote(sighting: &mut Sighting) {
    /// Okta developer documentation, samples of API tokens, checked 2026-11-22.
    const TOKEN_BYTES: usize = 42;
    let is_whole = sighting.found.length() == TOKEN_BYTES;
    let leak = &mut sighting.found.leak;
    if leak.confidence == Confidence::Candidate && leak.kind.kind == "okta_api_token" && is_whole {
        leak.confidence = Confidence::Medium;
        leak.level = leak.kind.level.parse().unwrap_or(Level::Medium).min(Level::Medium);
        leak.why.push("a tenant's host is in the same folder".to_owned());
    }
}

/// The folder at or above `folder` that holds a repository.
fn root_of(folder: &Path) -> Option<PathBuf> {
    let real = fs::canonicalize(folder).ok()?;
    let root = real.ancestors().take(DEPTH_MAX).find(|above| above.join(".git").exists())?;
    let up = real.strip_prefix(root).ok()?.components().count();
    // As it was given, so that places read alike.
    let mut given = folder.to_owned();
    (0..up).for_each(|_| given.push(".."));
    Some(if up == 0 { given } else { root.to_owned() })
}

/// Hosts in the files of a folder.
fn hosts_in(folder: &Path) -> Vec<(PathBuf, Vec<Host>)> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()))
        .map(|entry| plain(entry.path()))
        .collect();
    files.sort();
    files.truncate(FOLDER_FILES_MAX);
    files.into_iter().filter_map(|file| hosts_of(&file).map(|hosts| (file, hosts))).collect()
}

/// The path without the `./` of the current folder, as paths of what lies there are given.
fn plain(path: PathBuf) -> PathBuf {
    path.strip_prefix(".").map(Path::to_owned).unwrap_or(path)
}

/// Hosts in the files of all folders below one, breadth first, as far as the limit.
fn hosts_below(root: &Path) -> Vec<(PathBuf, Vec<Host>)> {
    let mut folders = std::collections::VecDeque::from([root.to_owned()]);
    let (mut found, mut n_files) = (Vec::new(), 0);
    while let Some(folder) = folders.pop_front().filter(|_| n_files < REPOSITORY_FILES_MAX) {
        found.extend(hosts_in(&folder));
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
fn hosts_of(file: &Path) -> Option<Vec<Host>> {
    fs::metadata(file).ok().filter(|data| data.len() <= FILE_BYTES_MAX)?;
    hosts_in_text(&fs::read(file).ok()?)
}

fn hosts_in_text(bytes: &[u8]) -> Option<Vec<Host>> {
    let names = |word: &[u8]| memmem::find(bytes, word).is_some();
    let is_theirs = [&b"okta"[..], b"OKTA", b"auth0", b"AUTH0", b"trex-gov"].into_iter().any(names);
    is_theirs.then(|| hosts(bytes)).filter(|hosts| !hosts.is_empty())
}
