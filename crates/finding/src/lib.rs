//! What engines conclude: a [`Finding`], its level, subject, evidence and fingerprint.
//!
//! ```text
//!  detect ───▶ Occurrence ─┐           ┌─▶ text, JSON, SARIF, OCSF (keyward)
//!                          ├─▶ Finding
//!  leak ─────▶ Discovery ──┤           └─▶ Cases ─▶ sinks (later)
//!  privilege ▶ Disparity ──┤
//!  inventory ▶ Weakness ───┘
//! ```
//!
//! *Invariants.* No clock, no files, no network, no randomness: the same
//! conclusion has the same id wherever and whenever it is drawn. The id of a detection holds no
//! tenant label, file, position or time; that of a leak is made of fingerprint and place, that of a privilege of who and what. Evidence is bounded, and what was left
//! out is said. The order of keys in JSON is part of the shape.
//!
//! *Reason.* Useful alone: whoever receives findings needs nothing else of Keyward.
//!
//! *Source.* The shape is `keyward.finding/1`; a key may be added to it, none
//! renamed or taken away.

mod case;
mod credential;
mod evidence;
mod fingerprint;
mod level;
mod place;
mod report;
mod rule;
mod subject;
#[cfg(test)]
mod tests;
mod verification;
mod visible;
mod weakness;

pub use crate::case::{Cases, RUNS_MAX};
pub use crate::credential::{Belonging, Claims, Companion, Credential, LISTED_MAX, Shown};
pub use crate::evidence::{Evidence, FIELDS_MAX, TEXT_MAX, VALUES_MAX};
pub use crate::fingerprint::{Fingerprint, HASHED_ID, event_id};
pub use crate::level::{Level, UnknownLevel};
pub use crate::place::{Commit, End, History, Place, Position, Recording};
pub use crate::report::{
    Discovery, Disparity, EVENTS_MAX, Finding, Kind, Occurrence, SCHEMA, State, rfc3339,
};
pub use crate::rule::Rule;
pub use crate::subject::{Key, Subject};
pub use crate::verification::{
    ADDRESSES_MAX, Address, BlastRadius, Exposure, TYPES_MAX, Token, Use, Verification,
};
pub use crate::visible::{html_escaped, is_unsafe, visible};
pub use crate::weakness::Weakness;
