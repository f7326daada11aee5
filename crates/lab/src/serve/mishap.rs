//! What befalls events on their way into the log.

use std::time::Duration;

use crate::Entry;
use crate::serve::chance::Chance;
use crate::serve::clock::later;
use crate::serve::fault::Faults;

/// Delays, repeats and reorders entries as [`Faults`] say.
pub(crate) struct Mishaps {
    faults: Faults,
    delay: Chance,
    duplicate: Chance,
    reorder: Chance,
}

impl Mishaps {
    /// Mishaps that the seed decides.
    pub(crate) fn new(seed: u64, faults: Faults) -> Self {
        let chance = |name| Chance::new(seed, name);
        Self {
            faults,
            delay: chance("delay"),
            duplicate: chance("duplicate"),
            reorder: chance("reorder"),
        }
    }

    /// The entry as it is written, and maybe once more.
    pub(crate) fn befall(&self, mut entry: Entry) -> impl Iterator<Item = Entry> + use<> {
        if self.reorder.strikes(self.faults.reorder) {
            entry.written = later(entry.written, part(&self.reorder, REORDERED));
        }
        if self.delay.strikes(self.faults.delay) {
            entry.written = later(entry.written, part(&self.delay, self.faults.delay_most));
        }
        let again = self.duplicate.strikes(self.faults.duplicate).then(|| {
            let written = later(entry.written, part(&self.duplicate, self.faults.delay_most));
            Entry { written, ..entry.clone() }
        });
        [Some(entry), again].into_iter().flatten()
    }
}

/// How far neighbors are moved apart.
const REORDERED: Duration = Duration::from_secs(3);

fn part(chance: &Chance, most: Duration) -> Duration {
    most.mul_f64(chance.part())
}
