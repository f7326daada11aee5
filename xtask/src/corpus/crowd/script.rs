//! What happens in a crowd: the activities of [`lab::activity`], written once with gaps.

use super::guise::{Gap, Whose, agent_text, geography, machine_text, security};
use super::template::Template;
use crate::corpus::LINE_BYTES;
use crate::corpus::alarm;
use crate::corpus::tail::{self, Tail};
use lab::activity;
use lab::clock::{HOUR, Millis};
use lab::device::{Agent, Device};
use lab::org::{Org, Person, Service};
use lab::place::{Address, CLOUD, Network};
use lab::random::Random;
use lab::record::kind::{self, Kind};
use lab::record::render::{KeyOrder, Length};
use lab::record::{Behavior, Client, Record, Target, Transaction};
use lab::scene::{Scene, Seat};

/// Who it takes for a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Actor {
    /// Anybody at work.
    Anyone,
    /// Anybody, whose session begins with it.
    Newcomer,
    /// One of the administrators.
    Admin,
    /// An API token of one of few owners.
    Token,
    /// Somebody far away under anybody's name.
    Stranger,
}

/// Events that belong together.
#[derive(Debug)]
pub(super) struct Script {
    pub(super) actor: Actor,
    pub(super) lines: Vec<Line>,
    /// How many people it happens to, one after the other.
    pub(super) repeats: usize,
}

/// One event of a script.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) template: Template,
    /// How long after the beginning.
    pub(super) after: Millis,
}

/// All scripts, and how often each is played.
#[derive(Debug)]
pub(super) struct Repertoire {
    pub(super) scripts: Vec<Script>,
    /// Sums of the weights up to and with each script.
    sums: Vec<usize>,
}

const AGENT: Agent = Agent {
    raw: "@@raw@@",
    os: "@@os@@",
    browser: "@@browser@@",
    device: "Computer",
    platform: "@@platform@@",
    os_version: "@@version@@",
    model: "@@model@@",
};

/// Numbers and names of about the usual length, so that lines keep theirs.
const NETWORK: Network = Network {
    prefix: "@@network@",
    hosts: (7, 7),
    as_number: 64_999,
    as_org: "@@broadband@@",
    domain: "@@domain@@",
    city: "@@city@@",
    state: "@@county@@",
    country: "@@country@@",
    postal_code: "@@post",
    lat: "51.9244",
    lon: "4.4777",
    zone: Some("@@zone@@"),
    anonymizer: None,
};

impl Repertoire {
    pub(super) fn new(random: &mut Random, order: KeyOrder) -> Self {
        let org = prototypes(random);
        let mut writer = Writer::new(&org, random, order);
        writer.work();
        writer.administration();
        writer.programs();
        writer.trouble();
        let sums = writer.weights.iter().scan(0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        });
        Self { sums: sums.collect(), scripts: writer.scripts }
    }

    /// The number of a script, by lot.
    pub(super) fn draw(&self, random: &mut Random) -> usize {
        let lot = random.below(self.sums.last().copied().unwrap_or_default());
        self.sums.partition_point(|sum| *sum <= lot)
    }

    /// So many visits, and how many events they have on the average.
    pub(super) fn average(&self) -> (u64, u64) {
        let before = std::iter::once(&0).chain(&self.sums);
        let events: usize = self
            .scripts
            .iter()
            .zip(self.sums.iter().zip(before))
            .map(|(script, (sum, before))| (sum - before) * script.lines.len() * script.repeats)
            .sum();
        (self.sums.last().copied().unwrap_or(1) as u64, events as u64)
    }
}

/// An organization of two people and a program whose every property is a gap.
fn prototypes(random: &mut Random) -> Org {
    let mut org = Org::new(2, random);
    let address = Address { ip: "@@network@.7".to_owned(), network: &NETWORK };
    for (person, mark) in org.people.iter_mut().zip(["a", "b"]) {
        *person = Person {
            id: format!("@@user id {mark}@@"),
            login: format!("@@login {mark}@@example"),
            name: format!("@@name {mark}@@"),
            computer: device(&AGENT),
            phone: person.phone.clone(),
            office: address.clone(),
            home: address.clone(),
            password: format!("@@password {mark}@@"),
            verify: format!("@@verify {mark}@@"),
        };
    }
    for service in &mut org.services {
        "@@service id@@".clone_into(&mut service.id);
        service.address = Address { ip: "@@service@".to_owned(), network: &CLOUD };
    }
    org
}

fn device(agent: &'static Agent) -> Device {
    Device {
        agent,
        id: "@@device id@@".to_owned(),
        dt_hash: "@@dt@".repeat(12),
        fingerprint: "@@fp@".repeat(6),
        managed: true,
    }
}

/// The texts that stand for gaps; the longer ones hold shorter ones and come first.
fn gaps() -> Vec<(String, Gap)> {
    let geography = geography(&NETWORK);
    let hop = format!(r#""ip":"@@network@.7","geographicalContext":{geography},"version":"V4""#);
    let mut gaps = vec![
        (hop, Gap::Hop),
        (geography, Gap::Geography),
        (security(&NETWORK), Gap::Security),
        (agent_text(&AGENT), Gap::Agent),
        (machine_text(&AGENT), Gap::Machine),
        ("@@network@.7".to_owned(), Gap::Ip),
        ("@@zone@@".to_owned(), Gap::Zone),
        ("@@device id@@".to_owned(), Gap::DeviceId),
        ("@@dt@".repeat(12), Gap::DtHash),
        ("@@fp@".repeat(6), Gap::Fingerprint),
        ("@@session of this time@@".to_owned(), Gap::Session),
        ("@@service id@@".to_owned(), Gap::ServiceId),
        ("@@service@".to_owned(), Gap::ServiceIp),
        ("@@token id@@".to_owned(), Gap::TokenId),
    ];
    for (mark, whose) in [("a", Whose::Actor), ("b", Whose::Other)] {
        gaps.extend([
            (format!("@@user id {mark}@@"), Gap::Id(whose)),
            (format!("@@login {mark}@@example"), Gap::Login(whose)),
            (format!("@@name {mark}@@"), Gap::Name(whose)),
            (format!("@@password {mark}@@"), Gap::Password(whose)),
            (format!("@@verify {mark}@@"), Gap::Verify(whose)),
        ]);
    }
    gaps
}

/// Plays activities and keeps what they wrote.
struct Writer<'a> {
    org: &'a Org,
    random: &'a mut Random,
    order: KeyOrder,
    gaps: Vec<(String, Gap)>,
    scripts: Vec<Script>,
    weights: Vec<usize>,
}

impl<'a> Writer<'a> {
    fn new(org: &'a Org, random: &'a mut Random, order: KeyOrder) -> Self {
        Self { org, random, order, gaps: gaps(), scripts: Vec::new(), weights: Vec::new() }
    }

    /// Plays an activity `n` times, each with its own luck; together they have the weight.
    fn add(
        &mut self,
        weight: usize,
        n: usize,
        actor: Actor,
        play: impl Fn(&mut Scene<'a>, Seat<'a>),
    ) {
        for _ in 0..n {
            let seed = self.random.below(usize::MAX) as u64;
            let length = Length::Padded { bytes: LINE_BYTES };
            let mut scene = Scene::new(self.org, Random::new(seed), length, self.order);
            let person = &self.org.people[0];
            let mut seat = Seat::of(person, &person.office, &mut scene.random);
            "@@session of this time@@".clone_into(&mut seat.session);
            play(&mut scene, seat);
            let mut lines = Vec::new();
            while let Some(line) = scene.next_before(Millis::MAX) {
                let (template, after) = Template::cut(&line, &self.gaps);
                lines.push(Line { template, after: after - AT });
            }
            self.scripts.push(Script { actor, lines, repeats: 1 });
            self.weights.push(weight.div_ceil(n));
        }
    }

    fn work(&mut self) {
        self.add(600, 6, Actor::Newcomer, |scene, mut seat| {
            if scene.random.chance(400) {
                seat.behavior = Behavior::NewAddress;
            }
            activity::sign_in(scene, &seat, AT);
        });
        for app in &self.org.apps {
            self.add(480, 4, Actor::Anyone, |scene, seat| {
                activity::open_app(scene, &seat, app, AT);
            });
        }
        self.add(500, 2, Actor::Anyone, |scene, seat| {
            activity::mistype_password(scene, &seat, AT);
        });
        self.add(150, 1, Actor::Anyone, |scene, seat| {
            activity::sign_out(scene, &seat, AT);
        });
    }

    fn administration(&mut self) {
        self.add(60, 1, Actor::Admin, |scene, seat| {
            activity::open_admin_console(scene, &seat, AT);
        });
        let other = &self.org.people[1];
        for group in &self.org.groups {
            self.add(100, 1, Actor::Admin, |scene, seat| {
                activity::join_group(scene, Some(&seat), other, group, AT);
            });
        }
        for tail in tail::table() {
            let by_people = ["user.", "app.oauth2", "app.access_request", "device."];
            let is_theirs = by_people.iter().any(|start| tail.event_type().starts_with(start));
            let actor = if is_theirs { Actor::Anyone } else { Actor::Admin };
            self.add(20, 1, actor, |scene, seat| rare(scene, &tail, &seat));
        }
    }

    fn programs(&mut self) {
        let org = self.org;
        for service in &org.services {
            self.add(600, 1, Actor::Anyone, |scene, _| {
                activity::call_api(scene, service, AT);
            });
        }
        let other = &org.people[1];
        for group in &org.groups[..4] {
            self.add(80, 1, Actor::Token, |scene, seat| {
                let record = with_token(kind::GROUP_ADD, &seat, &org.services[0]);
                scene.emit(&record.on(Target::user(other)).on(Target::named("UserGroup", group)));
            });
        }
        for change in CHANGES {
            self.add(50, 1, Actor::Token, |scene, seat| {
                let record = with_token(change, &seat, &org.services[0]);
                scene.emit(&record.on(Target::user(other)));
            });
        }
    }

    fn trouble(&mut self) {
        self.add(25, 40, Actor::Admin, |scene, seat| {
            let address = seat.address;
            alarm::raise(scene, &seat, address, AT);
        });
        self.add(2, 2, Actor::Stranger, |scene, mut seat| {
            seat.behavior = Behavior::Stranger;
            alarm::bombard(scene, &seat, AT);
        });
        self.add(1, 1, Actor::Stranger, |scene, seat| {
            activity::mistype_password(scene, &seat, AT);
        });
        if let Some(spray) = self.scripts.last_mut() {
            spray.repeats = 15;
        }
    }
}

/// What programs do to accounts with API tokens.
const CHANGES: &[&Kind] =
    &[kind::USER_CREATE, kind::USER_ACTIVATE, kind::USER_DEACTIVATE, kind::PUSH_PROFILE];

/// When everything begins that is played.
const AT: Millis = 1_000 * 24 * HOUR;

fn rare<'a>(scene: &mut Scene<'a>, tail: &Tail, seat: &Seat<'a>) {
    tail::emit(scene, tail, seat, AT);
}

/// Something that a program of the actor's does with their API token.
fn with_token<'a>(kind: &'a Kind, seat: &'a Seat, service: &'a Service) -> Record<'a> {
    let mut record = Record::by_person(kind, AT, seat.person);
    record.client = Client {
        id: None,
        address: Some(&service.address),
        device: Some(&service.machine),
        attested: false,
    };
    record.transaction = Transaction::Web { token: Some("@@token id@@") };
    record
}
