//! `keyward privilege need`

use anyhow::bail;
use jiff::Timestamp;

use crate::args::Need;
use crate::console::Console;
use crate::exit::Exit;

/// Runs it.
pub(crate) fn run(args: &Need, _console: Console, _now: Timestamp) -> anyhow::Result<Exit> {
    bail!("not built yet: {args:?}")
}
