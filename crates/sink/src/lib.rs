//! Findings to people and systems: messages, routes, and queues that lose none.
//!
//! ```text
//!  finding + guide ─▶ Alert ─ routes, silences, folding ─▶ Queue ─▶ Channel: webhook, Slack, mail, syslog …
//!                                                            │ backoff          │
//!                                                            └── dead letters ◀─┘
//! ```
//!
//! *Invariants.* What is queued is durable before it is passed on, and is passed on until its receiver took it or refused it for
//! good; then it is a dead letter that can be sent again. Messages of one case go out in order. A channel that is down holds back
//! nobody else. Every message bears the same key each time it is sent. Sockets are opened by `outbound` alone.
//!
//! *Reason.* It keeps I/O, and what services want, away from engines.
//!
//! *Source.* None for the whole; each channel names the description of its service.

mod alert;
mod channel;
mod delivery;
pub mod ocsf;

pub use crate::alert::{Alert, Guide, Turn};
pub use crate::channel::{BoxFuture, Channel, Failure};
pub use crate::delivery::{Delivery, Folded, Key, Receipt, SAID_MAX, said};
