//! `keyward rules eject`: write the built-in rules to a folder.

use crate::args::Eject;
use crate::console::Console;
use crate::exit::Exit;
use crate::pack;

/// Writes the pack; fails when a file is in the way.
pub(crate) fn run(args: &Eject, console: Console) -> anyhow::Result<Exit> {
    let count = pack::eject(&args.folder)?;
    console.note(|out| writeln!(out, "wrote {count} files below `{}`", args.folder.display()));
    Ok(Exit::Clean)
}
