//! From what threads saw to findings: in order, each once.

use std::collections::HashSet;

use finding::{Finding, Place};
use source::Origin;

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

fn name(origin: &Origin) -> String {
    match origin {
        Origin::File { path } | Origin::Staged { path } => path.clone(),
        Origin::Blob { id } | Origin::Message { id } => id.clone(),
    }
}

/// Where a sighting is, under a path.
pub(super) fn place(sighting: &Sighting, path: String) -> Place {
    let at = Place::new(path, sighting.spot.position);
    Place { column: sighting.spot.column, end: sighting.end, ..at }
}

/// The same in order, without what was seen twice because pieces overlap: the same value at the same bytes,
/// and the begin of a value that the next piece has whole.
pub(super) fn once(mut sightings: Vec<Sighting>) -> Vec<Sighting> {
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
