//! How the tenants do, as far as those who collect can tell: for metrics, readiness and the exit code.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use archive::SourceId;
use jiff::{SignedDuration, Timestamp};

/// How one tenant does. Copies are of the same tenant.
#[derive(Debug, Clone)]
pub(crate) struct Condition {
    /// Whose.
    pub(crate) source: SourceId,
    state: Arc<Mutex<State>>,
}

/// What is known of a tenant.
#[derive(Debug, Clone, Default)]
pub(crate) struct State {
    /// Answers of the log with events or without, by `poll`, `backfill` or `sweep`.
    pub(crate) pages: BTreeMap<&'static str, u64>,
    /// Events that were new, by the same.
    pub(crate) events: BTreeMap<&'static str, u64>,
    /// Requests that failed, by why.
    pub(crate) failures: BTreeMap<&'static str, u64>,
    /// When the log was read to its end last, by the provider's clock.
    pub(crate) caught_up: Option<Timestamp>,
    /// Up to where the record reaches, by the provider's clock.
    pub(crate) reached: Option<Timestamp>,
    /// Since when nothing of the log was seen, by the clock of this machine; `None` while it is.
    pub(crate) out_of_sight: Option<Timestamp>,
    /// Whether that has lasted so long that it is an alarm.
    pub(crate) is_blind: bool,
    /// Whether nothing will change before somebody changes something, and what.
    pub(crate) refused: Option<String>,
    /// Whether events that were read could not be kept at the last try.
    pub(crate) is_not_kept: bool,
    /// Events that came and could not be read, since the start.
    pub(crate) rejected: u64,
    /// Whether every cursor that the provider gives is refused by it.
    pub(crate) is_going_back: bool,
    /// How long the provider keeps its log; `None` if it is not polled.
    pub(crate) retention: Option<Duration>,
    /// How much time is left before the provider deletes what was not read, at the last try to read.
    pub(crate) retention_left: Option<Duration>,
    /// How far the provider's clock is ahead of ours, in seconds.
    pub(crate) skew_s: i64,
    /// Requests in one window that the provider allows, and those that were left.
    pub(crate) rate: Option<(u32, u32)>,
    /// How far reading of the time before the record has come, from 0 to 1; `None` if nothing of it is wanted.
    pub(crate) backfilled: Option<f64>,
    /// How long it will still take, about.
    pub(crate) backfill_left: Option<Duration>,
    /// Events that sweeps found and the record lacked.
    pub(crate) missed: u64,
    /// Changes of log streams and event hooks that keep events from being pushed, seen since the start.
    pub(crate) tampered: u64,
}

impl Condition {
    /// A tenant of which nothing is known yet.
    pub(crate) fn new(source: SourceId) -> Self {
        Self { source, state: Arc::default() }
    }

    /// What is known now.
    pub(crate) fn state(&self) -> State {
        self.locked().clone()
    }

    /// Writes something down.
    pub(crate) fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.locked());
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        // What is in it is whole after each change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Writes down how much time is left, as of now.
    pub(crate) fn count_retention(&mut self, now: Timestamp) {
        let (Some(retention), Some(reached)) = (self.retention, self.reached) else { return };
        let behind = now.duration_since(reached).max(SignedDuration::ZERO).unsigned_abs();
        self.retention_left = Some(retention.saturating_sub(behind));
    }

    /// Whether an answer of the log was seen since the start, if any is asked for.
    fn is_read(&self) -> bool {
        self.retention.is_none() || self.pages.contains_key("poll")
    }

    /// Why the tenant cannot be said to be watched, if it cannot.
    pub(crate) fn trouble(&self) -> Option<String> {
        if let Some(why) = &self.refused {
            return Some(why.clone());
        }
        if self.is_not_kept {
            return Some("events cannot be kept".to_owned());
        }
        if self.is_going_back {
            return Some("the provider refuses the cursors that it gives".to_owned());
        }
        if let Some(since) = self.out_of_sight.filter(|_| self.is_blind || !self.is_read()) {
            return Some(format!("the log is out of sight since {since}"));
        }
        (!self.is_read()).then(|| "the log was not read yet".to_owned())
    }
}
