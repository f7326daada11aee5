//! `keyward sink silence`.

use std::io::{self, Write};

use anyhow::{Context, bail};
use jiff::Timestamp;
use serde::Serialize;
use sink::{Silence, Silenced};

use super::{open, out, print};
use crate::args::{SilenceAdd, SilenceEnd, SilenceList};
use crate::console::Console;
use crate::exit::Exit;
use crate::findings::whoever;
use crate::render::moment;
use crate::sanitize::visible;

/// Begins a silence.
pub(super) fn add(args: &SilenceAdd, console: Console, now: Timestamp) -> anyhow::Result<Exit> {
    if args.because.trim().is_empty() {
        bail!("a silence takes a reason: `--because` is empty");
    }
    let until = args.until.resolve(now);
    if until <= now {
        bail!("`--until` ({until}) is over already");
    }
    args.which.check(&args.place, console)?;
    let (queue, terms) = (open(&args.place, console)?, args.which.terms());
    let by = args.by.clone().unwrap_or_else(whoever);
    let number = queue
        .silence(&terms, &args.because, &by, now, until)
        .context("failed to write the queue")?;
    let until = moment(until);
    console.note(|out| writeln!(out, "Silence {number}: {terms}, until {until}."));
    Ok(Exit::Clean)
}

/// A silence and what it kept back.
#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    silence: Silence,
    holds: bool,
    silenced: Vec<Silenced>,
}

/// Lists silences.
pub(super) fn list(args: &SilenceList, console: Console, now: Timestamp) -> anyhow::Result<Exit> {
    let queue = open(&args.place, console)?;
    let failed = "failed to read the queue";
    let mut rows = Vec::new();
    for silence in queue.silences().context(failed)? {
        let (holds, silenced) =
            (silence.holds(now), queue.silenced(silence.number).context(failed)?);
        if holds || args.all {
            rows.push(Row { silence, holds, silenced });
        }
    }
    let mut out = out(args.print.output.output.as_deref(), console)?;
    print(&rows, ("keyward.silences/1", "silences"), args.print.format, &mut out, write_row)
        .context("failed to print")?;
    Ok(Exit::Clean)
}

fn write_row(row: &Row, out: &mut dyn Write) -> io::Result<()> {
    let Silence { number, terms, because, by, since, until, n_silenced } = &row.silence;
    let over = if row.holds { "" } else { " (over)" };
    let terms = terms.to_string();
    writeln!(
        out,
        "{number}  {} until {}{over}  {}",
        moment(*since),
        moment(*until),
        visible(&terms)
    )?;
    writeln!(out, "  by {}: {}", visible(by), visible(because))?;
    writeln!(out, "  kept back {n_silenced}")?;
    for one in &row.silenced {
        let id: String = one.finding.chars().take(12).collect();
        writeln!(out, "    {}  {id}  {}  {}", moment(one.at), one.level, visible(&one.title))?;
    }
    Ok(())
}

/// Ends one.
pub(super) fn end(args: &SilenceEnd, console: Console, now: Timestamp) -> anyhow::Result<Exit> {
    let queue = open(&args.place, console)?;
    let number = args.number;
    if !queue.end_silence(number, now).context("failed to write the queue")? {
        bail!("no silence {number} is in force; `keyward sink silence list --all` lists them");
    }
    console.note(|out| writeln!(out, "Silence {number} is over."));
    Ok(Exit::Clean)
}
