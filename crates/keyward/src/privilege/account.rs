//! `keyward privilege account`

use anyhow::bail;
use jiff::Timestamp;

use crate::args::Account;
use crate::console::Console;
use crate::exit::Exit;

/// Runs it.
pub(crate) fn run(args: &Account, _console: Console, _now: Timestamp) -> anyhow::Result<Exit> {
    bail!("not built yet: {args:?}")
}
