//! The tenant's host from beyond the file: from its folder, then from its repository. Looked for only when
//! something was found that no host is near, and never without bounds.

mod past;
mod street;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use finding::Level;
use leak::{Confidence, Host, Nearness, Tenant, join};
use source::Origin;

pub(super) use self::past::Past;
use self::street::{Named, Street, below, in_folder, root_of, telling};
use super::history::Trace;
use super::looker::{Held, Sighting};

/// Joins hosts of other files to what was found in files without one.
pub(super) fn join_files(held: &mut Held) {
    let mut streets = Streets::default();
    for (origin, hosts) in held.hosts.drain() {
        streets.note(&origin, hosts);
    }
    for sighting in held.sightings.iter_mut().filter(|sighting| lacks_host(sighting)) {
        let (Origin::File { path } | Origin::Staged { path }) = &sighting.origin else { continue };
        if let Some(street) = Street::of(path) {
            streets.settle(sighting, &street);
        }
    }
}

/// Joins hosts to what was found in a history without one: of a file that lay in the same folder in the same
/// commit, else the only one of the repository. `hosts` are those of texts with credentials, `worktree` is where
/// the files of the repository lie, if they do.
pub(super) fn join_history(
    traces: &mut [Trace],
    hosts: HashMap<Origin, Vec<Host>>,
    worktree: &Path,
    past: &mut Past<'_>,
) {
    for trace in traces.iter_mut().filter(|trace| lacks_host(&trace.sighting)) {
        let Some(commit) = &trace.place.commit else { continue };
        let path = &trace.place.path;
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let files = past.in_folder(commit, folder);
        join_one(&mut trace.sighting, files, Path::new(path), Nearness::Folder);
    }
    if !traces.iter().any(|trace| lacks_host(&trace.sighting)) {
        return;
    }
    let files = below(worktree).into_iter().map(|(_, hosts)| hosts);
    let all = telling(hosts.into_values().chain(files).flatten().collect());
    for trace in traces.iter_mut().filter(|trace| lacks_host(&trace.sighting)) {
        join(&mut trace.sighting.found.leak, &all, Nearness::Repository, "the repository");
    }
}

fn lacks_host(sighting: &Sighting) -> bool {
    sighting.found.leak.tenant.is_none()
}

/// Hosts by file, of folders and of repositories.
#[derive(Default)]
struct Streets {
    /// From texts in which something was found.
    noted: HashMap<PathBuf, Named>,
    folders: HashMap<PathBuf, Named>,
    roots: HashMap<PathBuf, Option<PathBuf>>,
    repositories: HashMap<PathBuf, Named>,
    /// What a file's credentials of one vendor were joined with.
    settled: HashMap<(PathBuf, Option<&'static str>), Option<Tenant>>,
}

impl Streets {
    fn note(&mut self, origin: &Origin, hosts: Vec<Host>) {
        let (Origin::File { path } | Origin::Staged { path }) = origin else { return };
        if let Some(Street { file, folder }) = Street::of(path) {
            self.noted.entry(folder).or_default().push((file, telling(hosts)));
        }
    }

    /// Joins the host of the folder, else that of the repository.
    fn settle(&mut self, sighting: &mut Sighting, street: &Street) {
        let key = (street.file.clone(), sighting.found.leak.kind.provider);
        if let Some(known) = self.settled.get(&key) {
            sighting.found.leak.tenant.clone_from(known);
            promote(sighting);
            return;
        }
        let folder = self.folders.entry(street.folder.clone()).or_insert_with(|| {
            let mut all = in_folder(&street.folder);
            all.extend(self.noted.remove(&street.folder).unwrap_or_default());
            all
        });
        join_one(sighting, folder, &street.file, Nearness::Folder);
        if lacks_host(sighting)
            && let Some(root) = self.root(&street.folder)
        {
            let all = self.repositories.entry(root.clone()).or_insert_with(|| below(&root));
            join_one(sighting, all, &street.file, Nearness::Repository);
        }
        self.settled.insert(key, sighting.found.leak.tenant.clone());
    }

    fn root(&mut self, folder: &Path) -> Option<PathBuf> {
        self.roots.entry(folder.to_owned()).or_insert_with(|| root_of(folder)).clone()
    }
}

/// Joins the only host of files other than `own`, if they name but one.
fn join_one(
    sighting: &mut Sighting,
    files: &[(PathBuf, Vec<Host>)],
    own: &Path,
    nearness: Nearness,
) {
    let others = || files.iter().filter(|(file, hosts)| file != own && !hosts.is_empty());
    let Some((first, _)) = others().next() else { return };
    let place = match (others().all(|(file, _)| file == first), nearness) {
        (true, _) => first.display().to_string(),
        (false, Nearness::Folder) => "the folder".to_owned(),
        (false, _) => "the repository".to_owned(),
    };
    let hosts = telling(others().flat_map(|(_, hosts)| hosts.iter().cloned()).collect());
    join(&mut sighting.found.leak, &hosts, nearness, &place);
    promote(sighting);
}

/// An API token of the right form that nothing but its form told is taken for one once a tenant is in its folder.
fn promote(sighting: &mut Sighting) {
    /// Okta developer documentation, samples of API tokens, checked 2026-11-22.
    const TOKEN_BYTES: usize = 42;
    let is_whole = sighting.found.length() == TOKEN_BYTES;
    let leak = &mut sighting.found.leak;
    let is_near =
        leak.tenant.as_ref().is_some_and(|tenant| tenant.nearness <= Nearness::Folder) && is_whole;
    if is_near && leak.confidence == Confidence::Candidate && leak.kind.kind == "okta_api_token" {
        leak.confidence = Confidence::Medium;
        leak.level = leak.kind.level.parse().unwrap_or(Level::Medium).min(Level::Medium);
        leak.why.push("a tenant's host is in the same folder".to_owned());
    }
}
