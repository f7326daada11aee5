//! Queues, routes and what they withstand.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod delivered;
mod fault;
mod queued;
mod stage;
