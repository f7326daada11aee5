//! The log written out, and nothing served.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use jiff::Timestamp;

use crate::args::Lab;
use crate::console::Console;
use crate::exit::Exit;

/// When a log ends unless somebody says otherwise: a Friday evening in Europe, and the same one every time.
const END: Timestamp = Timestamp::constant(1_795_197_600, 0);

/// Writes the log; says on standard error what is in it.
pub(crate) fn run(
    args: &Lab,
    path: &Path,
    console: Console,
    now: Timestamp,
) -> anyhow::Result<Exit> {
    let failed = || format!("failed to write `{}`", path.display());
    let options = options(args, now);
    let mut out = BufWriter::with_capacity(1 << 16, open(path)?);
    let mut n_events = 0_u64;
    for entry in ::lab::entries(&options) {
        out.write_all(entry.json.as_bytes())
            .and_then(|()| out.write_all(b"\n"))
            .with_context(failed)?;
        n_events += 1;
    }
    out.flush().with_context(failed)?;
    console.note(|out| {
        writeln!(out, "Wrote {n_events} events of {} people until {}.", options.users, options.end)
    });
    Ok(Exit::Clean)
}

/// Standard output for `-`. Nothing in a log is meant for terminals, so nothing is taken out.
fn open(path: &Path) -> anyhow::Result<Box<dyn Write>> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdout().lock()));
    }
    let file = File::create(path);
    let file = file.with_context(|| format!("failed to create `{}`", path.display()))?;
    Ok(Box::new(file))
}

fn options(args: &Lab, now: Timestamp) -> ::lab::Options {
    let ordinary = ::lab::Options::new(args.seed, args.end.map_or(END, |end| end.resolve(now)));
    ::lab::Options {
        users: args.users.unwrap_or(ordinary.users),
        days: args.days.unwrap_or(ordinary.days),
        attack: args.attack.clone(),
        within: args.within.map(|span| Duration::try_from(span.0).unwrap_or_default()),
        ..ordinary
    }
}
