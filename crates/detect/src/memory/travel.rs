//! Where a group was last, and how fast it would have to be to get where it is now.

use std::time::Duration;

use rule::correlation::Travel;

use super::{Hit, Kept, Verdict};
use crate::hash;

/// The mean radius of the earth in kilometers.
const EARTH: f64 = 6371.0;

/// The last place, and the two between which the group cannot have traveled.
#[derive(Debug, Clone, Default)]
pub(crate) struct Place {
    pub(super) last: Option<Spot>,
    pub(super) before: Option<Kept>,
}

/// Where and when.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spot {
    pub(super) latitude: f64,
    pub(super) longitude: f64,
    /// Fingerprints of what makes two places one; 0 where the event has none.
    pub(super) same: Box<[u64]>,
    pub(super) kept: Kept,
}

impl Place {
    pub(super) fn take(&mut self, hit: &Hit<'_>, travel: &Travel) -> Verdict {
        let Some(here) = spot(hit, travel) else { return Verdict::Quiet };
        let last = self.last.replace(here.clone());
        self.before = None;
        let Some(there) = last.filter(|there| there.kept.time >= hit.start()) else {
            return Verdict::Quiet;
        };
        let is_same =
            there.same.iter().zip(&here.same).any(|(one, other)| *one != 0 && one == other);
        let distance = distance(&there, &here);
        if is_same || distance < travel.distance {
            return Verdict::Quiet;
        }
        // Two events of one second are taken to be a second apart.
        let micros = here.kept.time.saturating_sub(there.kept.time);
        let apart = Duration::from_micros(u64::try_from(micros).unwrap_or_default());
        let speed = distance / (apart.as_secs_f64().max(1.0) / 3600.0);
        self.before = Some(there.kept);
        Verdict::holds_if(hit.alerts && travel.range.holds(speed), speed.round())
    }

    pub(super) fn events(&self) -> Vec<Kept> {
        let here = self.last.as_ref().map(|spot| spot.kept.clone());
        self.before.iter().cloned().chain(here).collect()
    }

    pub(super) fn last(&self) -> i64 {
        self.last.as_ref().map_or(i64::MIN, |spot| spot.kept.time)
    }

    pub(super) fn bytes(&self) -> usize {
        let kept = self.last.as_ref().map_or(0, |spot| spot.kept.bytes() + spot.same.len() * 8);
        size_of::<Self>() + kept
    }
}

fn spot(hit: &Hit<'_>, travel: &Travel) -> Option<Spot> {
    let number = |at: usize, most: f64| {
        let number: f64 = (hit.column)(at)?.trim().parse().ok()?;
        (number.abs() <= most).then_some(number)
    };
    let (latitude, longitude) = (number(0, 90.0)?, number(1, 180.0)?);
    let same = (2..2 + travel.except_same.len())
        .map(|at| (hit.column)(at).map_or(0, hash::of_text))
        .collect();
    Some(Spot { latitude, longitude, same, kept: hit.kept(0) })
}

/// Kilometers over the surface, by the haversine formula.
fn distance(one: &Spot, other: &Spot) -> f64 {
    let [north, north_too] = [one, other].map(|spot| spot.latitude.to_radians());
    let up = ((north_too - north) / 2.0).sin();
    let along = ((other.longitude - one.longitude).to_radians() / 2.0).sin();
    let chord = up * up + north.cos() * north_too.cos() * along * along;
    2.0 * EARTH * chord.sqrt().min(1.0).asin()
}
