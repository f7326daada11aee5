//! What the ledger says of a source.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::{Account, Correction, Count, Delays, Gap, Method, Sweeps, Verified};
use crate::batch::{SourceId, Transport};

/// What is known of a source at some time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceReport {
    /// Whose.
    pub source: SourceId,
    /// The time of its newest event.
    pub newest_event: Option<Timestamp>,
    /// When the log was last read to its end, by the provider's clock.
    pub caught_up: Option<Timestamp>,
    /// How long ago that was, or, without it, the newest event; `None` if there is neither.
    pub lag_s: Option<i64>,
    /// By the way that events came.
    pub transports: Vec<TransportReport>,
    /// By the minute in which events happened, oldest first, of the last days.
    pub minutes: Vec<MinuteReport>,
    /// Stretches of time of which events may be lost; the last ones.
    pub gaps: Vec<Gap>,
    /// How many there were in all.
    pub n_gaps: u64,
    /// Events without a usable time.
    pub n_timeless: u64,
    /// Events whose time lies more than [`super::MOST_AHEAD`] behind when they were received; no minute counts them.
    pub n_ahead: u64,
    /// What came and could not be read as an event.
    pub n_rejected: u64,
    /// What second looks found.
    pub sweeps: Sweeps,
    /// `T`: complete until then, as far as can be asked.
    pub verified_until: Option<Timestamp>,
    /// The whole statement.
    pub verified: Option<Verified>,
    /// Events that came after their time had been verified, and moved `T` back; the last ones.
    pub corrections: Vec<Correction>,
    /// How many there were in all.
    pub n_corrections: u64,
}

/// What came by one way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TransportReport {
    /// The way.
    pub transport: Transport,
    /// How many events came by it first, and how many had come by another, or before.
    pub count: Count,
    /// When the last came, by the clock of this machine.
    pub last_received: Option<Timestamp>,
    /// How long new events took from when they happened until they were received.
    pub latency: Delays,
    /// How far new events lay behind the newest that was there.
    pub lateness: Delays,
}

/// What happened in one minute, by the way that events came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MinuteReport {
    /// Its beginning.
    pub minute: Timestamp,
    /// How many events came by each way.
    pub counts: BTreeMap<Transport, Count>,
}

impl SourceReport {
    /// What is verified, in words: until when, since when, how that was asked, when and how often.
    pub fn statement(&self) -> String {
        let Some(Verified { from, until, method, asked, times }) = &self.verified else {
            return "not verified to be complete: no second look has proved anything yet"
                .to_owned();
        };
        let how = match method {
            Method::BoundedQuery => "bounded query",
            Method::SecondPass => "second pass of the log",
        };
        let often = if *times == 1 { "once".to_owned() } else { format!("{times} times, last") };
        format!("verified complete from {from} until {until}, by {how}, asked {often} at {asked}")
    }

    /// When the provider begins to remove events that were not read, if nothing more is read and it keeps them so long. `None` if
    /// nothing was read yet.
    pub fn runs_out(&self, retention: Duration) -> Option<Timestamp> {
        let read = self.caught_up.max(self.newest_event)?;
        read.checked_add(SignedDuration::try_from(retention).ok()?).ok()
    }
}

impl Account {
    pub(super) fn report(&self, now: Timestamp) -> SourceReport {
        let read = self.caught_up.or(self.newest_event);
        let minutes = self.minutes.iter().filter_map(|(minute, counts)| {
            let minute = Timestamp::from_second(minute * 60).ok()?;
            Some(MinuteReport { minute, counts: counts.clone() })
        });
        let transports = self.transports.iter().map(|(transport, flow)| TransportReport {
            transport: *transport,
            count: flow.count,
            last_received: flow.last_received,
            latency: flow.latency,
            lateness: flow.lateness,
        });
        SourceReport {
            source: self.source.clone(),
            newest_event: self.newest_event,
            caught_up: self.caught_up,
            lag_s: read.map(|read| now.duration_since(read).as_secs().max(0)),
            transports: transports.collect(),
            minutes: minutes.collect(),
            gaps: self.gaps.iter().cloned().collect(),
            n_gaps: self.n_gaps,
            n_timeless: self.n_timeless,
            n_ahead: self.n_ahead,
            n_rejected: self.n_rejected,
            sweeps: self.sweeps.clone(),
            verified_until: self.verified.as_ref().map(|verified| verified.until),
            verified: self.verified.clone(),
            corrections: self.corrections.iter().cloned().collect(),
            n_corrections: self.n_corrections,
        }
    }
}
