//! From what threads saw to findings: in order, each once.

use std::collections::HashSet;
use std::path::Path;

use finding::{Finding, History, Place};
use source::Origin;
use source::git::Repository;

use super::found::Findings;
use super::looker::{Held, Sighting};

/// Findings in files: one a credential and place, in order of path and position.
pub(super) fn in_files(held: Held, findings: &mut Findings) -> Vec<Finding> {
    let told = once(held.sightings).into_iter().map(|sighting| {
        let place = place(&sighting, name(&sighting.origin));
        findings.of(sighting.found, place, None, 1)
    });
    told.collect()
}

/// Findings in a history: one a credential and path.
pub(super) fn in_history(
    held: Held,
    path: &Path,
    _repository: &Repository,
    findings: &mut Findings,
) -> Vec<Finding> {
    let repository = path.display().to_string();
    let told = once(held.sightings).into_iter().map(|sighting| {
        let object = match &sighting.origin {
            Origin::Blob { id } | Origin::Message { id } => id.clone(),
            Origin::File { path } | Origin::Staged { path } => path.clone(),
        };
        let history = History { repository: repository.clone(), object, ..History::default() };
        let at = place(&sighting, repository.clone());
        let place = Place { history: Some(Box::new(history)), ..at };
        findings.of(sighting.found, place, None, 1)
    });
    told.collect()
}

fn name(origin: &Origin) -> String {
    match origin {
        Origin::File { path } | Origin::Staged { path } => path.clone(),
        Origin::Blob { id } | Origin::Message { id } => id.clone(),
    }
}

fn place(sighting: &Sighting, path: String) -> Place {
    let at = Place::new(path, sighting.spot.position);
    Place { column: sighting.spot.column, end: sighting.end, ..at }
}

/// The same in order, without what was seen twice because pieces overlap: the same value at the same bytes,
/// and the begin of a value that the next piece has whole.
fn once(mut sightings: Vec<Sighting>) -> Vec<Sighting> {
    sightings.sort_by(|a, b| order(a).cmp(&order(b)));
    let mut seen = HashSet::new();
    sightings.retain(|sighting| {
        let Sighting { found, origin, bytes, .. } = sighting;
        seen.insert((origin.clone(), bytes.start, found.leak.kind.kind, found.fingerprint.clone()))
    });
    sightings
}

/// By origin and place; of what begins at one byte the longest first.
fn order(sighting: &Sighting) -> (&Origin, u64, std::cmp::Reverse<u64>, &'static str) {
    let Sighting { origin, bytes, found, .. } = sighting;
    (origin, bytes.start, std::cmp::Reverse(bytes.end), found.leak.kind.kind)
}
