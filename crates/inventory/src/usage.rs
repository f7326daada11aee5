//! What was done with a credential, in bounded memory.

mod change;
mod roll;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

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
    /// Those that changed something, by the catalog of event types.
    pub writes: u64,
    /// From which addresses.
    pub addresses: Roll,
    /// From which networks: `AS64496 Example Carrier`, as far as the log names them.
    pub networks: Roll,
    /// With which programs, as they call themselves.
    pub user_agents: Roll,
    /// What was done, by the provider's event types.
    pub event_types: Roll,
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
