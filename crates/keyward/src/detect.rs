//! `keyward detect`: rules over saved logs.

mod desk;
mod intake;
mod reload;
mod run;
mod state;

use std::num::NonZeroUsize;
use std::path::Path;
use std::thread::available_parallelism;

use anyhow::{Context, bail};
use detect::{Limits, Scope};
use event::Aliases;
use finding::Cases;
use jiff::{SignedDuration, Timestamp};

use self::desk::Desk;
use self::run::Run;
use crate::args::{Detect, Input, Whom};
use crate::console::Console;
use crate::examine::Bar;
use crate::exit::Exit;
use crate::input;
use crate::output::{Out, spare_files, spare_inputs, write_summary};
use crate::render::{Format, Outcome, Renderer, Rulebook, renderer, write_account};
use crate::ruleset::files::read_text;
use crate::ruleset::{self, Loaded};
use crate::summary::{Fault, Summary};
use crate::timeline::{Again, Style, Teller};

/// Examines the inputs and prints what the rules find.
pub(crate) fn run(args: &Detect, console: Console, now: Timestamp) -> anyhow::Result<Exit> {
    let scope = scope(&args.input, now)?;
    let files = [args.output.output.as_deref(), args.summary.as_deref(), args.state.as_deref()];
    // Before anything is written: a file of results in a folder of logs is no log.
    let mut inputs = input::expand(&args.input.paths);
    let warm = input::expand(&args.warm);
    spare_inputs(&inputs.sources, &files)?;
    spare_inputs(&warm.sources, &files)?;
    spare_files(&files, args.rules.files().chain(args.users.as_deref()))?;
    let rules = load(args, console)?;
    let mut summary = Summary { rules: rules.account(), ..Summary::default() };
    let out = Out::open(args.output.output.as_deref(), console.color())?;
    let bar = Bar::when(args.format == Format::Text || !out.is_terminal);
    // What is saved must not wait for a time that no clock has reached.
    let latest = args.state.as_ref().and_then(|_| now.checked_add(AHEAD).ok());
    let scope = Scope { tenant: args.tenant.clone(), latest, ..scope };
    let spool = args.timeline.as_ref().map(|_| input::keep_stdin(&mut inputs.sources));
    let _spool = spool.transpose().context("failed to keep standard input")?;
    let names = names(args.users.as_deref(), &mut summary);
    let renderer = match &args.timeline {
        None => renderer(args.format, rules.pages(), now),
        Some(whom) => {
            let (sources, scope) = (inputs.sources.clone(), scope.clone());
            let max_event_bytes = args.input.max_event_bytes.bytes;
            let again = Again { sources, scope, names: names.clone(), max_event_bytes };
            timeline(args.format, whom, rules.pages(), again)?
        }
    };

    let mut desk = Desk::new(renderer, out, Cases::new(args.case_gap.0));
    let mut kept = None;
    if summary.rules.loaded == 0 {
        console.error("no rule can be run");
    } else {
        let run = Run { args, console, bar, scope, rules: &rules, names: &names };
        kept = run.detect(&inputs, &warm, &mut desk, &mut summary)?;
    }
    summary.findings = std::mem::take(&mut desk.tally);
    let exit = summary.exit(args.fail_on);
    desk.finish(&summary, exit)?;
    // Once everything that was found has been told: what is remembered is not told again.
    if let (Some(kept), Some(path)) = (kept, state_file(args, &summary)) {
        let failed = || format!("failed to write the state to `{}`", path.display());
        state::save(&kept, path).with_context(failed)?;
    }
    if args.format != Format::Text || args.output.output.is_some() {
        console.note(|out| write_account(&summary, Outcome::Findings, out));
    }
    write_summary(args.summary.as_deref(), &summary, exit)?;
    Ok(exit)
}

/// The file to keep memory in: none when reading ended early, and not one that was refused, which is left as it is.
fn state_file<'a>(args: &'a Detect, summary: &Summary) -> Option<&'a Path> {
    let state = summary.memory.state.as_ref();
    let is_refused = state.is_some_and(|state| state.refused.is_some());
    args.state.as_deref().filter(|_| !is_refused && !summary.stopped_early)
}

/// Loads the rules, and says what is wrong with them.
fn load(args: &Detect, console: Console) -> anyhow::Result<Loaded> {
    let rules = ruleset::load(&args.rules)?;
    console.always(|out| rules.write_errors(out));
    console.doubt(|out| rules.write_idle_filters(out));
    rules
        .idle_lists()
        .for_each(|name| console.warn(format_args!("no rule asks for the list `{name}`")));
    Ok(rules)
}

/// What prints an incident report about a subject. Fails for formats that have none.
fn timeline(
    format: Format,
    whom: &Whom,
    rulebook: Rulebook,
    again: Again,
) -> anyhow::Result<Box<dyn Renderer>> {
    let style = match format {
        Format::Text => Style::Text,
        Format::Json => Style::Json,
        _ => bail!("`--timeline` is printed as text or json"),
    };
    Ok(Box::new(Teller::new(whom.clone(), style, rulebook, again)))
}

/// The names of users and devices. A table that cannot be used is counted, and none is used: half a table misleads.
fn names(path: Option<&Path>, summary: &mut Summary) -> Aliases {
    let Some(path) = path else { return Aliases::default() };
    let table = read_text(path).and_then(|text| {
        Aliases::parse(&text).map_err(|bad| match bad.as_slice() {
            [] => "is no table of names".to_owned(),
            [one] => one.to_string(),
            [first, rest @ ..] => format!("{first}, and {} more", rest.len()),
        })
    });
    table.unwrap_or_else(|why| {
        summary.rules.faults.add(Fault { path: path.display().to_string(), why });
        Aliases::default()
    })
}

/// How far ahead of the clock the time of an event may be, where it moves what is saved.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// Which events count. Fails when no time lies between the two that were asked for.
pub(crate) fn scope(input: &Input, now: Timestamp) -> anyhow::Result<Scope> {
    let [since, until] = [input.since, input.until].map(|when| Some(when?.resolve(now)));
    if let (Some(since), Some(until)) = (since, until)
        && since >= until
    {
        bail!("`--since` ({since}) must be before `--until` ({until})");
    }
    Ok(Scope { since, until, ..Scope::default() })
}

/// How much at once.
fn limits(args: &Detect) -> Limits {
    let cores = || available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let threads = args.threads.unwrap_or_else(cores).get();
    Limits { threads, max_event_bytes: args.input.max_event_bytes.bytes }
}
