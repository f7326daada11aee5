//! `keyward sink dead`, `replay` and `drop`.

use std::io::{self, Write};

use anyhow::{Context, bail};
use jiff::Timestamp;
use sink::{Dead, Letters, Queue};

use super::{open, out, print};
use crate::args::{SinkDead, SinkLetters, Where};
use crate::console::Console;
use crate::exit::Exit;
use crate::known;
use crate::render::moment;
use crate::sanitize::visible;

/// Lists dead letters.
pub(super) fn list(args: &SinkDead, console: Console) -> anyhow::Result<Exit> {
    let queue = open(&args.place, console)?;
    let which = args.sink.clone().map_or(Letters::All, Letters::Of);
    check_sink(args.sink.as_deref(), &args.place, &queue)?;
    let dead = queue.dead(&which).context("failed to read the queue")?;
    let mut out = out(args.print.output.output.as_deref(), console)?;
    print(
        &dead,
        ("keyward.dead_letters/1", "dead_letters"),
        args.print.format,
        &mut out,
        write_dead,
    )
    .context("failed to print")?;
    Ok(if dead.is_empty() { Exit::Clean } else { Exit::Found })
}

fn write_dead(dead: &Dead, out: &mut dyn Write) -> io::Result<()> {
    let Dead { number, sink, level, rule, finding, turn, n_attempts, .. } = dead;
    let (ended, why) = (moment(dead.ended), visible(&dead.why));
    let finding: String = finding.chars().take(12).collect();
    write!(out, "{number}  {ended}  {sink}  {level} {}  {turn} {finding}", visible(rule))?;
    if dead.n_folded > 0 {
        write!(out, " and {} more", dead.n_folded)?;
    }
    let times = if *n_attempts == 1 { "attempt" } else { "attempts" };
    writeln!(out, "\n  {n_attempts} {times}: {why}")
}

/// Lets them wait again.
pub(super) fn replay(args: &SinkLetters, console: Console, now: Timestamp) -> anyhow::Result<Exit> {
    let queue = open(&args.place, console)?;
    check_sink(args.sink.as_deref(), &args.place, &queue)?;
    let n = queue.replay(&which(args), now).context("failed to write the queue")?;
    told(n, args)?;
    console.note(|out| {
        let letters = counted(n);
        writeln!(
            out,
            "{letters} waiting again; `keyward run` sends what waits, at once if it runs."
        )
    });
    Ok(Exit::Clean)
}

/// Throws them away.
pub(super) fn throw_away(
    args: &SinkLetters,
    console: Console,
    now: Timestamp,
) -> anyhow::Result<Exit> {
    let queue = open(&args.place, console)?;
    check_sink(args.sink.as_deref(), &args.place, &queue)?;
    let n = queue.drop_dead(&which(args), now).context("failed to write the queue")?;
    told(n, args)?;
    console.note(|out| writeln!(out, "{} thrown away.", counted(n)));
    Ok(Exit::Clean)
}

/// Fails if a sink was named that the configuration has not, and that left no dead letter either.
fn check_sink(name: Option<&str>, place: &Where, queue: &Queue) -> anyhow::Result<()> {
    let (Some(name), Some(config)) = (name, known::config(place)) else { return Ok(()) };
    let left = queue.dead(&Letters::Of(name.to_owned())).context("failed to read the queue")?;
    if !left.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = config.sinks.iter().map(|sink| sink.name.clone()).collect();
    known::check("sink", name, &names, |known| known == name)
}

/// Fails if not all that were named were there.
fn told(n: usize, args: &SinkLetters) -> anyhow::Result<()> {
    let n_named = args.numbers.len();
    if n < n_named {
        bail!("{n} of {n_named} are numbers of dead letters; `keyward sink dead` lists them");
    }
    Ok(())
}

fn counted(n: usize) -> String {
    if n == 1 { "1 dead letter".to_owned() } else { format!("{n} dead letters") }
}

fn which(args: &SinkLetters) -> Letters {
    match &args.sink {
        Some(sink) => Letters::Of(sink.clone()),
        None if args.all => Letters::All,
        None => Letters::Numbers(args.numbers.clone()),
    }
}
