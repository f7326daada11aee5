//! How detection does, for whoever asks: metrics, readiness, the end of a run.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use archive::{Ledger, Position, SourceId, SourceReport};
use finding::{Finding, Level, State};
use jiff::Timestamp;

/// What detection tells of itself. Copies are of the same one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Account {
    seen: Arc<Mutex<Seen>>,
    ledger: Arc<Mutex<Ledger>>,
}

/// How far detection has come, and what it met, since the start.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    /// The frame that comes next.
    pub(crate) position: Position,
    /// How each tenant does.
    pub(crate) tenants: BTreeMap<SourceId, TenantSeen>,
    /// Findings that were told, by level and state. After a crash some are told again.
    pub(crate) findings: BTreeMap<(Level, &'static str), u64>,
    /// Frames that could not be read, or were removed before they were.
    pub(crate) lost_frames: u64,
    /// Findings that standard output did not take.
    pub(crate) unprinted: u64,
    /// The last checkpoint; `None` before the first of this run.
    pub(crate) saved: Option<Saved>,
    /// Why the last try to write one failed; `None` if it did not.
    pub(crate) unsaved: Option<String>,
    /// Why it went back to its last checkpoint and waits; `None` while it works.
    pub(crate) trouble: Option<String>,
}

/// How one tenant does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct TenantSeen {
    /// Up to where everything is settled; `None` before the first event.
    pub(crate) watermark: Option<Timestamp>,
    /// Events that wait for earlier ones.
    pub(crate) waiting: u64,
    /// How often the watermark was pushed because too much waited.
    pub(crate) pushed: u64,
    /// Events that came behind the watermark.
    pub(crate) late: u64,
    /// Events without a time that can be used.
    pub(crate) timeless: u64,
    /// Events that could not be read, since the start.
    pub(crate) unread: u64,
    /// Bytes of memory, about.
    pub(crate) memory_bytes: u64,
}

/// A checkpoint that was written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Saved {
    /// The frame that came next.
    pub(crate) position: Position,
    /// When.
    pub(crate) at: Timestamp,
    /// Its size.
    pub(crate) bytes: u64,
    /// How long that took.
    pub(crate) took: Duration,
    /// How much of that detection stood still.
    pub(crate) pause: Duration,
}

impl Account {
    /// How it does now.
    pub(crate) fn seen(&self) -> Seen {
        locked(&self.seen).clone()
    }

    /// What came of each source, and up to when it is verified to be complete.
    pub(crate) fn reports(&self, now: Timestamp) -> Vec<SourceReport> {
        locked(&self.ledger).report(now)
    }

    /// Writes something down.
    pub(in crate::run) fn change(&self, change: impl FnOnce(&mut Seen)) {
        change(&mut locked(&self.seen));
    }

    /// The account of what was collected, up to the frame that comes next.
    pub(super) fn ledger(&self) -> Ledger {
        locked(&self.ledger).clone()
    }

    /// Takes another in its place.
    pub(super) fn set_ledger(&self, ledger: Ledger) {
        *locked(&self.ledger) = ledger;
    }

    /// Lets it take something in.
    pub(in crate::run) fn with_ledger(&self, change: impl FnOnce(&mut Ledger)) {
        change(&mut locked(&self.ledger));
    }
}

/// What is in it is whole after each change.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Seen {
    /// Counts a finding.
    pub(super) fn count(&mut self, finding: &Finding) {
        let state = match finding.state {
            State::Provisional => "provisional",
            State::Settled => "settled",
            State::Withdrawn => "withdrawn",
        };
        *self.findings.entry((finding.level, state)).or_default() += 1;
    }
}
