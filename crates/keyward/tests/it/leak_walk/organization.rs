//! The organization of the walk: the lab's, of which a program's token leaked an hour ago and was used since.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use lab::serve::{Keys, Lab, Limits, ServeOptions, listen};
use lab::{Options, World, entries_from};
use tokio::runtime::Runtime;

const SEED: u64 = 1;
const USERS: u32 = 20;

/// Ordinary days before: rules know a token's networks after a week.
const DAYS: u32 = 8;

/// How long before the present the attack begins. It takes nine minutes.
pub(super) const ATTACKED_AGO: SignedDuration = SignedDuration::from_mins(20);

/// Serves it from a thread of this process, writes its credentials into a folder, and tells where it is.
pub(super) fn serve(runtime: &Runtime, folder: &Path) -> SocketAddr {
    let now = Timestamp::now();
    let keys = Keys::random().unwrap();
    keys.write(folder).unwrap();
    let attack = Some("token-leak".to_owned());
    let end = now + SignedDuration::from_hours(24);
    let past = Options { users: USERS, days: DAYS + 1, attack, ..Options::new(SEED, end) };
    let options = ServeOptions {
        seed: SEED,
        world: Arc::new(World::new(SEED, USERS)),
        limits: Limits { logs_per_minute: 100_000, ..Limits::default() },
        ..ServeOptions::default()
    };
    let lab = Lab::new(options, keys, entries_from(&past, now - ATTACKED_AGO));
    let (okta, auth0) = runtime.block_on(async { (listen(0).await, listen(0).await) });
    let (okta, auth0) = (okta.unwrap(), auth0.unwrap());
    let address = okta.local_addr().unwrap();
    runtime.spawn(lab.run(okta, auth0, std::future::pending()));
    address
}
