//! A tenant of any size, written while it is read: up to millions of people, no file.
//!
//! ```text
//!  activities ─rendered once─▶ Script (templates with gaps) ─┐
//!  people by number (Guise) ────────────────────────────────┼─▶ lines, about in time order
//!  working hours, visits by lot ────────────────────────────┘
//! ```
//!
//! What happens, and how often, does not depend on how many people there are, so that two crowds differ in
//! nothing but that. Each person keeps a machine, an office and a home; an address stays the same for a day,
//! and so does a session. Times are off by some seconds at times, as they are in what Okta hands out.

mod guise;
mod script;
mod template;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::{self, Read};

use self::guise::{Faces, Guise, hash};
use self::script::{Actor, Repertoire, Script};
use super::BEGIN;
use lab::clock::{DAY, HOUR, Millis, SECOND};
use lab::random::Random;
use lab::record::render::KeyOrder;

/// How much there is of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) events: u32,
    pub(crate) users: u32,
    /// From the first event to the last, about.
    pub(crate) days: u32,
}

/// The log, to be read as JSON Lines. The same size and seed give the same bytes on every machine.
pub(crate) struct Crowd {
    size: Size,
    random: Random,
    repertoire: Repertoire,
    faces: Faces,
    /// The last session of each person: day and number within it.
    sessions: Vec<(u16, u16)>,
    /// Mean time from one visit to the next, had every hour the same weight.
    step: Millis,
    now: Millis,
    n_written: u32,
    waiting: BinaryHeap<Reverse<Waiting>>,
    n_visits: u64,
    /// Lines not yet read.
    text: Vec<u8>,
    n_read: usize,
}

/// An event to come; the order is that of the fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Waiting {
    /// When it gets into the log.
    arrives: Millis,
    number: u64,
    script: usize,
    line: usize,
    guise: Guise,
}

/// Bytes that are made at a time.
const TEXT_BYTES: usize = 256 << 10;

/// How busy the hours of a day are, UTC, in percent of the mean.
const HOURS: [i64; 24] = [
    20, 20, 20, 20, 25, 40, 110, 190, 230, 230, 220, 200, 190, 210, 210, 190, 150, 90, 60, 45, 40,
    35, 30, 25,
];

impl Crowd {
    pub(crate) fn new(size: Size, seed: u64, order: KeyOrder) -> Self {
        let mut random = Random::new(seed);
        let repertoire = Repertoire::new(&mut random, order);
        let (visits, events) = repertoire.average();
        let span = u64::from(size.days) * DAY.cast_unsigned();
        let step = (span * events / (u64::from(size.events) * visits).max(1)).cast_signed();
        Self {
            size,
            random,
            repertoire,
            faces: Faces::new(),
            sessions: vec![(u16::MAX, 0); size.users as usize],
            step,
            now: BEGIN,
            n_written: 0,
            waiting: BinaryHeap::new(),
            n_visits: 0,
            text: Vec::with_capacity(TEXT_BYTES + 4096),
            n_read: 0,
        }
    }

    fn is_over(&self) -> bool {
        self.n_written >= self.size.events
    }

    /// Makes the next lines.
    fn refill(&mut self) {
        self.text.clear();
        self.n_read = 0;
        while self.text.len() < TEXT_BYTES && !self.is_over() {
            self.visit();
            self.now += self.pause();
            self.write_until(self.now);
        }
    }

    fn write_until(&mut self, end: Millis) {
        while !self.is_over()
            && let Some(Reverse(next)) = self.waiting.peek()
            && next.arrives < end
        {
            let next = *next;
            self.waiting.pop();
            let line = &self.repertoire.scripts[next.script].lines[next.line];
            line.template.write(&mut self.faces, &next.guise, next.number, &mut self.text);
            self.text.push(b'\n');
            self.n_written += 1;
        }
    }

    fn pause(&mut self) -> Millis {
        let hour = self.now.rem_euclid(DAY) / HOUR;
        let mean = (self.step * 100 / HOURS[hour.cast_unsigned() as usize]).max(1);
        self.random.between(0, 2 * mean)
    }

    /// Something happens now.
    fn visit(&mut self) {
        let script = self.repertoire.draw(&mut self.random);
        let Script { actor, repeats, .. } = self.repertoire.scripts[script];
        let mut guise = self.guise(actor);
        let mut at = self.now;
        for _ in 0..repeats {
            self.stage(script, guise, at);
            at += self.random.between(SECOND, 6 * SECOND);
            guise.user = self.random.below(self.size.users as usize) as u32;
        }
    }

    fn stage(&mut self, script: usize, guise: Guise, at: Millis) {
        for line in 0..self.repertoire.scripts[script].lines.len() {
            let published = at + self.repertoire.scripts[script].lines[line].after;
            let late = if self.random.chance(500) { self.random.between(0, 4 * SECOND) } else { 0 };
            self.n_visits += 1;
            self.waiting.push(Reverse(Waiting {
                arrives: published + late,
                number: self.n_visits,
                script,
                line,
                guise: Guise { published, ..guise },
            }));
        }
    }

    /// Who does it, and from where.
    fn guise(&mut self, actor: Actor) -> Guise {
        let n_users = self.size.users as usize;
        let user = match actor {
            Actor::Admin => self.random.below((n_users / 500).clamp(5, n_users)),
            Actor::Token => self.random.below((n_users / 100).clamp(10, n_users)),
            _ => self.person_at_work(n_users),
        } as u32;
        let day = ((self.now - BEGIN) / DAY).cast_unsigned() as u16;
        let last = &mut self.sessions[user as usize];
        if last.0 != day {
            *last = (day, 0);
        } else if actor == Actor::Newcomer {
            last.1 += 1;
        }
        let number = last.1;
        Guise {
            published: self.now,
            user,
            other: self.random.below(n_users) as u32,
            session: (u32::from(day) << 16) | u32::from(number),
            place: guise::place(user, day, actor == Actor::Stranger),
            host: if actor == Actor::Stranger { self.random.below(40) as u32 } else { user },
        }
    }

    /// Somebody whose working hours these are, if one is found soon.
    fn person_at_work(&mut self, n_users: usize) -> usize {
        let hour = self.now.rem_euclid(DAY) / HOUR;
        let mut user = self.random.below(n_users);
        for _ in 0..4 {
            let begins = 6 + (hash(user as u64, 1) % 4).cast_signed();
            if (begins..begins + 10).contains(&hour) {
                break;
            }
            user = self.random.below(n_users);
        }
        user
    }
}

impl Read for Crowd {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.n_read == self.text.len() {
            self.refill();
        }
        let rest = &self.text[self.n_read..];
        let n = rest.len().min(buffer.len());
        buffer[..n].copy_from_slice(&rest[..n]);
        self.n_read += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests;
