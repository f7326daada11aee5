//! `keyward find`: the events that an Okta filter expression matches, as they stand in the log.

mod printer;

use std::sync::Arc;

use detect::{Detector, Seen, Watch, Whose, Worker};
use event::{Event, Place, Rejected, Sink};
use finding::{Level, Rule};
use jiff::Timestamp;
use rule::Expr;

use self::printer::Printer;
use crate::args::Find;
use crate::console::Console;
use crate::detect::scope;
use crate::examine::{self, Bar};
use crate::exit::Exit;
use crate::input::{self, Stop};
use crate::output::{Out, spare_inputs, write_summary};
use crate::render::{Outcome, write_account};
use crate::ruleset;
use crate::summary::Summary;

/// Examines the inputs and prints the events that match.
pub(crate) fn run(args: &Find, console: Console, now: Timestamp) -> anyhow::Result<Exit> {
    let scope = scope(&args.input, now)?;
    let files = [args.output.output.as_deref(), args.summary.as_deref()];
    // Before anything is written: a file of results in a folder of logs is no log.
    let inputs = input::expand(&args.input.paths);
    spare_inputs(&inputs.sources, &files)?;
    let Some(condition) = ruleset::expression(&args.expression, console) else {
        return Ok(Exit::Failed);
    };
    let out = Out::open(args.output.output.as_deref(), console.color())?;
    let bar = Bar::when(!out.is_terminal);
    let mut summary = Summary::default();
    summary.rules.loaded = 1;

    let detector = Detector::new(vec![watch(condition)], scope);
    let mut desk = Desk::new(&detector, Printer::new(args.format, out));
    let stop = desk.stop.clone();
    let max_event_bytes = args.input.max_event_bytes.bytes;
    examine::each(&inputs, console, bar, &stop, &mut summary, |input, _| {
        let (bytes, stopped) = detect::read(input, max_event_bytes, &mut desk);
        detect::Summary { bytes, stopped, ..std::mem::take(&mut desk.counts) }
    });
    summary.findings.add_many(&rule(), Level::Informational, desk.n_matches);
    let exit = summary.exit(Level::Informational);
    desk.finish(&summary, exit)?;
    console.note(|out| write_account(&summary, Outcome::Matches, out));
    write_summary(args.summary.as_deref(), &summary, exit)?;
    Ok(exit)
}

fn watch(condition: Expr) -> Watch {
    Watch {
        rule: Arc::new(rule()),
        level: Level::Informational,
        whose: Whose::Anybodys,
        condition,
        asks: Vec::new(),
        levels: Vec::new(),
        alerts: true,
        signal: None,
    }
}

/// What the account of a run calls the expression.
fn rule() -> Rule {
    Rule { id: "expression".into(), name: "expression".into(), ..Rule::default() }
}

/// Where events arrive, are matched and passed on.
struct Desk<'d> {
    detector: &'d Detector,
    worker: Worker,
    printer: Printer,
    n_matches: u64,
    /// Of the input that is being read.
    counts: detect::Summary,
    /// Set when results can no longer be written.
    stop: Stop,
    failed: Option<std::io::Error>,
}

impl<'d> Desk<'d> {
    fn new(detector: &'d Detector, printer: Printer) -> Self {
        Self {
            detector,
            worker: Worker::default(),
            printer,
            n_matches: 0,
            counts: detect::Summary::default(),
            stop: Stop::default(),
            failed: None,
        }
    }

    fn print(&mut self, event: &Event<'_>) {
        if self.failed.is_some() {
            return;
        }
        if let Err(error) = self.printer.print(event.text()) {
            self.failed = Some(error);
            self.stop.set();
        }
    }

    fn finish(self, summary: &Summary, exit: Exit) -> std::io::Result<()> {
        match self.failed {
            Some(error) => Err(error),
            None => self.printer.finish(summary, exit),
        }
    }
}

impl Sink for Desk<'_> {
    fn event(&mut self, event: Event<'_>, place: Place) {
        let is_match = self.detector.matches(&event, &mut self.worker);
        if is_match == Some(true) {
            self.n_matches += 1;
            self.print(&event);
        }
        let seen = if is_match.is_some() { Seen::Examined } else { Seen::OutOfScope };
        self.counts.count(&event, place, seen);
    }

    fn rejected(&mut self, rejected: Rejected) {
        self.counts.reject(rejected);
    }
}
