//! Events that wait for another which must follow.

use rule::correlation::Memory;

use super::{Hit, Kept};
use crate::engine::timers::Timer;
use crate::program::{Node, micros};

/// What is waited for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Absence {
    /// Events of the first source that nothing followed yet, the earliest first.
    pub(super) waiting: Vec<Kept>,
    /// When one of the others last came.
    pub(super) other: Option<i64>,
    pub(super) is_cut: bool,
}

impl Absence {
    /// Takes an event in; returns when to look again.
    pub(crate) fn follow(&mut self, hit: &Hit<'_>) -> Option<i64> {
        if hit.source != 0 {
            self.waiting.clear();
            self.other = Some(hit.time);
            return None;
        }
        let Memory::Absence { lookback } = hit.node.test else { return None };
        let early = hit.time.saturating_sub(micros(lookback));
        if !lookback.is_zero() && self.other.is_some_and(|other| other >= early) {
            return None;
        }
        if self.waiting.len() >= hit.limits.values {
            self.is_cut = true;
            return None;
        }
        self.waiting.push(hit.kept(u64::from(hit.alerts)));
        Some(hit.time.saturating_add(hit.node.timespan))
    }

    /// The event for which the time has run out, if nothing followed it.
    pub(crate) fn due(&mut self, now: i64, node: &Node) -> Option<Kept> {
        let first = self.waiting.first()?;
        let is_due = first.time.saturating_add(node.timespan) <= now;
        is_due.then(|| self.waiting.remove(0))
    }

    /// Whether the time of an event that waits runs out then.
    pub(crate) fn is_due_at(&self, time: i64, node: &Node) -> bool {
        self.waiting.iter().any(|kept| kept.time.saturating_add(node.timespan) == time)
    }

    pub(super) fn is_cut(&self) -> bool {
        self.is_cut
    }

    pub(super) fn dead_after(&self, node: &Node) -> i64 {
        let Memory::Absence { lookback } = node.test else { return i64::MIN };
        let other = self.other.map_or(i64::MIN, |other| other.saturating_add(micros(lookback)));
        let waiting = self
            .waiting
            .last()
            .map_or(i64::MIN, |kept| kept.time.saturating_add(node.timespan).saturating_add(1));
        other.max(waiting)
    }

    pub(super) fn bytes(&self) -> usize {
        let waiting = self.waiting.iter().map(|kept| kept.bytes() + size_of::<Timer>());
        size_of::<Self>() + waiting.sum::<usize>()
    }
}
