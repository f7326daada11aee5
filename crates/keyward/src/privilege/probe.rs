//! `keyward privilege probe`

use anyhow::bail;
use jiff::Timestamp;

use crate::args::Probe;
use crate::console::Console;
use crate::exit::Exit;

/// Runs it.
pub(crate) fn run(args: &Probe, _console: Console, _now: Timestamp) -> anyhow::Result<Exit> {
    bail!("not built yet: {args:?}")
}
