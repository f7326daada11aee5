//! Stages whose key changes: a sequence that has begun waits, for each stage that may come next, under what that stage must
//! hold.

use std::sync::Arc;

use rule::correlation::{Sequence, Stage};

use super::episode::Held;
use super::feed::{Place, kept, start};
use super::{Engine, Out, Step};
use crate::excerpt::Slot;
use crate::memory::partial::{Partial, Partials};
use crate::memory::{Cell, Kept, measure};
use crate::program::{Feed, Node, Program, Reads, micros};

/// A stage that an event makes.
struct Reached<'r> {
    node: &'r Node,
    number: u16,
    sequence: &'r Sequence,
    at: usize,
    stage: &'r Stage,
    /// The values of its keys: those that must match, those that must differ, those that are bound.
    values: Vec<Option<&'r str>>,
    step: Step<'r>,
    source: usize,
}

impl Engine {
    /// Lets an event take its place in sequences.
    pub(super) fn sequence(
        &mut self,
        program: &Program,
        feed: Feed,
        sequence: &Sequence,
        step: Step<'_>,
        out: Out<'_>,
    ) {
        let Some(node) = program.nodes.get(feed.node) else { return };
        let reads = node.sources.get(feed.source).and_then(|source| source.reads(step.leaf));
        let (Some(reads), Ok(number)) = (reads, u16::try_from(feed.node)) else { return };
        let mut column = 0;
        for (at, stage) in sequence.stages.iter().enumerate() {
            let n_columns = stage.matches.len() + stage.differs.len() + stage.binds.len();
            if stage.sources.contains(&feed.source) {
                let values = values(step, reads, column, n_columns);
                let source = feed.source;
                let reached = Reached { node, number, sequence, at, stage, values, step, source };
                self.reach(program, &reached, out);
            }
            column += n_columns;
        }
    }

    fn reach(&mut self, program: &Program, reached: &Reached<'_>, out: Out<'_>) {
        let Some(key) = reached.key() else { return };
        let (begun, is_cut) = match self.state.groups.cell(key, reached.number) {
            Some(Cell::Partial(cell)) => (reached.best(cell), cell.is_cut),
            _ => (None, false),
        };
        let fresh = (reached.at == 0).then(|| reached.extend(None)).flatten();
        let longer = begun.and_then(|begun| reached.extend(Some(&begun)));
        for partial in [longer, fresh].into_iter().flatten() {
            let partial = Arc::new(partial);
            self.wait(reached, &partial);
            let n = measure(partial.events.len());
            if reached.sequence.range.holds(n) {
                self.complete(program, reached, &partial, (n, is_cut), out);
            }
        }
    }

    /// Lets a sequence wait for every stage that may come next.
    fn wait(&mut self, reached: &Reached<'_>, partial: &Arc<Partial>) {
        let earliest = reached.step.excerpt.time.saturating_sub(reached.node.timespan);
        let n_next = if reached.may_skip() { usize::MAX } else { 1 };
        let stages = reached.sequence.stages.iter().enumerate().skip(reached.at + 1).take(n_next);
        for (stage_at, stage) in stages {
            let bound = stage.matches.iter().map(|(variable, _)| {
                partial.variables.get(*variable).and_then(|value| value.as_deref())
            });
            let Some(bound) = bound.collect::<Option<Vec<_>>>() else { continue };
            let key = reached.key_of(stage_at, &bound);
            let new = || Some(Cell::Partial(Box::<Partials>::default()));
            let at = (key, reached.number, reached.step.excerpt.time);
            self.state.groups.change(at, reached.node, new, |cell| {
                if let Cell::Partial(cell) = cell {
                    cell.put(Arc::clone(partial), earliest);
                }
            });
        }
    }

    fn complete(
        &mut self,
        program: &Program,
        reached: &Reached<'_>,
        partial: &Partial,
        (measure, is_cut): (f64, bool),
        out: Out<'_>,
    ) {
        let names = reached.sequence.group.iter();
        let values = names.map(|at| partial.variables.get(*at).cloned().flatten());
        let values: Vec<String> = values.map(|value| value.unwrap_or_default().into()).collect();
        let hash = start(reached.step.excerpt, reached.node.by_tenant).number(5);
        let key = values.iter().fold(hash, |hash, value| hash.text(value)).get();
        let place = Place { number: reached.number, key, source: reached.source };
        let events = partial.events.iter().map(|(_, kept)| kept.clone()).collect();
        let held = Held { measure, events, values: Some(values), is_cut };
        self.hold(program, place, reached.step, held, out);
    }
}

impl Reached<'_> {
    /// Whether sequences may leave stages out.
    fn may_skip(&self) -> bool {
        let n_stages = self.sequence.stages.len();
        (1..n_stages).any(|n| self.sequence.range.holds(measure(n)))
    }

    /// Where sequences wait for this event; `None` when it lacks something that must match.
    fn key(&self) -> Option<u64> {
        let n_matches = self.stage.matches.len();
        let wanted: Option<Vec<&str>> = self.values.iter().take(n_matches).copied().collect();
        Some(self.key_of(self.at, &wanted?))
    }

    fn key_of(&self, at: usize, values: &[&str]) -> u64 {
        let hash = start(self.step.excerpt, self.node.by_tenant);
        let hash = hash.number(self.node.fingerprint).number(at as u64 + 100);
        values.iter().fold(hash, |hash, value| hash.text(value)).get()
    }

    /// The sequence that has come furthest, of those that this event may go on with; the one that began last of several.
    fn best(&self, cell: &Partials) -> Option<Arc<Partial>> {
        let time = self.step.excerpt.time;
        let earliest = time.saturating_sub(self.node.timespan);
        let within = self.stage.within.map_or(i64::MAX, micros);
        let fits = |partial: &&Arc<Partial>| {
            partial.start() >= earliest
                && (0..=within).contains(&(time - partial.last()))
                && partial.stage() < self.at
                && !self.is_last_of(partial)
                && self.differs(partial)
        };
        let rank = |partial: &&Arc<Partial>| (partial.events.len(), partial.start());
        cell.waiting.iter().filter(fits).max_by_key(rank).cloned()
    }

    /// Whether the sequence ends with this event: one event is one stage.
    fn is_last_of(&self, partial: &Partial) -> bool {
        let last = partial.events.last().map(|(_, kept)| kept);
        last.is_some_and(|last| last.is_at(self.step.excerpt))
    }

    /// Whether the event holds something else than each variable that it must differ from.
    fn differs(&self, partial: &Partial) -> bool {
        let values = self.values.iter().skip(self.stage.matches.len());
        self.stage.differs.iter().zip(values).all(|((variable, _), value)| {
            let bound = partial.variables.get(*variable).and_then(|bound| bound.as_deref());
            match (bound, value) {
                (Some(bound), Some(value)) => bound != *value,
                (Some(_), None) => false,
                (None, _) => true,
            }
        })
    }

    /// The sequence with this event behind it; `None` when the event lacks something that is to be bound.
    fn extend(&self, begun: Option<&Partial>) -> Option<Partial> {
        let n_variables = self.sequence.variables.len();
        let mut variables: Vec<Option<Box<str>>> = match begun {
            Some(begun) => begun.variables.to_vec(),
            None => vec![None; n_variables],
        };
        let keys = self.stage.matches.iter().chain(&self.stage.differs).chain(&self.stage.binds);
        let n_before_binds = self.stage.matches.len() + self.stage.differs.len();
        for (place, ((variable, _), value)) in keys.zip(&self.values).enumerate() {
            let is_bind = place >= n_before_binds;
            if is_bind && value.is_none() {
                return None;
            }
            let is_match = place < self.stage.matches.len();
            if let Some(variable) = variables.get_mut(*variable)
                && (is_bind || (is_match && variable.is_none()))
            {
                *variable = value.map(Into::into);
            }
        }
        let source = u16::try_from(self.source).unwrap_or(u16::MAX);
        let event = kept(self.step);
        let kept = Kept { time: self.step.excerpt.time, value: 0, source, event };
        let stage = u16::try_from(self.at).unwrap_or(u16::MAX);
        let before = begun.map(|begun| begun.events.to_vec()).unwrap_or_default();
        let events = before.into_iter().chain([(stage, kept)]).collect();
        Some(Partial { events, variables: variables.into() })
    }
}

/// What an event holds in some columns.
fn values<'s>(
    step: Step<'s>,
    reads: &Reads,
    first: usize,
    n_columns: usize,
) -> Vec<Option<&'s str>> {
    let columns = (first..first + n_columns).map(|at| reads.columns.get(at).copied().flatten());
    columns.map(|slot: Option<Slot>| step.first(slot?)).collect()
}
