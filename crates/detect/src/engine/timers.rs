//! What has to be looked at once time has passed.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::episode::Ended;
use super::{Emit, Engine, Ground, Out, Raised, Step};
use crate::excerpt::Excerpt;
use crate::memory::Cell;
use crate::program::Program;

/// Timers, the next one first; of those due at one time the one that was set first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Timers {
    pub(crate) heap: BinaryHeap<Reverse<Timer>>,
    pub(crate) n_set: u64,
}

/// Timers that are set before those are dropped that nothing waits for.
const SETS_BETWEEN: u64 = 65_536;

/// Something to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Timer {
    /// In microseconds.
    pub(crate) due: i64,
    pub(crate) serial: u64,
    pub(crate) what: What,
    pub(crate) node: u16,
    pub(crate) key: u64,
}

/// What to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum What {
    /// Whether an event was followed by another.
    Absence,
    /// Whether an episode has ended.
    Episode,
}

impl Timers {
    pub(super) fn set(&mut self, due: i64, what: What, node: u16, key: u64) {
        self.n_set += 1;
        self.heap.push(Reverse(Timer { due, serial: self.n_set, what, node, key }));
    }

    /// Takes the next timer if it is due before that time. At its very time what it waits for may still come.
    pub(super) fn due_before(&mut self, time: i64) -> Option<Timer> {
        let Reverse(next) = self.heap.peek()?;
        if next.due >= time {
            return None;
        }
        self.heap.pop().map(|Reverse(timer)| timer)
    }

    pub(super) fn n_absences(&self) -> usize {
        self.heap.iter().filter(|Reverse(timer)| timer.what == What::Absence).count()
    }
}

impl Engine {
    /// Looks at what a timer is for.
    pub(super) fn ring(&mut self, program: &Program, timer: Timer, out: Out<'_>) {
        match timer.what {
            What::Episode => self.look_at_episode(program, timer, out),
            // Whether something does not come is known once all that came before its time has arrived.
            What::Absence if self.emit == Emit::Arriving => {}
            What::Absence => self.look_at_absence(program, timer, out),
        }
    }

    fn look_at_absence(&mut self, program: &Program, timer: Timer, out: Out<'_>) {
        let Some(node) = program.nodes.get(usize::from(timer.node)) else { return };
        let Some(Cell::Absence(cell)) = self.state.groups.cell(timer.key, timer.node) else {
            return;
        };
        let Some(kept) = cell.due(timer.due, node) else { return };
        let freed = kept.bytes() + size_of::<Timer>();
        self.state.groups.bytes = self.state.groups.bytes.saturating_sub(freed);
        let event = std::sync::Arc::clone(&kept.event);
        let mut excerpt = Excerpt::read(&event);
        excerpt.time = timer.due;
        let leaf = node.sources.first().and_then(|source| source.reads.first());
        let leaf = leaf.map_or(usize::MAX, |(leaf, _)| *leaf);
        let alerts = kept.value == 1;
        let cell = std::cell::OnceCell::from(event.clone());
        let (excerpt, kept_once) = (&excerpt, &cell);
        let step = Step { excerpt, leaf, kept: kept_once, inherited: &[], is_new: true, depth: 0 };
        self.keys.fill(None);
        if alerts {
            let at = super::feed::Place { number: timer.node, key: timer.key, source: 0 };
            self.hold(program, at, step, super::episode::Held::new(1.0, vec![kept]), out);
        }
    }

    fn look_at_episode(&mut self, program: &Program, timer: Timer, out: Out<'_>) {
        let at = (timer.node, timer.key);
        let Some(node) = program.nodes.get(usize::from(timer.node)) else { return };
        let Some(episode) = self.state.episodes.get(&at) else { return };
        let end = episode.last_hold.saturating_add(node.timespan);
        if end > timer.due {
            return self.state.timers.set(end, What::Episode, timer.node, timer.key);
        }
        self.end_episode(program, at, out);
    }

    /// Ends an episode, which raises its finding.
    pub(super) fn end_episode(&mut self, program: &Program, at: (u16, u64), out: Out<'_>) {
        let Some(episode) = self.state.episodes.remove(&at) else { return };
        self.state.episode_bytes = self.state.episode_bytes.saturating_sub(episode.bytes());
        let is_due = match self.emit {
            Emit::Ended => true,
            Emit::Settling => !episode.is_told,
            Emit::Arriving => false,
        };
        if is_due && let Some(finding) = self.finding(program, &episode) {
            let (node, key) = at;
            let end = episode.last_hold;
            let ground = Ground::Episode { node, key, end };
            out(Raised { finding, ground });
        }
        if self.emit == Emit::Settling {
            self.ended.push(Ended { at, begin: episode.begin });
        }
    }

    /// Drops timers that nothing waits for any more, once in a while: their number decides when, so that a state that was
    /// restored does it at the same event.
    pub(super) fn tidy_timers(&mut self, program: &Program) {
        if !self.state.timers.n_set.is_multiple_of(SETS_BETWEEN) {
            return;
        }
        let mut timers = std::mem::take(&mut self.state.timers.heap).into_vec();
        timers.retain(|Reverse(timer)| self.is_waited_for(program, timer));
        self.state.timers.heap = timers.into();
    }

    fn is_waited_for(&mut self, program: &Program, timer: &Timer) -> bool {
        if timer.what == What::Episode {
            return self.state.episodes.contains_key(&(timer.node, timer.key));
        }
        let Some(node) = program.nodes.get(usize::from(timer.node)) else { return false };
        match self.state.groups.cell(timer.key, timer.node) {
            Some(Cell::Absence(cell)) => cell.is_due_at(timer.due, node),
            _ => false,
        }
    }
}
