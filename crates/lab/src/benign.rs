//! A week as it should be: people at work, the help desk, administrators, programs, customers.
//!
//! ```text
//!  calendar ─▶ plan of a day ─▶ agenda ─in the order of time─▶ Stage ─activities─▶ Scene ─▶ Entry
//!  rates.tsv ──────┘                                             └─ Life: sessions, addresses, machines
//! ```
//!
//! A day is planned when the first of its hours comes; what is planned is played in the order of time, so that no more than
//! some minutes of events wait at once.

mod life;
mod plan;
mod stage;
mod work;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::sync::Arc;

use jiff::civil::Date;

use self::life::Life;
use self::plan::Item;
use self::stage::Stage;
use crate::calendar;
use crate::clock::{DAY, HOUR, MINUTE, Millis};
use crate::entry::Entry;
use crate::options::Options;
use crate::random::Random;
use crate::scene::{Paused, Scene};
use crate::world::World;

/// Days of a log, one event after the other.
#[derive(Debug)]
pub(crate) struct Benign {
    world: Arc<World>,
    /// The first moment of the log, and the first after it.
    span: (Millis, Millis),
    /// The next date to plan.
    date: Date,
    agenda: BinaryHeap<Reverse<Item>>,
    life: Life,
    log: Option<Paused>,
    ready: VecDeque<Entry>,
}

impl Benign {
    pub(crate) fn new(options: &Options) -> Self {
        let users = options.users.max(Options::FEWEST_USERS);
        let world = Arc::new(World::new(options.seed, users));
        let end = options.end.as_millisecond();
        let begin = end - i64::from(options.days) * DAY;
        // Whoever is at work at the beginning signed in before; those events are left out.
        let date = calendar::date(begin - DAY);
        let random = Random::new(options.seed ^ 0x005e_ed0f_da75);
        let log = Some(Scene::live(&world.org, random).pause());
        let life = Life::new(users as usize);
        let (agenda, ready) = (BinaryHeap::new(), VecDeque::new());
        Self { world, span: (begin, end), date, agenda, life, log, ready }
    }

    /// Plays the next minutes; false when there are none left.
    fn advance(&mut self) -> bool {
        let Some(log) = self.log.take() else { return false };
        let world = Arc::clone(&self.world);
        let scene = Scene::resume(&world.org, log);
        let mut stage = Stage::new(&world, scene, &mut self.life, &mut self.agenda);
        let next = loop {
            let next = stage.next_at();
            // No zone is further ahead than 14 hours.
            if next.is_some_and(|at| at < plan::begins(self.date) - 14 * HOUR) {
                break next;
            }
            if plan::begins(self.date) - 14 * HOUR >= self.span.1 {
                break next;
            }
            plan::day(&mut stage, self.date);
            self.date = self.date.saturating_add(jiff::Span::new().days(1));
        };
        let until = next.map_or(Millis::MAX, |at| at + MINUTE).min(self.span.1);
        stage.play(until);
        while let Some(entry) = stage.scene.next_entry_before(until) {
            if entry.time.as_millisecond() >= self.span.0 {
                self.ready.push_back(entry);
            }
        }
        self.log = (until < self.span.1).then(|| stage.scene.pause());
        true
    }
}

impl Iterator for Benign {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        loop {
            if let Some(entry) = self.ready.pop_front() {
                return Some(entry);
            }
            if !self.advance() {
                return None;
            }
        }
    }
}

#[cfg(test)]
mod tests;
