//! What goes wrong for people: passwords, pushes, locks, journeys.

use super::kinds;
use super::life::{Machine, Sitting};
use super::plan::{Doing, Place, Step};
use super::stage::Stage;
use crate::activity;
use crate::clock::{DAY, HOUR, MINUTE, Millis, SECOND, published};
use crate::device::Device;
use crate::habits::{DECLINED_TWICE, UNLOCKED_BY_DESK};
use crate::record::kind::{
    ACCOUNT_LOCK, DEVICE_ENROLL, FACTOR_ACTIVATE, FACTOR_DEACTIVATE, MAIL_MFA_ENROLL,
    MAIL_NEW_DEVICE, MAIL_PASSWORD_RESET, MFA, PUSH, UPDATE_PASSWORD, UPDATE_PROFILE,
};
use crate::record::{Behavior, Target};
use crate::site::{AWAY, SITES};

impl Stage<'_> {
    /// A few tries, a mail, a new password.
    pub(crate) fn lose_password(&mut self, who: usize, at: Millis) {
        let n_tries = self.scene.random.between(1, 4);
        let at = self.try_wrong_passwords(who, n_tries, at);
        self.mail(MAIL_PASSWORD_RESET, who, at + 40 * SECOND);
        let later = at + self.scene.random.between(2 * MINUTE, 12 * MINUTE);
        self.plan(later, who, Doing::Follow(Step::NewPassword));
    }

    /// Wrong passwords, one after the other; returns when the last was.
    fn try_wrong_passwords(&mut self, who: usize, n_tries: i64, at: Millis) -> Millis {
        let (sitting, device) = self.stranded(who, at);
        let seat = sitting.seat(self.world, who, &device);
        let mut at = at;
        for _ in 0..n_tries {
            at = self.mistype(&seat, at) + self.scene.random.between(6 * SECOND, 25 * SECOND);
        }
        at
    }

    /// Somebody in front of their computer without a session.
    fn stranded(&mut self, who: usize, at: Millis) -> (Sitting, Device) {
        let place = self.whereabouts(who, at);
        let known =
            self.life.sitting(who, Machine::Computer, at).map(|sitting| sitting.address.clone());
        let address = known.unwrap_or_else(|| self.address(who, place, at));
        self.life.sittings[who][Machine::Computer as usize] = None;
        let session = self.scene.random.id("idx", 25, "");
        let sitting = Sitting { session, place, address, began: at, used: at, console: None };
        (sitting, self.device(who, Machine::Computer))
    }

    /// The new password, and the session that begins with it.
    pub(crate) fn set_password(&mut self, who: usize, at: Millis) {
        let (sitting, device) = self.stranded(who, at);
        let seat = sitting.seat(self.world, who, &device);
        let person = &self.world.org.people[who];
        self.scene.emit(&seat.does(UPDATE_PASSWORD, at).on(Target::user(person)));
        let place = sitting.place;
        self.sit(who, Machine::Computer, place, at + 20 * SECOND);
    }

    pub(crate) fn change_expired_password(&mut self, who: usize, at: Millis) {
        let place = self.whereabouts(who, at);
        let sitting = self.sit(who, Machine::Computer, place, at);
        let device = self.device(who, Machine::Computer);
        let seat = sitting.seat(self.world, who, &device);
        let person = &self.world.org.people[who];
        let at = at.max(sitting.used);
        self.scene.emit(&seat.does(UPDATE_PASSWORD, at + 30 * SECOND).on(Target::user(person)));
        self.used(who, Machine::Computer, at + 31 * SECOND);
    }

    /// Okta's default: ten wrong passwords.
    pub(crate) fn lock_out(&mut self, who: usize, at: Millis) {
        let at = self.try_wrong_passwords(who, WRONG_UNTIL_LOCKED, at);
        let (sitting, device) = self.stranded(who, at);
        let seat = sitting.seat(self.world, who, &device);
        let person = &self.world.org.people[who];
        let mut locked = seat
            .does(ACCOUNT_LOCK, at)
            .outcome("FAILURE", Some("LOCKED_OUT"))
            .on(Target::user(person));
        locked.session = None;
        self.scene.emit(&locked);
        self.life.gone.insert(who);
        let (step, from) = if self.scene.random.chance(UNLOCKED_BY_DESK) {
            (Step::DeskUnlocks, 10 * MINUTE)
        } else {
            (Step::UnlocksSelf, 2 * MINUTE)
        };
        let later = at + from + self.scene.random.between(0, 15 * MINUTE);
        self.plan(later, who, Doing::Follow(step));
    }

    pub(crate) fn unlock_self(&mut self, who: usize, at: Millis) {
        self.life.gone.remove(&who);
        let (sitting, device) = self.stranded(who, at);
        let seat = sitting.seat(self.world, who, &device);
        let person = &self.world.org.people[who];
        self.scene.emit(&seat.does(kinds::ACCOUNT_UNLOCK_SELF, at).on(Target::user(person)));
        let place = sitting.place;
        self.sit(who, Machine::Computer, place, at + MINUTE);
    }

    /// A push declined by mistake; now and then twice.
    pub(crate) fn decline_push(&mut self, who: usize, at: Millis) {
        let (sitting, device) = self.stranded(who, at);
        let seat = sitting.seat(self.world, who, &device);
        let mut at = at;
        let n_declined = if self.scene.random.chance(DECLINED_TWICE) { 2 } else { 1 };
        for _ in 0..n_declined {
            activity::evaluate(&mut self.scene, &seat, &self.world.org.dashboard, "CHALLENGE", at);
            activity::give_password(&mut self.scene, &seat, at + 5 * SECOND, None);
            at = activity::push(
                &mut self.scene,
                &seat,
                at + 6 * SECOND,
                Some("INVALID_CREDENTIALS"),
            ) + 15 * SECOND;
        }
        self.sit(who, Machine::Computer, sitting.place, at);
    }

    /// A push that nobody saw.
    pub(crate) fn miss_push(&mut self, who: usize, at: Millis) {
        let (sitting, device) = self.stranded(who, at);
        let seat = sitting.seat(self.world, who, &device);
        let person = &self.world.org.people[who];
        activity::evaluate(&mut self.scene, &seat, &self.world.org.dashboard, "CHALLENGE", at);
        activity::give_password(&mut self.scene, &seat, at + 5 * SECOND, None);
        let pushed = seat
            .does(PUSH, at + 6 * SECOND)
            .on(Target::user(person))
            .on(activity::okta_verify(person));
        self.scene.emit(&pushed);
        let unanswered = seat
            .does(MFA, at + 66 * SECOND)
            .outcome("UNANSWERED", None)
            .debug("factor", "OKTA_VERIFY_PUSH")
            .debug("factorIntent", "AUTHENTICATION")
            .debug("authenticatorMethodChallengeTime", published(at + 6 * SECOND))
            .on(Target::user(person))
            .on(activity::okta_verify(person));
        self.scene.emit(&unanswered);
        self.sit(who, Machine::Computer, sitting.place, at + 2 * MINUTE);
    }

    /// Abroad from the next morning on, for two or three days.
    pub(crate) fn travel(&mut self, who: usize, by_vpn: bool, at: Millis) {
        let days = self.scene.random.between(2, 3);
        let staff = &self.world.staff[who];
        let site = SITES.iter().position(|site| std::ptr::eq(site, staff.site)).unwrap_or(0);
        let place =
            if by_vpn { Place::Vpn } else { Place::Away(NEAR[site][self.scene.random.below(2)]) };
        debug_assert!(
            NEAR.iter().flatten().all(|number| usize::from(*number) < AWAY.len()),
            "no such place"
        );
        let from = at.div_euclid(DAY) * DAY + DAY;
        self.life.travels.insert(who, (from, from + days * DAY, place));
    }

    pub(crate) fn open_wrong_app(&mut self, who: usize, at: Millis) {
        let (sitting, device, at) = self.at_computer(who, at);
        let seat = sitting.seat(self.world, who, &device);
        let app = self.scene.random.pick(&self.world.org.apps);
        let person = &self.world.org.people[who];
        let refused = seat
            .does(kinds::UNAUTHORIZED_APP, at)
            .outcome("FAILURE", None)
            .on(Target::app(app))
            .on(Target::user(person));
        self.scene.emit(&refused);
    }

    pub(crate) fn be_denied(&mut self, who: usize, at: Millis) {
        let (sitting, device, at) = self.at_computer(who, at);
        let seat = sitting.seat(self.world, who, &device);
        let app = self.scene.random.pick(&self.world.org.apps);
        activity::evaluate(&mut self.scene, &seat, app, "DENY", at);
    }

    pub(crate) fn edit_profile(&mut self, who: usize, at: Millis) {
        let (sitting, device, at) = self.at_computer(who, at);
        let seat = sitting.seat(self.world, who, &device);
        let person = &self.world.org.people[who];
        let edited = seat
            .does(UPDATE_PROFILE, at)
            .uri("/enduser/settings")
            .debug("changedAttributes", "mobilePhone")
            .on(Target::user(person));
        self.scene.emit(&edited);
    }

    /// The old phone goes, the new one comes, in settings that the old phone opened.
    pub(crate) fn replace_phone(&mut self, who: usize, at: Millis) {
        let (sitting, device, at) = self.at_computer(who, at);
        let seat = sitting.seat(self.world, who, &device);
        let person = &self.world.org.people[who];
        let phone =
            Device::new(self.world.org.people[who].phone.agent, true, &mut self.scene.random);
        for (kind, after, reason) in [
            (FACTOR_ACTIVATE, 0, "User set up OKTA_VERIFY_PUSH factor"),
            (FACTOR_DEACTIVATE, 4 * MINUTE, "User reset OKTA_VERIFY_PUSH factor"),
        ] {
            let record = seat
                .does(kind, at + after)
                .outcome("SUCCESS", Some(reason))
                .uri("/enduser/settings")
                .on(Target::user(person))
                .on(activity::okta_verify(person));
            self.scene.emit(&record);
        }
        self.mail(MAIL_MFA_ENROLL, who, at + SECOND);
        self.used(who, Machine::Computer, at + 5 * MINUTE);
        self.life.phones.insert(who, phone);
    }

    /// A new computer, at the desk.
    pub(crate) fn replace_computer(&mut self, who: usize, at: Millis) {
        let computer = Device::of_employee(&mut self.scene.random);
        self.life.sittings[who][Machine::Computer as usize] = None;
        self.life.computers.insert(who, computer.clone());
        let (mut sitting, _) = self.stranded(who, at);
        let person = &self.world.org.people[who];
        let mut seat = sitting.seat(self.world, who, &computer);
        seat.behavior = Behavior::NewDevice;
        let at = activity::sign_in(&mut self.scene, &seat, at) + MINUTE;
        let name = format!("{} {}", person.name, computer.agent.model);
        let enrolled = seat
            .does(DEVICE_ENROLL, at)
            .on(Target::new("Device", computer.id.as_str(), name)
                .detail("os", computer.agent.platform))
            .on(Target::user(person));
        self.scene.emit(&enrolled);
        let activated = seat
            .does(FACTOR_ACTIVATE, at + SECOND)
            .outcome("SUCCESS", Some("User set up SIGNED_NONCE factor"))
            .on(Target::user(person))
            .on(activity::okta_verify(person));
        self.scene.emit(&activated);
        self.mail(MAIL_NEW_DEVICE, who, at + 2 * SECOND);
        sitting.used = at + HOUR / 60;
        self.life.sittings[who][Machine::Computer as usize] = Some(sitting);
    }

    /// Somebody at their computer, signed in and ready.
    pub(crate) fn at_computer(&mut self, who: usize, at: Millis) -> (Sitting, Device, Millis) {
        let place = self.whereabouts(who, at);
        let sitting = self.sit(who, Machine::Computer, place, at);
        let at = at.max(sitting.used) + self.scene.random.between(2 * SECOND, MINUTE);
        self.used(who, Machine::Computer, at);
        (sitting, self.device(who, Machine::Computer), at)
    }
}

/// Wrong passwords until an account locks: the default of Okta's password policy.
const WRONG_UNTIL_LOCKED: i64 = 10;

/// Where people of each site travel to: two places within a day's reach, positions in [`AWAY`].
const NEAR: [[u8; 2]; 5] = [[0, 1], [2, 3], [0, 1], [4, 5], [2, 3]];
