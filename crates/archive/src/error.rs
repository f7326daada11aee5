//! What can go wrong with what is kept.
//!
//! Variants are chosen by what the caller does next. One failure may be told to many who wait, so that errors can be copied.

use std::io;
use std::sync::Arc;

use thiserror::Error;

use crate::batch::Position;

/// Why something was not kept, or cannot be read.
#[derive(Debug, Clone, Error)]
#[non_exhaustive]
pub enum Error {
    /// The disk is full. Nothing of the batch is kept; it can be given again.
    #[error("no room left on the disk for `{name}`")]
    DiskFull {
        /// The file that was written.
        name: String,
    },

    /// The disk failed. Nothing of the batch counts as kept; it can be given again.
    #[error("failed to {doing} `{name}`")]
    Disk {
        /// What was done: `write`, `sync` and the like.
        doing: &'static str,
        /// The file, or `.` for the folder.
        name: String,
        /// What the system said.
        source: Arc<io::Error>,
    },

    /// Too much waits to be written. The batch was not taken; it can be given again.
    #[error("too much waits to be written")]
    Busy,

    /// The batch is larger than [`crate::MOST_BATCH_BYTES`].
    #[error("a batch of {bytes} bytes is too large")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },

    /// The intake was closed.
    #[error("the intake is closed")]
    Closed,

    /// Another process has the folder.
    #[error("another process writes to this folder")]
    Locked,

    /// Frames that were kept cannot be read any more. Who reads on reads behind them.
    #[error(
        "`{name}` is damaged at byte {offset}: {why}; positions {} to {} are lost", from.0, until.0
    )]
    Damaged {
        /// The segment.
        name: String,
        /// Where in it.
        offset: u64,
        /// What is wrong.
        why: &'static str,
        /// The first position that is lost.
        from: Position,
        /// The first one that is not.
        until: Position,
    },

    /// Frames were removed because they were older than is kept. Who reads on reads behind them.
    #[error("positions {} to {} were removed as too old", from.0, until.0)]
    Removed {
        /// The first position that is gone.
        from: Position,
        /// The first one that is not.
        until: Position,
    },

    /// A position lies behind the end: what was kept up to there is lost, or it is of another intake.
    #[error("position {} lies behind the end of the intake at {}", position.0, end.0)]
    Beyond {
        /// What was asked for.
        position: Position,
        /// The end.
        end: Position,
    },

    /// A file is not one of this program, or of a version that it does not know.
    #[error("`{name}` is no file of the intake: {why}")]
    Unknown {
        /// The file.
        name: String,
        /// Why.
        why: &'static str,
    },
}

impl Error {
    /// Wraps what the system said.
    pub(crate) fn disk(doing: &'static str, name: &str, source: io::Error) -> Self {
        let name = name.to_owned();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull { name },
            _ => Self::Disk { doing, name, source: Arc::new(source) },
        }
    }

    /// Whether the same may succeed later without anybody changing the request.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::DiskFull { .. } | Self::Disk { .. } | Self::Busy)
    }
}
