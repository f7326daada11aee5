//! What is going to happen on a date, before it does.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::stage::Stage;
use crate::calendar;
use crate::clock::{HOUR, MINUTE, Millis, SECOND};
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
}

/// Midnight of a date, UTC.
pub(crate) fn begins(date: Date) -> Millis {
    calendar::midnight(date, &TimeZone::UTC)
}

/// Plans everything of a date.
pub(crate) fn day(stage: &mut Stage, date: Date) {
    for site in &crate::site::SITES {
        let midnight = local_midnight(site, date);
        for who in 0..stage.world.staff.len() {
            let staff = &stage.world.staff[who];
            if std::ptr::eq(staff.site, site) {
                person(stage, who, staff, midnight, calendar::is_weekend(date));
            }
        }
    }
}

fn local_midnight(site: &Site, date: Date) -> Millis {
    let zone = TimeZone::get(site.zone).unwrap_or(TimeZone::UTC);
    calendar::midnight(date, &zone)
}

/// Out of 10,000 workdays, how many somebody is away from work.
const ABSENT: usize = 900;

/// Out of 10,000 people, how many do some work on a day of the weekend.
const AT_WEEKENDS: usize = 700;

/// The day of one person.
fn person(stage: &mut Stage, who: usize, staff: &Staff, midnight: Millis, weekend: bool) {
    let random = &mut stage.scene.random;
    let starts = midnight + (staff.starts + random.between(-20, 20)) * MINUTE;
    let place = match random.chance(staff.office * 100) {
        true if !weekend => Place::Office,
        _ if staff.vpn => Place::Vpn,
        _ => Place::Home,
    };
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
    let leaves = random.chance(1_200);
    let evening = random.chance(800).then(|| ends + random.between(2 * HOUR, 4 * HOUR));
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
        let at_home = if stage.world.staff[who].vpn { Place::Vpn } else { Place::Home };
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
        let place = match random.below(100) {
            _ if staff.private => Place::Privacy,
            0..50 => Place::Carrier,
            _ => Place::Home,
        };
        stage.plan(at, who, Doing::Phone { at: place });
    }
}
