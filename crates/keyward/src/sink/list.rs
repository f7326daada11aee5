//! `keyward sink list`.

use std::io::{self, Write};

use anyhow::Context;
use jiff::Timestamp;
use serde::Serialize;
use sink::Counts;

use super::{out, print};
use crate::args::SinkList;
use crate::config;
use crate::connect;
use crate::console::Console;
use crate::exit::Exit;
use crate::render::moment;
use crate::run::deliver::open_queue;
use crate::sanitize::visible;

/// One sink, as JSON has it.
#[derive(Serialize)]
struct Row {
    name: String,
    leads: String,
    waiting: u64,
    oldest: Option<Timestamp>,
    dead: u64,
    sent: u64,
    failed_attempts: u64,
    given_up: u64,
    folded: u64,
    silenced: u64,
    trouble: Option<String>,
}

/// Lists sinks. Their credentials are read, and nobody is spoken to.
pub(super) fn run(args: &SinkList, console: Console, now: Timestamp) -> anyhow::Result<Exit> {
    let config = config::load(&args.named.config, console)?;
    // Nobody has to have run yet.
    let queue = config.sinks_queue().exists().then(|| open_queue(&config)).transpose()?;
    let mut rows = Vec::new();
    for outlet in connect::outlets(&config)? {
        let counts = queue.as_ref().map(|queue| queue.counts(&outlet.name)).transpose();
        let counts = counts.context("failed to read the queue")?.unwrap_or_default();
        rows.push(row(outlet.name, outlet.channel.describe(), counts));
    }
    let mut out = out(args.print.output.output.as_deref(), console)?;
    let text = |row: &Row, out: &mut dyn Write| write_row(row, now, out);
    print(&rows, ("keyward.sinks/1", "sinks"), args.print.format, &mut out, text)
        .context("failed to print")?;
    if rows.is_empty() {
        console.note(|out| writeln!(out, "The configuration has no sink: add `[[sink]]`."));
    }
    let is_wrong = rows.iter().any(|row| row.dead > 0 || row.trouble.is_some());
    Ok(if is_wrong { Exit::Found } else { Exit::Clean })
}

fn row(name: String, leads: String, counts: Counts) -> Row {
    Row {
        name,
        leads,
        waiting: counts.waiting,
        oldest: counts.oldest,
        dead: counts.dead,
        sent: counts.sent,
        failed_attempts: counts.failed,
        given_up: counts.given_up,
        folded: counts.folded,
        silenced: counts.silenced,
        trouble: counts.trouble,
    }
}

fn write_row(row: &Row, now: Timestamp, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}  {}", row.name, visible(&row.leads))?;
    write!(out, "  sent {}, waiting {}", row.sent, row.waiting)?;
    if let Some(oldest) = row.oldest {
        let age = now.duration_since(oldest).as_secs().max(0);
        write!(out, " (the oldest since {}, {} min)", moment(oldest), age / 60)?;
    }
    writeln!(out, ", dead letters {}", row.dead)?;
    if row.folded + row.silenced > 0 {
        writeln!(out, "  told with another {}, silenced {}", row.folded, row.silenced)?;
    }
    if let Some(trouble) = &row.trouble {
        writeln!(out, "  not taken at the last attempt: {}", visible(trouble))?;
    }
    Ok(())
}
