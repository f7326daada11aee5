//! Where events come together: written as activities make them, handed out in time order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::clock::Millis;
use super::device::Device;
use super::kind::Kind;
use super::org::{Org, Person};
use super::place::Address;
use super::random::Random;
use super::record::{Behavior, Client, Record};
use super::render::{KeyOrder, Length, Renderer};

/// One tenant while its log is being made.
pub(crate) struct Scene<'a> {
    pub(crate) org: &'a Org,
    pub(crate) random: Random,
    renderer: Renderer,
    /// Lines not yet handed out; the number keeps the order of equal times.
    waiting: BinaryHeap<Reverse<(Millis, u64, String)>>,
    n_emitted: u64,
}

impl<'a> Scene<'a> {
    pub(crate) fn new(org: &'a Org, random: Random, length: Length, order: KeyOrder) -> Self {
        Self {
            org,
            random,
            renderer: Renderer::new(length, order),
            waiting: BinaryHeap::new(),
            n_emitted: 0,
        }
    }

    /// Writes the event and keeps its line until its time has come.
    pub(crate) fn emit(&mut self, record: &Record) {
        let line = self.renderer.line(record, &mut self.random);
        self.waiting.push(Reverse((record.at, self.n_emitted, line)));
        self.n_emitted += 1;
    }

    /// The earliest line, if it is from before `end`.
    pub(crate) fn next_before(&mut self, end: Millis) -> Option<String> {
        let Reverse((at, ..)) = self.waiting.peek()?;
        if *at >= end {
            return None;
        }
        self.waiting.pop().map(|Reverse((.., line))| line)
    }
}

/// A person in front of a machine, on some network, in a session.
#[derive(Debug, Clone)]
pub(crate) struct Seat<'a> {
    pub(crate) person: &'a Person,
    pub(crate) device: &'a Device,
    pub(crate) address: &'a Address,
    /// `externalSessionId` from the sign-in on.
    pub(crate) session: String,
    pub(crate) behavior: Behavior,
}

impl<'a> Seat<'a> {
    /// At the usual machine.
    pub(crate) fn of(person: &'a Person, address: &'a Address, random: &mut Random) -> Self {
        Self {
            person,
            device: &person.computer,
            address,
            session: random.id("idx", 25, ""),
            behavior: Behavior::Usual,
        }
    }

    /// Something done from here, in this session.
    pub(crate) fn does(&'a self, kind: &'a Kind, at: Millis) -> Record<'a> {
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
