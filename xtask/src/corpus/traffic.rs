//! A busy tenant around the clock: who does what how often.

use super::alarm;
use super::tail::{self, Tail};
use lab::activity;
use lab::clock::{HOUR, MINUTE, Millis, SECOND};
use lab::place::Address;
use lab::random::Random;
use lab::record::kind::{self, Kind};
use lab::record::{Behavior, Record, Target};
use lab::scene::{Scene, Seat};

/// How long a session lasts.
const SESSION: Millis = 8 * HOUR;

/// The people of an organization, and where each is in their day.
pub(crate) struct Traffic<'a> {
    sittings: Vec<Option<Sitting<'a>>>,
    /// Addresses that strangers come from.
    elsewhere: &'a [Address],
    tail: Vec<Tail>,
}

/// Somebody signed in, until the session ends.
struct Sitting<'a> {
    seat: Seat<'a>,
    ends: Millis,
}

/// A thing that happens, with all events that belong to it.
#[derive(Debug, Clone, Copy)]
enum Visit {
    Work,
    CallApi,
    Rare,
    ChangeGroup,
    Mistype,
    ChangeAccount,
    Leave,
    Alarm,
}

/// What happens, and how often among all visits.
const MIX: &[(usize, Visit)] = &[
    (3_000, Visit::Work),
    (2_400, Visit::Rare),
    (2_000, Visit::CallApi),
    (1_000, Visit::ChangeGroup),
    (500, Visit::Mistype),
    (200, Visit::ChangeAccount),
    (150, Visit::Leave),
    (25, Visit::Alarm),
];

impl<'a> Traffic<'a> {
    pub(crate) fn new(n_people: usize, elsewhere: &'a [Address]) -> Self {
        Self { sittings: (0..n_people).map(|_| None).collect(), elsewhere, tail: tail::table() }
    }

    /// Whatever comes next, beginning at `at`.
    pub(crate) fn visit(&mut self, scene: &mut Scene<'a>, at: Millis) {
        match drawn(&mut scene.random) {
            Visit::Work => self.work(scene, at),
            Visit::CallApi => call_api(scene, at),
            Visit::Rare => self.rare(scene, at),
            Visit::ChangeGroup => change_group(scene, at),
            Visit::Mistype => mistype(scene, at),
            Visit::ChangeAccount => change_account(scene, at),
            Visit::Leave => self.leave(scene, at),
            Visit::Alarm => self.alarm(scene, at),
        }
    }

    /// Somebody opens an app or two, after signing in if the session is over.
    fn work(&mut self, scene: &mut Scene<'a>, at: Millis) {
        let number = scene.random.below(self.sittings.len());
        let (seat, mut at) = self.seat(number, scene, at);
        for _ in 0..=scene.random.below(3) {
            let app = scene.random.pick(&scene.org.apps);
            at = activity::open_app(scene, &seat, app, at);
            at += scene.random.between(5 * SECOND, 4 * MINUTE);
        }
    }

    /// The seat of a person, and when they are ready.
    fn seat(&mut self, number: usize, scene: &mut Scene<'a>, at: Millis) -> (Seat<'a>, Millis) {
        if let Some(sitting) = self.sittings[number].as_ref().filter(|sitting| at < sitting.ends) {
            return (sitting.seat.clone(), at);
        }
        let person = &scene.org.people[number];
        let address = if scene.random.chance(6_000) { &person.office } else { &person.home };
        let mut seat = Seat::of(person, address, &mut scene.random);
        if scene.random.chance(400) {
            seat.behavior = Behavior::NewAddress;
        }
        let ready = activity::sign_in(scene, &seat, at);
        self.sittings[number] = Some(Sitting { seat: seat.clone(), ends: at + SESSION });
        (seat, ready + 2 * SECOND)
    }

    fn rare(&mut self, scene: &mut Scene<'a>, at: Millis) {
        let seat = outside_session(scene);
        let tail = scene.random.pick(&self.tail);
        tail::emit(scene, tail, &seat, at);
    }

    fn leave(&mut self, scene: &mut Scene<'a>, at: Millis) {
        let number = scene.random.below(self.sittings.len());
        if let Some(sitting) = self.sittings[number].take() {
            activity::sign_out(scene, &sitting.seat, at);
        }
    }

    fn alarm(&mut self, scene: &mut Scene<'a>, at: Millis) {
        let seat = outside_session(scene);
        let address = scene.random.pick(self.elsewhere);
        alarm::raise(scene, &seat, address, at);
    }
}

/// Some person at the usual place, in a session that has no beginning in this log.
fn outside_session<'a>(scene: &mut Scene<'a>) -> Seat<'a> {
    let person = scene.random.pick(&scene.org.people);
    Seat::of(person, &person.office, &mut scene.random)
}

fn call_api(scene: &mut Scene, at: Millis) {
    let service = scene.random.pick(&scene.org.services);
    activity::call_api(scene, service, at);
}

fn change_group(scene: &mut Scene, at: Millis) {
    let person = scene.random.pick(&scene.org.people);
    let group = scene.random.pick(&scene.org.groups);
    let admin = outside_session(scene);
    activity::join_group(scene, Some(&admin), person, group, at);
}

fn mistype(scene: &mut Scene, at: Millis) {
    let seat = outside_session(scene);
    activity::mistype_password(scene, &seat, at);
}

/// People come, change and go: a service makes the changes.
fn change_account(scene: &mut Scene, at: Millis) {
    const CHANGES: &[&Kind] = &[
        kind::USER_CREATE,
        kind::USER_ACTIVATE,
        kind::USER_DEACTIVATE,
        kind::UPDATE_PROFILE,
        kind::APP_ASSIGN,
        kind::PUSH_PROFILE,
    ];
    let change = scene.random.pick(CHANGES);
    let person = scene.random.pick(&scene.org.people);
    let app = scene.random.pick(&scene.org.apps);
    let record = Record::by_service(change, at, &scene.org.services[0])
        .on(Target::user(person))
        .on(Target::app_user(person))
        .on(Target::app(app));
    scene.emit(&record);
}

fn drawn(random: &mut Random) -> Visit {
    let mut lot = random.below(MIX.iter().map(|(share, _)| share).sum());
    for (share, visit) in MIX {
        if lot < *share {
            return *visit;
        }
        lot -= share;
    }
    Visit::Work
}
