//! `keyward detect`: rules over saved logs.

use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;

use anyhow::{Context, bail};
use detect::{Admins, Detector, Engine, Limits, PENDING_BYTES, Receiver, Scope, Settings, Sorter};
use finding::{Cases, Finding};
use jiff::Timestamp;

use crate::args::{Detect, Input, Whom};
use crate::console::Console;
use crate::examine::{self, Bar};
use crate::exit::Exit;
use crate::input::{self, Source, Stop};
use crate::output::{Out, spare_inputs, write_summary};
use crate::render::{Format, Outcome, Renderer, Rulebook, renderer, write_account};
use crate::ruleset;
use crate::spill::TemporaryFile;
use crate::summary::{Summary, Tally};
use crate::timeline::{Again, Style, Teller};

/// Examines the inputs and prints what the rules find.
pub(crate) fn run(args: &Detect, console: Console, now: Timestamp) -> anyhow::Result<Exit> {
    let scope = scope(&args.input, now)?;
    let files = [args.output.output.as_deref(), args.summary.as_deref()];
    // Before anything is written: a file of results in a folder of logs is no log.
    let mut inputs = input::expand(&args.input.paths);
    spare_inputs(&inputs.sources, files)?;
    let rules = ruleset::load(&args.rules)?;
    console.always(|out| rules.write_errors(out));
    console.doubt(|out| rules.write_idle_filters(out));
    rules
        .idle_lists()
        .for_each(|name| console.warn(format_args!("no rule asks for the list `{name}`")));
    let mut summary = Summary { rules: rules.account(), ..Summary::default() };
    let out = Out::open(args.output.output.as_deref(), console.color())?;
    let bar = Bar::when(args.format == Format::Text || !out.is_terminal);
    let scope = Scope { tenant: args.tenant.clone(), ..scope };
    let spool = args.timeline.as_ref().map(|_| input::keep_stdin(&mut inputs.sources));
    let _spool = spool.transpose().context("failed to keep standard input")?;
    let renderer = match &args.timeline {
        None => renderer(args.format, rules.pages(), now),
        Some(whom) => timeline(args, whom, rules.pages(), &inputs.sources, &scope)?,
    };
    let detector = Arc::new(Detector::of(&rules.rules, scope));
    let settings = Settings { admins: Admins::of(&rules.lists), ..Settings::default() };
    let mut engine = Engine::new(Arc::clone(&detector), settings);

    let mut desk = Desk::new(renderer, out, Cases::new(args.case_gap.0));
    let stop = desk.stop.clone();
    if summary.rules.loaded == 0 {
        console.error("no rule can be run");
    } else {
        let mut spill = TemporaryFile::default();
        let mut sorter = Sorter::new(&mut spill, PENDING_BYTES);
        let mut failed = None;
        examine::each(&inputs, console, bar, &stop, &mut summary, |input, name| {
            let number = engine.input(name);
            let mut intake = Intake { sorter: &mut sorter, number, failed: None };
            let counts = detector.sweep(input, limits(args), &mut intake);
            if let Some(error) = intake.failed {
                failed = Some(error);
                stop.set();
            }
            counts
        });
        if let Some(error) = failed {
            return Err(
                anyhow::Error::new(error).context("failed to keep what does not fit into memory")
            );
        }
        sorter.finish(&mut |one| engine.take(one, &mut |finding| desk.finding(finding)))?;
        engine.report_open(&mut |finding| desk.finding(finding));
    }
    summary.findings = std::mem::take(&mut desk.tally);
    let exit = summary.exit(args.fail_on);
    desk.finish(&summary, exit)?;
    if args.format != Format::Text || args.output.output.is_some() {
        console.note(|out| write_account(&summary, Outcome::Findings, out));
    }
    write_summary(args.summary.as_deref(), &summary, exit)?;
    Ok(exit)
}

/// What prints an incident report about a subject. Fails for formats that have none.
fn timeline(
    args: &Detect,
    whom: &Whom,
    rulebook: Rulebook,
    sources: &[Source],
    scope: &Scope,
) -> anyhow::Result<Box<dyn Renderer>> {
    let style = match args.format {
        Format::Text => Style::Text,
        Format::Json => Style::Json,
        _ => bail!("`--timeline` is printed as text or json"),
    };
    let max_event_bytes = args.input.max_event_bytes.bytes;
    let again = Again { sources: sources.to_vec(), scope: scope.clone(), max_event_bytes };
    Ok(Box::new(Teller::new(whom.clone(), style, rulebook, again)))
}

/// Which events count. Fails when no time lies between the two that were asked for.
pub(crate) fn scope(input: &Input, now: Timestamp) -> anyhow::Result<Scope> {
    let [since, until] = [input.since, input.until].map(|when| Some(when?.resolve(now)));
    if let (Some(since), Some(until)) = (since, until)
        && since >= until
    {
        bail!("`--since` ({since}) must be before `--until` ({until})");
    }
    Ok(Scope { since, until, tenant: None })
}

/// How much at once.
fn limits(args: &Detect) -> Limits {
    let cores = || available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let threads = args.threads.unwrap_or_else(cores).get();
    Limits { threads, max_event_bytes: args.input.max_event_bytes.bytes }
}

/// Where findings arrive, are counted and passed on.
struct Desk {
    renderer: Box<dyn Renderer>,
    out: Out,
    tally: Tally,
    cases: Cases,
    /// Set when results can no longer be written.
    stop: Stop,
    failed: Option<io::Error>,
}

impl Desk {
    fn new(renderer: Box<dyn Renderer>, out: Out, cases: Cases) -> Self {
        Self { renderer, out, tally: Tally::default(), cases, stop: Stop::default(), failed: None }
    }

    fn finish(mut self, summary: &Summary, exit: Exit) -> io::Result<()> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        self.renderer.finish(summary, exit, &mut self.out)?;
        self.out.flush()
    }
}

impl Desk {
    fn finding(&mut self, mut finding: Finding) {
        if self.failed.is_some() {
            return;
        }
        self.cases.assign(&mut finding);
        self.tally.add(&finding);
        if let Err(error) = self.renderer.finding(finding, &mut self.out) {
            self.failed = Some(error);
            self.stop.set();
        }
    }
}

/// Where what rules need of an input is put in order.
struct Intake<'i, 's> {
    sorter: &'i mut Sorter<'s>,
    number: u32,
    failed: Option<io::Error>,
}

impl Receiver for Intake<'_, '_> {
    fn excerpts(&mut self, row: &[u8]) {
        if self.failed.is_none() {
            self.failed = self.sorter.add(row, self.number, false).err();
        }
    }

    fn progress(&mut self, _: u64) {}
}
