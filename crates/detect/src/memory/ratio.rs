//! Several numbers of one window, compared.

use std::collections::VecDeque;

use rule::correlation::{Amount, Claim, Counted, Ratio};
use rustc_hash::FxHashMap;

use super::{Hit, Kept, TABLE_ENTRY, Verdict, measure};
use crate::hash;

/// The events of the window and what they come to.
#[derive(Debug, Clone)]
pub(crate) struct Tally {
    pub(super) entries: VecDeque<Entry>,
    totals: Vec<Total>,
    bytes: usize,
    pub(super) is_cut: bool,
}

/// An event and what it adds to each aggregate that it counts for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) kept: Kept,
    /// By aggregate: the fingerprint of a value or the bits of a number.
    pub(super) parts: Box<[Option<u64>]>,
}

#[derive(Debug, Clone)]
enum Total {
    Events(usize),
    Distinct(FxHashMap<u64, u32>),
    /// Added up when it is asked for: what was added and taken away again would leave rounding errors.
    Sum,
}

impl Tally {
    pub(super) fn new(ratio: &Ratio) -> Self {
        let totals = ratio.aggregates.iter().map(|aggregate| match aggregate.what {
            Counted::Events => Total::Events(0),
            Counted::Distinct(_) => Total::Distinct(FxHashMap::default()),
            Counted::Sum(_) => Total::Sum,
        });
        let totals = totals.collect();
        Self { entries: VecDeque::new(), totals, bytes: 0, is_cut: false }
    }

    /// The kinds of its totals, their number first.
    pub(super) fn kinds(&self) -> Vec<u8> {
        let kind = |total: &Total| match total {
            Total::Events(_) => 0,
            Total::Distinct(_) => 1,
            Total::Sum => 2,
        };
        let n_totals = u8::try_from(self.totals.len()).unwrap_or(u8::MAX);
        std::iter::once(n_totals).chain(self.totals.iter().map(kind)).collect()
    }

    /// An empty tally with totals of these kinds.
    pub(super) fn of_kinds(kinds: &[u8]) -> Option<Self> {
        let total = |kind: &u8| match kind {
            0 => Some(Total::Events(0)),
            1 => Some(Total::Distinct(FxHashMap::default())),
            2 => Some(Total::Sum),
            _ => None,
        };
        let totals: Option<Vec<_>> = kinds.iter().map(total).collect();
        Some(Self { entries: VecDeque::new(), totals: totals?, bytes: 0, is_cut: false })
    }

    /// Whether its totals are those of a rule.
    pub(super) fn fits(&self, ratio: &Ratio) -> bool {
        self.kinds() == Self::new(ratio).kinds()
    }

    pub(super) fn take(&mut self, hit: &Hit<'_>, ratio: &Ratio) -> Verdict {
        while self.entries.front().is_some_and(|first| first.kept.time < hit.start()) {
            self.drop_first();
        }
        self.is_cut &= !self.entries.is_empty();
        if !hit.is_new {
            return Verdict::Quiet;
        }
        let parts = parts(hit, ratio);
        if parts.iter().all(Option::is_none) {
            return Verdict::Quiet;
        }
        if self.entries.len() >= hit.limits.values {
            self.drop_first();
            self.is_cut = true;
        }
        self.push(Entry { kept: hit.kept(0), parts });
        let holds = self.claim(&ratio.condition);
        Verdict::holds_if(hit.alerts && holds, measure(self.entries.len()))
    }

    pub(super) fn push(&mut self, entry: Entry) {
        for (total, part) in self.totals.iter_mut().zip(&entry.parts) {
            match (total, part) {
                (Total::Events(n), Some(_)) => *n += 1,
                (Total::Distinct(counts), Some(value)) => *counts.entry(*value).or_default() += 1,
                _ => {}
            }
        }
        self.bytes += entry.bytes();
        self.entries.push_back(entry);
    }

    fn drop_first(&mut self) {
        let Some(first) = self.entries.pop_front() else { return };
        self.bytes = self.bytes.saturating_sub(first.bytes());
        for (total, part) in self.totals.iter_mut().zip(&first.parts) {
            match (total, part) {
                (Total::Events(n), Some(_)) => *n -= 1,
                (Total::Distinct(counts), Some(value)) => {
                    if let Some(count) = counts.get_mut(value) {
                        *count -= 1;
                        if *count == 0 {
                            counts.remove(value);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn claim(&self, claim: &Claim) -> bool {
        match claim {
            Claim::Compare(left, comparison, right) => {
                let (left, right) = (self.amount(left), self.amount(right));
                left.is_finite() && right.is_finite() && comparison.holds(left, right)
            }
            Claim::Not(inner) => !self.claim(inner),
            Claim::All(parts) => parts.iter().all(|part| self.claim(part)),
            Claim::Any(parts) => parts.iter().any(|part| self.claim(part)),
        }
    }

    fn amount(&self, amount: &Amount) -> f64 {
        match amount {
            Amount::Number(number) => *number,
            Amount::Aggregate(at) => self.total(*at),
            Amount::Add(left, right) => self.amount(left) + self.amount(right),
            Amount::Subtract(left, right) => self.amount(left) - self.amount(right),
            Amount::Multiply(left, right) => self.amount(left) * self.amount(right),
            Amount::Divide(left, right) => self.amount(left) / self.amount(right),
        }
    }

    fn total(&self, at: usize) -> f64 {
        match self.totals.get(at) {
            Some(Total::Events(n)) => measure(*n),
            Some(Total::Distinct(counts)) => measure(counts.len()),
            Some(Total::Sum) => {
                let parts = self.entries.iter().filter_map(|entry| *entry.parts.get(at)?);
                parts.map(f64::from_bits).sum()
            }
            None => 0.0,
        }
    }

    pub(super) fn events(&self) -> Vec<Kept> {
        self.entries.iter().map(|entry| entry.kept.clone()).collect()
    }

    pub(super) fn is_cut(&self) -> bool {
        self.is_cut
    }

    pub(super) fn last(&self) -> i64 {
        self.entries.back().map_or(i64::MIN, |entry| entry.kept.time)
    }

    pub(super) fn bytes(&self) -> usize {
        let table = |total: &Total| match total {
            Total::Distinct(counts) => counts.len() * TABLE_ENTRY,
            Total::Events(_) | Total::Sum => 16,
        };
        size_of::<Self>() + self.bytes + self.totals.iter().map(table).sum::<usize>()
    }
}

impl Entry {
    fn bytes(&self) -> usize {
        self.kept.bytes() + 16 + self.parts.len() * 16
    }
}

/// What the event adds to each aggregate.
fn parts(hit: &Hit<'_>, ratio: &Ratio) -> Box<[Option<u64>]> {
    let mut column = 0;
    let part = |aggregate: &rule::correlation::Aggregate| {
        let counts = aggregate.sources.get(hit.source).copied().unwrap_or_default();
        let mut text = || {
            let text = (hit.column)(column);
            column += 1;
            text
        };
        let part = match aggregate.what {
            Counted::Events => Some(0),
            Counted::Distinct(_) => text().map(hash::of_text),
            Counted::Sum(_) => {
                let number = text().and_then(|text| text.trim().parse::<f64>().ok());
                number.filter(|number| number.is_finite()).map(f64::to_bits)
            }
        };
        part.filter(|_| counts)
    };
    ratio.aggregates.iter().map(part).collect()
}
