//! An attack carried out: its steps, one after the other, among the people of a world.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::SignedDuration;

use super::Attack;
use super::cast::Cast;
use super::deed;
use super::script::{Post, Step};
use crate::clock::Millis;
use crate::device::{Device, SCRIPT, STRANGER};
use crate::entry::Entry;
use crate::org::{CELL, Person};
use crate::place::{ANONYMIZER, Address, HOSTING};
use crate::random::Random;
use crate::record::Behavior;
use crate::scene::{Scene, Seat};
use crate::world::World;

/// Between two things that would otherwise be one on top of the other.
const BREATH: Millis = 120;

/// The events of an attack that begins at `begin`, in the order of time. With `within`, all times are stretched or
/// pressed so that it takes that long; what people cannot do faster takes its time.
pub(crate) fn stage(
    attack: &Attack,
    world: &World,
    begin: Millis,
    within: Option<Duration>,
) -> Vec<Entry> {
    let mut random = Random::new(world.seed ^ seed_of(attack.name));
    let props = Props::new(attack, world, &mut random);
    let mut scene = Scene::live(&world.org, random);
    let pace = Pace::new(attack.length, within);
    let mut free = begin;
    for step in &attack.script().steps {
        for deed in &step.does {
            for number in 0..i32::try_from(deed.times).unwrap_or(i32::MAX) {
                let planned = begin + pace.of(step.at + deed.after + deed.every * number);
                let over =
                    deed::perform(&mut scene, &props, step, (deed, number), planned.max(free));
                free = over + BREATH;
            }
        }
    }
    std::iter::from_fn(|| scene.next_entry_before(Millis::MAX)).collect()
}

/// How long the events of an attack take that is carried out within that time, at least.
pub(crate) fn length(attack: &Attack, within: Option<Duration>) -> Millis {
    Pace::new(attack.length, within).of(attack.length)
}

/// Another one for each name: FNV-1a.
fn seed_of(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// How much slower or faster than its own pace an attack is.
#[derive(Debug, Clone, Copy)]
struct Pace {
    factor: f64,
}

impl Pace {
    fn new(length: SignedDuration, within: Option<Duration>) -> Self {
        let length = length.as_secs_f64();
        let factor =
            within.filter(|_| length > 0.0).map_or(1.0, |within| within.as_secs_f64() / length);
        Self { factor }
    }

    fn of(self, after: SignedDuration) -> Millis {
        (after.as_secs_f64() * 1_000.0 * self.factor) as Millis
    }
}

/// What an attack is carried out with.
#[derive(Debug)]
pub(crate) struct Props<'a> {
    pub(crate) world: &'a World,
    pub(crate) cast: Cast<'a>,
    /// What the attack makes, by the names that its file uses.
    ids: BTreeMap<&'static str, String>,
    /// Sessions by part and post.
    sessions: BTreeMap<(&'static str, Post), String>,
    machine: (Device, Address),
    /// The machine and the address of the copy of a stolen browser.
    replica: (Device, Address),
    server: (Device, Address),
}

impl<'a> Props<'a> {
    fn new(attack: &Attack, world: &'a World, random: &mut Random) -> Self {
        let script = attack.script();
        let ids = script.ids.iter();
        let posts = script.steps.iter().map(|step| (step.who.as_str(), step.from));
        Self {
            world,
            cast: Cast::of(world),
            ids: ids.map(|(name, prefix)| (name.as_str(), random.id(prefix, 20, CELL))).collect(),
            sessions: posts.map(|post| (post, random.id("idx", 25, ""))).collect(),
            machine: (Device::new(&STRANGER, false, random), ANONYMIZER.address(random)),
            replica: (Device::new(&STRANGER, false, random), HOSTING.address(random)),
            server: (Device::new(&SCRIPT, false, random), HOSTING.address(random)),
        }
    }

    /// The machine and the address that a person has at a post.
    pub(crate) fn machine(&self, person: &Person, post: Post) -> (Device, Address) {
        match post {
            Post::Office => (person.computer.clone(), person.office.clone()),
            Post::Home => (person.computer.clone(), person.home.clone()),
            Post::Attacker => self.machine.clone(),
            Post::Server => self.server.clone(),
            Post::Replica => {
                let (mut device, address) = self.replica.clone();
                device.dt_hash.clone_from(&person.computer.dt_hash);
                (device, address)
            }
        }
    }

    /// Somebody at a post, in the session of the step.
    pub(crate) fn seat<'s>(
        &self,
        person: &'s Person,
        (device, address): &'s (Device, Address),
        step: &'static Step,
    ) -> Seat<'s> {
        let usual = matches!(step.from, Post::Office | Post::Home);
        let behavior = if usual { Behavior::Usual } else { Behavior::Stranger };
        Seat { person, device, address, session: self.session(step), behavior }
    }

    fn session(&self, step: &'static Step) -> String {
        let other = step.session.as_deref().and_then(|session| session.split_once(' '));
        let found = match other {
            Some((who, post)) => self.sessions.iter().find(|((part, at), _)| {
                *part == who && format!("{at:?}").eq_ignore_ascii_case(post)
            }),
            None => self.sessions.get_key_value(&(step.who.as_str(), step.from)),
        };
        found.map(|(_, session)| session.clone()).unwrap_or_default()
    }

    /// The text with what stands in angle brackets replaced: `<token>`, `<admin.login>`, `<Payroll.id>`.
    pub(crate) fn fill(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('<') {
            filled.push_str(before);
            let named =
                after.split_once('>').and_then(|(name, rest)| Some((self.named(name)?, rest)));
            if let Some((value, after)) = named {
                filled.push_str(value);
                rest = after;
            } else {
                filled.push('<');
                rest = after;
            }
        }
        filled.push_str(rest);
        filled
    }

    fn named(&self, name: &str) -> Option<&str> {
        if let Some(id) = self.ids.get(name) {
            return Some(id);
        }
        let (whose, what) = name.rsplit_once('.')?;
        if let Some(person) = self.cast.person(whose) {
            return match what {
                "id" => Some(&person.id),
                "login" => Some(&person.login),
                "name" => Some(&person.name),
                _ => None,
            };
        }
        let org = &self.world.org;
        let app = org.apps.iter().find(|app| app.name == whose).map(|app| &app.id);
        let things = org.groups.iter().chain(&org.policies).chain(&org.rules);
        let id = app.or_else(|| {
            things.into_iter().find(|thing| thing.name == whose).map(|thing| &thing.id)
        });
        id.filter(|_| what == "id").map(String::as_str)
    }
}
