//! From what threads saw to findings: in order, each once.

use std::collections::HashSet;
use std::ops::Range;

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
    let mut longest: Option<(Origin, Range<u64>)> = None;
    sightings.retain(|sighting| {
        let Sighting { found, origin, bytes, reaches_end, .. } = sighting;
        let known = longest.take().filter(|(known, at)| known == origin && at.start == bytes.start);
        let (_, at) = longest.insert(known.unwrap_or_else(|| (origin.clone(), bytes.clone())));
        let is_begin = *reaches_end && bytes.end < at.end;
        let (kind, fingerprint) = (found.leak.kind.kind, found.fingerprint.clone());
        !is_begin && seen.insert((origin.clone(), bytes.start, kind, fingerprint))
    });
    sightings
}

/// By origin and place; of what begins at one byte the longest first.
fn order(sighting: &Sighting) -> (&Origin, u64, std::cmp::Reverse<u64>, &'static str) {
    let Sighting { origin, bytes, found, .. } = sighting;
    (origin, bytes.start, std::cmp::Reverse(bytes.end), found.leak.kind.kind)
}

#[cfg(test)]
mod tests {
    use finding::{Level, Position};
    use leak::{Confidence, Key, Leak, Secret, Validity};

    use super::*;
    use crate::scan::found::{Found, Telling};
    use crate::scan::position::Spot;

    fn sighting(path: &str, value: &str, start: u64, reaches_end: bool) -> Sighting {
        let leak = Leak {
            kind: catalog::credential("okta_api_token").unwrap(),
            confidence: Confidence::Strong,
            level: Level::High,
            secret: Secret::new(value),
            span: 0..value.len(),
            layers: Vec::new(),
            why: Vec::new(),
            tenant: None,
            companions: Vec::new(),
            validity: Validity::Unknown,
            claims: None,
        };
        let telling =
            Telling { key: Key::new(b"a key for tests alone"), shows: false, keeps: false };
        Sighting {
            found: Found::new(&leak, &telling),
            origin: Origin::File { path: path.to_owned() },
            bytes: start..start + value.len() as u64,
            spot: Spot { position: Position::Offset(start), column: None },
            end: None,
            reaches_end,
        }
    }

    /// What is left of sightings, as path, begin and length.
    fn check(sightings: Vec<Sighting>, expected: &[(&str, u64, usize)]) {
        let left = once(sightings);
        let left: Vec<_> = left
            .iter()
            .map(|one| (name(&one.origin), one.bytes.start, one.found.length()))
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(path, start, length)| ((*path).to_owned(), *start, *length))
            .collect();
        assert_eq!(left, expected);
    }

    #[test]
    fn what_two_pieces_have_is_told_once_and_whole() {
        let whole = sighting("a", "12345678", 5, false);
        check(vec![whole.clone(), whole.clone()], &[("a", 5, 8)]);
        check(vec![sighting("a", "1234", 5, true), whole.clone()], &[("a", 5, 8)]);
        check(vec![sighting("a", "1234", 5, true)], &[("a", 5, 4)]);
    }

    #[test]
    fn what_is_not_the_same_is_told() {
        let whole = sighting("a", "12345678", 5, false);
        let within = sighting("a", "1234", 5, false);
        check(vec![within, whole.clone()], &[("a", 5, 8), ("a", 5, 4)]);
        let others = [sighting("a", "12345678", 50, false), sighting("b", "1234", 5, true)];
        check([vec![whole], others.to_vec()].concat(), &[("a", 5, 8), ("a", 50, 8), ("b", 5, 4)]);
    }
}
