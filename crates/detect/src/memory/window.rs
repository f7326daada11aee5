//! Events within a sliding window: how many, how many different values, what their numbers come to.

use std::collections::VecDeque;

use rule::correlation::{Function, Memory};
use rustc_hash::FxHashMap;

use super::{Hit, Kept, TABLE_ENTRY, Verdict, measure};

/// Events above which different values are counted in a table.
const FEW: usize = 12;

/// The events of the window, the earliest first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Window {
    pub(super) kept: VecDeque<Kept>,
    /// How often each value is among them; only once there are many.
    counts: Option<Box<FxHashMap<u64, u32>>>,
    bytes: usize,
    pub(super) is_cut: bool,
}

impl Window {
    pub(super) fn take(&mut self, hit: &Hit<'_>, test: &Memory) -> Verdict {
        self.forget(hit.start());
        let Some(value) = counted(hit, test) else { return Verdict::Quiet };
        if !hit.is_new {
            return Verdict::Quiet;
        }
        if self.kept.len() >= hit.limits.values.max(enough(test)) {
            self.drop_first();
            self.is_cut = true;
        }
        self.push(hit.kept(value));
        let measure = self.measure(test);
        Verdict::holds_if(hit.alerts && holds(test, measure), measure)
    }

    /// Adds an event that is later than all others.
    pub(super) fn push(&mut self, kept: Kept) {
        if let Some(counts) = &mut self.counts {
            *counts.entry(kept.value).or_default() += 1;
        }
        self.bytes += kept.bytes();
        self.kept.push_back(kept);
        if self.counts.is_none() && self.kept.len() > FEW {
            let mut counts = FxHashMap::default();
            self.kept.iter().for_each(|kept| *counts.entry(kept.value).or_default() += 1);
            self.counts = Some(Box::new(counts));
        }
    }

    fn forget(&mut self, start: i64) {
        while self.kept.front().is_some_and(|first| first.time < start) {
            self.drop_first();
        }
        if self.kept.len() * 2 <= FEW {
            self.counts = None;
        }
        if self.kept.len() * 4 < self.kept.capacity() {
            self.kept.shrink_to(self.kept.len() * 2);
        }
        self.is_cut &= !self.kept.is_empty();
    }

    fn drop_first(&mut self) {
        let Some(first) = self.kept.pop_front() else { return };
        self.bytes = self.bytes.saturating_sub(first.bytes());
        if let Some(counts) = &mut self.counts
            && let Some(count) = counts.get_mut(&first.value)
        {
            *count -= 1;
            if *count == 0 {
                counts.remove(&first.value);
            }
        }
    }

    fn measure(&self, test: &Memory) -> f64 {
        match test {
            Memory::Distinct { .. } => measure(self.distinct()),
            Memory::Aggregate { function, .. } => {
                let numbers = self.kept.iter().map(|kept| f64::from_bits(kept.value));
                function_of(*function, numbers.collect())
            }
            _ => measure(self.kept.len()),
        }
    }

    fn distinct(&self) -> usize {
        if let Some(counts) = &self.counts {
            return counts.len();
        }
        let is_first = |(at, kept): &(usize, &Kept)| {
            !self.kept.iter().take(*at).any(|other| other.value == kept.value)
        };
        self.kept.iter().enumerate().filter(is_first).count()
    }

    pub(super) fn events(&self) -> Vec<Kept> {
        self.kept.iter().cloned().collect()
    }

    pub(super) fn is_cut(&self) -> bool {
        self.is_cut
    }

    pub(super) fn last(&self) -> i64 {
        self.kept.back().map_or(i64::MIN, |kept| kept.time)
    }

    pub(super) fn bytes(&self) -> usize {
        let counts = if self.kept.len() > FEW { self.kept.len() * TABLE_ENTRY } else { 0 };
        size_of::<Self>() + self.bytes + counts
    }
}

/// What of an event is counted; `None` if it has nothing of the kind.
fn counted(hit: &Hit<'_>, test: &Memory) -> Option<u64> {
    match test {
        Memory::Aggregate { .. } => {
            let number: f64 = (hit.column)(0)?.trim().parse().ok()?;
            number.is_finite().then_some(number.to_bits())
        }
        Memory::Distinct { .. } => hit.value,
        _ => Some(0),
    }
}

/// The whole part of a number; 0 for those below.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "what does not fit is cut to the nearest that does, which is meant"
)]
fn whole(number: f64) -> usize {
    number as usize
}

/// Events that must fit for the rule to hold.
fn enough(test: &Memory) -> usize {
    let (Memory::Count(range) | Memory::Distinct { range, .. }) = test else { return 0 };
    let most = range.0.iter().map(|(_, bound)| *bound).fold(0.0, f64::max);
    whole(most).saturating_mul(2).min(1_000_000)
}

fn holds(test: &Memory, measure: f64) -> bool {
    match test {
        Memory::Count(range) | Memory::Distinct { range, .. } | Memory::Aggregate { range, .. } => {
            range.holds(measure)
        }
        _ => false,
    }
}

/// What a function makes of numbers, of which there is at least one.
fn function_of(function: Function, mut numbers: Vec<f64>) -> f64 {
    let sum: f64 = numbers.iter().sum();
    numbers.sort_unstable_by(f64::total_cmp);
    let at = |place: usize| numbers.get(place).copied().unwrap_or_default();
    let len = numbers.len();
    match function {
        Function::Sum => sum,
        Function::Average => sum / measure(len.max(1)),
        Function::Median if len.is_multiple_of(2) => {
            f64::midpoint(at((len / 2).saturating_sub(1)), at(len / 2))
        }
        Function::Median => at(len / 2),
        Function::Percentile(share) => {
            let rank = whole((share / 100.0 * measure(len)).ceil());
            at(rank.clamp(1, len.max(1)) - 1)
        }
    }
}
