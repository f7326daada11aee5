//! Paths to bytes: what to read, opened and decompressed. All reading of logs is here.
//!
//! Nothing is skipped in silence: what cannot be opened is a `Fault` with its path, and
//! what breaks off while it is read leaves its reason in `Trouble`.

mod expand;
mod open;
mod progress;
mod spool;
mod stop;

use std::path::PathBuf;

pub(crate) use crate::input::expand::{Expanded, expand, why};
pub(crate) use crate::input::open::open;
pub(crate) use crate::input::progress::Progress;
pub(crate) use crate::input::spool::keep_stdin;
pub(crate) use crate::input::stop::Stop;

/// Something to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    /// The path as given joined with the path below it; `-` is standard input.
    pub(crate) name: String,
    /// Where the bytes come from.
    pub(crate) from: From,
    /// Bytes on disk, before decompression; `None` when that is not known, as for a pipe.
    pub(crate) size: Option<u64>,
}

/// Where bytes come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum From {
    /// Standard input.
    Stdin,
    /// A file, or anything else that a path names and that can be read.
    File(PathBuf),
}
