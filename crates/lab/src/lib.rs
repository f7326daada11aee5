//! A stand-in for an Okta organization and an Auth0 tenant: people at work, attacks to replay, and the interfaces that
//! serve their log.
//!
//! ```text
//!  seed ─▶ World: people, apps, tokens, networks ─┬─▶ benign days ─┐
//!                                                 └─▶ attacks ─────┴─▶ Entry, in the order of time ─┬─▶ export
//!                                                                                                   └─▶ serve: HTTP on loopback, faults
//! ```
//!
//! *Invariants.* The same seed, options and beginning make the same log, byte for byte. Nothing in it is real: names are of
//! `example.com`, addresses of the documentation, credentials random.
//!
//! *Reason.* Useful alone: whoever writes detections lacks a tenant to try them on.
//!
//! *Source.* The shapes are Okta's and Auth0's, by way of `catalog`; rates and limits are cited where they stand.

pub mod activity;
mod attack;
mod benign;
mod calendar;
pub mod clock;
pub mod device;
mod entry;
mod habits;
mod options;
pub mod org;
pub mod place;
pub mod random;
pub mod record;
pub mod scene;
pub mod serve;
pub mod site;
pub mod tenant;
pub mod world;

pub use crate::attack::{Attack, Happening, attack, attacks};
pub use crate::benign::describe;
pub use crate::entry::{Entry, Product};
pub use crate::options::Options;
pub use crate::world::World;

/// What happens in the days before [`Options::end`], in the order of time. With an attack, which is near the end, there are
/// as many more days as it takes. An attack that is not one of [`attacks`] does not happen.
pub fn entries(options: &Options) -> impl Iterator<Item = Entry> + use<> {
    let attack = options.attack.as_deref().and_then(attack);
    attack::Behind::new(options, attack)
}

/// What happens in the days before [`Options::end`], with the attack from `begin` on: for a log that is served, which goes on
/// behind the attack.
pub fn entries_from(
    options: &Options,
    begin: jiff::Timestamp,
) -> impl Iterator<Item = Entry> + use<> {
    let attack = options.attack.as_deref().and_then(attack);
    attack::Behind::from(options, attack, begin.as_millisecond())
}
