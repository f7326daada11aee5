//! What is going to happen on a date, before it does.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::rates::{Incident, Rate, rates};
use super::stage::Stage;
use crate::calendar;
use crate::clock::{HOUR, MINUTE, Millis, SECOND};
use crate::habits::{ABSENT, AT_WEEKENDS, CUSTOMER_VISITS, IN_EVENINGS, ON_CARRIER, SIGNS_OUT};
use crate::site::Site;
use crate::world::Staff;

/// One thing to happen; the order is that of the fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Item {
    pub(crate) at: Millis,
    /// To whom: position in the list of people, or of whatever it is about.
    pub(crate) who: usize,
    pub(crate) doing: Doing,
}

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Doing {
    /// Somebody opens that many apps at their computer.
    Work { at: Place, apps: u8 },
    /// Somebody looks at the phone.
    Phone { at: Place },
    /// Somebody signs out.
    Leave,
    /// Something that does not happen every day.
    Happen(Incident),
    /// What follows from it.
    Follow(Step),
    /// A service app fetches a token: `who` is its position.
    Fetch,
    /// A program works with an API token: `who` is its position.
    UseToken,
    /// A directory is imported.
    Import,
    /// A customer signs in: `who` is their position.
    Customer,
    /// A client of the Auth0 tenant fetches a token: `who` is its position.
    Machine,
}

/// What follows from an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    FirstDay,
    EnrollPhone,
    NewPassword,
    DeskUnlocks,
    UnlocksSelf,
    Unsuspend,
    /// A new token is used: position in [`super::life::Life::tokens`].
    NewToken(u8),
}

impl Step {
    /// Whether it happens although the account may not be used.
    pub(crate) fn brings_back(self) -> bool {
        matches!(self, Self::Unsuspend | Self::DeskUnlocks | Self::UnlocksSelf | Self::NewToken(_))
    }
}

/// On which network somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    Office,
    Home,
    /// Anywhere, through the corporate VPN.
    Vpn,
    /// On the mobile carrier.
    Carrier,
    /// Behind a service that hides addresses.
    Privacy,
    /// Abroad: position in [`crate::site::AWAY`].
    Away(u8),
}

/// Midnight of a date, UTC.
pub(crate) fn begins(date: Date) -> Millis {
    calendar::midnight(date, &TimeZone::UTC)
}

/// Plans everything of a date: the `workday`th of the log, which ends at `end`.
pub(crate) fn day(stage: &mut Stage, date: Date, workday: Option<u64>, end: Millis) {
    for site in &crate::site::SITES {
        let midnight = local_midnight(site, date);
        for who in 0..stage.world.staff.len() {
            let staff = &stage.world.staff[who];
            if std::ptr::eq(staff.site, site) {
                person(stage, who, staff, midnight, calendar::is_weekend(date));
            }
        }
    }
    programs(stage, begins(date));
    customers(stage, begins(date));
    if let Some(number) = workday {
        incidents(stage, date, number, end);
    }
}

/// What happens now and then.
fn incidents(stage: &mut Stage, date: Date, number: u64, end: Millis) {
    let people = stage.world.staff.len();
    for (line, rate) in rates().enumerate() {
        let lot = (stage.world.seed.wrapping_mul(7_919) + line as u64 * 367) % Rate::LOTS;
        for _ in 0..rate.on_workday(number, people, lot) {
            incident(stage, rate.incident, date, end);
        }
    }
}

/// One of them: to somebody who works that day, within their working hours and the log.
fn incident(stage: &mut Stage, incident: Incident, date: Date, end: Millis) {
    let (mut who, mut at) = (0, 0);
    for _ in 0..TRIES {
        who = stage.subject(incident);
        let staff = &stage.world.staff[who];
        let after = stage.scene.random.between(40 * MINUTE, 7 * HOUR);
        at = local_midnight(staff.site, date) + staff.starts * MINUTE + after;
        if at + HOUR < end {
            break;
        }
    }
    stage.life.starters.retain(|one| *one != who);
    stage.plan(at, who, Doing::Happen(incident));
}

/// How often somebody else is looked for when the day of one is over before the log is.
const TRIES: usize = 50;

/// Programs work around the clock.
fn programs(stage: &mut Stage, midnight: Millis) {
    for hour in 0..24 {
        for service in 0..stage.world.org.services.len() {
            let at = midnight + hour * HOUR + stage.scene.random.between(0, 50) * SECOND;
            stage.plan(at, service, Doing::Fetch);
        }
        for token in 0..stage.world.tokens.len() {
            for _ in 0..stage.scene.random.between(1, 4) {
                let at = midnight + hour * HOUR + stage.scene.random.between(0, 59 * 60) * SECOND;
                stage.plan(at, token, Doing::UseToken);
            }
        }
    }
    for hour in [2, 14] {
        let at = midnight + hour * HOUR + stage.scene.random.between(0, 600) * SECOND;
        stage.plan(at, 0, Doing::Import);
    }
}

/// Customers come as they like, most of them in the daytime of Europe; their clients do around the clock.
fn customers(stage: &mut Stage, midnight: Millis) {
    for customer in 0..stage.world.tenant.customers.len() {
        if stage.scene.random.chance(CUSTOMER_VISITS) {
            let at = midnight + stage.scene.random.between(6 * 60, 23 * 60) * MINUTE;
            let at = at + stage.scene.random.between(0, 59) * SECOND;
            stage.plan(at, customer, Doing::Customer);
        }
    }
    for machine in 0..stage.world.tenant.machines.len() {
        for hour in 0..24 {
            let at = midnight + hour * HOUR + stage.scene.random.between(0, 120) * SECOND;
            stage.plan(at, machine, Doing::Machine);
        }
    }
}

fn local_midnight(site: &Site, date: Date) -> Millis {
    let zone = TimeZone::get(site.zone).unwrap_or(TimeZone::UTC);
    calendar::midnight(date, &zone)
}

/// The day of one person.
fn person(stage: &mut Stage, who: usize, staff: &Staff, midnight: Millis, weekend: bool) {
    let random = &mut stage.scene.random;
    let starts = midnight + (staff.starts + random.between(-20, 20)) * MINUTE;
    let in_office = random.chance(staff.office * 100) && !weekend;
    let place = if in_office { Place::Office } else { stage.usual_outside(who) };
    let place = stage.away(who, starts).unwrap_or(place);
    let random = &mut stage.scene.random;
    if weekend {
        if random.chance(AT_WEEKENDS) {
            let at = starts + random.between(HOUR, 9 * HOUR);
            stage.plan(at, who, Doing::Work { at: place, apps: 2 });
        }
    } else if !random.chance(ABSENT) {
        workday(stage, who, place, starts);
    }
    if staff.mobile {
        phone(stage, who, staff, midnight, weekend);
    }
}

/// From the first app in the morning to the last: about eight and a half hours with a lunch.
fn workday(stage: &mut Stage, who: usize, place: Place, starts: Millis) {
    let random = &mut stage.scene.random;
    let ends = starts + random.between(7 * 60, 9 * 60 + 30) * MINUTE;
    let lunch = starts + random.between(3 * 60, 4 * 60) * MINUTE;
    let back = lunch + random.between(30, 60) * MINUTE;
    let n_times = random.between(6, 11);
    let leaves = random.chance(SIGNS_OUT);
    let evening = random.chance(IN_EVENINGS).then(|| ends + random.between(2 * HOUR, 4 * HOUR));
    stage.plan(starts, who, Doing::Work { at: place, apps: 2 });
    for _ in 0..n_times {
        let random = &mut stage.scene.random;
        let at = random.between(starts + 10 * MINUTE, ends);
        let apps = 1 + u8::from(random.chance(4_000));
        if !(lunch..back).contains(&at) {
            stage.plan(at, who, Doing::Work { at: place, apps });
        }
    }
    if leaves {
        stage.plan(ends + 5 * SECOND, who, Doing::Leave);
    }
    if let Some(at) = evening {
        let at_home = stage.away(who, at).unwrap_or_else(|| stage.usual_outside(who));
        stage.plan(at, who, Doing::Work { at: at_home, apps: 2 });
    }
}

/// A few looks at the phone between waking up and bed, at home or on the way.
fn phone(stage: &mut Stage, who: usize, staff: &Staff, midnight: Millis, weekend: bool) {
    let random = &mut stage.scene.random;
    let n_times = if weekend { random.between(0, 2) } else { random.between(2, 5) };
    for _ in 0..n_times {
        let random = &mut stage.scene.random;
        let at = midnight
            + random.between(7 * 60, 22 * 60 + 30) * MINUTE
            + random.between(0, 59) * SECOND;
        let on_carrier = random.chance(ON_CARRIER);
        let place = match (staff.private, on_carrier) {
            (true, _) => Place::Privacy,
            (false, true) => Place::Carrier,
            (false, false) => Place::Home,
        };
        stage.plan(at, who, Doing::Phone { at: place });
    }
}
