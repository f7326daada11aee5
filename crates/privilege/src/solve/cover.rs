//! The fewest things with which a given set comes, by branch and bound over parts that have nothing in
//! common.

use std::cell::Cell;

use super::search::Cost;
use super::{Bits, Chosen, Inclusion};

/// How many are weighed against each other; ten times what Okta has. More are granted as they are asked for.
const MAX_NEEDED: usize = 1_000;

/// The fewest with which all of `needed` comes; of several the ones that do the least harm within their
/// part.
///
/// `steps` is how many steps may be taken; those taken are taken off. A part is a family such as `okta.users`,
/// done within a hundred.
pub(super) fn fewest(inclusion: &Inclusion, needed: &Bits, steps: &Cell<u32>) -> Chosen {
    if needed.len() > MAX_NEEDED {
        return Chosen { set: needed.clone(), is_proved: false };
    }
    let needed = inclusion.antichain(needed);
    let candidates = candidates(inclusion, &needed);
    let mut chosen = Chosen { set: Bits::default(), is_proved: true };
    for part in parts(&needed, &candidates) {
        let found = Part::solve(inclusion, &candidates, &part, steps);
        chosen.set = chosen.set.union(&found.set);
        chosen.is_proved &= found.is_proved;
    }
    chosen
}

struct Candidate {
    number: usize,
    /// What of the needed comes with it.
    covers: Bits,
}

/// What can be granted for something needed, those first that cover most.
fn candidates(inclusion: &Inclusion, needed: &Bits) -> Vec<Candidate> {
    let all: Vec<_> = (0..inclusion.len())
        .filter(|number| inclusion.is_grantable(*number) || needed.contains(*number))
        .map(|number| Candidate { number, covers: inclusion.closure(number).intersection(needed) })
        .filter(|candidate| !candidate.covers.is_empty())
        .collect();
    // One that covers no less and brings nothing that the other does not bring is always as good.
    let is_beaten = |one: &Candidate| {
        all.iter().any(|other| {
            let brings = |a: &Candidate, b: &Candidate| {
                inclusion.closure(a.number).is_subset(inclusion.closure(b.number))
            };
            other.number != one.number
                && one.covers.is_subset(&other.covers)
                && brings(other, one)
                && (other.number < one.number || !brings(one, other))
        })
    };
    let beaten: Vec<_> = all.iter().map(is_beaten).collect();
    let mut left: Vec<_> =
        all.into_iter().zip(beaten).filter(|(_, beaten)| !beaten).map(|(one, _)| one).collect();
    let harm = |one: &Candidate| inclusion.harm(&Bits::from_iter([one.number]));
    left.sort_by_cached_key(|one| (std::cmp::Reverse(one.covers.len()), harm(one), one.number));
    left
}

/// The needed in parts that no candidate joins.
fn parts(needed: &Bits, candidates: &[Candidate]) -> Vec<Bits> {
    let mut parts: Vec<Bits> = needed.iter().map(|number| Bits::from_iter([number])).collect();
    for candidate in candidates {
        let is_joined = |part: &Bits| part.meets(&candidate.covers);
        let (joined, rest): (Vec<_>, Vec<_>) = parts.into_iter().partition(is_joined);
        parts = rest;
        parts.push(joined.iter().fold(Bits::default(), |all, part| all.union(part)));
    }
    parts.sort_unstable();
    parts
}

struct Part<'a> {
    inclusion: &'a Inclusion,
    candidates: Vec<&'a Candidate>,
    /// The most that one candidate covers; at least 1.
    widest: usize,
    steps: &'a Cell<u32>,
    best: Option<(Cost, Bits)>,
}

impl<'a> Part<'a> {
    fn solve(
        inclusion: &'a Inclusion,
        all: &'a [Candidate],
        needed: &Bits,
        steps: &'a Cell<u32>,
    ) -> Chosen {
        let touches = |one: &&Candidate| one.covers.meets(needed);
        let candidates: Vec<_> = all.iter().filter(touches).collect();
        let widest = candidates.iter().map(|one| one.covers.len()).max().unwrap_or(1);
        let mut part = Self { inclusion, candidates, widest, steps, best: None };
        let is_proved = part.branch(&Bits::default(), needed);
        let set = part.best.map_or_else(|| needed.clone(), |(_, set)| set);
        Chosen { set, is_proved }
    }

    /// Goes on from what is chosen to what is still open; false if cut short.
    fn branch(&mut self, chosen: &Bits, open: &Bits) -> bool {
        let Some(left) = self.steps.get().checked_sub(1) else { return false };
        self.steps.set(left);
        let least = (chosen.len() + open.len().div_ceil(self.widest), self.inclusion.harm(chosen));
        if self.best.as_ref().is_some_and(|(cost, _)| least >= *cost) {
            return true;
        }
        let fewest_ways = |number: &usize| self.ways(*number).count();
        let Some(hardest) = open.iter().min_by_key(fewest_ways) else {
            self.best = Some((least, chosen.clone()));
            return true;
        };
        let ways: Vec<_> = self.ways(hardest).collect();
        let mut is_whole = true;
        for way in ways {
            let mut more = chosen.clone();
            more.insert(way.number);
            is_whole &= self.branch(&more, &open.difference(&way.covers));
        }
        is_whole
    }

    fn ways(&self, number: usize) -> impl Iterator<Item = &'a Candidate> {
        self.candidates.iter().copied().filter(move |one| one.covers.contains(number))
    }
}
