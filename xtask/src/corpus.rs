//! Okta System Log events that never happened, the same ones every time.
//!
//! ```text
//!  Org (people, apps) ─┐
//!  Random (seed) ──────┼─▶ activity ─▶ Record ─▶ Renderer ─▶ line ─▶ Scene (time order)
//!  traffic, example ───┘
//! ```
//!
//! An *activity* (`lab::activity`) is a thing that people do, written as the events
//! Okta would log for it. `traffic.rs` draws activities by lot, for the corpus
//! that speed is measured on; [`crate::example`] stages them by hand. To let a
//! new thing happen, add an activity, or one [`lab::scene::Seat::does`] to a script.
//!
//! Nothing here is from a real tenant: addresses, AS numbers and domains are
//! those kept for documentation, people and companies are invented.

pub(crate) mod alarm;
pub(crate) mod crowd;
pub(crate) mod tail;
mod traffic;

use std::io::{self, Write};

use lab::clock::{Millis, SECOND, midnight};
use lab::org::Org;
use lab::place::ANONYMIZER;
use lab::random::Random;
pub(crate) use lab::record::render::KeyOrder;
use lab::record::render::Length;
use lab::scene::Scene;

use traffic::Traffic;

/// The seed of the corpus that measurements are made on.
pub(crate) const SEED: u64 = 1;

/// When a corpus begins.
const BEGIN: Millis = midnight(2026, 11, 2);

/// How many people work in the organization of a corpus.
const N_PEOPLE: usize = 5_000;

/// Bytes that each line is filled up to, both ends included.
const LINE_BYTES: (usize, usize) = (2_080, 2_480);

/// Writes `n` events as JSON Lines, in time order.
///
/// The same `n`, `seed` and `order` give the same bytes on every machine; the order
/// of keys changes nothing else. Lines have 2,000 to 2,500 bytes. About one event
/// in 1,000 is of a kind that a detection may report.
pub(crate) fn write_corpus(
    out: &mut dyn Write,
    n: usize,
    seed: u64,
    order: KeyOrder,
) -> io::Result<()> {
    let mut random = Random::new(seed);
    let org = Org::new(N_PEOPLE, &mut random);
    let elsewhere: Vec<_> = (0..20).map(|_| ANONYMIZER.address(&mut random)).collect();
    let mut scene = Scene::new(&org, random, Length::Padded { bytes: LINE_BYTES }, order);
    let mut traffic = Traffic::new(N_PEOPLE, &elsewhere);
    let mut now = BEGIN;
    let mut n_written = 0;
    while n_written < n {
        traffic.visit(&mut scene, now);
        now += scene.random.between(SECOND, 9 * SECOND);
        while n_written < n
            && let Some(line) = scene.next_before(now)
        {
            out.write_all(line.as_bytes())?;
            out.write_all(b"\n")?;
            n_written += 1;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
