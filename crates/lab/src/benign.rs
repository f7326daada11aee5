//! A week as it should be: people at work, the help desk, administrators, programs, customers.
//!
//! ```text
//!  calendar ─▶ plan of a day ─▶ agenda ─in the order of time─▶ Stage ─activities─▶ Scene ─▶ Entry
//!  rates.tsv ──────┘                                             └─ Life: sessions, addresses, machines
//! ```
//!
//! A day is planned when the first of its hours comes; what is planned is played in the order of time, so that no more than
//! some minutes of events wait at once.

mod admin;
mod customer;
mod desk;
mod happen;
mod kinds;
mod life;
mod mishap;
mod plan;
mod program;
mod rates;
mod staff;
mod stage;
mod work;

pub use self::rates::describe;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::sync::Arc;

use jiff::civil::Date;

use self::life::Life;
use self::plan::Item;
use self::stage::Stage;
use crate::calendar;
use crate::clock::{DAY, HOUR, MINUTE, Millis, SECOND};
use crate::entry::Entry;
use crate::options::Options;
use crate::random::Random;
use crate::scene::{Paused, Scene};
use crate::world::World;

/// How long before the beginning of an activity its first event may be.
const SLACK: Millis = SECOND;

/// Days of a log, one event after the other.
#[derive(Debug)]
pub(crate) struct Benign {
    world: Arc<World>,
    /// The first moment of the log, and the first after it.
    span: (Millis, Millis),
    /// The next date to plan.
    date: Date,
    /// Workdays of the log that are planned.
    n_workdays: u64,
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
        let mut life = Life::new(users as usize);
        life.starters = starters(&world, options.days);
        life.gone.extend(&life.starters);
        let (agenda, ready) = (BinaryHeap::new(), VecDeque::new());
        Self { world, span: (begin, end), date, n_workdays: 0, agenda, life, log, ready }
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
            let counts = !calendar::is_weekend(self.date) && plan::begins(self.date) >= self.span.0;
            plan::day(&mut stage, self.date, counts.then_some(self.n_workdays), self.span.1);
            self.n_workdays += u64::from(counts);
            self.date = self.date.saturating_add(jiff::Span::new().days(1));
        };
        let until = next.map_or(Millis::MAX, |at| at + MINUTE).min(self.span.1);
        stage.play(until);
        let settled = if until < self.span.1 { until - SLACK } else { until };
        while let Some(entry) = stage.scene.next_entry_before(settled) {
            if entry.time.as_millisecond() >= self.span.0 {
                self.ready.push_back(entry);
            }
        }
        self.log = (until < self.span.1).then(|| stage.scene.pause());
        true
    }
}

/// Those who have no account before the log begins: as many as may start in it.
fn starters(world: &World, days: u32) -> Vec<usize> {
    let rate = rates::rates().find(|rate| rate.incident == rates::Incident::Starter);
    let weeks = u64::from(days).div_ceil(7);
    let n: u64 = rate.map_or(0, |rate| {
        (0..weeks * 5).map(|day| rate.on_workday(day, world.staff.len(), 999)).sum()
    });
    let n_people = world.staff.len();
    (n_people - (n as usize).min(n_people / 10)..n_people).collect()
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
