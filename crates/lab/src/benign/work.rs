//! Days of people who just work: signing in, opening apps, looking at the phone.

use super::life::{Machine, Sitting};
use super::plan::Place;
use super::stage::Stage;
use crate::activity;
use crate::clock::{MINUTE, Millis, SECOND};
use crate::habits::MISTYPED;
use crate::record::Target;
use crate::record::kind::{MFA, SESSION_START};
use crate::scene::Seat;

impl Stage<'_> {
    /// Opens apps at the computer, after signing in if the session is over.
    pub(crate) fn work(&mut self, who: usize, place: Place, n_apps: u8, at: Millis) {
        let sitting = self.sit(who, Machine::Computer, place, at);
        let device = self.device(who, Machine::Computer);
        let seat = sitting.seat(self.world, who, &device);
        let mut at = sitting.used.max(at);
        for _ in 0..n_apps {
            let app = self.some_app(who);
            at = activity::open_app(&mut self.scene, &seat, &self.world.org.apps[app], at)
                + self.scene.random.between(5 * SECOND, 4 * MINUTE);
        }
        self.used(who, Machine::Computer, at);
    }

    /// The mail on the phone.
    pub(crate) fn look_at_phone(&mut self, who: usize, place: Place, at: Millis) {
        let sitting = self.sit(who, Machine::Phone, place, at);
        let device = self.device(who, Machine::Phone);
        let seat = sitting.seat(self.world, who, &device);
        let mail = &self.world.org.apps[0];
        let at = activity::open_app(&mut self.scene, &seat, mail, sitting.used.max(at));
        self.used(who, Machine::Phone, at);
    }

    /// Signs out at the computer.
    pub(crate) fn leave(&mut self, who: usize, at: Millis) {
        let Some(sitting) = self.life.sitting(who, Machine::Computer, at).cloned() else { return };
        let device = self.device(who, Machine::Computer);
        let seat = sitting.seat(self.world, who, &device);
        activity::sign_out(&mut self.scene, &seat, at);
        self.life.sittings[who][Machine::Computer as usize] = None;
    }

    /// The session of somebody there, begun now if there is none.
    pub(crate) fn sit(
        &mut self,
        who: usize,
        machine: Machine,
        place: Place,
        at: Millis,
    ) -> Sitting {
        let going_on = self.life.sitting(who, machine, at).cloned();
        if let Some(mut sitting) = going_on {
            // A carrier hands out another address whenever the phone comes back.
            if sitting.place != place || place == Place::Carrier {
                sitting.place = place;
                sitting.address = self.address(who, place, at);
                self.life.sittings[who][machine as usize] = Some(sitting.clone());
            }
            return sitting;
        }
        let address = self.address(who, place, at);
        let session = self.scene.random.id("idx", 25, "");
        let mut sitting = Sitting { session, place, address, began: at, used: at, console: None };
        let device = self.device(who, machine);
        let seat = sitting.seat(self.world, who, &device);
        let mut ready = at;
        if self.scene.random.chance(MISTYPED) {
            ready = self.mistype(&seat, at) + 8 * SECOND;
        }
        sitting.used = activity::sign_in(&mut self.scene, &seat, ready) + 2 * SECOND;
        self.life.sittings[who][machine as usize] = Some(sitting.clone());
        sitting
    }

    /// A wrong password: one request, of which Okta tells twice.
    pub(crate) fn mistype(&mut self, seat: &Seat, at: Millis) -> Millis {
        let request = self.scene.random.id("Z", 27, "AAAx4");
        let failed = |kind, at| {
            let mut record = seat
                .does(kind, at)
                .outcome("FAILURE", Some("INVALID_CREDENTIALS"))
                .debug("dtHash", seat.device.dt_hash.as_str());
            record.session = None;
            record.request = Some(request.as_str().into());
            record
        };
        let tried = failed(MFA, at)
            .debug("factor", "PASSWORD_AS_FACTOR")
            .debug("factorIntent", "AUTHENTICATION")
            .on(Target::user(seat.person));
        self.scene.emit(&tried);
        let mut refused =
            failed(SESSION_START, at + 200).on(Target::app(&self.world.org.dashboard));
        refused.behavior = Some(seat.behavior);
        self.scene.emit(&refused);
        at + 200
    }

    pub(crate) fn used(&mut self, who: usize, machine: Machine, at: Millis) {
        if let Some(sitting) = &mut self.life.sittings[who][machine as usize] {
            sitting.used = at;
        }
    }

    /// An app of somebody's, the first of them more often than the last.
    fn some_app(&mut self, who: usize) -> usize {
        let apps = &self.world.staff[who].apps;
        let lot = self.scene.random.below(apps.len()).min(self.scene.random.below(apps.len()));
        apps[lot]
    }
}
