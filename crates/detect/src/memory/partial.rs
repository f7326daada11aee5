//! Sequences that have begun, by what their next stage must hold.

use std::sync::Arc;

use super::Kept;

/// Sequences that wait at one stage for one key.
#[derive(Debug, Clone, Default)]
pub(crate) struct Partials {
    pub(crate) waiting: Vec<Arc<Partial>>,
    pub(crate) is_cut: bool,
}

/// Sequences that may wait at one place; those that have come furthest and began last stay.
const MOST: usize = 64;

/// A sequence that has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Partial {
    /// Its events with their stage, the earliest first.
    pub(crate) events: Box<[(u16, Kept)]>,
    /// What its variables hold.
    pub(crate) variables: Box<[Option<Box<str>>]>,
}

impl Partial {
    /// When it began.
    pub(crate) fn start(&self) -> i64 {
        self.events.first().map_or(i64::MIN, |(_, kept)| kept.time)
    }

    /// When its last event was.
    pub(crate) fn last(&self) -> i64 {
        self.events.last().map_or(i64::MIN, |(_, kept)| kept.time)
    }

    /// The last stage it has reached.
    pub(crate) fn stage(&self) -> usize {
        self.events.last().map_or(0, |(stage, _)| usize::from(*stage))
    }

    pub(crate) fn bytes(&self) -> usize {
        let events: usize = self.events.iter().map(|(_, kept)| kept.bytes()).sum();
        let names: usize = self.variables.iter().flatten().map(|text| text.len() + 16).sum();
        size_of::<Self>() + events + names
    }
}

impl Partials {
    /// Lets a sequence wait here.
    pub(crate) fn put(&mut self, partial: Arc<Partial>, start: i64) {
        self.waiting.retain(|other| other.start() >= start);
        self.waiting.push(partial);
        if self.waiting.len() > MOST {
            let rank = |one: &Arc<Partial>| (one.events.len(), one.start());
            let least = self.waiting.iter().enumerate().min_by_key(|(_, one)| rank(one));
            if let Some((at, _)) = least {
                self.waiting.remove(at);
                self.is_cut = true;
            }
        }
    }

    pub(super) fn is_cut(&self) -> bool {
        self.is_cut
    }

    pub(super) fn last(&self) -> i64 {
        self.waiting.iter().map(|partial| partial.start()).max().unwrap_or(i64::MIN)
    }

    pub(super) fn bytes(&self) -> usize {
        size_of::<Self>() + self.waiting.iter().map(|partial| partial.bytes() + 8).sum::<usize>()
    }
}
