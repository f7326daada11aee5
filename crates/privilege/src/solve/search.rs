//! Which alternative of each demand to take, by branch and bound.

use std::cell::Cell;

use super::demand::{Reduced, reduce};
use super::{Bits, Chosen, Inclusion, cover};

/// How many choices one search looks at before it stops with the best so far. The catalog's
/// operations together need fewer than ten.
const CHOICES: u32 = 4_000;
/// How many steps all covers within one search may take together; those operations need some hundred.
const STEPS: u32 = 40_000;

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
    let steps = Cell::new(STEPS);
    let judge = |needed: &Bits| {
        let covered = cover::fewest(inclusion, needed, &steps);
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
    let best = judge(&greedy(inclusion, &sure, &open));
    let mut search = Search { inclusion, open, bound, judge, left: CHOICES, best };
    let is_whole = search.branch(&sure, 0);
    let (_, set, is_proved) = search.best;
    Chosen { set, is_proved: is_proved && is_whole }
}

/// Of each demand in turn the alternative that adds the least harm: enough, if not best.
fn greedy(inclusion: &Inclusion, sure: &Bits, open: &[Vec<Bits>]) -> Bits {
    let mut needed = sure.clone();
    for demand in open {
        let given = inclusion.closure_of(&needed);
        let is_met = demand.iter().any(|one| one.is_subset(&given));
        let least = demand.iter().min_by_key(|one| inclusion.harm(&needed.union(one)));
        if let Some(one) = least.filter(|_| !is_met) {
            needed.add(one);
        }
    }
    needed
}

struct Search<'a> {
    inclusion: &'a Inclusion,
    /// Demands with several alternatives.
    open: Vec<Vec<Bits>>,
    bound: &'a dyn Fn(&Bits) -> Cost,
    judge: &'a dyn Fn(&Bits) -> (Cost, Bits, bool),
    /// How many choices may still be looked at.
    left: u32,
    best: (Cost, Bits, bool),
}

impl Search<'_> {
    /// Goes on from a set of what is asked for, with the demands from `at`; false if cut short.
    fn branch(&mut self, needed: &Bits, at: usize) -> bool {
        let Some(left) = self.left.checked_sub(1) else { return false };
        self.left = left;
        if (self.bound)(needed) >= self.best.0 {
            return true;
        }
        let given = self.inclusion.closure_of(needed);
        let is_met = |demand: &Vec<Bits>| demand.iter().any(|one| one.is_subset(&given));
        let rest = self.open.get(at..).unwrap_or_default();
        let Some(n_met) = rest.iter().position(|demand| !is_met(demand)) else {
            self.leaf(needed);
            return true;
        };
        let (demand, at) = (&rest[n_met], at + n_met);
        let mut ways: Vec<_> = demand.iter().map(|one| needed.union(one)).collect();
        ways.sort_by_cached_key(|way| self.inclusion.harm(way));
        let mut is_whole = true;
        for way in &ways {
            is_whole &= self.branch(way, at + 1);
        }
        is_whole
    }

    fn leaf(&mut self, needed: &Bits) {
        let (cost, set, is_proved) = (self.judge)(needed);
        if cost < self.best.0 {
            self.best = (cost, set, is_proved);
        }
    }
}
