//! `keyward privilege compare`

use anyhow::bail;
use jiff::Timestamp;

use crate::args::Compare;
use crate::console::Console;
use crate::exit::Exit;

/// Runs it.
pub(crate) fn run(args: &Compare, _console: Console, _now: Timestamp) -> anyhow::Result<Exit> {
    bail!("not built yet: {args:?}")
}
