//! Paths to what is called: opened, decompressed, recognized, read, resolved and counted.

use privilege::{Base, Usage};

use crate::args::Calls;
use crate::console::Console;

/// What was read, and what was not.
pub(crate) struct Read {
    /// The calls.
    pub(crate) usage: Usage,
    /// Inputs that could not be opened or read to their end: name and why.
    pub(crate) faults: Vec<(String, String)>,
    /// Inputs that were read, with their form.
    pub(crate) inputs: Vec<(String, privilege::Form)>,
}

/// Reads every input. Fails if none could be read.
pub(crate) fn read(_args: &Calls, _base: &Base, _console: Console) -> anyhow::Result<Read> {
    anyhow::bail!("not built yet")
}
