//! Until when a source is verified to be complete.
//!
//! `T` is the newest time for which a bounded query over the time since the last `T`, asked at least an hour after it, returned no
//! event that the intake lacked. A later arrival before `T` moves it back. Even a bounded answer may lack an event that the provider
//! delays: so the statement says how and when was asked, and how often.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Account;
use crate::batch::{Record, SourceId, Sweep, Transport};
use crate::frame::Frame;

/// So long after a time a query has to be asked to say something about it.
pub const SETTLED_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// Corrections that are remembered of each source; the oldest go first.
const CORRECTIONS_KEPT: usize = 100;

/// The statement that everything of a stretch of time is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    /// Where the stretch begins: where the first query did.
    pub from: Timestamp,
    /// Where it ends: `T`.
    pub until: Timestamp,
    /// How it was asked.
    pub method: Method,
    /// When the last query that says so was asked, by the provider's clock.
    pub asked: Timestamp,
    /// How many queries say so.
    pub times: u64,
}

/// How a source is asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// A query with both ends, by the time of events: Okta.
    BoundedQuery,
    /// A second pass of the log from an older id: Auth0, whose search ends at 1,000 results.
    SecondPass,
}

/// An event that came later than its time had been verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// The provider's id of the event.
    pub event: String,
    /// When it happened, which is where `T` is now.
    pub time: Timestamp,
    /// Where `T` was.
    pub was_until: Timestamp,
    /// When the event came.
    pub received: Timestamp,
    /// How.
    pub transport: Transport,
}

impl Method {
    fn of(source: &SourceId) -> Self {
        if source.provider == "auth0" { Self::SecondPass } else { Self::BoundedQuery }
    }
}

impl Account {
    /// Takes the outcome of a query in.
    pub(super) fn sweep(&mut self, sweep: &Sweep) {
        self.sweeps.asked += 1;
        self.sweeps.missing += sweep.missing;
        self.sweeps.incomplete += u64::from(!sweep.is_complete);
        self.sweeps.last = Some(sweep.clone());
        if !sweep.is_complete || sweep.missing > 0 {
            return;
        }
        // Of the last hour before it was asked, a query says nothing.
        let Ok(settled) = sweep.asked.checked_sub(SETTLED_AFTER) else { return };
        let until = sweep.until.min(settled);
        if until <= sweep.from {
            return;
        }
        let method = Method::of(&self.source);
        let Some(verified) = &mut self.verified else {
            let (from, asked) = (sweep.from, sweep.asked);
            self.verified = Some(Verified { from, until, method, asked, times: 1 });
            return;
        };
        // A query that begins behind `T` leaves a hole before it.
        if sweep.from <= verified.until && until > verified.until {
            verified.until = until;
            verified.asked = sweep.asked;
            verified.times += 1;
        }
    }

    /// Moves `T` back to an event that was not there when its time was verified.
    pub(super) fn correct(&mut self, frame: &Frame, record: &Record, time: Timestamp) {
        let Some(verified) = &mut self.verified else { return };
        if time < verified.from || time >= verified.until {
            return;
        }
        let correction = Correction {
            event: record.id.to_string(),
            time,
            was_until: verified.until,
            received: frame.received,
            transport: frame.transport,
        };
        verified.until = time;
        self.corrections.push_back(correction);
        self.n_corrections += 1;
        if self.corrections.len() > CORRECTIONS_KEPT {
            self.corrections.pop_front();
        }
    }
}
