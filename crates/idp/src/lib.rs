//! Okta and Auth0 over HTTP: credentials, pages of their logs, rate limits.
//!
//! ```text
//!  Credential ─▶ token ─┐
//!  Query, Cursor ───────┴─▶ Tenant::page ─▶ Page {body, next, asked at} ─▶ the caller's intake
//!                              ├── pace: the answer's own clock, a reserve left for others
//!  inventory ───────────────────┴─▶ Snapshot: tokens, apps, administrators; what could not be read is said
//!  Action ─▶ Call ─ on record ─▶ Executing ──▶ Tenant::act ─▶ Acted
//! ```
//!
//! *Invariants.* A cursor is opaque and belongs to one origin. Nothing is retried that cannot succeed; what may is told
//! apart by [`Error`]. Nothing is changed before it is on record: only an [`Executing`] can be carried out.
//!
//! *Reason.* It keeps what speaks to providers away from what judges their events.
//!
//! *Source.* Okta System Log API and OAuth for service apps, Auth0 Management API and tenant logs, checked 2026-11-22.

mod act;
mod action;
mod classify;
mod clock;
mod count;
mod credential;
mod cursor;
mod doctor;
mod error;
mod inventory;
mod jwt;
mod key;
mod link;
mod pace;
mod page;
mod patience;
mod proof;
mod provider;
mod query;
mod session;
mod share;
mod tenant;
mod verify;

pub use crate::act::{Acted, Executing, Intent, Looked, Trail, TrailError};
pub use crate::action::{Action, BadAction, Call, Expected, Look};
pub use crate::credential::Credential;
pub use crate::cursor::{BadCursor, Cursor};
pub use crate::doctor::{Check, Verdict, doctor};
pub use crate::error::{Error, Lacks, Retry};
pub use crate::inventory::{Lookup, Wanted, inventory, is_budget, is_secret_of, look_up};
pub use crate::key::{BadKey, PublicHalf, public_half};
pub use crate::link::{Link, links};
pub use crate::pace::Pace;
pub use crate::page::Page;
pub use crate::patience::Patience;
pub use crate::proof::{Proof, Unproven, prove};
pub use crate::provider::Provider;
pub use crate::query::Query;
pub use crate::share::Share;
pub use crate::tenant::Tenant;
pub use crate::verify::{Seen, Trial, Untried, Who, verify};
