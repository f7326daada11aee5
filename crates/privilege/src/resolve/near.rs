//! Paths that differ by one segment: one too few, one too many, or one written otherwise.

use super::placeholder::is_placeholder;
use super::target::Segments;
use super::trie::{NodeId, Trie, Walk};
use super::{looks_like_id, target::decoded};
use crate::Method;

/// How alike two segments must be, from 0 to 1, to be taken for each other.
const ALIKE: f64 = 0.6;
/// Paths that are looked at; what is beyond is not found.
const MAX_STEPS: usize = 20_000;

/// What one segment must be for the path to fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edit<'t> {
    /// Only capitals differ.
    Letters,
    /// This is put in.
    Insert(&'t str),
    /// The parameter of this number is put in.
    InsertParam(usize),
    /// The one of this number is taken out.
    Remove(usize),
    /// One is written otherwise.
    Change,
}

/// A path that is near.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Near<'t> {
    pub(crate) walk: Walk,
    pub(crate) edit: Edit<'t>,
    /// How well it fits; means something among the neighbors of one path only.
    pub(crate) score: i32,
}

/// The nearest path below a node at which there is an operation, best with that verb.
pub(crate) fn nearest<'t>(
    trie: &'t Trie,
    from: NodeId,
    segments: &Segments<'_>,
    method: Option<Method>,
) -> Option<Near<'t>> {
    let mut search = Search { trie, segments, method, best: None, n_steps: 0 };
    search.step(Step { walk: Walk::start(from), at: 0, edit: None, score: 0 });
    search.best
}

/// How well a path fits that needs no edit, by the measure of [`Near::score`].
pub(crate) fn score(trie: &Trie, walk: &Walk, segments: &Segments<'_>) -> i32 {
    let part = |(at, segment): (usize, &&str)| {
        let is_param = walk.params().iter().any(|param| usize::from(*param) == at);
        if is_param { fitness(trie, segment) } else { 3 }
    };
    segments.as_slice().iter().enumerate().map(part).sum::<i32>() + 3
}

struct Search<'t, 's, 'a> {
    trie: &'t Trie,
    segments: &'s Segments<'a>,
    method: Option<Method>,
    best: Option<Near<'t>>,
    n_steps: usize,
}

#[derive(Clone, Copy)]
struct Step<'t> {
    walk: Walk,
    at: usize,
    edit: Option<Edit<'t>>,
    score: i32,
}

impl<'t> Step<'t> {
    const fn edited(mut self, edit: Edit<'t>, score: i32) -> Self {
        self.edit = Some(edit);
        self.score += score;
        self
    }

    const fn to(mut self, node: NodeId) -> Self {
        self.walk = self.walk.to(node);
        self
    }

    const fn on(mut self) -> Self {
        self.at += 1;
        self
    }
}

impl<'t> Search<'t, '_, '_> {
    // INVARIANT: each step goes down the trie or along the path, and one edit at most is made.
    fn step(&mut self, step: Step<'t>) {
        self.n_steps += 1;
        if self.n_steps > MAX_STEPS {
            return;
        }
        match self.segments.get(step.at) {
            None => self.arrive(step),
            Some(segment) => self.follow(step, segment),
        }
        if matches!(step.edit, None | Some(Edit::Letters)) {
            self.insert(step);
        }
    }

    fn arrive(&mut self, step: Step<'t>) {
        let node = self.trie.node(step.walk.node);
        let Some(edit) = step.edit else { return };
        if node.operations().next().is_none() {
            return;
        }
        let has_verb = self.method.is_none_or(|method| node.operation(method).is_some());
        let score = step.score + if has_verb { 3 } else { 0 };
        if self.best.is_none_or(|best| score > best.score) {
            self.best = Some(Near { walk: step.walk, edit, score });
        }
    }

    /// Along the next segment of the path, as it is, written otherwise, or left out.
    fn follow(&mut self, step: Step<'t>, segment: &str) {
        let node = self.trie.node(step.walk.node);
        if let Some(next) = node.literal(&decoded(segment)) {
            self.step(Step { score: step.score + 3, ..step.to(next).on() });
        }
        if let Some(next) = node.param() {
            let score = step.score + fitness(self.trie, segment);
            let walk = step.walk.through_param(next, step.at);
            self.step(Step { walk, score, ..step.on() });
        }
        for (literal, next) in node.literals() {
            let is_same = literal.eq_ignore_ascii_case(segment) && literal != segment;
            if is_same && matches!(step.edit, None | Some(Edit::Letters)) {
                self.step(step.to(next).on().edited(Edit::Letters, 2));
            } else if step.edit.is_none()
                && let Some(score) = likeness(literal, segment)
            {
                self.step(step.to(next).on().edited(Edit::Change, score));
            }
        }
        if step.edit.is_none() {
            let is_word = self.trie.is_word(segment);
            self.step(step.on().edited(Edit::Remove(step.at), if is_word { -4 } else { -2 }));
        }
    }

    /// As if a segment were missing here.
    fn insert(&mut self, step: Step<'t>) {
        let node = self.trie.node(step.walk.node);
        if let Some(next) = node.param() {
            self.step(step.to(next).edited(Edit::InsertParam(step.walk.params().len()), -1));
        }
        let Some(segment) = self.segments.get(step.at) else { return };
        for (literal, next) in node.literals() {
            // Only where the path goes on as written, or every path would be near.
            if self.trie.node(next).literal(segment).is_some() {
                self.step(step.to(next).edited(Edit::Insert(literal), -1));
            }
        }
    }
}

/// How well a segment stands for a parameter: words of other paths hardly do.
fn fitness(trie: &Trie, segment: &str) -> i32 {
    match () {
        () if is_placeholder(segment) => 3,
        () if trie.is_word(segment) => -2,
        () if looks_like_id(segment) => 2,
        () => 1,
    }
}

/// How well one segment may have been written for the other; `None` if it was not.
fn likeness(literal: &str, segment: &str) -> Option<i32> {
    let is_version = |text: &str| text.len() == 2 && text.starts_with('v');
    if is_version(literal) && is_version(segment) {
        return Some(-5);
    }
    let fits = segment.len() <= 64 && literal.len() >= 3 && segment.len() >= 3;
    let is_alike = fits
        && !is_placeholder(segment)
        && strsim::normalized_damerau_levenshtein(literal, segment) >= ALIKE;
    is_alike.then_some(-1)
}
