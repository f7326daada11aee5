//! Small logs of few people, addresses and tokens, so that rules hold often.

use std::fmt::Write;

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

/// 2026-11-02T09:00:00Z in milliseconds, a Monday.
pub(super) const BEGIN: i64 = 1_793_610_000_000;

pub(super) const KINDS: [&str; 4] = [
    "user.session.start",
    "user.authentication.auth_via_mfa",
    "user.authentication.sso",
    "user.account.privilege.grant",
];

/// Degrees north and east; the last two are near each other.
pub(super) const SPOTS: [(f64, f64); 4] =
    [(59.91, 10.75), (40.71, -74.01), (52.52, 13.4), (52.4, 13.07)];

/// One event.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) number: usize,
    /// In milliseconds since 1970; none for an event without time.
    pub(super) at: Option<i64>,
    /// A number among [`KINDS`].
    pub(super) kind: usize,
    pub(super) user: Option<&'static str>,
    pub(super) ip: &'static str,
    pub(super) failed: bool,
    pub(super) bytes: Option<u32>,
    pub(super) spot: Option<usize>,
    pub(super) targets: Vec<&'static str>,
    pub(super) token: Option<&'static str>,
}

impl Entry {
    pub(super) fn id(&self) -> String {
        format!("event-{:04}", self.number)
    }

    /// The time in milliseconds of an event that has one.
    pub(super) fn time(&self) -> i64 {
        self.at.unwrap_or_default()
    }

    /// The event as JSON on one line.
    pub(super) fn text(&self) -> String {
        let targets = self.targets.iter().map(|id| json!({"type": "User", "id": id}));
        let mut event = json!({
            "uuid": self.id(),
            "eventType": KINDS[self.kind],
            "actor": {"alternateId": self.user, "type": "User"},
            "client": {"ipAddress": self.ip, "bytes": self.bytes},
            "outcome": {"result": if self.failed { "FAILURE" } else { "SUCCESS" }},
            "target": targets.collect::<Vec<Value>>(),
            "debugContext": {"debugData": {"privilegeGranted": "Super administrator"}},
            "transaction": {"detail": {"requestApiTokenId": self.token}},
        });
        if let Some(at) = self.at {
            event["published"] = json!(jiff::Timestamp::from_millisecond(at).unwrap().to_string());
        }
        if let Some(spot) = self.spot {
            let (lat, lon) = SPOTS[spot];
            event["client"]["geographicalContext"] =
                json!({"geolocation": {"lat": lat, "lon": lon}});
        }
        event.to_string()
    }
}

/// Events as a log, one a line.
pub(super) fn lines<'e>(entries: impl IntoIterator<Item = &'e Entry>) -> String {
    entries.into_iter().fold(String::new(), |mut log, entry| {
        let _ = writeln!(log, "{}", entry.text());
        log
    })
}

/// So many events in the order of time, some of them at one time; all have a time and a user.
pub(super) fn tidy_log(len: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Entry>> {
    let gap = select(vec![0, 0, 1000, 2000, 5000, 5500, 10_000, 30_000, 60_000, 61_000]);
    vec((gap, entry()), len).prop_map(|events| {
        let mut at = BEGIN;
        let entry = |(number, (gap, entry)): (usize, (i64, Entry))| {
            at += gap;
            Entry { number, at: Some(at), ..entry }
        };
        events.into_iter().enumerate().map(entry).collect()
    })
}

/// The same with events that lack a time or a user, and some that come twice.
pub(super) fn log(len: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Entry>> {
    (tidy_log(len), vec(0..40_u8, 40)).prop_map(|(mut entries, whims)| {
        let mut again = Vec::new();
        for (entry, whim) in entries.iter_mut().zip(whims) {
            match whim {
                0 => entry.at = None,
                1 => entry.user = None,
                2..5 => again.push(entry.clone()),
                _ => {}
            }
        }
        entries.extend(again);
        entries
    })
}

fn entry() -> impl Strategy<Value = Entry> {
    let who = (
        select(vec!["ada@example.com", "bo@example.com"]),
        select(vec!["192.0.2.1", "198.51.100.2", "203.0.113.3"]),
        weighted(0.5, select(vec!["t1", "t2"])),
        select(vec![vec![], vec!["u1"], vec!["u1", "u2"], vec!["u2", "u2"]]),
    );
    let what = (select(vec![0, 0, 0, 1, 1, 2, 2, 3]), any::<bool>(), weighted(0.9, 0..9_u32));
    let spot = weighted(0.9, 0..SPOTS.len());
    (who, what, spot).prop_map(|((user, ip, token, targets), (kind, failed, bytes), spot)| {
        let (number, at, user) = (0, None, Some(user));
        Entry { number, at, kind, user, ip, failed, bytes, spot, targets, token }
    })
}
