//! What calls ask: each any one of several sets.

use super::{Bits, Inclusion};

/// Demands without repetition, and in each only what is not more than another alternative of it.
///
/// An alternative with which another one comes along is never better: whatever grants it grants the
/// other. A demand that another one settles is left out.
pub(super) fn reduce(inclusion: &Inclusion, demands: &[Vec<Bits>]) -> Vec<Vec<Bits>> {
    let mut reduced: Vec<_> = demands.iter().map(|one| weakest(inclusion, one)).collect();
    reduced.sort_unstable();
    reduced.dedup();
    let settles = |strong: &[Bits], weak: &[Bits]| {
        let given = |one: &Bits| weak.iter().any(|bits| bits.is_subset(&inclusion.closure_of(one)));
        strong.iter().all(given)
    };
    let is_settled = |at: usize, weak: &[Bits]| {
        reduced.iter().enumerate().any(|(other, strong)| {
            other != at && settles(strong, weak) && (other < at || !settles(weak, strong))
        })
    };
    let left = reduced.iter().enumerate().filter(|(at, weak)| !is_settled(*at, weak));
    left.map(|(_, demand)| demand.clone()).collect()
}

fn weakest(inclusion: &Inclusion, alternatives: &[Bits]) -> Vec<Bits> {
    let mut all: Vec<_> = alternatives.iter().map(|one| inclusion.antichain(one)).collect();
    all.sort_unstable();
    all.dedup();
    let gives = |strong: &Bits, weak: &Bits| weak.is_subset(&inclusion.closure_of(strong));
    let is_more = |at: usize, one: &Bits| {
        all.iter().enumerate().any(|(other, weak)| {
            other != at && gives(one, weak) && (other < at || !gives(weak, one))
        })
    };
    let left = all.iter().enumerate().filter(|(at, one)| !is_more(*at, one));
    left.map(|(_, one)| one.clone()).collect()
}
