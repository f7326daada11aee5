//! What was done with a credential, in bounded memory.

mod change;
mod roll;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::tally::Deed;

pub use self::change::{CHANGES_MAX, Change};
pub use self::roll::{Roll, Seen};

/// Days that are counted one by one.
pub const DAYS_MAX: usize = 180;

/// What the log tells of the use of one credential. The default has never been used.
///
/// Reads are in the log of neither provider, apart from a few of secrets: what is not here may have been done all the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Use {
    /// Events in which it was used.
    pub count: u64,
    /// The earliest of them.
    pub first: Option<Timestamp>,
    /// The latest of them.
    pub last: Option<Timestamp>,
    /// Those that failed.
    pub failures: u64,
    /// Those that changed something. Of Okta, by which operations leave which events, which the catalog infers from names.
    pub writes: u64,
    /// From which addresses.
    pub addresses: Roll,
    /// From which networks: `AS64496 Example Carrier`, as far as the log names them.
    pub networks: Roll,
    /// With which programs, as they call themselves.
    pub user_agents: Roll,
    /// What was done, by the provider's event types.
    pub event_types: Roll,
    /// By which operations of Auth0's Management API, in the words of its description; Okta's log tells no more than event types.
    #[serde(default)]
    pub operations: Roll,
    /// To whom or what: `User ada@example.com`.
    pub targets: Roll,
    /// Scopes that access tokens were asked for.
    pub scopes: Roll,
    /// Uses by day in UTC, the last [`DAYS_MAX`] that have any.
    pub days: BTreeMap<Date, u64>,
    /// What was done to the credential itself, in order of time.
    pub changes: Vec<Change>,
    /// Changes that are not kept, beyond [`CHANGES_MAX`].
    pub changes_beyond: u64,
}

/// Values that are kept, by place.
const ADDRESSES: usize = 64;
const NETWORKS: usize = 32;
const USER_AGENTS: usize = 16;
const EVENT_TYPES: usize = 64;
const OPERATIONS: usize = 64;
const TARGETS: usize = 32;
const SCOPES: usize = 64;

impl Use {
    /// Counts one use.
    pub(crate) fn see(&mut self, deed: &Deed, at: Timestamp) {
        self.count += 1;
        self.failures += u64::from(deed.is_failure);
        self.writes += u64::from(deed.is_write && !deed.is_failure);
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
        self.last = self.last.max(Some(at));
        self.event_types.count(&deed.kind, at, EVENT_TYPES);
        let single = [
            (&mut self.addresses, &deed.address, ADDRESSES),
            (&mut self.networks, &deed.network, NETWORKS),
            (&mut self.user_agents, &deed.user_agent, USER_AGENTS),
        ];
        for (roll, value, most) in single {
            if let Some(value) = value {
                roll.count(value, at, most);
            }
        }
        for target in &deed.targets {
            self.targets.count(target, at, TARGETS);
        }
        if let Some(operation) = deed.operation {
            self.operations.count(operation, at, OPERATIONS);
        }
        for scope in &deed.scopes {
            self.scopes.count(scope, at, SCOPES);
        }
        *self.days.entry(at.to_zoned(TimeZone::UTC).date()).or_default() += 1;
        self.bound_days();
    }

    /// Takes in what was seen elsewhere.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.failures += other.failures;
        self.writes += other.writes;
        self.first = [self.first, other.first].into_iter().flatten().min();
        self.last = self.last.max(other.last);
        self.addresses.merge(&other.addresses, ADDRESSES);
        self.networks.merge(&other.networks, NETWORKS);
        self.user_agents.merge(&other.user_agents, USER_AGENTS);
        self.event_types.merge(&other.event_types, EVENT_TYPES);
        self.operations.merge(&other.operations, OPERATIONS);
        self.targets.merge(&other.targets, TARGETS);
        self.scopes.merge(&other.scopes, SCOPES);
        for (day, count) in &other.days {
            *self.days.entry(*day).or_default() += count;
        }
        self.bound_days();
        self.changes_beyond += other.changes_beyond;
        for change in &other.changes {
            self.add_change(change.clone());
        }
    }

    /// Adds what happened to the credential, in order of time. One event counts once. How it began is always kept.
    pub(crate) fn add_change(&mut self, change: Change) {
        let Err(place) = self.changes.binary_search(&change) else { return };
        self.changes.insert(place, change);
        if self.changes.len() > CHANGES_MAX {
            let begins = self.changes.first().is_some_and(|first| first.what == CREATED);
            self.changes.remove(usize::from(begins));
            self.changes_beyond += 1;
        }
    }

    /// How it began, if the log saw that.
    pub fn creation(&self) -> Option<&Change> {
        self.changes.iter().find(|change| change.what == CREATED)
    }

    /// The last event of its kind about the credential, such as `secret rotated`.
    pub fn last_change(&self, what: &str) -> Option<&Change> {
        self.changes.iter().rev().find(|change| change.what == what)
    }

    fn bound_days(&mut self) {
        while self.days.len() > DAYS_MAX {
            self.days.pop_first();
        }
    }
}

/// What the catalog calls a beginning.
const CREATED: &str = "created";
