//! What is kept: the durable intake, the account of what is missing from it, and findings.
//!
//! ```text
//!  bodies ──split──▶ Record ─┐
//!                            ├─▶ Batch ──submit──▶ Intake ── fsync ──▶ Receipt
//!  cursor, caught up ─▶ Note ┘                       │
//!                                Reader ◀── frames ──┤──▶ Ledger: verified until, gaps, lag
//!                                                    └──▶ export
//!  Finding ──▶ Findings: list, show, close, reopen ──▶ News, for who tells others
//!  Snapshot, Tally ──▶ Cards: what is known of credentials
//!  a call that changes something ──▶ Audit: a line before it, and one after
//! ```
//!
//! *Invariants.* A [`Receipt`] is given after its batch is on the disk, events and notes together or neither. An event is in the
//! intake once, by provider, tenant and id, however often and by whatever way it comes. A position names the same frame for good.
//! No clock: times are arguments. Storage is a trait, so that a full disk is a test.
//!
//! *Reason.* It keeps files and `SQLite` away from collectors and engines.
//!
//! *Source.* None: the format is Keyward's own, `docs/intake.md`.

mod audit;
mod batch;
mod block;
mod cards;
mod cursors;
mod disk;
mod error;
pub mod fault;
mod findings;
mod frame;
mod index;
mod intake;
mod ledger;
mod reader;
mod retention;
mod segment;
mod shelf;
mod split;
mod survey;
mod varint;

pub use crate::audit::{AUDIT_SCHEMA, Audit, AuditError, AuditLine, Audited};
pub use crate::batch::{
    Batch, Note, Position, Receipt, Record, Rejected, SourceId, Sweep, Transport,
};
pub use crate::cards::{Cards, CardsError};
pub use crate::disk::{Blob, Disk, RealDisk, identity};
pub use crate::error::Error;
pub use crate::findings::{
    Decided, Decision, Filter, Findings, FindingsError, News, NewsEvent, Put, Stored, Whether,
};
pub use crate::frame::{Frame, Repeat};
pub use crate::intake::{Done, Intake, MOST_BATCH_BYTES, Opened, Settings};
pub use crate::ledger::{
    BOUNDS_S, Correction, Count, Delays, GAPS_KEPT, Gap, Ledger, MINUTES_KEPT, MOST_AHEAD, Method,
    MinuteReport, SETTLED_AFTER, SourceReport, Sweeps, TransportReport, Verified,
};
pub use crate::reader::Reader;
pub use crate::split::{Split, split};
