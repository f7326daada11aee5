//! The few events of a corpus that a detection may well report.

use lab::activity;
use lab::clock::{Millis, SECOND};
use lab::org::{CELL, Person};
use lab::place::Address;
use lab::record::kind::{self, Kind};
use lab::record::{Behavior, Record, Target};
use lab::scene::{Scene, Seat};

/// What an administrator does to an account, and what an intruder would do first.
const TO_ACCOUNTS: &[&Kind] =
    &[kind::FACTOR_RESET_ALL, kind::FACTOR_DEACTIVATE, kind::ACCOUNT_LOCK, kind::RESET_PASSWORD];

/// What changes for everybody.
const TO_THE_TENANT: &[&Kind] = &[
    kind::IDP_CREATE,
    kind::LOG_STREAM_OFF,
    kind::MAPPING_UPDATE,
    kind::CHANGE_USERNAME,
    kind::DEVICE_ENROLL,
];

/// One of them, drawn by lot.
pub(crate) fn raise<'a>(scene: &mut Scene<'a>, seat: &Seat<'a>, from: &'a Address, at: Millis) {
    match scene.random.below(5) {
        0 => {
            let victim = scene.random.pick(&scene.org.people);
            let kind = *scene.random.pick(TO_ACCOUNTS);
            scene.emit(&seat.does(kind, at).on(Target::user(victim)));
        }
        1 => scene.emit(&grant_role(seat, seat.person, "Read only admin", at)),
        2 => {
            let token = scene.random.id("00T", 20, CELL);
            scene.emit(&create_token(seat, token, "ZONE", at));
        }
        3 => {
            let kind = *scene.random.pick(TO_THE_TENANT);
            let id = scene.random.id("0oa", 20, CELL);
            scene.emit(&seat.does(kind, at).on(Target::new("Setting", id, "reporting")));
        }
        _ => {
            let mut away = seat.clone();
            away.address = from;
            away.behavior = Behavior::Stranger;
            activity::start_session(scene, &away, at);
        }
    }
}

/// One request after the other to approve a push, until the person gives in.
pub(crate) fn bombard(scene: &mut Scene, seat: &Seat, at: Millis) {
    let mut at = at;
    for _ in 0..6 {
        at = activity::push(scene, seat, at, Some("INVALID_CREDENTIALS"))
            + scene.random.between(9 * SECOND, 40 * SECOND);
    }
    at = activity::push(scene, seat, at, None);
    activity::start_session(scene, seat, at + 150);
}

/// An administrator role for somebody, effective at once.
pub(crate) fn grant_role<'a>(
    seat: &'a Seat,
    person: &'a Person,
    role: &'static str,
    at: Millis,
) -> Record<'a> {
    seat.does(kind::PRIVILEGE_GRANT, at).debug("privilegeGranted", role).on(Target::user(person))
}

/// A new API token; `network` says from where it may be used.
pub(crate) fn create_token<'a>(
    seat: &'a Seat,
    id: String,
    network: &'static str,
    at: Millis,
) -> Record<'a> {
    seat.does(kind::API_TOKEN_CREATE, at).debug("networkConnection", network).on(Target::new(
        "Token",
        id,
        "reporting",
    ))
}
