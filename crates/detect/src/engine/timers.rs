//! What has to be looked at once time has passed.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{Engine, Out, Step};
use crate::excerpt::Excerpt;
use crate::memory::Cell;
use crate::program::Program;

/// Timers, the next one first; of those due at one time the one that was set first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Timers {
    pub(crate) heap: BinaryHeap<Reverse<Timer>>,
    pub(crate) n_set: u64,
}

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
            What::Absence => self.look_at_absence(program, timer, out),
        }
    }

    fn look_at_absence(&mut self, program: &Program, timer: Timer, out: Out<'_>) {
        let Some(node) = program.nodes.get(usize::from(timer.node)) else { return };
        let Some(Cell::Absence(cell)) = self.state.groups.cell(timer.key, timer.node) else {
            return;
        };
        let Some(kept) = cell.due(timer.due, node) else { return };
        self.state.groups.bytes = self.state.groups.bytes.saturating_sub(kept.bytes());
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
        if let Some(episode) = self.state.episodes.remove(&at)
            && !self.eager
            && let Some(finding) = self.finding(program, &episode)
        {
            out(finding);
        }
    }
}
