//! From blobs and messages that hold credentials to findings: one a credential and path, with who brought it,
//! since when it was there and until when.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use finding::{Commit, Finding, History, Place};
use jiff::Timestamp;
use source::git::{BlobPlace, On, Repository};
use source::{Limits, Origin, Stop};

use super::found::Findings;
use super::looker::{Held, Sighting};
use super::neighbors::{Past, join_history};
use super::sight::{once, place};

/// The credential, the path in the repository, and whether it stands in a message.
type Key = (String, &'static str, String, bool);

/// A credential at a path, over all blobs that had it there.
pub(super) struct Trace {
    /// Where it was first.
    pub(super) sighting: Sighting,
    /// Of that.
    pub(super) place: BlobPlace,
    last_seen: Option<i64>,
    is_current: bool,
    count: u64,
}

/// The findings of a repository at `path`, in order of path and credential.
pub(super) fn findings(
    mut held: Held,
    path: &Path,
    repository: &Repository,
    (limits, stop): (&Limits, &Stop),
    findings: &mut Findings,
) -> Vec<Finding> {
    let hosts = std::mem::take(&mut held.hosts);
    let sightings = once(held.sightings);
    let mut ids: Vec<String> = sightings.iter().map(|sighting| id(&sighting.origin)).collect();
    ids.dedup();
    // What is found is told, even if the run was to end: only its places are less sure then.
    let places =
        if ids.is_empty() { HashMap::new() } else { repository.places(&ids, limits, stop) };
    let mut traces: Vec<_> = traces(sightings, &places).into_values().collect();
    join_history(&mut traces, hosts, path, &mut Past::new(repository));
    traces.into_iter().map(|trace| trace.into_finding(path, findings)).collect()
}

/// Sightings by credential and path.
fn traces(
    sightings: Vec<Sighting>,
    places: &HashMap<String, Vec<BlobPlace>>,
) -> BTreeMap<Key, Trace> {
    let mut traces: BTreeMap<Key, Trace> = BTreeMap::new();
    for sighting in sightings {
        let nowhere = [BlobPlace::unknown(String::new())];
        let of_one = places.get(&id(&sighting.origin)).filter(|places| !places.is_empty());
        for place in of_one.map_or(&nowhere[..], Vec::as_slice) {
            let is_message = matches!(sighting.origin, Origin::Message { .. });
            let kind = sighting.found.leak.kind.kind;
            let key = (place.path.clone(), kind, sighting.found.fingerprint.clone(), is_message);
            match traces.get_mut(&key) {
                Some(trace) => trace.add(&sighting, place),
                None => drop(traces.insert(key, Trace::new(&sighting, place))),
            }
        }
    }
    traces
}

impl Trace {
    fn new(sighting: &Sighting, place: &BlobPlace) -> Self {
        Self {
            sighting: sighting.clone(),
            place: place.clone(),
            last_seen: place.last_seen,
            is_current: place.is_current,
            count: 1,
        }
    }

    fn add(&mut self, sighting: &Sighting, place: &BlobPlace) {
        self.count += 1;
        self.last_seen = self.last_seen.max(place.last_seen);
        self.is_current |= place.is_current;
        // What has no time comes last.
        let first = |place: &BlobPlace| (place.first_seen.is_none(), place.first_seen);
        if first(place) < first(&self.place) {
            (self.sighting, self.place) = (sighting.clone(), place.clone());
        }
    }

    fn into_finding(self, repository: &Path, findings: &mut Findings) -> Finding {
        let BlobPlace { path, commit, author, time, first_seen, on, .. } = self.place;
        let is_message = matches!(self.sighting.origin, Origin::Message { .. });
        let history = History {
            repository: repository.display().to_string(),
            commit: commit.map(|id| Commit { id, author, time: time.and_then(timestamp) }),
            first_seen: first_seen.and_then(timestamp),
            last_seen: self.last_seen.and_then(timestamp),
            object: id(&self.sighting.origin),
            holds: if is_message { "message" } else { "blob" }.to_owned(),
            on: on_words(on),
            current: self.is_current,
        };
        let at = place(&self.sighting, shown(repository, &path));
        let place = Place { history: Some(Box::new(history)), ..at };
        findings.of(self.sighting.found, place, None, self.count)
    }
}

fn id(origin: &Origin) -> String {
    match origin {
        Origin::Blob { id } | Origin::Message { id } => id.clone(),
        Origin::File { path } | Origin::Staged { path } => path.clone(),
    }
}

/// What leads to it, in words; empty when nothing does.
fn on_words(on: On) -> String {
    match on {
        On::Ref(name) => name,
        On::Past(name) => format!("{name}, in the past"),
        On::Index => "the index".to_owned(),
        _ => String::new(),
    }
}

/// The path of the repository, as it was given, joined with that in it.
fn shown(repository: &Path, path: &str) -> String {
    let joined = if path.is_empty() { repository.to_owned() } else { repository.join(path) };
    let plain = joined.strip_prefix(".").ok().filter(|plain| !plain.as_os_str().is_empty());
    plain.unwrap_or(&joined).display().to_string()
}

fn timestamp(second: i64) -> Option<Timestamp> {
    Timestamp::from_second(second).ok()
}
