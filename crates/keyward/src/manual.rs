//! `keyward completions` and `keyward man`: what shells and `man` show, from the same words as `--help`.

mod page;

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};
use clap::CommandFactory;

use self::page::Page;
use crate::args::{Command, Completions, Man};
use crate::console::Console;
use crate::exit::Exit;
use crate::output::Out;

/// Prints the script that makes a shell complete.
pub(crate) fn completions(args: &Completions, console: Console) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Command::command(), "keyward", &mut script);
    let mut out = Out::open(args.output.output.as_deref(), console.color())?;
    out.write_all(&script).and_then(|()| out.flush()).context("failed to write the completions")?;
    Ok(Exit::Clean)
}

/// Prints one page, or writes all of them.
pub(crate) fn run(args: &Man, console: Console) -> anyhow::Result<Exit> {
    let root = whole();
    if let Some(folder) = &args.dir {
        let n_pages = write_all(&root, folder)?;
        console.note(|out| writeln!(out, "Written: {n_pages} pages to {}", folder.display()));
        return Ok(Exit::Clean);
    }
    let page = Page::of(find(&root, &args.verb)?).render().context("failed to make the page")?;
    let mut out = Out::open(None, console.color())?;
    out.write_all(&page).and_then(|()| out.flush()).context("failed to write the page")?;
    Ok(Exit::Clean)
}

/// The command line with the flags of every verb where they hold, and without the verb `help` below each.
fn whole() -> clap::Command {
    let mut command = Command::command().disable_help_subcommand(true);
    command.build();
    command
}

fn find<'c>(root: &'c clap::Command, words: &[String]) -> anyhow::Result<&'c clap::Command> {
    let mut command = root;
    for word in words {
        let Some(below) = command.find_subcommand(word) else {
            bail!("there is no verb `{}`; `keyward help` lists them", words.join(" "));
        };
        command = below;
    }
    Ok(command)
}

/// Writes the page of a command and those of its verbs; how many.
fn write_all(command: &clap::Command, folder: &Path) -> anyhow::Result<usize> {
    let page = Page::of(command);
    let path = folder.join(page.file_name());
    let failed = || format!("failed to write `{}`", path.display());
    fs::create_dir_all(folder).with_context(failed)?;
    fs::write(&path, page.render().with_context(failed)?).with_context(failed)?;
    let below = command.get_subcommands().map(|verb| write_all(verb, folder));
    below.sum::<anyhow::Result<usize>>().map(|n_below| n_below + 1)
}
