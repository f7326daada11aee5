//! The values a group has had: eight bytes each.
//!
//! A value is 32 bits of its fingerprint and a time in minutes. A new value is taken for a known one with a chance of about
//! the number of known values in 2³²: one in 860 million for a group that knows five.

use rule::correlation::NewValue;

use super::{Hit, Verdict};
use crate::hash::Hash;
use crate::program::{Node, micros};

const MINUTE: i64 = 60_000_000;

/// Minutes since 1970 at the start of 2000, from which times are counted.
const EPOCH: i64 = 15_778_080;

/// Set once a value has stood its probation.
const KNOWN: u32 = 1 << 31;

/// The values of one group.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    /// The minute in which the group was first seen.
    pub(super) first: u32,
    /// How many events of the group were seen.
    pub(super) n_events: u32,
    /// The minute in which it was last seen.
    pub(super) last: u32,
    /// By fingerprint.
    pub(super) values: Box<[Value]>,
    pub(super) is_cut: bool,
}

/// A value that was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) print: u32,
    /// The minute in which it was seen last; while on probation, in which it was seen first.
    pub(super) minute: u32,
}

impl Value {
    fn minute(self) -> u32 {
        self.minute & !KNOWN
    }

    fn is_known(self) -> bool {
        self.minute & KNOWN != 0
    }
}

/// Minutes since 2000, as far as they fit.
fn minute(time: i64) -> u32 {
    let minutes = time.div_euclid(MINUTE) - EPOCH;
    u32::try_from(minutes.max(0)).map_or(!KNOWN, |minutes| minutes.min(!KNOWN))
}

fn minutes(span: std::time::Duration) -> u32 {
    u32::try_from(micros(span) / MINUTE).unwrap_or(!KNOWN).min(!KNOWN)
}

impl Seen {
    pub(super) fn new(time: i64) -> Self {
        let first = minute(time);
        Self { first, n_events: 0, last: first, values: Box::default(), is_cut: false }
    }

    pub(super) fn take(&mut self, hit: &Hit<'_>, test: &NewValue) -> Verdict {
        let Some(value) = hit.value else { return Verdict::Quiet };
        if !hit.is_new {
            return Verdict::Quiet;
        }
        let now = minute(hit.time);
        self.last = self.last.max(now);
        let is_learning = self.is_learning(now, test);
        // Nobody who does not know the seed can make two values that share these bits.
        let print = Hash::new(hit.limits.seed).number(value).get() >> 32;
        let is_new = self.remember(print as u32, now, hit, test);
        self.n_events = self.n_events.saturating_add(1);
        match (is_new && hit.alerts, is_learning && !test.alerts_when_cold) {
            (_, true) => Verdict::Learning,
            (is_new, false) => Verdict::holds_if(is_new, 1.0),
        }
    }

    /// Whether the group is not known well enough to call anything new.
    pub(crate) fn is_learning_at(&self, time: i64, test: &NewValue) -> bool {
        self.is_learning(minute(time), test)
    }

    fn is_learning(&self, now: u32, test: &NewValue) -> bool {
        now.saturating_sub(self.first) < minutes(test.min_history)
            || self.n_events < test.min_events
    }

    /// Takes a value in; returns whether it counts as new.
    fn remember(&mut self, print: u32, now: u32, hit: &Hit<'_>, test: &NewValue) -> bool {
        let oldest = now.saturating_sub(minutes(test.history));
        let probation = minutes(test.probation);
        match self.values.binary_search_by_key(&print, |value| value.print) {
            Ok(at) => {
                let Some(value) = self.values.get_mut(at) else { return false };
                if value.minute() < oldest {
                    value.minute = if probation == 0 { now | KNOWN } else { now };
                    return true;
                }
                if !value.is_known() && now - value.minute().min(now) < probation {
                    return true;
                }
                value.minute = now.max(value.minute()) | KNOWN;
                false
            }
            Err(at) => {
                let minute = if probation == 0 { now | KNOWN } else { now };
                self.insert(at, Value { print, minute }, oldest, hit.limits.values);
                true
            }
        }
    }

    fn insert(&mut self, at: usize, value: Value, oldest: u32, most: usize) {
        let mut values = std::mem::take(&mut self.values).into_vec();
        values.reserve_exact(1);
        values.insert(at, value);
        if values.len() > most {
            let n_before = values.len();
            values.retain(|value| value.minute() >= oldest);
            if values.len() == n_before
                && let Some((at, _)) = values.iter().enumerate().min_by_key(|(_, v)| v.minute())
            {
                values.remove(at);
                self.is_cut = true;
            }
        }
        self.values = values.into_boxed_slice();
    }

    pub(super) fn is_cut(&self) -> bool {
        self.is_cut
    }

    pub(super) fn dead_after(&self, node: &Node) -> i64 {
        let rule::correlation::Memory::NewValue(test) = &node.test else { return i64::MIN };
        (i64::from(self.last) + 1 + EPOCH)
            .saturating_mul(MINUTE)
            .saturating_add(micros(test.history))
    }

    pub(super) fn bytes(&self) -> usize {
        self.values.len() * size_of::<Value>() + 16
    }
}
