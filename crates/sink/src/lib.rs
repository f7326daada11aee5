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
mod clock;
mod delivery;
mod dispatcher;
mod hours;
mod message;
pub mod ocsf;
mod patience;
mod queue;
mod route;
mod silence;
mod template;
mod terms;

pub use crate::alert::{Alert, Guide, Turn};
pub use crate::channel::{
    BadEndpoint, BadMailbox, BoxFuture, Channel, Collector, Endpoint, Failure, File, Mail, Mailbox,
    Ocsf, PAGERDUTY, PagerDuty, SCHEMA, SLACK, SYSLOG_PORT, Security, Service, Slack, SlackHook,
    Submission, Syslog, Teams, Webhook,
};
pub use crate::clock::{Clock, SystemClock};
pub use crate::delivery::{Delivery, Folded, Key, Receipt, SAID_MAX, said};
pub use crate::dispatcher::{Dispatcher, Outlet, Random};
pub use crate::hours::{BadHours, Hours};
pub use crate::message::{Body, Message, Part};
pub use crate::patience::Patience;
pub use crate::queue::{Counts, Dead, Happened, Letters, News, Queue, QueueError};
pub use crate::route::{Plan, Policy, Route};
pub use crate::silence::{Silence, Silenced};
pub use crate::template::{BadTemplate, Own, TEMPLATE_MAX, Template};
pub use crate::terms::{BadGlob, Glob, Terms};
