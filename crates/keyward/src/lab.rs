//! `keyward lab`: an organization at work and attacks on it, served, told or written as a log.

mod export;
mod serve;
mod tell;

use anyhow::{Context, bail};
use jiff::Timestamp;

use crate::args::Lab;
use crate::console::Console;
use crate::exit::Exit;
use crate::output::Out;

/// Does what was asked for.
pub(crate) fn run(args: &Lab, console: Console, now: Timestamp) -> anyhow::Result<Exit> {
    let attack = args.attack.as_deref().map(attack).transpose()?;
    if let Some(path) = &args.export {
        return export::run(args, path, console, now);
    }
    let mut out = Out::open(None, console.color())?;
    if args.list {
        tell::list(&mut out).context("failed to write")?;
    } else if args.describe {
        tell::describe(attack, &mut out).context("failed to write")?;
    } else {
        return serve::run(args, console);
    }
    Ok(Exit::Clean)
}

/// Most typing mistakes of a name that is taken for another.
const NEAR: usize = 4;

/// The attack of that name, or what may have been meant.
fn attack(name: &str) -> anyhow::Result<&'static ::lab::Attack> {
    if let Some(attack) = ::lab::attack(name) {
        return Ok(attack);
    }
    let attacks = ::lab::attacks().iter().map(|attack| attack.name);
    let near = attacks.min_by_key(|known| strsim::damerau_levenshtein(known, name));
    let near = near.filter(|known| strsim::damerau_levenshtein(known, name) <= NEAR);
    match near {
        Some(near) => bail!("no attack is called `{name}`; did you mean `{near}`?"),
        None => bail!("no attack is called `{name}`; `keyward lab --list` names them"),
    }
}
