//! The help desk: people who call, and what is done for them.

use super::life::{Machine, Sitting};
use super::plan::{Doing, Step};
use super::stage::Stage;
use crate::activity;
use crate::clock::{HOUR, MINUTE, Millis, SECOND};
use crate::device::{Device, PHONES};
use crate::habits::RESET_WITH_PASSWORD;
use crate::record::kind::{
    self, ACCOUNT_UNLOCK, DEVICE_ENROLL, FACTOR_ACTIVATE, FACTOR_RESET_ALL, Kind, MAIL_MFA_ENROLL,
    MAIL_MFA_RESET, RESET_PASSWORD, SESSION_CLEAR,
};
use crate::record::{Record, Target};
use crate::world::Part;

impl Stage<'_> {
    /// Somebody of that part, at the Admin Console and ready.
    pub(crate) fn console(&mut self, who: usize, at: Millis) -> (Sitting, Device, Millis) {
        let place = self.whereabouts(who, at);
        let mut sitting = self.sit(who, Machine::Computer, place, at);
        let device = self.device(who, Machine::Computer);
        let mut at = at.max(sitting.used);
        if sitting.console.is_none_or(|opened| opened + HOUR < at) {
            let seat = sitting.seat(self.world, who, &device);
            at = activity::open_admin_console(&mut self.scene, &seat, at);
            sitting.console = Some(at);
        }
        at += self.scene.random.between(10 * SECOND, 3 * MINUTE);
        sitting.used = at;
        self.life.sittings[who][Machine::Computer as usize] = Some(sitting.clone());
        (sitting, device, at)
    }

    /// Somebody of the help desk whose working day it is.
    fn desk(&mut self, caller: usize) -> usize {
        for _ in 0..20 {
            let who = self.some(Part::HelpDesk);
            if std::ptr::eq(self.world.staff[who].site, self.world.staff[caller].site) {
                return who;
            }
        }
        self.some(Part::HelpDesk)
    }

    /// The help desk does one thing to the account of a caller; returns when.
    fn serve(&mut self, caller: usize, kind: &Kind, path: &str, at: Millis) -> Millis {
        let desk = self.desk(caller);
        let (sitting, device, at) = self.console(desk, at);
        let seat = sitting.seat(self.world, desk, &device);
        let person = &self.world.org.people[caller];
        let uri = format!("/api/v1/users/{}/{path}", person.id);
        self.scene.emit(&seat.does(kind, at).uri(uri).on(Target::user(person)));
        at
    }

    /// All factors of a caller who cannot use the old phone any more.
    pub(crate) fn reset_factors(&mut self, who: usize, at: Millis) {
        let mut at = self.serve(who, FACTOR_RESET_ALL, "lifecycle/reset_factors", at);
        self.mail(MAIL_MFA_RESET, who, at + 2 * SECOND);
        if self.scene.random.chance(RESET_WITH_PASSWORD) {
            at = self.serve(who, RESET_PASSWORD, "lifecycle/reset_password", at + 30 * SECOND);
            let later = at + self.scene.random.between(2 * MINUTE, 9 * MINUTE);
            self.plan(later, who, Doing::Follow(Step::NewPassword));
        }
        let later = at + self.scene.random.between(10 * MINUTE, 50 * MINUTE);
        self.plan(later, who, Doing::Follow(Step::EnrollPhone));
    }

    /// The new phone, at the usual machine.
    pub(crate) fn enroll_phone(&mut self, who: usize, at: Millis) {
        let agent = self.scene.random.pick(PHONES);
        let phone = Device::new(agent, true, &mut self.scene.random);
        self.life.sittings[who] = [None, None];
        let place = self.whereabouts(who, at);
        let sitting = self.sit_with_password(who, place, at);
        let device = self.device(who, Machine::Computer);
        let at = sitting.used + self.scene.random.between(MINUTE, 4 * MINUTE);
        let seat = sitting.seat(self.world, who, &device);
        let person = &self.world.org.people[who];
        let enrolled = seat
            .does(FACTOR_ACTIVATE, at)
            .outcome("SUCCESS", Some("User set up OKTA_VERIFY_PUSH factor"))
            .on(Target::user(person))
            .on(activity::okta_verify(person));
        self.scene.emit(&enrolled);
        let name = format!("{} {}", person.name, phone.agent.model);
        let added = seat
            .does(DEVICE_ENROLL, at + 3 * SECOND)
            .on(Target::new("Device", phone.id.as_str(), name).detail("os", phone.agent.platform))
            .on(Target::user(person));
        self.scene.emit(&added);
        self.mail(MAIL_MFA_ENROLL, who, at + 4 * SECOND);
        self.used(who, Machine::Computer, at + 5 * SECOND);
        self.life.phones.insert(who, phone);
    }

    /// A password that somebody cannot remember, by telephone.
    pub(crate) fn reset_password(&mut self, who: usize, at: Millis) {
        let at = self.serve(who, RESET_PASSWORD, "lifecycle/reset_password", at);
        let later = at + self.scene.random.between(3 * MINUTE, 25 * MINUTE);
        self.plan(later, who, Doing::Follow(Step::NewPassword));
    }

    pub(crate) fn unlock(&mut self, who: usize, at: Millis) {
        let at = self.serve(who, ACCOUNT_UNLOCK, "lifecycle/unlock", at);
        self.life.gone.remove(&who);
        let place = self.whereabouts(who, at);
        self.sit(who, Machine::Computer, place, at + 4 * MINUTE);
    }

    pub(crate) fn clear_sessions(&mut self, who: usize, at: Millis) {
        self.serve(who, SESSION_CLEAR, "sessions", at);
        self.life.sittings[who] = [None, None];
    }

    /// A mail from Okta to somebody.
    pub(crate) fn mail(&mut self, kind: &Kind, who: usize, at: Millis) {
        let person = &self.world.org.people[who];
        self.scene.emit(&Record::by_platform(kind, at).on(Target::user(person)));
    }

    /// A session begun with the password alone: there is no factor to ask for.
    fn sit_with_password(&mut self, who: usize, place: super::plan::Place, at: Millis) -> Sitting {
        let address = self.address(who, place, at);
        let session = self.scene.random.id("idx", 25, "");
        let mut sitting = Sitting { session, place, address, began: at, used: at, console: None };
        let device = self.device(who, Machine::Computer);
        let seat = sitting.seat(self.world, who, &device);
        let dashboard = &self.world.org.dashboard;
        activity::evaluate(&mut self.scene, &seat, dashboard, "CHALLENGE", at);
        activity::give_password(&mut self.scene, &seat, at + 6 * SECOND, None);
        let mut started =
            seat.does(kind::SESSION_START, at + 7 * SECOND).on(Target::app(dashboard));
        started.behavior = Some(seat.behavior);
        self.scene.emit(&started);
        sitting.used = at + 8 * SECOND;
        self.life.sittings[who][Machine::Computer as usize] = Some(sitting.clone());
        sitting
    }
}
