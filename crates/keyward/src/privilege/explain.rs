//! `keyward privilege explain`

use anyhow::bail;

use crate::args::Explain403;
use crate::console::Console;
use crate::exit::Exit;

/// Runs it.
pub(crate) fn run(args: &Explain403, _console: Console) -> anyhow::Result<Exit> {
    bail!("not built yet: {args:?}")
}
