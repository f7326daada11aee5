//! What listens: receivers of what providers push, and pages that tell how a running program does.
//!
//! ```text
//!  POST ─▶ who, by secret ─▶ body, bounded ─▶ Intake ── durable ──▶ 200
//!  GET /metrics /health /ready ◀── the caller's numbers
//! ```
//!
//! *Invariants.* An answer of success means that the events are on the disk. Secrets are compared in constant time and never
//! logged. Bodies, headers, connections and rates are bounded.
//!
//! *Reason.* It keeps the HTTP server, and what it needs, away from all other crates.
//!
//! *Source.* Okta event hooks, Auth0 log streams, Amazon `EventBridge` API destinations, Splunk HTTP Event Collector, checked 2026-11-22.
