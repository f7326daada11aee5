//! Ordinary days: everything that a detection should leave alone.

use super::Cast;
use crate::corpus::tail::{self, Tail};
use lab::activity;
use lab::clock::{HOUR, MINUTE, Millis, SECOND};
use lab::org::{App, Person};
use lab::record::kind::{self, Kind};
use lab::record::{Behavior, Client, Record, Target, Transaction};
use lab::scene::{Scene, Seat};

/// Events a day of types that hardly ever occur.
const N_RARE: usize = 10;

/// Everything of one day; days are counted from 0.
pub(crate) fn stage(scene: &mut Scene, cast: &Cast, tail: &[Tail], day: usize, midnight: Millis) {
    let org = scene.org;
    for person in &org.people {
        if person.id != cast.contractor.id && scene.random.chance(2_500) {
            let begins =
                if day == 0 || scene.random.chance(3_000) { Begins::Now } else { Begins::Before };
            work(scene, person, begins, midnight);
        }
    }
    serve_people(scene, cast, midnight, day);
    administer(scene, cast, midnight, day);
    run_programs(scene, cast, midnight, 6);
    for _ in 0..N_RARE {
        let person = somebody(scene, cast);
        let seat = Seat::of(person, &person.office, &mut scene.random);
        let tail = scene.random.pick(tail);
        let at = midnight + scene.random.between(7 * HOUR, 17 * HOUR);
        tail::emit(scene, tail, &seat, at);
    }
}

/// A day of which the log has little: a few people, both administrators, the help desk, programs.
pub(crate) fn stage_little(scene: &mut Scene, cast: &Cast, number: usize, midnight: Millis) {
    let org = scene.org;
    for at in 0..3 {
        let person = &org.people[(number * 3 + at * 13 + 9) % org.people.len()];
        if person.id != cast.contractor.id {
            let begins = if at == 0 { Begins::Now } else { Begins::Before };
            work(scene, person, begins, midnight);
        }
    }
    let admins = [cast.admin, cast.second_admin, &cast.help_desk[number % cast.help_desk.len()]];
    for admin in admins {
        let seat = Seat::of(admin, &admin.office, &mut scene.random);
        let at = midnight + scene.random.between(8 * HOUR, 11 * HOUR);
        activity::open_admin_console(scene, &seat, at);
        let person = somebody(scene, cast);
        let group = scene.random.pick(&org.groups);
        let later = at + scene.random.between(2 * MINUTE, 40 * MINUTE);
        activity::join_group(scene, Some(&seat), person, group, later);
    }
    run_programs(scene, cast, midnight, 2);
}

/// Whether a session goes on that began before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begins {
    Before,
    Now,
}

/// One person's day: a sign-in unless yesterday's session goes on, then apps.
fn work(scene: &mut Scene, person: &Person, begins: Begins, midnight: Millis) {
    let address = if scene.random.chance(6_500) { &person.office } else { &person.home };
    let mut seat = Seat::of(person, address, &mut scene.random);
    if scene.random.chance(300) {
        seat.behavior = Behavior::NewAddress;
    }
    let mut at = midnight + scene.random.between(7 * HOUR, 10 * HOUR);
    if scene.random.chance(800) {
        at = activity::mistype_password(scene, &seat, at) + 12 * SECOND;
    }
    if begins == Begins::Now {
        at = activity::sign_in(scene, &seat, at);
    }
    for _ in 0..scene.random.between(1, 2) {
        at += scene.random.between(10 * SECOND, 150 * MINUTE);
        let app = scene.random.pick(&scene.org.apps);
        at = activity::open_app(scene, &seat, app, at);
    }
    if scene.random.chance(1_200) {
        activity::sign_out(scene, &seat, at + 90 * MINUTE);
    }
}

/// What the help desk and people themselves do about forgotten things. What a rule lists for the
/// timeline alone happens on one of the days, so that the attack is not buried in it.
fn serve_people(scene: &mut Scene, cast: &Cast, midnight: Millis, day: usize) {
    let desk = scene.random.pick(cast.help_desk);
    let seat = Seat::of(desk, &desk.office, &mut scene.random);
    let mut at = midnight + scene.random.between(8 * HOUR, 9 * HOUR);
    activity::open_admin_console(scene, &seat, at);
    let (kind, path) = if day == 0 {
        (kind::RESET_PASSWORD, "lifecycle/reset_password")
    } else {
        (kind::ACCOUNT_UNLOCK, "lifecycle/unlock")
    };
    at += scene.random.between(20 * MINUTE, 3 * HOUR);
    let person = somebody(scene, cast);
    let uri = format!("/api/v1/users/{}/{path}", person.id);
    scene.emit(&seat.does(kind, at).uri(uri).on(Target::user(person)));
    let at = midnight + scene.random.between(8 * HOUR, 16 * HOUR);
    let person = somebody(scene, cast);
    if day == 0 {
        change_password(scene, person, at);
    } else {
        replace_phone(scene, person, at);
    }
}

fn change_password(scene: &mut Scene, person: &Person, at: Millis) {
    let seat = Seat::of(person, &person.office, &mut scene.random);
    let mail = Record::by_platform(kind::MAIL_PASSWORD_RESET, at).on(Target::user(person));
    scene.emit(&mail);
    let changed = seat.does(kind::UPDATE_PASSWORD, at + 3 * MINUTE).on(Target::user(person));
    scene.emit(&changed);
}

/// Somebody drops the old phone and enrolls the new one, at their own desk.
fn replace_phone(scene: &mut Scene, person: &Person, at: Millis) {
    let seat = Seat::of(person, &person.office, &mut scene.random);
    for (kind, after, reason) in [
        (kind::FACTOR_DEACTIVATE, 0, "User reset OKTA_VERIFY_PUSH factor"),
        (kind::FACTOR_ACTIVATE, 4 * MINUTE, "User set up OKTA_VERIFY_PUSH factor"),
    ] {
        let record = seat
            .does(kind, at + after)
            .outcome("SUCCESS", Some(reason))
            .uri("/enduser/settings")
            .on(Target::user(person))
            .on(activity::okta_verify(person));
        scene.emit(&record);
    }
}

/// Groups, and on the first day a newcomer.
fn administer(scene: &mut Scene, cast: &Cast, midnight: Millis, day: usize) {
    let admin = cast.second_admin;
    let seat = Seat::of(admin, &admin.office, &mut scene.random);
    let morning = midnight + scene.random.between(8 * HOUR, 9 * HOUR);
    activity::open_admin_console(scene, &seat, morning);
    for _ in 0..3 {
        let at = midnight + scene.random.between(9 * HOUR, 15 * HOUR);
        let person = somebody(scene, cast);
        let group = scene.random.pick(&scene.org.groups);
        activity::join_group(scene, Some(&seat), person, group, at);
    }
    for _ in 0..3 {
        let at = midnight + scene.random.between(6 * HOUR, 18 * HOUR);
        let person = somebody(scene, cast);
        let group = scene.random.pick(&scene.org.groups);
        activity::join_group(scene, None, person, group, at);
    }
    if day == 0 {
        let at = midnight + scene.random.between(7 * HOUR, 9 * HOUR);
        let newcomer = somebody(scene, cast);
        provision(scene, newcomer, at);
    }
}

/// The provisioning service sets up a newcomer.
fn provision(scene: &mut Scene, person: &Person, at: Millis) {
    const STEPS: &[&Kind] = &[
        kind::USER_CREATE,
        kind::USER_ACTIVATE,
        kind::GROUP_ADD,
        kind::APP_ASSIGN,
        kind::PUSH_PROFILE,
    ];
    let app = scene.random.pick(&scene.org.apps);
    let group = scene.random.pick(&scene.org.groups);
    for (number, kind) in (0..).zip(STEPS) {
        let at = at + number * 4 * SECOND;
        let mut record =
            Record::by_service(kind, at, &scene.org.services[0]).on(Target::user(person));
        if *kind == kind::GROUP_ADD {
            record = record.on(Target::named("UserGroup", group));
        } else if number > 2 {
            record = record.on(Target::app_user(person)).on(Target::app(app));
        }
        scene.emit(&record);
    }
}

/// Programs work around the clock, so many times a day.
fn run_programs(scene: &mut Scene, cast: &Cast, midnight: Millis, n_times: i64) {
    let org = scene.org;
    for number in 0..n_times {
        let at = midnight + number * (24 / n_times) * HOUR;
        for service in &org.services {
            let late = scene.random.between(0, 50 * SECOND);
            activity::call_api(scene, service, at + late);
        }
        let late = scene.random.between(5 * MINUTE, 50 * MINUTE);
        call_with_token(scene, cast, at + late);
    }
    let late = scene.random.between(0, 9 * MINUTE);
    import(scene, &org.apps[0], midnight + 2 * HOUR + late);
}

/// Provisioning puts somebody into a group, with the second administrator's API token.
fn call_with_token(scene: &mut Scene, cast: &Cast, at: Millis) {
    let service = &scene.org.services[0];
    let person = somebody(scene, cast);
    let group = scene.random.pick(&scene.org.groups);
    let mut record = Record::by_person(kind::GROUP_ADD, at, cast.second_admin);
    record.client = Client {
        id: None,
        address: Some(&service.address),
        device: Some(&service.machine),
        attested: false,
    };
    record.transaction = Transaction::Web { token: Some(&cast.token) };
    let uri = format!("/api/v1/groups/{}/users/{}", group.id, person.id);
    let record = record.uri(uri).on(Target::user(person)).on(Target::named("UserGroup", group));
    scene.emit(&record);
}

fn import(scene: &mut Scene, app: &App, at: Millis) {
    for (kind, after) in [(kind::IMPORT_START, 0), (kind::IMPORT_COMPLETE, 3 * MINUTE)] {
        let record = Record::by_platform(kind, at + after)
            .debug("importType", "Incremental")
            .debug("importTrigger", "Schedule")
            .on(Target::app(app));
        scene.emit(&record);
    }
}

/// Anybody but those who have a part in the attack.
fn somebody<'a>(scene: &mut Scene<'a>, cast: &Cast) -> &'a Person {
    loop {
        let person = scene.random.pick(&scene.org.people);
        if person.id != cast.admin.id && person.id != cast.contractor.id {
            return person;
        }
    }
}
