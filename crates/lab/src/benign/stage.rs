//! Where what was planned is played.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::life::{Life, Machine, Sitting};
use super::plan::{Doing, Item, Place};
use crate::clock::{DAY, Millis};
use crate::device::Device;
use crate::place::Address;
use crate::record::Behavior;
use crate::scene::{Scene, Seat};
use crate::site::{PRIVACY, address};
use crate::world::World;

/// The world, its log and what is so at the moment.
pub(crate) struct Stage<'a> {
    pub(crate) world: &'a World,
    pub(crate) scene: Scene<'a>,
    pub(crate) life: &'a mut Life,
    agenda: &'a mut BinaryHeap<Reverse<Item>>,
}

impl<'a> Stage<'a> {
    pub(crate) fn new(
        world: &'a World,
        scene: Scene<'a>,
        life: &'a mut Life,
        agenda: &'a mut BinaryHeap<Reverse<Item>>,
    ) -> Self {
        Self { world, scene, life, agenda }
    }

    /// Puts something on the agenda.
    pub(crate) fn plan(&mut self, at: Millis, who: usize, doing: Doing) {
        self.agenda.push(Reverse(Item { at, who, doing }));
    }

    /// When the next thing happens.
    pub(crate) fn next_at(&self) -> Option<Millis> {
        self.agenda.peek().map(|Reverse(item)| item.at)
    }

    /// Plays everything before a moment.
    pub(crate) fn play(&mut self, until: Millis) {
        while let Some(Reverse(item)) =
            self.agenda.peek().copied().filter(|Reverse(item)| item.at < until)
        {
            self.agenda.pop();
            match item.doing {
                Doing::Work { at, apps } => self.work(item.who, at, apps, item.at),
                Doing::Phone { at } => self.look_at_phone(item.who, at, item.at),
                Doing::Leave => self.leave(item.who, item.at),
            }
        }
    }

    /// The machine that somebody has now.
    pub(crate) fn device(&self, who: usize, machine: Machine) -> Device {
        let person = &self.world.org.people[who];
        let (replaced, own) = match machine {
            Machine::Computer => (&self.life.computers, &person.computer),
            Machine::Phone => (&self.life.phones, &person.phone),
        };
        replaced.get(&who).unwrap_or(own).clone()
    }

    /// An address of somebody at a place: at home the same all day, on a carrier another each time.
    pub(crate) fn address(&mut self, who: usize, place: Place, at: Millis) -> Address {
        let person = &self.world.org.people[who];
        let staff = &self.world.staff[who];
        let random = &mut self.scene.random;
        match place {
            Place::Office => person.office.clone(),
            Place::Home => self.home(who, at),
            Place::Vpn => address(staff.site.vpn, None, random),
            Place::Carrier => address(staff.site.carrier, None, random),
            Place::Privacy => address(&PRIVACY, None, random),
        }
    }

    /// Machines on IPv6 take another address of their household's each day (RFC 8981).
    fn home(&mut self, who: usize, at: Millis) -> Address {
        let home = &self.world.org.people[who].home;
        if !home.network.prefix.contains(':') {
            return home.clone();
        }
        let day = at.div_euclid(DAY);
        if let Some((known, address)) = &self.life.homes[who]
            && *known == day
        {
            return address.clone();
        }
        let household = self.world.staff[who].household;
        let fresh = address(home.network, Some(household), &mut self.scene.random);
        self.life.homes[who] = Some((day, fresh.clone()));
        fresh
    }
}

impl Sitting {
    /// The seat of a person on a machine in this session.
    pub(crate) fn seat<'a>(&'a self, world: &'a World, who: usize, device: &'a Device) -> Seat<'a> {
        Seat {
            person: &world.org.people[who],
            device,
            address: &self.address,
            session: self.session.clone(),
            behavior: behavior(self.place, &self.address),
        }
    }
}

/// What Okta makes of a sign-in from there.
fn behavior(place: Place, address: &Address) -> Behavior {
    match place {
        Place::Office | Place::Vpn => Behavior::Usual,
        Place::Home if !address.ip.contains(':') => Behavior::Usual,
        _ => Behavior::NewAddress,
    }
}
