//! Tenants on loopback, the honest and the hostile.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod act;
mod doctor;
mod hostile;
mod inventory;
mod lab;
mod lookup;
mod paging;
mod proof;
mod refusal;
mod server;
mod sign_in;
mod verify;
