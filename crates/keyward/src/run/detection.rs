//! The task that detects: frames of the intake in their order, through the rules of each tenant, to where findings go.
//!
//! ```text
//!  Checkpoint ─▶ Reader::next ─▶ Live of the tenant ─▶ Outlets ─▶ … ─▶ Checkpoint
//!      ▲                                                                  │
//!      └───────────── a crash, a failed disk: from the last one on ◀──────┘
//! ```
//!
//! What comes out is a function of the log and of the rules: no clock decides about it. When checkpoints are written depends on the clock,
//! which changes nothing: from any of them the rest of the log gives the same.

mod account;
mod look;
mod saving;
#[cfg(test)]
mod tests;
mod watched;

use std::collections::BTreeSet;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::time::{Duration, Instant};

use anyhow::Context;
use archive::{Disk, Error, Intake, Position, Reader, SourceId};
use jiff::Timestamp;

pub(crate) use self::account::{Account, Saved, Seen, TenantSeen};
pub(crate) use self::look::Look;
use self::saving::{Saving, Taken, Unwritten, Written};
use self::watched::Watched;
use super::checkpoint::{Checkpoint, Head, Unusable};
use super::outlet::Outlets;

/// How detection goes about it.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// Whose record is read. What is pushed by them does not say how far that is, before its first page neither.
    pub(crate) polled: BTreeSet<SourceId>,
    /// How much later than a newer one an event may come.
    pub(crate) lateness: Duration,
    /// Bytes for the events of one tenant that wait for earlier ones, about.
    pub(crate) pending_bytes: usize,
    /// How much may be remembered of one tenant.
    pub(crate) memory: detect::Settings,
    /// How often a checkpoint is written, at most.
    pub(crate) save_every: Duration,
}

/// What can be asked of detection while it runs. When nobody can ask any more it stops.
#[derive(Debug)]
pub(crate) enum Order {
    /// Go on with other rules or lists, and keep what is remembered.
    Reload(Arc<dyn Look>),
    /// Write a checkpoint and end.
    Stop,
}

/// The task. Everything that it needs is given to it.
pub(crate) struct Detection {
    /// What it reads.
    pub(crate) intake: Intake,
    /// The folder of the checkpoint.
    pub(crate) disk: Arc<dyn Disk>,
    /// The file of the checkpoint in it.
    pub(crate) checkpoint: String,
    /// What to look for.
    pub(crate) rules: Arc<dyn Look>,
    /// Other rules that are to be taken, and from where on; `None` if nobody asked for any.
    pub(crate) awaited: Option<(Position, Arc<dyn Look>)>,
    /// How.
    pub(crate) settings: Settings,
    /// Where findings go.
    pub(crate) outlets: Outlets,
    /// What is asked of it.
    pub(crate) orders: Receiver<Order>,
    /// Where it tells how it does.
    pub(crate) account: Account,
}

/// How long it waits for a frame before it looks whether something is asked of it.
const WAIT: Duration = Duration::from_millis(100);

/// The first wait after the disk failed; each failure doubles it.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// Writing checkpoints may take one part in so many of the time.
const SHARE: u32 = 20;

/// Frames that are taken before findings are passed on, if they come without a pause.
const FRAMES_BETWEEN: u32 = 64;

/// Findings that wait to be passed on, at most about.
const FINDINGS_BETWEEN: usize = 256;

/// Why there is nothing to go on with.
enum Begin {
    /// The disk failed, and may do better.
    Later(anyhow::Error),
    /// Somebody has to look at it.
    Never(anyhow::Error),
}

/// What is in memory.
struct Work {
    watched: Watched,
    reader: Reader,
    /// Frames taken since the checkpoint with which it began.
    n_frames: u64,
    next_save: Instant,
    /// The checkpoint that is being written. Whoever goes back to the last one waits for it.
    saving: Option<Saving>,
}

impl Detection {
    /// Detects until it is told to stop. A disk that fails is waited for.
    ///
    /// # Errors
    /// When the last checkpoint cannot be written, or the one there is of another version or damaged: whoever wants to begin anew removes it.
    pub(crate) fn run(mut self) -> anyhow::Result<()> {
        let mut pause = FIRST_PAUSE;
        loop {
            let error = match self.begin() {
                Ok(mut work) => match self.watch(&mut work) {
                    Ok(()) => return self.save(&mut work).context("failed to save at the end"),
                    Err(error) => {
                        pause = if work.n_frames > 0 { FIRST_PAUSE } else { pause };
                        error
                    }
                },
                Err(Begin::Never(error)) => return Err(error),
                Err(Begin::Later(error)) => error,
            };
            let again_s = pause.as_secs();
            tracing::error!(again_s, "detection goes back to its last checkpoint: {error:#}");
            self.account.change(|seen| seen.trouble = Some(format!("{error:#}")));
            if self.sleep(pause) {
                return Err(error.context("it was told to stop while it could not go on"));
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Waits; whether it is time to stop.
    fn sleep(&mut self, pause: Duration) -> bool {
        let until = Instant::now() + pause;
        loop {
            match self.orders.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(Order::Reload(rules)) => {
                    self.awaited = Some((self.account.seen().position, rules));
                }
                Ok(Order::Stop) | Err(RecvTimeoutError::Disconnected) => return true,
                Err(RecvTimeoutError::Timeout) => return false,
            }
        }
    }

    /// Goes on where the last checkpoint leaves off.
    fn begin(&mut self) -> Result<Work, Begin> {
        let checkpoint = self.last_checkpoint()?;
        let is_first = checkpoint.is_none();
        let head = Head { position: self.intake.first(), seed: random(), ..Head::default() };
        let begun = || Checkpoint { head, states: Vec::new() };
        let Checkpoint { head, states } = checkpoint.unwrap_or_else(begun);
        let mut watched = Watched::new(Arc::clone(&self.rules), self.settings.clone(), head.seed);
        for ((source, _), state) in head.tenants.iter().zip(&states) {
            let tenant = || format!("the state of `{}` in the checkpoint", source.tenant);
            let restored = watched.restore(source, state).with_context(tenant);
            restored.map_err(Begin::Never)?;
        }
        let end = self.intake.end();
        let has_lost = head.position > end;
        if has_lost {
            let (examined, end) = (head.position.0, end.0);
            tracing::error!(examined, end, "the intake has lost frames that were examined");
        }
        // What cannot be told again is not cut off.
        let file = head.file.as_ref().filter(|_| !has_lost);
        self.outlets.rewind(file).map_err(Begin::Later)?;
        let reader = self.intake.reader(head.position.min(end));
        self.account.set_ledger(head.ledger);
        self.intake.hold(reader.position());
        let next_save = Instant::now() + self.settings.save_every;
        let mut work = Work { watched, reader, n_frames: 0, next_save, saving: None };
        if is_first {
            // From now on everything is the same after every crash.
            self.save(&mut work).map_err(Begin::Later)?;
        }
        self.account.change(|seen| seen.trouble = None);
        Ok(work)
    }

    fn last_checkpoint(&self) -> Result<Option<Checkpoint>, Begin> {
        Checkpoint::read(&*self.disk, &self.checkpoint).map_err(|error| {
            let is_disk = matches!(error, Unusable::Disk(_));
            let error = anyhow::Error::new(error);
            let error = error.context(format!("the checkpoint `{}`", self.checkpoint));
            if is_disk { Begin::Later(error) } else { Begin::Never(error) }
        })
    }

    /// Takes frame after frame until it is told to stop, or the disk fails.
    fn watch(&mut self, work: &mut Work) -> anyhow::Result<()> {
        let mut n_untold = 0;
        loop {
            if self.obey(work)? {
                return Ok(());
            }
            let mut took = self.step(work, Duration::ZERO)?;
            n_untold += u32::from(took);
            if !took || n_untold >= FRAMES_BETWEEN || self.outlets.n_waiting() >= FINDINGS_BETWEEN {
                self.outlets.flush()?;
                self.tell(work);
                n_untold = 0;
            }
            if !took {
                took = self.step(work, WAIT)?;
                n_untold += u32::from(took);
            }
            self.look_after_saving(work)?;
            self.begin_to_save(work)?;
        }
    }

    /// Does what was asked; whether that is to stop.
    fn obey(&mut self, work: &mut Work) -> anyhow::Result<bool> {
        match self.orders.try_recv() {
            Ok(Order::Stop) | Err(TryRecvError::Disconnected) => return Ok(true),
            Err(TryRecvError::Empty) => {}
            Ok(Order::Reload(rules)) => self.awaited = Some((work.reader.position(), rules)),
        }
        // Where it went back to a checkpoint, what comes before is made again with the rules of before.
        let end = self.intake.end();
        let is_due = |(from, _): &(Position, _)| work.reader.position() >= *from.min(&end);
        if let Some((_, rules)) = self.awaited.clone().filter(is_due) {
            self.take_rules(work, rules)?;
        }
        Ok(false)
    }

    /// Goes on with other rules. They are awaited until that has succeeded.
    fn take_rules(&mut self, work: &mut Work, rules: Arc<dyn Look>) -> anyhow::Result<()> {
        // What comes before is made with the rules of before, after a crash too.
        self.save(work).context("failed to save before other rules are taken")?;
        self.rules = Arc::clone(&rules);
        self.awaited = None;
        work.watched.reload(rules)?;
        self.save(work).context("failed to save after other rules were taken")
    }

    /// Takes the next frame, if there is one; waits for it that long.
    fn step(&mut self, work: &mut Work, wait: Duration) -> anyhow::Result<bool> {
        let frame = match work.reader.next(wait) {
            Ok(Some(frame)) => frame,
            Ok(None) => return Ok(false),
            Err(error @ (Error::Damaged { from, until, .. } | Error::Removed { from, until })) => {
                tracing::error!("part of the intake was not examined: {error}");
                self.account.change(|seen| seen.lost_frames += until.0.saturating_sub(from.0));
                self.account.with_ledger(|ledger| ledger.observe_error(&error));
                return Ok(true);
            }
            Err(error) => return Err(error.into()),
        };
        work.n_frames += 1;
        let mut failed = None;
        let account = &self.account;
        let outlets = &mut self.outlets;
        work.watched.take(&frame, &mut |finding| {
            if failed.is_none() {
                account.change(|seen| seen.count(&finding));
                failed = outlets.take(finding).err();
            }
        });
        self.account.with_ledger(|ledger| ledger.observe(&frame));
        failed.map_or(Ok(true), Err)
    }

    /// Says how far it has come.
    fn tell(&self, work: &Work) {
        let (position, tenants) = (work.reader.position(), work.watched.seen());
        self.account.change(|seen| {
            seen.position = position;
            seen.tenants = tenants;
        });
    }

    /// Takes down where it is, in memory.
    fn take_down(&mut self, work: &Work) -> anyhow::Result<Taken> {
        let began = Instant::now();
        let file = self.outlets.mark()?;
        let (tenants, states) = work.watched.save();
        let (position, seed) = (work.reader.position(), work.watched.seed());
        let head = Head { position, file: None, seed, tenants, ledger: self.account.ledger() };
        Ok(Taken::new(Checkpoint { head, states }, file, began))
    }

    /// Writes a checkpoint of where it is, and waits for it. What was told up to there is durable before.
    fn save(&mut self, work: &mut Work) -> anyhow::Result<()> {
        // Whatever became of the one under way, this one is newer.
        work.saving = None;
        let taken = self.take_down(work)?;
        let written = taken.write(&*self.disk, &self.checkpoint);
        self.heed(work, written.map_err(Unwritten::into_error)?);
        Ok(())
    }

    /// Begins to write one while it goes on, if it is time for that.
    fn begin_to_save(&mut self, work: &mut Work) -> anyhow::Result<()> {
        if work.saving.is_some() || work.next_save > Instant::now() {
            return Ok(());
        }
        let taken = self.take_down(work)?;
        match Saving::begin(taken, &self.disk, &self.checkpoint) {
            Ok(saving) => work.saving = Some(saving),
            Err(error) => self.say_unsaved(work, &error),
        }
        Ok(())
    }

    /// Looks what became of the one under way. What was told must be durable: if that failed it is not known what is on the disk. If
    /// the checkpoint could not be written the last one stands, and there is more to do after a crash.
    fn look_after_saving(&mut self, work: &mut Work) -> anyhow::Result<()> {
        let Some(saving) = work.saving.take_if(|saving| !saving.is_under_way()) else {
            return Ok(());
        };
        self.saved(work, saving.end())
    }

    fn saved(&mut self, work: &mut Work, ended: Result<Written, Unwritten>) -> anyhow::Result<()> {
        match ended {
            Ok(written) => self.heed(work, written),
            Err(Unwritten::Told(error)) => return Err(error),
            Err(Unwritten::Checkpoint(error)) => self.say_unsaved(work, &error),
        }
        Ok(())
    }

    /// One is in its place: what lies before it is done with.
    fn heed(&mut self, work: &mut Work, written: Written) {
        let Written { position, bytes, took, pause } = written;
        // What was not examined is kept, however old it is.
        self.intake.hold(position);
        work.next_save = Instant::now() + self.settings.save_every.max(took * SHARE);
        self.account.change(|seen| {
            seen.saved = Some(Saved { position, at: Timestamp::now(), bytes, took, pause });
            seen.unsaved = None;
        });
    }

    fn say_unsaved(&mut self, work: &mut Work, error: &anyhow::Error) {
        tracing::error!("failed to save what detection remembers: {error:#}");
        self.account.change(|seen| seen.unsaved = Some(format!("{error:#}")));
        work.next_save = Instant::now() + self.settings.save_every;
    }
}

/// A number that nobody can foretell.
fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}
