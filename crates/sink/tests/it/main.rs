//! Queues, routes and what they withstand.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

/// Certificates are made as those of the receivers of events are.
#[path = "../../../web/src/tests/certificate.rs"]
mod certificate;
mod collector;
mod delivered;
mod fault;
mod file;
mod http;
mod mail;
mod queued;
mod receiver;
mod stage;
mod syslog;
mod troubled;
