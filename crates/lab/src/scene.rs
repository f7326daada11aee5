//! Where events come together: written as activities make them, handed out in time order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::clock::Millis;
use crate::device::Device;
use crate::org::{Org, Person};
use crate::place::Address;
use crate::random::Random;
use crate::record::kind::Kind;
use crate::record::render::{KeyOrder, Length, Renderer};
use crate::record::{Behavior, Client, Record};

/// One tenant while its log is being made.
pub struct Scene<'a> {
    /// Whose log it is.
    pub org: &'a Org,
    /// Decides everything that is left to chance.
    pub random: Random,
    renderer: Renderer,
    /// Lines not yet handed out; the number keeps the order of equal times.
    waiting: BinaryHeap<Reverse<(Millis, u64, String)>>,
    n_emitted: u64,
}

impl<'a> Scene<'a> {
    /// A tenant with an empty log.
    pub fn new(org: &'a Org, random: Random, length: Length, order: KeyOrder) -> Self {
        Self {
            org,
            random,
            renderer: Renderer::new(length, order),
            waiting: BinaryHeap::new(),
            n_emitted: 0,
        }
    }

    /// Writes the event and keeps its line until its time has come.
    pub fn emit(&mut self, record: &Record) {
        let line = self.renderer.line(record, &mut self.random);
        self.waiting.push(Reverse((record.at, self.n_emitted, line)));
        self.n_emitted += 1;
    }

    /// The earliest line, if it is from before `end`.
    pub fn next_before(&mut self, end: Millis) -> Option<String> {
        let Reverse((at, ..)) = self.waiting.peek()?;
        if *at >= end {
            return None;
        }
        self.waiting.pop().map(|Reverse((.., line))| line)
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
