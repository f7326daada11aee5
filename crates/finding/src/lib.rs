//! What engines conclude: a [`Finding`], its level, subject, evidence and fingerprint.
//!
//! ```text
//!  detect ──┐                     ┌─▶ text, JSON, SARIF, OCSF (keyward)
//!  …        ├─▶ Occurrence ─▶ Finding
//!  …      ──┘                     └─▶ Cases ─▶ sinks (later)
//! ```
//!
//! *Invariants.* No clock, no files, no network, no randomness: the same
//! conclusion has the same id wherever and whenever it is drawn. The id holds no
//! tenant label, file, position or time. Evidence is bounded, and what was left
//! out is said. The order of keys in JSON is part of the shape.
//!
//! *Reason.* Useful alone: whoever receives findings needs nothing else of Keyward.
//!
//! *Source.* The shape is `keyward.finding/1`; a key may be added to it, none
//! renamed or taken away.

mod case;
mod evidence;
mod fingerprint;
mod level;
mod place;
mod report;
mod rule;
mod subject;
#[cfg(test)]
mod tests;

pub use crate::case::{Cases, RUNS_MAX};
pub use crate::evidence::{Evidence, FIELDS_MAX, TEXT_MAX, VALUES_MAX};
pub use crate::fingerprint::{Fingerprint, HASHED_ID, event_id};
pub use crate::level::{Level, UnknownLevel};
pub use crate::place::{Place, Position};
pub use crate::report::{EVENTS_MAX, Finding, Kind, Occurrence, SCHEMA, State, rfc3339};
pub use crate::rule::Rule;
pub use crate::subject::{Key, Subject};
