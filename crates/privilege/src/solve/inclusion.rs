//! What comes with what, and how much harm it does.

use std::collections::BTreeMap;

use super::Bits;
use crate::Text;

/// Things to grant by number, in order of name, with what each includes.
#[derive(Debug)]
pub(crate) struct Inclusion {
    names: Vec<Text>,
    /// All that comes with each, itself too.
    closures: Vec<Bits>,
    weights: Vec<u64>,
    grantable: Vec<bool>,
}

/// One thing to grant.
#[derive(Debug, Default, Clone)]
pub(crate) struct Thing {
    /// What comes with it directly.
    pub(crate) includes: Vec<Text>,
    /// How much harm it does by itself.
    pub(crate) weight: u32,
    /// Whether one may choose it.
    pub(crate) is_grantable: bool,
}

impl Inclusion {
    /// Numbers what there is; what is included without being there is left out. Circles are harmless.
    pub(crate) fn new(all: BTreeMap<Text, Thing>) -> Self {
        let numbers: BTreeMap<_, _> = all.keys().cloned().zip(0..).collect();
        let direct = |one: &Thing| -> Vec<usize> {
            one.includes.iter().filter_map(|name| numbers.get(name).copied()).collect()
        };
        let below: Vec<_> = all.values().map(direct).collect();
        Self {
            closures: (0..below.len()).map(|number| reach(&below, number)).collect(),
            weights: all.values().map(|one| u64::from(one.weight)).collect(),
            grantable: all.values().map(|one| one.is_grantable).collect(),
            names: all.into_keys().collect(),
        }
    }

    /// The number of that name.
    pub(crate) fn number(&self, name: &str) -> Option<usize> {
        self.names.binary_search_by(|one| one.as_ref().cmp(name)).ok()
    }

    /// The name of that number.
    pub(crate) fn name(&self, number: usize) -> &Text {
        &self.names[number]
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// All that comes with one, itself too.
    pub(crate) fn closure(&self, number: usize) -> &Bits {
        &self.closures[number]
    }

    /// All that comes with a set.
    pub(crate) fn closure_of(&self, set: &Bits) -> Bits {
        let mut all = Bits::default();
        set.iter().for_each(|number| all.add(self.closure(number)));
        all
    }

    /// Whether one may choose it.
    pub(crate) fn is_grantable(&self, number: usize) -> bool {
        self.grantable[number]
    }

    /// How much harm a set can do, with all that comes with it.
    pub(crate) fn harm(&self, set: &Bits) -> u64 {
        self.closure_of(set).iter().map(|number| self.weights[number]).sum()
    }

    /// What of a set does not come with another of it. Of a circle the first stays.
    pub(crate) fn antichain(&self, set: &Bits) -> Bits {
        let mut left = set.clone();
        for over in set.iter().filter(|number| self.closures[*number].len() > 1) {
            let is_under = |under: &usize| {
                over != *under && (over < *under || !self.closure(*under).contains(over))
            };
            let under: Bits = self.closure(over).iter().filter(is_under).collect();
            left = left.difference(&under);
        }
        left
    }
}

fn reach(below: &[Vec<usize>], from: usize) -> Bits {
    let mut reached = Bits::default();
    let mut open = vec![from];
    while let Some(number) = open.pop() {
        if !reached.contains(number) {
            reached.insert(number);
            open.extend(&below[number]);
        }
    }
    reached
}
