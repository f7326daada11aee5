//! API tokens, apps and administrators as data, what was done with them, and what is wrong with them.
//!
//! ```text
//!  lists of the provider ─▶ Snapshot ─┐
//!  events ─▶ Tally ───────────────────┴─▶ Card ─┬─▶ posture ─▶ Finding
//!                                               └─▶ exposure since a leak
//! ```
//!
//! *Invariants.* No clock, no files, no network. Whatever a card says bears how it is known; what is inferred is never said as if
//! the provider had told it. What could not be read is a gap with its reason. Memory is bounded by the number of cards.
//!
//! *Reason.* It keeps I/O away from what is said about credentials.
//!
//! *Source.* Okta and Auth0 management interfaces; each fact with its own.

mod card;
mod change;
mod clue;
mod exposure;
mod known;
mod posture;
mod provider;
mod snapshot;
mod span;
mod tally;
mod timeline;
mod usage;

pub use crate::card::{Card, CardKind, Creation, Grant, KeyRow, Network, Owner, Role, SecretRow};
pub use crate::change::is_change;
pub use crate::clue::{Clue, Match, Sort};
pub use crate::exposure::{Exposing, Whose};
pub use crate::known::{Basis, Known};
pub use crate::posture::{APP_DORMANT, Posture, TOKEN_DORMANT, Unexamined, posture};
pub use crate::provider::Provider;
pub use crate::snapshot::{
    Admin, Console, ConsoleRule, Factor, GONE, Gap, SNAPSHOT_SCHEMA, Settings, Snapshot,
};
pub use crate::span::days;
pub use crate::tally::{CARDS_MAX, Coverage, Tally, TenantTally};
pub use crate::timeline::{Moment, timeline};
pub use crate::usage::{CHANGES_MAX, Change, DAYS_MAX, Roll, Seen, Use};
