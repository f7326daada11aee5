//! A match goes to a rule with memory: to the group of each of its keys, with each of its values.

use std::cell::OnceCell;
use std::sync::Arc;

use rule::correlation::Memory;

use super::episode::Held;
use super::{Engine, Out, Step};
use crate::excerpt::{Excerpt, Slot, VALUES_MAX};
use crate::hash::Hash;
use crate::memory::{Cell, Hit, Limits, Verdict};
use crate::program::{Feed, Node, Program, Reads};

/// A rule, a group, and the source by which it was reached.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) number: u16,
    pub(super) key: u64,
    pub(super) source: usize,
}

impl Engine {
    /// Lets a match take effect on a rule.
    pub(super) fn feed(&mut self, program: &Program, feed: Feed, step: Step<'_>, out: Out<'_>) {
        let Some(node) = program.nodes.get(feed.node) else { return };
        let Some(source) = node.sources.get(feed.source) else { return };
        let Some(reads) = source.reads(step.leaf) else { return };
        if !node.asks.iter().all(|ask| self.holds(ask, step.excerpt)) {
            return;
        }
        if let Memory::Sequence(sequence) = &node.test {
            return self.sequence(program, feed, sequence, step, out);
        }
        let Ok(number) = u16::try_from(feed.node) else { return };
        if !reads.key.iter().any(|slot| step.excerpt.has_several(*slot)) {
            if let Some(key) = self.key(step, reads, node.by_tenant) {
                let place = Place { number, key, source: feed.source };
                self.feed_values(program, node, place, reads, step, out);
            }
            return;
        }
        for key in keys(step, reads, node.by_tenant) {
            let place = Place { number, key, source: feed.source };
            self.feed_values(program, node, place, reads, step, out);
        }
    }

    /// The fingerprint of the group key; `None` when the event lacks a part of it.
    fn key(&mut self, step: Step<'_>, reads: &Reads, by_tenant: bool) -> Option<u64> {
        let at = reads.key_number * 2 + usize::from(by_tenant);
        let is_of_event = step.depth == 0;
        if let Some(Some(key)) = self.keys.get(at).filter(|_| is_of_event) {
            return Some(*key);
        }
        let mut hash = start(step.excerpt, by_tenant);
        for slot in &reads.key {
            hash = hash.text(step.first(*slot)?);
        }
        if let Some(known) = self.keys.get_mut(at).filter(|_| is_of_event) {
            *known = Some(hash.get());
        }
        Some(hash.get())
    }

    fn feed_values(
        &mut self,
        program: &Program,
        node: &Node,
        place: Place,
        reads: &Reads,
        step: Step<'_>,
        out: Out<'_>,
    ) {
        if let Memory::TimeSlot(slot) = &node.test {
            let alerts = node.sources.get(place.source).is_some_and(|source| source.alerts);
            if alerts && super::settings::is_meant(slot, step.excerpt.time) {
                let hit = crate::memory::Kept {
                    time: step.excerpt.time,
                    value: 0,
                    source: u16::try_from(place.source).unwrap_or(u16::MAX),
                    event: kept(step),
                };
                self.hold(program, place, step, Held::new(1.0, vec![hit]), out);
            }
            return;
        }
        if !counts_values(&node.test) {
            return self.feed_one(program, node, place, reads, step, None, out);
        }
        match (&*reads.columns, step.excerpt) {
            ([Some(slot)], excerpt) if excerpt.has_several(*slot) => {
                for text in excerpt.values(*slot) {
                    let value = Hash::new(3).text(text).get();
                    self.feed_one(program, node, place, reads, step, Some(value), out);
                }
            }
            (columns, _) => {
                let value = tuple(step, columns);
                self.feed_one(program, node, place, reads, step, value, out);
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the whole of one step, nowhere else together")]
    fn feed_one(
        &mut self,
        program: &Program,
        node: &Node,
        place: Place,
        reads: &Reads,
        step: Step<'_>,
        value: Option<u64>,
        out: Out<'_>,
    ) {
        let column = |at: usize| step.first((*reads.columns.get(at)?)?);
        let keep = || kept(step);
        let hit = Hit {
            node,
            source: place.source,
            time: step.excerpt.time,
            value,
            alerts: node.sources.get(place.source).is_some_and(|source| source.alerts),
            is_new: step.is_new,
            limits: Limits { seed: self.settings.seed, values: self.settings.group_values },
            column: &column,
            keep: &keep,
        };
        let n_groups = self.state.groups.n_by_rule.get(usize::from(place.number)).copied();
        if n_groups.is_some_and(|n| n > self.settings.rule_groups) {
            self.state.groups.evict_of(place.number);
        }
        let groups = &mut self.state.groups;
        let at = (place.key, place.number, step.excerpt.time);
        let new = || Cell::new(node, step.excerpt.time);
        if let Memory::Absence { .. } = node.test {
            let due = groups.change(at, node, new, |cell| match cell {
                Cell::Absence(cell) => cell.follow(&hit),
                _ => None,
            });
            if let Some(due) = due.flatten() {
                let what = super::timers::What::Absence;
                self.state.timers.set(due, what, place.number, place.key);
                self.tidy_timers(program);
            }
            return;
        }
        let verdict = groups.change(at, node, new, |cell| cell.take(&hit));
        match verdict {
            Some(Verdict::Holds(measure)) => {
                let events = if self.is_holding(place) && !is_chain(&node.test) {
                    vec![hit.kept(hit.value.unwrap_or_default())]
                } else {
                    let cell = self.state.groups.cell(place.key, place.number);
                    cell.map_or_else(Vec::new, |cell| cell.events(&hit))
                };
                self.hold(program, place, step, Held::new(measure, events), out);
            }
            Some(Verdict::Learning) if hit.alerts && !step.excerpt.quiet => {
                self.state.learning.silent(place.number, place.key);
            }
            _ => {}
        }
    }
}

/// What the names of a rule's group key hold.
pub(super) fn values(node: &Node, at: Place, step: Step<'_>) -> Vec<String> {
    let source = node.sources.get(at.source);
    let Some(reads) = source.and_then(|source| source.reads(step.leaf)) else {
        return Vec::new();
    };
    let is_it = |values: &Vec<&str>| {
        let hash = values.iter().fold(start(step.excerpt, node.by_tenant), |h, v| h.text(v));
        hash.get() == at.key
    };
    let found = combinations(step, &reads.key).into_iter().find(is_it);
    found.unwrap_or_default().into_iter().map(str::to_owned).collect()
}

/// The excerpt of a step, cut down to be remembered; made once.
pub(super) fn kept(step: Step<'_>) -> Arc<[u8]> {
    Arc::clone(OnceCell::get_or_init(step.kept, || step.excerpt.kept()))
}

/// The beginning of a group's fingerprint.
pub(super) fn start(excerpt: &Excerpt<'_>, by_tenant: bool) -> Hash {
    let hash = Hash::new(2);
    if by_tenant && !excerpt.tenant.is_empty() { hash.text(excerpt.tenant) } else { hash }
}

/// The fingerprint of every combination of values in a key.
fn keys(step: Step<'_>, reads: &Reads, by_tenant: bool) -> Vec<u64> {
    let start = start(step.excerpt, by_tenant);
    let hash = |values: Vec<&str>| values.iter().fold(start, |hash, value| hash.text(value)).get();
    combinations(step, &reads.key).into_iter().map(hash).collect()
}

/// Every combination of the values of some fields, at most as many as one field may have values.
fn combinations<'e>(step: Step<'e>, slots: &[Slot]) -> Vec<Vec<&'e str>> {
    let mut all: Vec<Vec<&str>> = vec![Vec::new()];
    for slot in slots {
        let longer = all.iter().flat_map(|begun| {
            step.values(*slot)
                .into_iter()
                .map(|value| begun.iter().copied().chain([value]).collect())
        });
        all = longer.take(VALUES_MAX).collect();
    }
    all
}

/// The fingerprint of one value or of a tuple; `None` when a part is missing.
fn tuple(step: Step<'_>, columns: &[Option<Slot>]) -> Option<u64> {
    let mut hash = Hash::new(3);
    for slot in columns.iter().flatten() {
        hash = hash.text(step.first(*slot)?);
    }
    columns.iter().any(Option::is_some).then(|| hash.get())
}

fn counts_values(test: &Memory) -> bool {
    match test {
        Memory::Distinct { .. } | Memory::NewValue(_) | Memory::RareValue(_) => true,
        Memory::Baseline(baseline) => !baseline.values.is_empty(),
        _ => false,
    }
}

/// Whether further events of an episode come as a whole chain again.
fn is_chain(test: &Memory) -> bool {
    matches!(test, Memory::Temporal { .. } | Memory::Score { .. } | Memory::Travel(_))
}
