//! An attack carried out: its steps, one after the other, among the people of a world.

use std::time::Duration;

use jiff::SignedDuration;

use super::Attack;
use super::deed;
use super::props::Props;
use crate::clock::Millis;
use crate::entry::Entry;
use crate::random::Random;
use crate::scene::Scene;
use crate::world::World;

/// Between two things that would otherwise be one on top of the other.
const BREATH: Millis = 120;

/// The events of an attack that begins at `begin`, in the order of time. With `within`, all times are stretched or
/// pressed so that it takes that long; what people cannot do faster takes its time.
pub(crate) fn stage(
    attack: &Attack,
    world: &World,
    begin: Millis,
    within: Option<Duration>,
) -> Vec<Entry> {
    let mut random = Random::new(world.seed ^ seed_of(attack.name));
    let props = Props::new(attack, world, &mut random);
    let mut scene = Scene::live(&world.org, random);
    let pace = Pace::new(attack.length, within);
    let mut free = begin;
    for step in &attack.script().steps {
        for deed in &step.does {
            for number in 0..i32::try_from(deed.times).unwrap_or(i32::MAX) {
                let planned = begin + pace.of(step.at + deed.after + deed.every * number);
                let over =
                    deed::perform(&mut scene, &props, step, (deed, number), planned.max(free));
                free = over + BREATH;
            }
        }
    }
    std::iter::from_fn(|| scene.next_entry_before(Millis::MAX)).collect()
}

/// How long the events of an attack take that is carried out within that time, at least.
pub(crate) fn length(attack: &Attack, within: Option<Duration>) -> Millis {
    Pace::new(attack.length, within).of(attack.length)
}

/// Another one for each name: FNV-1a.
fn seed_of(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// How much slower or faster than its own pace an attack is.
#[derive(Debug, Clone, Copy)]
struct Pace {
    factor: f64,
}

impl Pace {
    fn new(length: SignedDuration, within: Option<Duration>) -> Self {
        let length = length.as_secs_f64();
        let factor =
            within.filter(|_| length > 0.0).map_or(1.0, |within| within.as_secs_f64() / length);
        Self { factor }
    }

    fn of(self, after: SignedDuration) -> Millis {
        (after.as_secs_f64() * 1_000.0 * self.factor) as Millis
    }
}
