//! `keyward privilege kb`

use anyhow::bail;

use crate::args::{KbDiff, KbShow};
use crate::console::Console;
use crate::exit::Exit;

/// Prints what is known of names.
pub(crate) fn show(args: &KbShow, _console: Console) -> anyhow::Result<Exit> {
    bail!("not built yet: {args:?}")
}

/// Compares two descriptions.
pub(crate) fn diff(args: &KbDiff, _console: Console) -> anyhow::Result<Exit> {
    bail!("not built yet: {args:?}")
}
