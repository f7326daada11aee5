//! `keyward sink`: who is told of findings, how that goes, and what people do about it.

mod letters;
mod list;
mod resend;
mod silence;
mod test;

use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, bail};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use sink::Queue;

use crate::args::{ListFormat, Sink, SinkSilence, Where};
use crate::config::{self, Config};
use crate::console::Console;
use crate::exit::Exit;
use crate::kept;
use crate::output::Out;
use crate::render::write_json;

/// Does what was asked for.
pub(crate) fn run(verb: &Sink, console: Console, now: Timestamp) -> anyhow::Result<Exit> {
    match verb {
        Sink::List(args) => list::run(args, console, now),
        Sink::Test(args) => test::run(args, console, now),
        Sink::Resend(args) => resend::run(args, console, now),
        Sink::Dead(args) => letters::list(args, console),
        Sink::Replay(args) => letters::replay(args, console, now),
        Sink::Drop(args) => letters::throw_away(args, console, now),
        Sink::Silence(SinkSilence::Add(args)) => silence::add(args, console, now),
        Sink::Silence(SinkSilence::List(args)) => silence::list(args, console, now),
        Sink::Silence(SinkSilence::End(args)) => silence::end(args, console, now),
    }
}

fn open(place: &Where, console: Console) -> anyhow::Result<Queue> {
    let path = kept::sinks(place, console)?;
    Queue::open(&path).with_context(|| format!("failed to open `{}`", path.display()))
}

/// The configuration and the sink of a name in it.
fn named<'c>(config: &'c Config, name: &str) -> anyhow::Result<&'c config::Sink> {
    let found = config.sinks.iter().find(|sink| sink.name == name);
    let names = || config.sinks.iter().map(|sink| sink.name.as_str()).collect::<Vec<_>>();
    match found {
        Some(sink) => Ok(sink),
        None if config.sinks.is_empty() => bail!("the configuration has no sink"),
        None => bail!("no sink `{name}`, there are `{}`", names().join("`, `")),
    }
}

/// Prints rows: each by itself for people, or as JSON below the name of a schema.
fn print<T: Serialize>(
    rows: &[T],
    schema: (&str, &str),
    format: ListFormat,
    out: &mut Out,
    text: impl Fn(&T, &mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    match format {
        ListFormat::Text => rows.iter().try_for_each(|row| text(row, out))?,
        ListFormat::Jsonl => {
            for row in rows {
                write_json(row, out)?;
                out.write_all(b"\n")?;
            }
        }
        ListFormat::Json => {
            let (name, key) = schema;
            write_json(&json!({"schema": name, key: rows}), out)?;
            out.write_all(b"\n")?;
        }
    }
    out.flush()
}

fn out(file: Option<&Path>, console: Console) -> anyhow::Result<Out> {
    Out::open(file, console.color())
}
