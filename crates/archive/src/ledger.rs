//! The account of what came, what came again, and what may be missing: a pure fold over frames.
//!
//! ```text
//!  frame: records, then notes ──observe──▶ per source: minutes, transports, gaps, verified until T ──report(now)──▶ SourceReport
//! ```
//!
//! It remembers a bounded number of minutes, gaps and corrections of each source, and counts of everything else.

mod delay;
mod report;
mod verified;

use std::collections::{BTreeMap, VecDeque};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

pub use self::delay::{BOUNDS_S, Delays};
pub use self::report::{MinuteReport, SourceReport, TransportReport};
pub use self::verified::{Correction, Method, SETTLED_AFTER, Verified};
use crate::batch::{Note, Record, SourceId, Sweep, Transport};
use crate::error::Error;
use crate::frame::{Frame, Repeat, minute};

/// Minutes that are remembered of each source, back from the newest event: two days.
pub const MINUTES_KEPT: i64 = 2 * 24 * 60;

/// An event that claims to have happened so long after it was received says nothing about time.
pub const MOST_AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// Gaps that are remembered of each source; the oldest go first.
pub const GAPS_KEPT: usize = 100;

/// The account of all sources. Equal frames in equal order make equal ledgers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// In the order of their names.
    accounts: Vec<Account>,
    /// Frames that could not be read any more.
    lost_frames: u64,
    /// Frames were lost behind the last one that was observed.
    #[serde(default)]
    is_broken: bool,
    /// When the last frame was received.
    last_received: Option<Timestamp>,
    /// Before it, frames were lost that may have been of any source.
    lost_until: Option<Timestamp>,
}

/// What is known of one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Account {
    source: SourceId,
    minutes: BTreeMap<i64, BTreeMap<Transport, Count>>,
    transports: BTreeMap<Transport, Flow>,
    newest_event: Option<Timestamp>,
    caught_up: Option<Timestamp>,
    gaps: VecDeque<Gap>,
    n_gaps: u64,
    /// Nothing before it is ever verified again: frames were lost, or a gap is not remembered any more.
    lost_until: Option<Timestamp>,
    n_timeless: u64,
    n_ahead: u64,
    n_rejected: u64,
    sweeps: Sweeps,
    verified: Option<Verified>,
    corrections: VecDeque<Correction>,
    n_corrections: u64,
}

/// Events of one minute that came by one way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Those that no other way had brought.
    pub added: u64,
    /// Those that were there already.
    pub repeated: u64,
}

/// All events that came by one way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Flow {
    count: Count,
    last_received: Option<Timestamp>,
    /// From when an event happened until it was received.
    latency: Delays,
    /// How far events lay behind the newest that was there.
    lateness: Delays,
}

/// A stretch of time of which events may be lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Its beginning.
    pub from: Timestamp,
    /// Its end.
    pub until: Timestamp,
    /// Why, for people.
    pub why: String,
}

/// What second looks found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sweeps {
    /// How many there were.
    pub asked: u64,
    /// How many of them did not come to their end, and so prove nothing.
    pub incomplete: u64,
    /// Events that they brought and that the intake had lacked.
    pub missing: u64,
    /// The last one.
    pub last: Option<Sweep>,
}

impl Ledger {
    /// One that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next frame in.
    pub fn observe(&mut self, frame: &Frame) {
        if std::mem::take(&mut self.is_broken) {
            self.lose(frame.received);
        }
        self.last_received = self.last_received.max(Some(frame.received));
        self.account(&frame.source).observe(frame);
    }

    /// Counts frames that cannot be read any more, as a [`crate::Reader`] says of them. What they held was received before the next
    /// frame is: until then nothing is verified any more.
    pub fn observe_error(&mut self, error: &Error) {
        if let Error::Damaged { from, until, .. } | Error::Removed { from, until } = error {
            self.lost_frames += until.0.saturating_sub(from.0);
            self.is_broken = true;
        }
    }

    /// Notes that frames were lost, whoever's they were, before one that was received then.
    fn lose(&mut self, until: Timestamp) {
        let from = self.last_received.map_or(until, |last| last.min(until));
        let why = "batches that were kept cannot be read any more";
        self.lost_until = self.lost_until.max(Some(until));
        for account in &mut self.accounts {
            account.lost_until = account.lost_until.max(Some(until));
            account.gap(Gap { from, until, why: why.to_owned() });
            account.unverify();
        }
    }

    /// Frames that were kept and cannot be read any more.
    pub fn lost_frames(&self) -> u64 {
        self.lost_frames
    }

    /// What is known of each source, in the order of their names.
    pub fn report(&self, now: Timestamp) -> Vec<SourceReport> {
        self.accounts.iter().map(|account| account.report(now)).collect()
    }

    fn account(&mut self, source: &SourceId) -> &mut Account {
        let at = match self.accounts.binary_search_by(|one| one.source.cmp(source)) {
            Ok(at) => at,
            Err(at) => {
                let lost_until = self.lost_until;
                self.accounts.insert(at, Account { lost_until, ..Account::new(source.clone()) });
                at
            }
        };
        &mut self.accounts[at]
    }
}

impl Account {
    fn new(source: SourceId) -> Self {
        Self {
            source,
            minutes: BTreeMap::new(),
            transports: BTreeMap::new(),
            newest_event: None,
            caught_up: None,
            gaps: VecDeque::new(),
            n_gaps: 0,
            lost_until: None,
            n_timeless: 0,
            n_ahead: 0,
            n_rejected: 0,
            sweeps: Sweeps::default(),
            verified: None,
            corrections: VecDeque::new(),
            n_corrections: 0,
        }
    }

    fn observe(&mut self, frame: &Frame) {
        let flow = self.transports.entry(frame.transport).or_default();
        flow.last_received = flow.last_received.max(Some(frame.received));
        for record in &frame.records {
            self.event(frame, record);
        }
        for repeat in &frame.repeats {
            self.repeat(frame.transport, *repeat);
        }
        // INVARIANT: notes speak of what is kept once the events beside them are.
        for note in &frame.notes {
            self.note(frame, note);
        }
        self.forget();
    }

    fn event(&mut self, frame: &Frame, record: &Record) {
        let flow = self.transports.entry(frame.transport).or_default();
        flow.count.added += 1;
        let Some(time) = record.time else {
            self.n_timeless += 1;
            return;
        };
        if time.duration_since(frame.received) > MOST_AHEAD {
            // One event from the future must not make everything else old.
            self.n_ahead += 1;
            return;
        }
        flow.latency.add(frame.received.duration_since(time));
        if let Some(newest) = self.newest_event.filter(|newest| *newest > time) {
            flow.lateness.add(newest.duration_since(time));
        }
        self.newest_event = self.newest_event.max(Some(time));
        self.count(frame.transport, minute(time)).added += 1;
        self.correct(frame, record, time);
    }

    fn repeat(&mut self, transport: Transport, repeat: Repeat) {
        let count = u64::from(repeat.count);
        self.transports.entry(transport).or_default().count.repeated += count;
        if let Some(minute) = repeat.minute {
            self.count(transport, minute).repeated += count;
        }
    }

    fn count(&mut self, transport: Transport, minute: i64) -> &mut Count {
        self.minutes.entry(minute).or_default().entry(transport).or_default()
    }

    fn note(&mut self, frame: &Frame, note: &Note) {
        match note {
            Note::Cursor { .. } => {}
            // A provider's clock that was ahead once must not make the log look read for good.
            Note::CaughtUp { at } => {
                self.caught_up = self.caught_up.max(Some(frame.received.min(*at)));
            }
            Note::Swept(sweep) => self.sweep(sweep, frame.received),
            Note::Rejected(rejected) => self.n_rejected += rejected.count,
            Note::Gap { from, until, why } => {
                self.gap(Gap { from: *from, until: *until, why: why.clone() });
            }
        }
    }

    fn gap(&mut self, gap: Gap) {
        self.cut(&gap);
        self.gaps.push_back(gap);
        self.n_gaps += 1;
        if self.gaps.len() > GAPS_KEPT
            && let Some(oldest) = self.gaps.pop_front()
        {
            self.lost_until = self.lost_until.max(Some(oldest.until));
        }
    }

    /// Forgets the minutes that are too old.
    fn forget(&mut self) {
        let Some(newest) = self.newest_event else { return };
        let least = minute(newest) - MINUTES_KEPT;
        if self.minutes.first_key_value().is_some_and(|(first, _)| *first <= least) {
            self.minutes = self.minutes.split_off(&(least + 1));
        }
    }
}
