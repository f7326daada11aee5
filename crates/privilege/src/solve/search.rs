//! Which alternative of each demand to take, by branch and bound.

use super::demand::{Reduced, reduce};
use super::{Bits, Chosen, Inclusion, cover};

/// How many choices one search looks at before it stops with the best so far. The catalog's
/// operations together need fewer than ten.
const CHOICES: u32 = 20_000;

/// How good a set is: how many, then how much harm. Less is better.
pub(super) type Cost = (usize, u64);

/// The set that meets every demand and does the least harm.
pub(crate) fn narrowest(inclusion: &Inclusion, demands: &[Vec<Bits>]) -> Chosen {
    let harm = |needed: &Bits| (0, inclusion.harm(needed));
    let judge = |needed: &Bits| (harm(needed), inclusion.antichain(needed), true);
    search(inclusion, demands, &harm, &judge)
}

/// The smallest set that meets every demand; of several the one that does the least harm.
pub(crate) fn fewest(inclusion: &Inclusion, demands: &[Vec<Bits>]) -> Chosen {
    let bound = |needed: &Bits| (usize::from(!needed.is_empty()), 0);
    let judge = |needed: &Bits| {
        let covered = cover::fewest(inclusion, needed);
        let cost = (covered.set.len(), inclusion.harm(&covered.set));
        (cost, covered.set, covered.is_proved)
    };
    search(inclusion, demands, &bound, &judge)
}

/// Takes one alternative of each demand in every way that can still be best.
///
/// `bound` is a cost that no choice going on from a set can undercut; `judge` is what to grant for a set
/// that is asked for, with its cost and whether that is proved best.
fn search(
    inclusion: &Inclusion,
    demands: &[Vec<Bits>],
    bound: &dyn Fn(&Bits) -> Cost,
    judge: &dyn Fn(&Bits) -> (Cost, Bits, bool),
) -> Chosen {
    let Reduced { sure, open } = reduce(inclusion, demands);
    let mut search = Search { inclusion, open, bound, judge, left: CHOICES, best: None };
    let is_whole = search.branch(&sure, 0);
    match search.best {
        Some((_, set, is_proved)) => Chosen { set, is_proved: is_proved && is_whole },
        None => Chosen { set: inclusion.antichain(&sure), is_proved: false },
    }
}

struct Search<'a> {
    inclusion: &'a Inclusion,
    /// Demands with several alternatives.
    open: Vec<Vec<Bits>>,
    bound: &'a dyn Fn(&Bits) -> Cost,
    judge: &'a dyn Fn(&Bits) -> (Cost, Bits, bool),
    /// Choices that may still be looked at.
    left: u32,
    best: Option<(Cost, Bits, bool)>,
}

impl Search<'_> {
    /// Goes on from a set of what is asked for, with the demands from `at`; false if cut short.
    fn branch(&mut self, needed: &Bits, at: usize) -> bool {
        if self.left == 0 {
            return false;
        }
        if self.best.as_ref().is_some_and(|(cost, ..)| (self.bound)(needed) >= *cost) {
            return true;
        }
        let Some(demand) = self.open.get(at) else {
            self.leaf(needed);
            return true;
        };
        let given = self.inclusion.closure_of(needed);
        if demand.iter().any(|one| one.is_subset(&given)) {
            return self.branch(needed, at + 1);
        }
        let mut ways: Vec<_> = demand.iter().map(|one| needed.union(one)).collect();
        ways.sort_by_cached_key(|way| self.inclusion.harm(way));
        let mut is_whole = true;
        for way in &ways {
            is_whole &= self.branch(way, at + 1);
        }
        is_whole
    }

    fn leaf(&mut self, needed: &Bits) {
        self.left -= 1;
        let (cost, set, is_proved) = (self.judge)(needed);
        if self.best.as_ref().is_none_or(|(best, ..)| cost < *best) {
            self.best = Some((cost, set, is_proved));
        }
    }
}
