//! `keyward privilege plan`

use anyhow::bail;
use jiff::Timestamp;

use crate::args::Plan;
use crate::console::Console;
use crate::exit::Exit;

/// Runs it.
pub(crate) fn run(args: &Plan, _console: Console, _now: Timestamp) -> anyhow::Result<Exit> {
    bail!("not built yet: {args:?}")
}
