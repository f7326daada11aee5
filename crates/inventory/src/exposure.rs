//! What was done with a credential since it lay open, and from where it was never used before.

use std::collections::{BTreeMap, BTreeSet};

use catalog::Role;
use event::Event;
use finding::{ADDRESSES_MAX, Address, Exposure, TYPES_MAX, Use};
use jiff::Timestamp;

use crate::change::is_change;
use crate::tally::network;

/// Addresses that are told apart; those beyond are counted.
const TOLD_APART: usize = 20_000;

/// Event types that are told apart.
const TYPES_APART: usize = 1_000;

/// Whose events count.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Whose {
    /// Those that an API token authorized, by its id (`00T…`).
    Token(String),
    /// Those that a service app or a client for machines made itself, by its client id.
    Client(String),
    /// Those in a session, by its id.
    Session(String),
    /// Those of a user, in whatever session, by the provider's id.
    User(String),
}

impl Whose {
    /// Whether an event was made with it.
    pub fn made(&self, event: &Event<'_>) -> bool {
        let is = |role, id: &String| event.entity(role).as_ref() == Some(id);
        match self {
            Self::Token(id) => is(Role::Token, id),
            Self::Client(id) => is(Role::ActorId, id) || is(Role::Client, id),
            Self::User(id) => is(Role::ActorId, id),
            Self::Session(id) => is(Role::Session, id) || is(Role::RootSession, id),
        }
    }
}

/// Gathers the uses of one credential, in whatever order they come.
#[derive(Debug)]
pub struct Exposing {
    whose: Vec<Whose>,
    since: Timestamp,
    known: Places,
    new: BTreeMap<String, Found>,
    types: BTreeMap<String, u64>,
    n_events: u64,
    n_writes: u64,
    n_beyond: u64,
    last: Option<Timestamp>,
    /// The earliest event of all, whoever made it.
    begins: Option<Timestamp>,
}

/// Where a credential was used before.
#[derive(Debug, Default)]
struct Places {
    addresses: BTreeSet<String>,
    networks: BTreeSet<String>,
}

/// Uses from one address.
#[derive(Debug)]
struct Found {
    network: Option<String>,
    first: Use,
    last: Timestamp,
    n_events: u64,
    n_writes: u64,
}

/// One event, as far as it matters here.
struct Deed {
    time: Timestamp,
    kind: String,
    ip: String,
    network: Option<String>,
    id: String,
    is_write: bool,
}

impl Exposing {
    /// Gathers what was done by any of `whose` since a time. What was done before tells from where it was used when all was well.
    pub fn new(whose: Vec<Whose>, since: Timestamp) -> Self {
        Self {
            whose,
            since,
            known: Places::default(),
            new: BTreeMap::new(),
            types: BTreeMap::new(),
            n_events: 0,
            n_writes: 0,
            n_beyond: 0,
            last: None,
            begins: None,
        }
    }

    /// Looks at an event of anybody. One without a usable time is nobody's.
    pub fn observe(&mut self, event: &Event<'_>) {
        let Some(time) = event.time() else { return };
        self.begins = Some(self.begins.map_or(time, |begins| begins.min(time)));
        if !self.whose.iter().any(|whose| whose.made(event)) {
            return;
        }
        let deed = Deed::new(event, time);
        if time < self.since {
            self.knew(deed);
        } else {
            self.count(deed);
        }
    }

    /// The earliest event that was looked at, whoever made it.
    pub fn begins(&self) -> Option<Timestamp> {
        self.begins
    }

    fn knew(&mut self, deed: Deed) {
        let Places { addresses, networks } = &mut self.known;
        if addresses.len() < TOLD_APART && !deed.ip.is_empty() {
            addresses.insert(deed.ip);
            networks.extend(deed.network);
        }
    }

    fn count(&mut self, deed: Deed) {
        self.n_events += 1;
        self.n_writes += u64::from(deed.is_write);
        self.last = self.last.max(Some(deed.time));
        if self.types.len() < TYPES_APART || self.types.contains_key(&deed.kind) {
            *self.types.entry(deed.kind.clone()).or_default() += 1;
        }
        if deed.ip.is_empty() {
            return;
        }
        let has_room = self.new.len() < TOLD_APART;
        match self.new.get_mut(&deed.ip) {
            Some(found) => found.add(deed),
            None if has_room => {
                self.new.insert(deed.ip.clone(), Found::new(deed));
            }
            None => self.n_beyond += 1,
        }
    }

    /// What was gathered. `begins` says what happened at the time since which it counts, `why` what the answer rests on;
    /// `complete` is whether the log was there from then on.
    pub fn finish(self, begins: &str, complete: bool, why: &str) -> Exposure {
        let Places { addresses: before, networks } = self.known;
        let mut foreign: Vec<_> =
            self.new.into_iter().filter(|(ip, _)| !before.contains(ip)).collect();
        foreign.sort_by(|(_, one), (_, other)| {
            (one.first.time, &one.first.ip).cmp(&(other.first.time, &other.first.ip))
        });
        let first_foreign = foreign.first().map(|(_, found)| found.first.clone());
        let beyond = foreign.len().saturating_sub(ADDRESSES_MAX) as u64 + self.n_beyond;
        let addresses = foreign.into_iter().take(ADDRESSES_MAX);
        Exposure {
            since: self.since,
            begins: begins.to_owned(),
            events: self.n_events,
            writes: self.n_writes,
            last: self.last,
            types: most(self.types),
            known_addresses: before.len() as u64,
            addresses: addresses.map(|(ip, found)| found.told(ip, &networks)).collect(),
            addresses_beyond: beyond,
            first_foreign,
            complete,
            why: why.to_owned(),
        }
    }
}

impl Deed {
    fn new(event: &Event<'_>, time: Timestamp) -> Self {
        Self {
            time,
            kind: event.kind().unwrap_or_default(),
            ip: event.ip().unwrap_or_default(),
            network: network(event),
            id: event.id().unwrap_or_default(),
            is_write: is_change(event),
        }
    }
}

impl Found {
    fn new(deed: Deed) -> Self {
        let Deed { time, kind, ip, network, id, is_write } = deed;
        let first = Use { time, kind, ip, id };
        Self { network, first, last: time, n_events: 1, n_writes: u64::from(is_write) }
    }

    fn add(&mut self, deed: Deed) {
        self.n_events += 1;
        self.n_writes += u64::from(deed.is_write);
        self.last = self.last.max(deed.time);
        let Deed { time, kind, ip, network, id, .. } = deed;
        // Of what happened at one time the smaller id counts, so that the order of reading does not.
        if (time, &id) < (self.first.time, &self.first.id) {
            self.first = Use { time, kind, ip, id };
        }
        self.network = self.network.take().or(network);
    }

    fn told(self, ip: String, before: &BTreeSet<String>) -> Address {
        let new_network = self.network.as_ref().map(|network| !before.contains(network));
        let Self { network, first, last, n_events, n_writes } = self;
        Address {
            ip,
            network,
            new_network,
            first: first.time,
            last,
            events: n_events,
            writes: n_writes,
        }
    }
}

/// The most frequent.
fn most(types: BTreeMap<String, u64>) -> BTreeMap<String, u64> {
    let mut all: Vec<_> = types.into_iter().collect();
    all.sort_by(|(name, count), (other, more)| more.cmp(count).then_with(|| name.cmp(other)));
    all.into_iter().take(TYPES_MAX).collect()
}

#[cfg(test)]
mod tests;
