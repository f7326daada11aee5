//! Where what was planned is played.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::life::{Life, Machine, Sitting};
use super::plan::{Doing, Item, Place};
use super::rates::Incident;
use crate::clock::{DAY, Millis};
use crate::device::Device;
use crate::place::Address;
use crate::record::Behavior;
use crate::scene::{Scene, Seat};
use crate::site::{AWAY, PRIVACY, address};
use crate::world::{Part, World};

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
            self.begin(item);
        }
    }

    fn begin(&mut self, Item { at, who, doing }: Item) {
        let by_person = !matches!(
            doing,
            Doing::Fetch | Doing::UseToken | Doing::Import | Doing::Customer | Doing::Machine
        );
        let begins = match doing {
            Doing::Happen(Incident::Starter) => true,
            Doing::Follow(step) => step.brings_back(),
            _ => false,
        };
        if by_person && !begins && self.life.gone.contains(&who) {
            return;
        }
        match doing {
            Doing::Work { at: place, apps } => self.work(who, place, apps, at),
            Doing::Phone { at: place } => self.look_at_phone(who, place, at),
            Doing::Leave => self.leave(who, at),
            Doing::Happen(incident) => self.happen(incident, who, at),
            Doing::Follow(step) => self.follow(step, who, at),
            Doing::Fetch => self.fetch(who, at),
            Doing::UseToken => self.use_token(who, at),
            Doing::Import => self.import(at),
            Doing::Customer => self.customer(who, at),
            Doing::Machine => self.machine(who, at),
        }
    }

    /// Whom an incident happens to, or who causes it.
    pub(crate) fn subject(&mut self, incident: Incident) -> usize {
        match incident {
            Incident::TokenCreated
            | Incident::TokenRevoked
            | Incident::PolicyEdited
            | Incident::AdminGranted
            | Incident::ZoneEdited
            | Incident::WorkflowEdited => self.some(Part::SuperAdmin),
            Incident::AppCreated
            | Incident::AppChanged
            | Incident::AppAssigned
            | Incident::GroupChanged
            | Incident::GroupCreated
            | Incident::CertificateRotated
            | Incident::SecretRotated
            | Incident::ReportExported => self.some(Part::AppAdmin),
            Incident::Starter => self.starter(),
            _ => self.some(Part::Employee),
        }
    }

    /// Somebody who has no account yet.
    fn starter(&mut self) -> usize {
        if self.life.starters.is_empty() {
            return self.some(Part::Employee);
        }
        let lot = self.scene.random.below(self.life.starters.len());
        self.life.starters[lot]
    }

    /// Anybody with this part who is there.
    pub(crate) fn some(&mut self, part: Part) -> usize {
        loop {
            let who = self.scene.random.below(self.world.staff.len());
            if self.world.staff[who].part == part && !self.life.gone.contains(&who) {
                return who;
            }
        }
    }

    /// Where somebody works when not in the office.
    pub(crate) fn usual_outside(&self, who: usize) -> Place {
        if self.world.staff[who].vpn { Place::Vpn } else { Place::Home }
    }

    /// Where somebody is who travels at that time.
    pub(crate) fn away(&self, who: usize, at: Millis) -> Option<Place> {
        let (from, until, place) = self.life.travels.get(&who)?;
        (*from..*until).contains(&at).then_some(*place)
    }

    /// Where somebody is now: where they last were, or else where they usually are.
    pub(crate) fn whereabouts(&mut self, who: usize, at: Millis) -> Place {
        if let Some(sitting) = self.life.sitting(who, Machine::Computer, at) {
            return sitting.place;
        }
        let in_office = self.world.staff[who].office >= 60;
        self.away(who, at)
            .unwrap_or_else(|| if in_office { Place::Office } else { self.usual_outside(who) })
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
            Place::Away(number) => address(&AWAY[usize::from(number) % AWAY.len()], None, random),
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
        Place::Away(_) => Behavior::Away,
        Place::Office | Place::Vpn => Behavior::Usual,
        Place::Home if !address.ip.contains(':') => Behavior::Usual,
        _ => Behavior::NewAddress,
    }
}
