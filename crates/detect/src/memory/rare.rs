//! How often each value came, within a history that is counted in tenths.

use rule::correlation::{Memory, RareValue};
use rustc_hash::FxHashMap;

use super::{Hit, TABLE_ENTRY, Verdict};
use crate::program::{Node, micros};

/// Parts of the history that are counted, and forgotten, as one.
pub(super) const PARTS: usize = 10;

/// The same, to reckon with times.
const N_PARTS: i64 = 10;

/// How often the group was seen, and how often with each value, by part of the history.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rare {
    /// The number of the latest part since 1970.
    pub(super) part: i64,
    pub(super) total: [u32; PARTS],
    pub(super) values: FxHashMap<u64, [u16; PARTS]>,
    pub(super) is_cut: bool,
}

impl Rare {
    pub(super) fn take(&mut self, hit: &Hit<'_>, test: &RareValue) -> Verdict {
        let Some(value) = hit.value.filter(|_| hit.is_new) else { return Verdict::Quiet };
        self.turn(hit.time, test);
        let slot = usize::try_from(self.part.rem_euclid(N_PARTS)).unwrap_or_default();
        if let Some(total) = self.total.get_mut(slot) {
            *total = total.saturating_add(1);
        }
        let n_events: u64 = self.total.iter().map(|n| u64::from(*n)).sum();
        let Some(n) = self.count(value, slot, hit.limits.values) else { return Verdict::Quiet };
        if n_events <= u64::from(test.min_events) {
            return Verdict::Learning;
        }
        Verdict::holds_if(hit.alerts && test.range.holds(n), n)
    }

    /// Counts a value; `None` when there is no room for it.
    fn count(&mut self, value: u64, slot: usize, most: usize) -> Option<f64> {
        if self.values.len() >= most && !self.values.contains_key(&value) {
            self.is_cut = true;
            return None;
        }
        let counts = self.values.entry(value).or_default();
        if let Some(count) = counts.get_mut(slot) {
            *count = count.saturating_add(1);
        }
        Some(counts.iter().map(|n| f64::from(*n)).sum())
    }

    /// Forgets the parts that lie too far back.
    fn turn(&mut self, time: i64, test: &RareValue) {
        let part = time.div_euclid((micros(test.history) / N_PARTS).max(1));
        let n_gone = usize::try_from(part.saturating_sub(self.part)).unwrap_or_default().min(PARTS);
        if n_gone == 0 {
            return;
        }
        for gone in (0..N_PARTS).take(n_gone) {
            let slot = usize::try_from((part - gone).rem_euclid(N_PARTS)).unwrap_or_default();
            if let Some(total) = self.total.get_mut(slot) {
                *total = 0;
            }
            for counts in self.values.values_mut() {
                if let Some(count) = counts.get_mut(slot) {
                    *count = 0;
                }
            }
        }
        self.values.retain(|_, counts| counts.iter().any(|count| *count > 0));
        if self.values.len() * 4 < self.values.capacity() {
            self.values.shrink_to_fit();
        }
        self.part = part;
    }

    /// Whether the group is not known well enough to call anything rare.
    pub(crate) fn is_learning(&self, test: &RareValue) -> bool {
        let n_events: u64 = self.total.iter().map(|n| u64::from(*n)).sum();
        n_events <= u64::from(test.min_events)
    }

    pub(super) fn is_cut(&self) -> bool {
        self.is_cut
    }

    pub(super) fn dead_after(&self, node: &Node) -> i64 {
        let Memory::RareValue(test) = &node.test else { return i64::MIN };
        let part = (micros(test.history) / N_PARTS).max(1);
        self.part.saturating_add(1).saturating_mul(part).saturating_add(micros(test.history))
    }

    pub(super) fn bytes(&self) -> usize {
        size_of::<Self>() + self.values.len() * (TABLE_ENTRY + 2 * PARTS)
    }
}
