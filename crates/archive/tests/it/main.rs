//! The intake as its users see it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod cards;
mod crash;
mod damage;
mod findings;
mod intake;
mod ledger;
mod small;
mod split;
