//! People come, go, and go on leave.

use super::kinds;
use super::life::Machine;
use super::plan::{Doing, Step};
use super::stage::Stage;
use crate::clock::{DAY, HOUR, MINUTE, Millis, SECOND};
use crate::record::kind::{
    APP_ASSIGN, GROUP_ADD, PUSH_PROFILE, UPDATE_PASSWORD, USER_ACTIVATE, USER_CREATE,
    USER_DEACTIVATE,
};
use crate::record::{Record, Target};

impl Stage<'_> {
    /// Provisioning sets up somebody who starts today.
    pub(crate) fn start(&mut self, who: usize, at: Millis) {
        let world = self.world;
        let person = &world.org.people[who];
        let service = &world.org.services[0];
        for (number, kind) in (0..).zip([USER_CREATE, USER_ACTIVATE]) {
            let record = Record::by_service(kind, at + number * 3 * SECOND, service);
            self.scene.emit(&record.on(Target::user(person)));
        }
        let group = Target::named("UserGroup", self.scene.random.pick(&world.org.groups));
        let joined = Record::by_service(GROUP_ADD, at + 8 * SECOND, service);
        self.scene.emit(&joined.on(Target::user(person)).on(group));
        for (number, app) in (0..).zip(&world.staff[who].apps) {
            let app = &world.org.apps[*app];
            for (kind, after) in [(APP_ASSIGN, 0), (PUSH_PROFILE, SECOND)] {
                let at = at + (10 + 3 * number) * SECOND + after;
                let record = Record::by_service(kind, at, service)
                    .on(Target::app_user(person))
                    .on(Target::app(app))
                    .on(Target::user(person));
                self.scene.emit(&record);
            }
        }
        self.life.gone.remove(&who);
        self.plan(at + HOUR, who, Doing::Follow(Step::FirstDay));
    }

    /// The first password and the first phone.
    pub(crate) fn first_day(&mut self, who: usize, at: Millis) {
        let place = self.whereabouts(who, at);
        let address = self.address(who, place, at);
        let device = self.device(who, Machine::Computer);
        let session = self.scene.random.id("idx", 25, "");
        let sitting =
            super::life::Sitting { session, place, address, began: at, used: at, console: None };
        let seat = sitting.seat(self.world, who, &device);
        let person = &self.world.org.people[who];
        self.scene.emit(&seat.does(UPDATE_PASSWORD, at).on(Target::user(person)));
        self.plan(at + 3 * MINUTE, who, Doing::Follow(Step::EnrollPhone));
    }

    /// Everything is taken away, and the account closed.
    pub(crate) fn depart(&mut self, who: usize, at: Millis) {
        let world = self.world;
        let person = &world.org.people[who];
        let service = &world.org.services[0];
        for (number, app) in (0..).zip(&world.staff[who].apps) {
            let record = Record::by_service(kinds::APP_UNASSIGN, at + number * 2 * SECOND, service)
                .on(Target::app_user(person))
                .on(Target::app(&world.org.apps[*app]))
                .on(Target::user(person));
            self.scene.emit(&record);
        }
        let group = Target::named("UserGroup", self.scene.random.pick(&world.org.groups));
        let left = Record::by_service(kinds::GROUP_REMOVE, at + 30 * SECOND, service);
        self.scene.emit(&left.on(Target::user(person)).on(group));
        let closed = Record::by_service(USER_DEACTIVATE, at + 33 * SECOND, service);
        self.scene.emit(&closed.on(Target::user(person)));
        self.life.gone.insert(who);
    }

    /// Somebody goes on leave for a while.
    pub(crate) fn suspend(&mut self, who: usize, at: Millis) {
        self.by_provisioning(kinds::USER_SUSPEND, who, at);
        self.life.gone.insert(who);
        let later = at + self.scene.random.between(DAY, 3 * DAY);
        self.plan(later, who, Doing::Follow(Step::Unsuspend));
    }

    pub(crate) fn unsuspend(&mut self, who: usize, at: Millis) {
        self.by_provisioning(kinds::USER_UNSUSPEND, who, at);
        self.life.gone.remove(&who);
    }

    fn by_provisioning(&mut self, kind: &crate::record::kind::Kind, who: usize, at: Millis) {
        let service = &self.world.org.services[0];
        let person = &self.world.org.people[who];
        self.scene.emit(&Record::by_service(kind, at, service).on(Target::user(person)));
    }
}
