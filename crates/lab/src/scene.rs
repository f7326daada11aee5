//! Where events come together: written as activities make them, handed out in time order.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::clock::Millis;
use crate::device::Device;
use crate::entry::{Entry, Product};
use crate::org::{Org, Person};
use crate::place::Address;
use crate::random::Random;
use crate::record::auth0::Log;
use crate::record::kind::Kind;
use crate::record::render::{Ids, KeyOrder, Length, Renderer};
use crate::record::{Behavior, Client, Record};

/// One tenant while its log is being made.
pub struct Scene<'a> {
    /// Whose log it is.
    pub org: &'a Org,
    /// Decides everything that is left to chance.
    pub random: Random,
    renderer: Renderer,
    /// Draws how long events take to reach the log; apart, so that what happens does not depend on it.
    delays: Random,
    /// Events not yet handed out; the number keeps the order of equal times.
    waiting: BTreeMap<(Millis, u64), Entry>,
    n_emitted: u64,
}

impl<'a> Scene<'a> {
    /// A tenant with an empty log, whose lines are of that length and order.
    pub fn new(org: &'a Org, random: Random, length: Length, order: KeyOrder) -> Self {
        Self::with(org, random, Renderer::new(length, order, Ids::Drawn))
    }

    /// A tenant with an empty log, which is written as Okta does.
    pub fn live(org: &'a Org, random: Random) -> Self {
        Self::with(org, random, Renderer::new(Length::Natural, KeyOrder::Api, Ids::Timed))
    }

    fn with(org: &'a Org, random: Random, renderer: Renderer) -> Self {
        let waiting = BTreeMap::new();
        Self { org, random, renderer, delays: Random::new(23), waiting, n_emitted: 0 }
    }

    /// Writes the event and keeps it until its time has come.
    pub fn emit(&mut self, record: &Record) {
        let (id, json) = self.renderer.line(record, &mut self.random);
        self.keep(Product::Okta, record.at, id, json);
    }

    /// The same for Auth0.
    pub fn log(&mut self, log: &Log) {
        let (id, json) = log.line(self.n_emitted);
        self.keep(Product::Auth0, log.at, id, json);
    }

    /// The earliest event, if it is from before `end`.
    pub fn next_entry_before(&mut self, end: Millis) -> Option<Entry> {
        let first = self.waiting.first_entry().filter(|entry| entry.key().0 < end)?;
        Some(first.remove())
    }

    /// Its line alone.
    pub fn next_before(&mut self, end: Millis) -> Option<String> {
        self.next_entry_before(end).map(|entry| entry.json)
    }

    fn keep(&mut self, product: Product, at: Millis, id: String, json: String) {
        // Chosen: Okta says that events may be late, not by how much.
        let written = at + self.delays.between(200, 2_500);
        let [time, written] =
            [at, written].map(|at| Timestamp::from_millisecond(at).unwrap_or_default());
        self.waiting.insert((at, self.n_emitted), Entry { product, time, written, id, json });
        self.n_emitted += 1;
    }
}

/// A scene without its organization, so that both can be kept in one place.
#[derive(Debug)]
pub(crate) struct Paused {
    random: Random,
    renderer: Renderer,
    delays: Random,
    waiting: BTreeMap<(Millis, u64), Entry>,
    n_emitted: u64,
}

impl<'a> Scene<'a> {
    /// Lets go of the organization.
    pub(crate) fn pause(self) -> Paused {
        let Self { random, renderer, delays, waiting, n_emitted, .. } = self;
        Paused { random, renderer, delays, waiting, n_emitted }
    }

    /// Goes on where it was paused, with the same organization.
    pub(crate) fn resume(org: &'a Org, paused: Paused) -> Self {
        let Paused { random, renderer, delays, waiting, n_emitted } = paused;
        Self { org, random, renderer, delays, waiting, n_emitted }
    }
}

/// A person in front of a machine, on some network, in a session.
#[derive(Debug, Clone)]
pub struct Seat<'a> {
    /// Who.
    pub person: &'a Person,
    /// At which machine.
    pub device: &'a Device,
    /// On which address.
    pub address: &'a Address,
    /// `externalSessionId` from the sign-in on.
    pub session: String,
    /// What Okta makes of a sign-in here.
    pub behavior: Behavior,
}

impl<'a> Seat<'a> {
    /// At the usual machine.
    pub fn of(person: &'a Person, address: &'a Address, random: &mut Random) -> Self {
        Self {
            person,
            device: &person.computer,
            address,
            session: random.id("idx", 25, ""),
            behavior: Behavior::Usual,
        }
    }

    /// Something done from here, in this session.
    pub fn does(&'a self, kind: &'a Kind, at: Millis) -> Record<'a> {
        let mut record = Record::by_person(kind, at, self.person);
        record.client = Client {
            id: None,
            address: Some(self.address),
            device: Some(self.device),
            attested: false,
        };
        record.session = Some(&self.session);
        record
    }
}
