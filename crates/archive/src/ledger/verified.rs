//! Until when a source is verified to be complete.
//!
//! `T` is the newest time for which a bounded query over the time since the last `T`, asked at least an hour after it, returned no
//! event that the intake lacked. A later arrival before `T` moves it back. Even a bounded answer may lack an event that the provider
//! delays: so the statement says how and when was asked, and how often.
//!
//! A query cannot tell of what is lost for good. `T` never passes over a gap, nor over frames that cannot be read any more: behind them
//! another stretch begins, and the statement is of that one alone.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Account, Gap};
use crate::batch::{Record, SourceId, Sweep, Transport};
use crate::frame::Frame;

/// So long after a time a query has to be asked to say something about it.
pub const SETTLED_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// Corrections that are remembered of each source; the oldest go first.
const CORRECTIONS_KEPT: usize = 100;

/// The statement that everything of a stretch of time is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    /// Where the stretch begins: where the first query did, or where the last gap before it ends.
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
    pub(super) fn sweep(&mut self, sweep: &Sweep, received: Timestamp) {
        self.sweeps.asked += 1;
        self.sweeps.missing += sweep.missing;
        self.sweeps.incomplete += u64::from(!sweep.is_complete);
        self.sweeps.last = Some(sweep.clone());
        if !sweep.is_complete || sweep.missing > 0 {
            return;
        }
        // Of the last hour before it was asked, a query says nothing.
        let asked = sweep.asked.min(received);
        let Ok(settled) = asked.checked_sub(SETTLED_AFTER) else { return };
        for (from, until) in self.without_gaps(sweep.from, sweep.until.min(settled)) {
            self.verify(from, until, asked);
        }
    }

    /// Takes in that nothing was missing from a stretch of time in which no gap lies.
    fn verify(&mut self, from: Timestamp, until: Timestamp, asked: Timestamp) {
        let method = Method::of(&self.source);
        let begun = Some(Verified { from, until, method, asked, times: 1 });
        let Some(reached) = self.verified.as_ref().map(|verified| verified.until) else {
            self.verified = begun;
            return;
        };
        if from > reached {
            // A query that begins behind `T` leaves a hole before it, unless that is a gap, which stays.
            if self.is_lost(reached, from) {
                self.verified = begun;
            }
        } else if until > reached
            && let Some(verified) = &mut self.verified
        {
            verified.until = until;
            verified.asked = asked;
            verified.times += 1;
        }
    }

    /// The parts of a stretch of time that no gap touches, in order.
    fn without_gaps(&self, from: Timestamp, until: Timestamp) -> Vec<(Timestamp, Timestamp)> {
        let mut begin = self.lost_until.map_or(from, |lost| lost.max(from));
        let mut gaps: Vec<_> = self.gaps.iter().map(|gap| (gap.from, gap.until)).collect();
        gaps.retain(|gap| gap.0 < gap.1 && gap.0 < until && gap.1 > begin);
        gaps.sort_unstable();
        let mut parts = Vec::new();
        for (gap_from, gap_until) in gaps {
            parts.push((begin, gap_from));
            begin = begin.max(gap_until);
        }
        parts.push((begin, until));
        parts.retain(|(from, until)| from < until);
        parts
    }

    /// Whether something between two times is known to be lost.
    fn is_lost(&self, from: Timestamp, until: Timestamp) -> bool {
        self.lost_until.is_some_and(|lost| lost > from)
            || self.gaps.iter().any(|gap| gap.from < until && gap.until > from)
    }

    /// Takes a gap out of what was verified.
    pub(super) fn cut(&mut self, gap: &Gap) {
        let Some(verified) = &mut self.verified else { return };
        if gap.from >= gap.until || gap.until <= verified.from || gap.from >= verified.until {
            return;
        }
        if gap.until < verified.until {
            verified.from = gap.until;
        } else if gap.from > verified.from {
            tell(&self.source, verified.until, Some(gap.from), "a gap");
            verified.until = gap.from;
        } else {
            self.unverify();
        }
    }

    /// Nothing is verified any more.
    pub(super) fn unverify(&mut self) {
        if let Some(verified) = self.verified.take() {
            tell(&self.source, verified.until, None, "a gap");
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
        tell(&self.source, verified.until, Some(time), "an event that came late");
        verified.until = time;
        self.corrections.push_back(correction);
        self.n_corrections += 1;
        if self.corrections.len() > CORRECTIONS_KEPT {
            self.corrections.pop_front();
        }
    }
}

/// Says that `T` moves back.
fn tell(source: &SourceId, was: Timestamp, now: Option<Timestamp>, why: &str) {
    let (provider, tenant) = (source.provider.as_str(), source.tenant.as_str());
    if let Some(now) = now {
        tracing::warn!(provider, tenant, %was, %now, "verified until an earlier time: {why}");
    } else {
        tracing::warn!(provider, tenant, %was, "not verified any more: {why}");
    }
}
