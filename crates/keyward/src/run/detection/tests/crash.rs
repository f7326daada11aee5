//! Power cuts at any operation of either disk, disks that fill up, syncs that fail: in the end everything is there, once.

use std::time::Duration;

use anyhow::Context;
use archive::Intake;
use archive::fault::{Fault, FaultyDisk};
use lab::random::Random;

use super::rules::few;
use super::stage::{self, Arrivals, Outcome, Site, lab_log};
use crate::run::detection::saving::Taken;
use crate::run::detection::{Begin, Detection, Work};

/// What ends the life of a process, or what it lives through.
#[derive(Debug, Clone, Copy)]
enum Mishap {
    PowerCut,
    Failure,
    Full,
}

/// One process from its start until it goes down or all is done.
struct Life<'a> {
    arrivals: &'a Arrivals,
    /// Batches that the sender was told are kept.
    n_kept: &'a mut usize,
    random: &'a mut Random,
    /// What it has lived through.
    n_failures: u32,
    /// A checkpoint that was taken and is written later, as the thread beside detection would.
    taken: Option<Taken>,
}

/// What one life goes through.
const FAILURES_MAX: u32 = 3;

impl Life<'_> {
    /// Lives on until something fails for good; whether all is done.
    fn live(&mut self, site: &Site) -> anyhow::Result<bool> {
        let intake = site.open_intake()?;
        let mut detection = site.detection(&intake);
        let mut work = None;
        loop {
            let is_sent = *self.n_kept == self.arrivals.batches.len();
            if is_sent
                && work.as_ref().is_some_and(|work: &Work| work.reader.position() == intake.end())
            {
                break;
            }
            match self.random.below(8) {
                0..3 if !is_sent => self.send(&intake)?,
                6 => self.take_down(&mut detection, &mut work)?,
                7 => self.write(&mut detection, &mut work)?,
                _ => self.detect(&mut detection, &mut work)?,
            }
        }
        self.write(&mut detection, &mut work)?;
        let mut work = work.context("it went back at the end")?;
        detection.save(&mut work)?;
        Ok(true)
    }

    /// Sends the next batch. Whoever is refused sends it again.
    fn send(&mut self, intake: &Intake) -> anyhow::Result<()> {
        match intake.append(self.arrivals.batches[*self.n_kept].clone()) {
            Ok(_) => *self.n_kept += 1,
            Err(error) if error.may_pass() && self.n_failures < FAILURES_MAX => {
                self.n_failures += 1;
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// As [`Detection::run`] does it: what fails sends it back to the last checkpoint.
    fn detect(&mut self, detection: &mut Detection, work: &mut Option<Work>) -> anyhow::Result<()> {
        let Some(now) = work else {
            // Whoever goes back waits for what is being written.
            if let Some(taken) = self.taken.take() {
                let _ = taken.write(&*detection.disk, &detection.checkpoint);
            }
            return match detection.begin() {
                Ok(begun) => {
                    *work = Some(begun);
                    Ok(())
                }
                Err(Begin::Later(error)) => self.outlive(Err(error), work),
                Err(Begin::Never(error)) => panic!("a checkpoint is refused: {error:#}"),
            };
        };
        let stepped = detection.step(now, Duration::ZERO).and_then(|_| detection.outlets.flush());
        self.outlive(stepped.map(drop), work)
    }

    /// A failure sends it back to the last checkpoint, or is its end.
    fn outlive(&mut self, done: anyhow::Result<()>, work: &mut Option<Work>) -> anyhow::Result<()> {
        if let Err(error) = done {
            *work = None;
            self.n_failures += 1;
            return if self.n_failures > FAILURES_MAX { Err(error) } else { Ok(()) };
        }
        Ok(())
    }

    /// Takes a checkpoint, which is written while detection goes on.
    fn take_down(
        &mut self,
        detection: &mut Detection,
        work: &mut Option<Work>,
    ) -> anyhow::Result<()> {
        let (None, Some(now)) = (&self.taken, &work) else { return Ok(()) };
        let taken = detection.take_down(now).map(|taken| self.taken = Some(taken));
        self.outlive(taken, work)
    }

    /// Writes the one that was taken, if there is one. Detection may have gone back to the last one meanwhile.
    fn write(&mut self, detection: &mut Detection, work: &mut Option<Work>) -> anyhow::Result<()> {
        let Some(taken) = self.taken.take() else { return Ok(()) };
        let ended = taken.write(&*detection.disk, &detection.checkpoint);
        let saved = work.as_mut().map_or(Ok(()), |now| detection.saved(now, ended));
        self.outlive(saved, work)
    }
}

fn prepare(disk: &FaultyDisk, mishap: Mishap, random: &mut Random) {
    let soon = disk.n_operations() + random.below(30) as u64;
    match mishap {
        Mishap::PowerCut => disk.fail_at(soon, Fault::PowerCut),
        Mishap::Failure => disk.fail_at(soon, Fault::Error),
        Mishap::Full => disk.set_capacity(Some(disk.used() + random.below(20_000) as u64)),
    }
}

/// Lives one life after the other, each with its mishaps, until all is done.
fn lives(log: &[lab::Entry], seed: u64) -> (Outcome, u32) {
    let (arrivals, mut random) = (Arrivals::new(log, seed), Random::new(seed + 1000));
    let (mut site, mut n_kept, mut n_lives) = (Site::new(few()), 0, 0);
    loop {
        n_lives += 1;
        let is_safe = n_lives > 15;
        if !is_safe {
            for disk in [&site.intake_disk, &site.disk] {
                let mishaps = [Mishap::PowerCut, Mishap::PowerCut, Mishap::Failure, Mishap::Full];
                prepare(disk, mishaps[random.below(4)], &mut random);
            }
        }
        let mut life = Life {
            arrivals: &arrivals,
            n_kept: &mut n_kept,
            random: &mut random,
            n_failures: 0,
            taken: None,
        };
        let is_done = life.live(&site).unwrap_or(false);
        site.intake_disk = site.intake_disk.crashed(seed + u64::from(n_lives));
        site.disk = site.disk.crashed(seed + u64::from(n_lives) * 7);
        if is_done {
            let intake = site.open_intake().expect("the disk is in order");
            return (Outcome::of(&site, &intake), n_lives);
        }
    }
}

#[test]
fn whatever_fails_everything_is_there_once_in_the_end() {
    // The attack is at the end.
    let log = lab_log(3);
    let log = &log[log.len() - 400..];
    let expected = stage::detect(&*few(), log);
    assert!(expected.len() > 5, "{} findings", expected.len());
    let mut n_lives = 0;
    for seed in 0..3 {
        let (outcome, n) = lives(log, seed);
        n_lives += n;
        assert_eq!(outcome.events, stage::ids(log), "events of seed {seed}");
        assert_eq!(outcome.settled, expected, "the file of seed {seed}");
        assert_eq!(outcome.stored, expected, "the store of seed {seed}");
    }
    assert!(n_lives > 9, "{n_lives} lives");
}
