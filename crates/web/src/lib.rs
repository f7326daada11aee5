//! What listens: receivers of what providers push, and pages that tell how a running program does.
//!
//! ```text
//!  POST ─▶ who, by secret ─▶ body, bounded ─▶ Keep ── durable ──▶ 200
//!  GET /metrics /status /health /ready ◀── the caller's numbers
//! ```
//!
//! *Invariants.* An answer of success means that the events are on the disk. What fails for now is answered with 503, never
//! with 4xx, which providers take for final. Secrets are compared in constant time and never logged. Bodies, headers,
//! connections, rates and what waits to be written are bounded.
//!
//! *Reason.* It keeps the HTTP server, and what it needs, away from all other crates.
//!
//! *Source.* Okta event hooks, Auth0 log streams, Amazon `EventBridge` API destinations, Splunk HTTP Event Collector, checked 2026-11-22.

mod acks;
mod answer;
mod body;
mod connection;
mod desk;
mod foreign;
mod hec;
mod host;
mod keep;
mod meters;
mod pages;
mod rate;
mod receive;
mod routes;
mod secret;
mod server;
mod settings;
#[cfg(test)]
mod tests;
mod tls;

pub use crate::keep::Keep;
pub use crate::pages::{Form, Status};
pub use crate::secret::SecretText;
pub use crate::server::{Locks, Server, serve};
pub use crate::settings::{Clock, Error, Kind, Limits, Receiver, Settings, Tls};
