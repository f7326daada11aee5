//! Text for people: findings by subject, worst first, then what there was by rule.
//!
//! Memory is bounded: of one rule about one subject the earliest findings are shown and
//! the rest counted; when there are too many such pairs the least are only counted.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use finding::{Finding, Level, Place, Position, rfc3339};
use indicatif::{HumanBytes, HumanCount};
use jiff::Timestamp;

use super::Renderer;
use crate::exit::Exit;
use crate::sanitize::visible;
use crate::summary::{Fault, Reject, Sample, Summary};

/// Findings of one rule about one subject that are shown in full.
const SHOWN_MAX: usize = 3;

/// Pairs of subject and rule that are held before the least are let go.
const PAIRS_MAX: usize = 4_000;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// Holds what will be shown until the end.
#[derive(Default)]
pub(crate) struct Text {
    pairs: HashMap<(String, String), Pair>,
    let_go: u64,
}

/// The findings of one rule about one subject.
struct Pair {
    subject: String,
    level: Level,
    /// The earliest, in order of time; findings without a time come last.
    shown: Vec<Finding>,
    count: u64,
    last: Option<Timestamp>,
}

impl Pair {
    fn new(finding: &Finding) -> Self {
        let subject = subject(finding);
        Self { subject, level: finding.level, shown: Vec::new(), count: 0, last: None }
    }

    fn add(&mut self, finding: Finding) {
        self.count += 1;
        self.level = self.level.max(finding.level);
        self.last = self.last.max(finding.time);
        let at = self.shown.partition_point(|other| earliest(other) <= earliest(&finding));
        if at < SHOWN_MAX {
            self.shown.truncate(SHOWN_MAX - 1);
            self.shown.insert(at, finding);
        }
    }

    fn first(&self) -> Option<Timestamp> {
        self.shown.first().and_then(|finding| finding.time)
    }

    /// Worst first, then earliest, then by name.
    fn order(&self) -> (Reverse<Level>, bool, Option<Timestamp>, String) {
        let rule = self.shown.first().map(|finding| finding.rule.name.clone());
        (Reverse(self.level), self.first().is_none(), self.first(), rule.unwrap_or_default())
    }
}

fn earliest(finding: &Finding) -> (bool, Option<Timestamp>, &str) {
    (finding.time.is_none(), finding.time, finding.id.as_str())
}

/// The heading under which a finding stands.
fn subject(finding: &Finding) -> String {
    let provider = finding.provider.as_deref().unwrap_or("unknown product");
    match finding.subject.key() {
        Some(key) if key.field == "user" => format!("{} · {provider}", key.value),
        Some(key) => format!("{} {} · {provider}", key.field, key.value),
        None => format!("nobody named · {provider}"),
    }
}

impl Text {
    /// Lets go of the less important half of the pairs, keeping count.
    fn prune(&mut self) {
        let mut pairs: Vec<_> = self.pairs.drain().collect();
        pairs.sort_by_cached_key(|(key, pair)| (pair.order(), key.clone()));
        let dropped = pairs.drain(PAIRS_MAX / 2..);
        self.let_go += dropped.map(|(_, pair)| pair.count).sum::<u64>();
        self.pairs = pairs.into_iter().collect();
    }

    /// Pairs by subject; subjects and the pairs of each in order.
    fn subjects(&mut self) -> Vec<Vec<Pair>> {
        let mut pairs: Vec<Pair> = self.pairs.drain().map(|(_, pair)| pair).collect();
        pairs.sort_by_cached_key(|pair| (pair.order(), pair.subject.clone()));
        let mut place = HashMap::new();
        let mut subjects: Vec<Vec<Pair>> = Vec::new();
        for pair in pairs {
            let at = *place.entry(pair.subject.clone()).or_insert(subjects.len());
            if at == subjects.len() {
                subjects.push(Vec::new());
            }
            subjects[at].push(pair);
        }
        subjects
    }
}

impl Renderer for Text {
    fn finding(&mut self, finding: Finding, _: &mut dyn Write) -> io::Result<()> {
        let key = (subject(&finding), finding.rule.id.clone());
        self.pairs.entry(key).or_insert_with(|| Pair::new(&finding)).add(finding);
        if self.pairs.len() > PAIRS_MAX {
            self.prune();
        }
        Ok(())
    }

    fn finish(&mut self, summary: &Summary, _: Exit, out: &mut dyn Write) -> io::Result<()> {
        for pairs in self.subjects() {
            write_subject(&pairs, out)?;
        }
        if self.let_go > 0 {
            let count = HumanCount(self.let_go);
            writeln!(out, "{count} lesser findings are not shown; `--format jsonl` has all.\n")?;
        }
        if summary.inputs.read > 0 {
            write_tally(summary, out)?;
        }
        write_account(summary, Outcome::Findings, out)
    }
}

fn write_subject(pairs: &[Pair], out: &mut dyn Write) -> io::Result<()> {
    let Some(first) = pairs.first() else { return Ok(()) };
    writeln!(out, "{BOLD}{}{BOLD:#}", visible(&first.subject))?;
    for pair in pairs {
        for finding in &pair.shown {
            write_finding(finding, out)?;
        }
        write_rest(pair, out)?;
    }
    writeln!(out)
}

fn write_finding(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let style = level_style(finding.level);
    let time = finding.time.map_or_else(|| "at an unknown time".to_owned(), rfc3339);
    let title = visible(&finding.rule.title);
    writeln!(out, "  {style}{:<13}{style:#}  {time}  {BOLD}{title}{BOLD:#}", finding.level)?;
    writeln!(out, "                 {}", visible(&rule_line(finding)))?;
    let lines = match finding.level {
        // Worth a line, not the room that an alert takes.
        Level::Informational => [place_line(finding.place.as_ref()), None],
        _ => [subject_line(finding), place_line(finding.place.as_ref())],
    };
    for line in lines.into_iter().flatten() {
        writeln!(out, "                 {DIM}{}{DIM:#}", visible(&line))?;
    }
    if finding.level > Level::Informational { write_evidence(finding, out) } else { Ok(()) }
}

fn write_evidence(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let fields: Vec<_> = finding.evidence.iter().collect();
    let width = fields.iter().map(|(field, _)| field.chars().count()).max().unwrap_or(0);
    for (field, values) in fields {
        let (field, values) = (visible(field), values.join(", "));
        writeln!(out, "                   {DIM}{field:<width$}{DIM:#}  {}", visible(&values))?;
    }
    Ok(())
}

fn write_rest(pair: &Pair, out: &mut dyn Write) -> io::Result<()> {
    let rest = pair.count - pair.shown.len() as u64;
    if rest == 0 {
        return Ok(());
    }
    let until =
        pair.last.map(|last| format!(", the last at {}", rfc3339(last))).unwrap_or_default();
    writeln!(out, "                 and {} more of these{until}", HumanCount(rest))
}

fn rule_line(finding: &Finding) -> String {
    let attack = finding.rule.attack.join(", ");
    if attack.is_empty() {
        return finding.rule.name.clone();
    }
    format!("{} · {attack}", finding.rule.name)
}

/// Whatever of the subject the heading does not already say.
fn subject_line(finding: &Finding) -> Option<String> {
    let subject = &finding.subject;
    let heading = subject.key().map(|key| key.field);
    let known = [
        ("on", "target", &subject.target),
        ("from", "ip", &subject.ip),
        ("client", "client", &subject.client),
        ("token", "token", &subject.token),
        ("session", "session", &subject.session),
        ("device", "device", &subject.device),
    ];
    let told = known.into_iter().filter(|(_, field, _)| heading != Some(field));
    let told = told.filter_map(|(word, _, value)| Some(format!("{word} {}", value.as_deref()?)));
    Some(told.collect::<Vec<_>>().join(", ")).filter(|line| !line.is_empty())
}

fn place_line(place: Option<&Place>) -> Option<String> {
    let place = place?;
    Some(match place.position {
        Position::Line(line) => format!("{}:{line}", place.path),
        Position::Offset(offset) => format!("{} at byte {offset}", place.path),
    })
}

fn write_tally(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    let tally = &summary.findings;
    if tally.total == 0 {
        let none = if summary.events.examined == 0 { "No events, so no" } else { "No" };
        return writeln!(out, "{none} findings.");
    }
    let levels =
        tally.levels.iter().rev().map(|(level, count)| format!("{} {level}", HumanCount(*count)));
    let total = plural(tally.total, "finding");
    writeln!(out, "{BOLD}{total}{BOLD:#}: {}", levels.collect::<Vec<_>>().join(", "))?;
    let width = tally.rules.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
    for row in &tally.rules {
        let (style, name, title) =
            (level_style(row.level), visible(&row.name), visible(&row.title));
        let count = HumanCount(row.count).to_string();
        writeln!(out, "  {style}{:<13}{style:#}  {count:>6}  {name:<width$}  {title}", row.level)?;
    }
    writeln!(
        out,
        "\n{DIM}`keyward rules explain RULE` says why it matters and what to do first.{DIM:#}\n"
    )
}

/// What a run was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// What rules found.
    Findings,
    /// The events that match one expression.
    Matches,
}

/// Says what was read, then what was not and why.
pub(crate) fn write_account(
    summary: &Summary,
    outcome: Outcome,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Summary { inputs, events, rules, findings, .. } = summary;
    let (examined, read) = (plural(events.examined, "event"), plural(inputs.read, "input"));
    let bytes = HumanBytes(inputs.bytes);
    let rest = match outcome {
        Outcome::Findings => format!(" with {}", plural(rules.loaded, "rule")),
        Outcome::Matches => format!("; {} matched", HumanCount(findings.total)),
    };
    writeln!(out, "Read {examined} in {read} ({bytes}){rest}.")?;
    let unknown = events.products.get("unknown").copied().unwrap_or(0);
    if outcome == Outcome::Findings && unknown > 0 {
        writeln!(out, "Of neither Okta nor Auth0: {}.", plural(unknown, "event"))?;
    }
    for line in not_examined(summary) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn not_examined(summary: &Summary) -> Vec<String> {
    let Summary { inputs, events, rules, stopped_early, .. } = summary;
    let mut lines = Vec::new();
    if events.outside > 0 {
        lines.push(format!("Outside the time asked for: {}.", plural(events.outside, "event")));
    }
    let at = |path: &str, why: &str| visible(&format!("  {path}: {why}")).into_owned();
    let faults = |sample: &Sample<Fault>| {
        sample.first.iter().map(|fault| at(&fault.path, &fault.why)).collect()
    };
    let rejects = |sample: &Sample<Reject>| {
        let first = sample.first.iter();
        first.map(|one| at(&format!("{}:{}", one.path, one.line), &one.why)).collect()
    };
    section(&mut lines, "Not read", "input", inputs.faults.count, faults(&inputs.faults));
    section(&mut lines, "Not read", "record", events.rejected.count, rejects(&events.rejected));
    section(&mut lines, "Read in part", "event", events.faulty.count, rejects(&events.faulty));
    section(
        &mut lines,
        "Nothing to run",
        "rule",
        rules.not_runnable.count,
        faults(&rules.not_runnable),
    );
    let what = "Rules, filters or lists not loaded";
    section(&mut lines, what, "file", rules.faults.count, faults(&rules.faults));
    if *stopped_early {
        lines.push("Stopped before the end of the input.".to_owned());
    }
    lines
}

fn section(lines: &mut Vec<String>, what: &str, noun: &str, count: u64, examples: Vec<String>) {
    if count == 0 {
        return;
    }
    let unnamed = count - examples.len() as u64;
    lines.push(format!("{what}: {}.", plural(count, noun)));
    lines.extend(examples);
    if unnamed > 0 {
        lines.push(format!("  and {} more", HumanCount(unnamed)));
    }
}

/// A number and what it counts: `1 event`, `3,012 events`.
pub(crate) fn plural(count: u64, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", HumanCount(count))
}

/// The color of a level.
pub(crate) fn level_style(level: Level) -> Style {
    match level {
        Level::Informational => AnsiColor::BrightBlack.on_default(),
        Level::Low => AnsiColor::Cyan.on_default(),
        Level::Medium => AnsiColor::Yellow.on_default(),
        Level::High => AnsiColor::Red.on_default(),
        Level::Critical => AnsiColor::Red.on_default().bold(),
    }
}
