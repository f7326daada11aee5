//! An attack behind ordinary days: both in one log, in the order of time.

use std::iter::Peekable;
use std::vec;

use super::Attack;
use super::stage::{length, stage};
use crate::benign::Benign;
use crate::clock::{DAY, MINUTE};
use crate::entry::Entry;
use crate::options::Options;
use crate::world::World;

/// How long work goes on after the attack is over.
const AFTERMATH: i64 = 10 * MINUTE;

/// The log of an organization that is attacked at the end of it, or never.
#[derive(Debug)]
pub(crate) struct Behind {
    benign: Peekable<Benign>,
    attack: Peekable<vec::IntoIter<Entry>>,
}

impl Behind {
    /// Ordinary days until the end, as many more than were asked for as the attack takes.
    pub(crate) fn new(options: &Options, attack: Option<&Attack>) -> Self {
        let Some(attack) = attack else {
            return Self {
                benign: Benign::new(options).peekable(),
                attack: Vec::new().into_iter().peekable(),
            };
        };
        let length = length(attack, options.within) + AFTERMATH;
        let days = u32::try_from((length + DAY - 1) / DAY).unwrap_or(1);
        let lead_in = Options { days: options.days.saturating_add(days), ..options.clone() };
        let world = World::new(options.seed, options.users.max(Options::FEWEST_USERS));
        let begin = options.end.as_millisecond() - length;
        let events = stage(attack, &world, begin, options.within);
        Self { benign: Benign::new(&lead_in).peekable(), attack: events.into_iter().peekable() }
    }
}

impl Behind {
    /// The days of the options, whenever they end, and the attack from that moment on.
    pub(crate) fn from(options: &Options, attack: Option<&Attack>, begin: i64) -> Self {
        let events = attack.map(|attack| {
            let world = World::new(options.seed, options.users.max(Options::FEWEST_USERS));
            stage(attack, &world, begin, options.within)
        });
        let attack = events.unwrap_or_default().into_iter().peekable();
        Self { benign: Benign::new(options).peekable(), attack }
    }
}

impl Iterator for Behind {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        match (self.attack.peek(), self.benign.peek()) {
            (Some(attack), Some(benign)) if attack.time < benign.time => self.attack.next(),
            (Some(_), None) => self.attack.next(),
            _ => self.benign.next(),
        }
    }
}
