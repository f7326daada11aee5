//! What many events say together: since when, from where, with what.

use std::cmp::Reverse;
use std::collections::HashMap;

use finding::rfc3339;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::row::{Origin, Row};

/// Different values of one kind that are counted.
const VALUES_MAX: usize = 1_000;

/// What the events of a subject say together.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// How many there are.
    pub(super) events: u64,
    /// The earliest, and from where it was.
    pub(super) first: Option<(Timestamp, Origin)>,
    /// The latest, and from where it was.
    pub(super) last: Option<(Timestamp, Origin)>,
    /// Logins of who acted.
    pub(super) users: Uses,
    /// Addresses, each with its place and network.
    pub(super) addresses: Uses,
    /// Ids of sessions.
    pub(super) sessions: Uses,
    /// Ids of tokens.
    pub(super) tokens: Uses,
    /// Ids of clients.
    pub(super) clients: Uses,
}

/// Values with how often and since when they were met.
#[derive(Debug, Default)]
pub(super) struct Uses {
    uses: HashMap<String, Use>,
    /// Whether there were more different values than are counted.
    is_cut: bool,
}

/// How often and since when one value was met.
#[derive(Debug, Default, Clone)]
pub(super) struct Use {
    /// In how many events.
    pub(super) count: u64,
    /// What is known of it; empty for nothing.
    pub(super) note: String,
    /// The earliest.
    pub(super) first: Option<Timestamp>,
    /// The latest.
    pub(super) last: Option<Timestamp>,
}

impl Told {
    /// Takes an event in. Only where the subject acted itself, its address and the like are its own.
    pub(super) fn add(&mut self, row: &Row, is_own: bool) {
        self.events += 1;
        if !is_own {
            return;
        }
        let origin = &row.origin;
        if let Some(time) = row.time {
            if self.first.as_ref().is_none_or(|(first, _)| time < *first) {
                self.first = Some((time, origin.clone()));
            }
            if self.last.as_ref().is_none_or(|(last, _)| time >= *last) {
                self.last = Some((time, origin.clone()));
            }
        }
        self.users.add(row.user.as_deref(), row.time, String::new);
        self.addresses.add(origin.ip.as_deref(), row.time, || origin.place_and_network());
        self.sessions.add(origin.session.as_deref(), row.time, String::new);
        self.tokens.add(origin.token.as_deref(), row.time, String::new);
        self.clients.add(origin.client.as_deref(), row.time, String::new);
    }

    /// The values by kind, each kind with its name for people and in JSON.
    pub(super) fn kinds(&self) -> [(&'static str, &'static str, &Uses); 5] {
        [
            ("Users", "users", &self.users),
            ("Addresses", "addresses", &self.addresses),
            ("Sessions", "sessions", &self.sessions),
            ("Tokens", "tokens", &self.tokens),
            ("Clients", "clients", &self.clients),
        ]
    }
}

impl Origin {
    /// City, country and network of the address.
    pub(super) fn place_and_network(&self) -> String {
        let parts: Vec<_> = [&self.place, &self.network].into_iter().flatten().cloned().collect();
        parts.join(" · ")
    }
}

impl Uses {
    fn add(&mut self, value: Option<&str>, time: Option<Timestamp>, note: impl Fn() -> String) {
        let Some(value) = value else { return };
        if !self.uses.contains_key(value) && self.uses.len() >= VALUES_MAX {
            self.is_cut = true;
            return;
        }
        let one = self.uses.entry(value.to_owned()).or_default();
        one.count += 1;
        if one.note.is_empty() {
            one.note = note();
        }
        one.first = [one.first, time].into_iter().flatten().min();
        one.last = one.last.max(time);
    }

    /// How many different values there are, and whether there were more.
    pub(super) fn len(&self) -> (usize, bool) {
        (self.uses.len(), self.is_cut)
    }

    /// The values, the latest used first.
    pub(super) fn sorted(&self) -> Vec<(&str, &Use)> {
        let mut uses: Vec<_> = self.uses.iter().map(|(value, one)| (value.as_str(), one)).collect();
        uses.sort_by_key(|(value, one)| (Reverse(one.last), Reverse(one.count), *value));
        uses
    }

    /// The same as JSON.
    pub(super) fn to_json(&self) -> Value {
        let one = |(value, one): (&str, &Use)| {
            json!({
                "value": value,
                "note": Some(&one.note).filter(|note| !note.is_empty()),
                "events": one.count,
                "first": one.first.map(rfc3339),
                "last": one.last.map(rfc3339),
            })
        };
        self.sorted().into_iter().map(one).collect()
    }
}
