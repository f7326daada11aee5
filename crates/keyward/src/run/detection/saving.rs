//! Checkpoints on their way to the disk, while detection goes on.
//!
//! ```text
//!  detection ──takes──▶ Taken ──a thread──▶ findings synced ─▶ checkpoint synced ─▶ in place ──▶ Written, heard by detection
//! ```
//!
//! One is under way at most. What is told meanwhile is told again after a crash, as it is whenever one comes between two checkpoints.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow};
use archive::{Disk, Position};

use crate::run::checkpoint::{Checkpoint, Mark};
use crate::run::outlet::Unsynced;

/// A moment of detection, in memory.
pub(super) struct Taken {
    checkpoint: Checkpoint,
    /// What was told up to there and may not be on the disk.
    findings: Option<Unsynced>,
    began: Instant,
    /// How long detection stood still for it.
    pause: Duration,
}

/// A checkpoint that is in its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Written {
    pub(super) position: Position,
    /// Its size.
    pub(super) bytes: u64,
    /// From the beginning until it was in its place.
    pub(super) took: Duration,
    /// How long detection stood still for it.
    pub(super) pause: Duration,
}

/// Why a checkpoint is not in its place.
#[derive(Debug)]
pub(super) enum Unwritten {
    /// What was told may not be durable: it is not known what is on the disk.
    Told(anyhow::Error),
    /// The last one stands, and there is more to do after a crash.
    Checkpoint(anyhow::Error),
}

impl Unwritten {
    /// What went wrong.
    pub(super) fn into_error(self) -> anyhow::Error {
        match self {
            Self::Told(error) | Self::Checkpoint(error) => error,
        }
    }
}

impl Taken {
    /// A checkpoint that was begun then, with the file of findings as it is marked in it.
    pub(super) fn new(
        mut checkpoint: Checkpoint,
        file: Option<(Mark, Unsynced)>,
        began: Instant,
    ) -> Self {
        let (mark, findings) = file.unzip();
        checkpoint.head.file = mark;
        Self { checkpoint, findings, began, pause: began.elapsed() }
    }

    /// Makes durable what was told, then puts the checkpoint into its place.
    pub(super) fn write(self, disk: &dyn Disk, name: &str) -> Result<Written, Unwritten> {
        let synced = self.findings.as_ref().map_or(Ok(()), Unsynced::sync);
        synced.map_err(Unwritten::Told)?;
        let bytes = self.checkpoint.write(disk, name);
        let bytes = bytes.map_err(|error| Unwritten::Checkpoint(error.into()))?;
        let position = self.checkpoint.head.position;
        Ok(Written { position, bytes, took: self.began.elapsed(), pause: self.pause })
    }
}

/// A checkpoint under way. Whoever drops it waits until it is written or not.
pub(super) struct Saving(Option<JoinHandle<Result<Written, Unwritten>>>);

impl Saving {
    /// Begins to write one.
    pub(super) fn begin(taken: Taken, disk: &Arc<dyn Disk>, name: &str) -> anyhow::Result<Self> {
        let (disk, name) = (Arc::clone(disk), name.to_owned());
        let thread = std::thread::Builder::new().name("checkpoint".to_owned());
        let thread = thread.spawn(move || taken.write(&*disk, &name));
        Ok(Self(Some(thread.context("failed to begin a thread for the checkpoint")?)))
    }

    /// Whether it would be waited for.
    pub(super) fn is_under_way(&self) -> bool {
        self.0.as_ref().is_some_and(|thread| !thread.is_finished())
    }

    /// Waits for it.
    pub(super) fn end(mut self) -> Result<Written, Unwritten> {
        let thread = self.0.take().map(JoinHandle::join);
        let died = || Unwritten::Checkpoint(anyhow!("the thread that writes it died"));
        thread.transpose().ok().flatten().unwrap_or_else(|| Err(died()))
    }
}

impl Drop for Saving {
    fn drop(&mut self) {
        if let Some(thread) = self.0.take() {
            let _ = thread.join();
        }
    }
}
