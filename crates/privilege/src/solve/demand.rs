//! What calls ask: each any one of several sets.

use super::{Bits, Inclusion};

/// Demands in a form in which little is left to choose.
pub(super) struct Reduced {
    /// What is asked for in any case.
    pub(super) sure: Bits,
    /// Demands with several alternatives, none of which comes along with what is sure.
    pub(super) open: Vec<Vec<Bits>>,
}

/// Demands without repetition, and in each only what is not more than another alternative of it.
///
/// An alternative with which another one comes along is never better: whatever grants it grants the
/// other.
pub(super) fn reduce(inclusion: &Inclusion, demands: &[Vec<Bits>]) -> Reduced {
    let weakest = demands.iter().map(|one| weakest(inclusion, one));
    let (single, mut open): (Vec<_>, Vec<_>) = weakest.partition(|demand| demand.len() == 1);
    let mut sure = Bits::default();
    single.iter().flatten().for_each(|one| sure.add(one));
    let given = inclusion.closure_of(&sure);
    open.retain(|demand| !demand.iter().any(|one| one.is_subset(&given)));
    open.sort_unstable();
    open.dedup();
    Reduced { sure, open }
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
