//! Rules that cannot tell yet, and for whom.

use std::sync::Arc;

use rule::correlation::Memory;
use rustc_hash::FxHashSet;

use super::Engine;
use crate::memory::Cell;

/// Groups for which a rule had something to judge and too little to judge by.
#[derive(Debug, Clone, Default)]
pub(crate) struct Learning {
    /// By rule: fingerprints of the groups, as many as are kept.
    pub(crate) silent: Vec<FxHashSet<u64>>,
    /// By rule: how often it stayed silent.
    pub(crate) n_silent: Vec<u64>,
}

/// Groups of one rule that are counted one by one.
const GROUPS_MAX: usize = 100_000;

/// How far a rule has learned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleLearning {
    /// The rule.
    pub rule: Arc<finding::Rule>,
    /// Subjects it knows.
    pub n_subjects: u64,
    /// Those of them for whom it still learns.
    pub n_learning: u64,
    /// Events for which it stayed silent because it still learned.
    pub n_silent: u64,
}

impl Learning {
    pub(super) fn new(n_nodes: usize) -> Self {
        Self { silent: vec![FxHashSet::default(); n_nodes], n_silent: vec![0; n_nodes] }
    }

    pub(super) fn silent(&mut self, number: u16, key: u64) {
        if let Some(n) = self.n_silent.get_mut(usize::from(number)) {
            *n += 1;
        }
        if let Some(groups) = self.silent.get_mut(usize::from(number))
            && groups.len() < GROUPS_MAX
        {
            groups.insert(key);
        }
    }
}

impl Engine {
    /// What the rules that need a history have learned, rule by rule; rules that need none are left out.
    pub fn learning(&self) -> Vec<RuleLearning> {
        let nodes = &self.detector.program().nodes;
        let (mut known, mut learning) = (vec![0u64; nodes.len()], vec![0u64; nodes.len()]);
        let cells = self.state.groups.row.iter().flat_map(|group| &group.cells);
        for (number, cell) in cells {
            let at = usize::from(*number);
            let Some(node) = nodes.get(at) else { continue };
            let is_learning = match (cell, &node.test) {
                (Cell::Seen(seen), Memory::NewValue(test)) => {
                    !test.alerts_when_cold && seen.is_learning_at(self.state.now, test)
                }
                (Cell::Rare(rare), Memory::RareValue(test)) => rare.is_learning(test),
                (Cell::Baseline(usual), Memory::Baseline(test)) => usual.is_learning(test),
                _ => continue,
            };
            if let (Some(known), Some(learning)) = (known.get_mut(at), learning.get_mut(at)) {
                *known += 1;
                *learning += u64::from(is_learning);
            }
        }
        let row = nodes.iter().enumerate().map(|(at, node)| RuleLearning {
            rule: Arc::clone(&node.rule),
            n_subjects: known.get(at).copied().unwrap_or_default(),
            n_learning: learning.get(at).copied().unwrap_or_default(),
            n_silent: self.state.learning.n_silent.get(at).copied().unwrap_or_default(),
        });
        row.filter(|one| one.n_subjects > 0 || one.n_silent > 0).collect()
    }
}
