//! One case: who, since when, what happened one after the other, and what to do first.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::io::{self, Write};

use finding::{Finding, Fingerprint, Level, Place, Position};
use indicatif::HumanCount;
use jiff::Timestamp;

use super::super::Rulebook;
use super::super::account::plural;
use super::super::clock::{day, length, moment, stretch, time_of_day};
use super::{BOLD, DIM, level_style};
use crate::sanitize::visible;

/// Findings of one rule in one case that are shown.
const SHOWN_MAX: usize = 3;

/// Steps of what to do first; `keyward rules explain` has all.
const STEPS_MAX: usize = 3;

/// Findings of a case that are all shown with what made them; of more, the worst.
const DETAILED_MAX: usize = 8;

/// Titles that the heading of a case names.
const TITLES_MAX: usize = 3;

/// Before the lines under a finding: as wide as its time and level.
const INDENT: &str = "                           ";

/// The findings of one rule in one case.
pub(super) struct Pair {
    level: Level,
    /// The earliest, in order of time; findings without a time come last.
    shown: Vec<Finding>,
    count: u64,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
}

impl Pair {
    pub(super) fn new(level: Level) -> Self {
        Self { level, shown: Vec::new(), count: 0, first: None, last: None }
    }

    /// Adds a finding, or a later revision of one.
    pub(super) fn add(&mut self, finding: Finding) {
        self.level = self.level.max(finding.level);
        self.first = [self.first, finding.first, finding.time].into_iter().flatten().min();
        self.last = self.last.max(finding.last).max(finding.time);
        if let Some(known) = self.shown.iter_mut().find(|known| known.id == finding.id) {
            *known = finding;
            return;
        }
        self.count += 1;
        let at = self.shown.partition_point(|other| earliest(other) <= earliest(&finding));
        if at < SHOWN_MAX {
            self.shown.truncate(SHOWN_MAX - 1);
            self.shown.insert(at, finding);
        }
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Worst first, then earliest, then by name.
    pub(super) fn order(&self) -> (Reverse<Level>, bool, Option<Timestamp>, String) {
        let rule = self.shown.first().map(|finding| finding.rule.name.clone());
        (Reverse(self.level), self.first.is_none(), self.first, rule.unwrap_or_default())
    }

    /// How many more there are behind a finding that is the last one shown.
    fn rest_behind(&self, finding: &Finding) -> u64 {
        let is_last = self.shown.last().is_some_and(|last| last.id == finding.id);
        if is_last { self.count - self.shown.len() as u64 } else { 0 }
    }
}

fn earliest(finding: &Finding) -> (bool, Option<Timestamp>, &str) {
    (finding.time.is_none(), finding.time, finding.id.as_str())
}

/// Findings about one subject that follow each other.
pub(super) struct Case {
    id: Fingerprint,
    subject: String,
    /// Worst first.
    pairs: Vec<Pair>,
    level: Level,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
}

impl Case {
    /// A case of these findings, at least one.
    pub(super) fn new(id: Fingerprint, mut pairs: Vec<Pair>) -> Self {
        pairs.sort_by_cached_key(Pair::order);
        let subject = pairs.first().and_then(|pair| pair.shown.first()).map(subject);
        Self {
            id,
            subject: subject.unwrap_or_default(),
            level: pairs.first().map_or(Level::Informational, |pair| pair.level),
            first: pairs.iter().filter_map(|pair| pair.first).min(),
            last: pairs.iter().filter_map(|pair| pair.last).max(),
            pairs,
        }
    }

    /// Worst first, then earliest, then by subject.
    pub(super) fn order(&self) -> (Reverse<Level>, bool, Option<Timestamp>, String) {
        (Reverse(self.level), self.first.is_none(), self.first, self.subject.clone())
    }

    /// How many findings it holds.
    pub(super) fn count(&self) -> u64 {
        self.pairs.iter().map(Pair::count).sum()
    }

    /// Writes the block of the case.
    pub(super) fn write(&self, rulebook: &Rulebook, out: &mut dyn Write) -> io::Result<()> {
        let style = level_style(self.level);
        let subject = visible(&self.subject);
        writeln!(out, "{style}{}{style:#} · {BOLD}{subject}{BOLD:#}", self.level)?;
        if let Some(line) = self.titles_line() {
            writeln!(out, "  {BOLD}{}{BOLD:#}", visible(&line))?;
        }
        writeln!(out, "  {}\n", self.span_line())?;
        self.write_findings(out)?;
        self.write_advice(rulebook, out)?;
        writeln!(out)
    }

    /// What the worst findings say, where they would be lost among others.
    fn titles_line(&self) -> Option<String> {
        let worst = self.pairs.iter().filter(|pair| pair.level == self.level);
        let titles = worst.filter_map(|pair| Some(&*pair.shown.first()?.rule.title));
        let titles: Vec<_> = titles.take(TITLES_MAX).collect();
        (self.pairs.len() > DETAILED_MAX).then(|| titles.join("; "))
    }

    fn span_line(&self) -> String {
        let count = plural(self.count(), "finding");
        let when = match (self.first, self.last) {
            (Some(first), Some(last)) if moment(first) != moment(last) => {
                format!(" in {}, {}", length(last.duration_since(first)), stretch(first, last))
            }
            (Some(first), _) => format!(", {}", stretch(first, first)),
            _ => String::new(),
        };
        format!("{count}{when} · case {}", self.id)
    }

    fn write_findings(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut shown: Vec<(&Finding, &Pair)> = self
            .pairs
            .iter()
            .flat_map(|pair| pair.shown.iter().map(move |one| (one, pair)))
            .collect();
        // What began at one time, the worst first.
        shown.sort_by_key(|(one, _)| (one.time.is_none(), one.time, Reverse(one.level), &one.id));
        let mut today = self.first.map(day);
        let mut before = Before::default();
        let is_long = shown.len() > DETAILED_MAX;
        for (finding, pair) in shown {
            let date = finding.time.map(day);
            if let Some(date) = date.as_ref().filter(|_| date != today) {
                writeln!(out, "  {date}")?;
            }
            today = date.or(today);
            // What is informational is worth a line, not the room that an alert takes.
            let is_lesser = is_long && finding.level < self.level;
            if is_lesser || finding.level == Level::Informational {
                write_brief(finding, out)?;
            } else {
                write_finding(finding, &before, out)?;
                before.add(finding);
            }
            write_rest(pair.rest_behind(finding), pair.last, out)?;
        }
        Ok(())
    }

    /// What the worst rule says is to be done first, for what is worth a look.
    fn write_advice(&self, rulebook: &Rulebook, out: &mut dyn Write) -> io::Result<()> {
        let Some(worst) = self.pairs.first().and_then(|pair| pair.shown.first()) else {
            return Ok(());
        };
        let page = rulebook.get(&worst.rule.id).filter(|page| !page.response.is_empty());
        let Some(page) = page.filter(|_| self.level >= Level::Medium) else { return Ok(()) };
        writeln!(out, "\n  {BOLD}What to do first{BOLD:#}")?;
        for step in page.response.iter().take(STEPS_MAX) {
            writeln!(out, "  - {}", visible(&on_one_line(step)))?;
        }
        Ok(())
    }
}

fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
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

/// What was written last, so that it is not said again.
#[derive(Default)]
struct Before<'f> {
    subject: Option<String>,
    /// The last finding of each rule.
    of_rules: HashMap<&'f str, &'f Finding>,
}

impl<'f> Before<'f> {
    fn add(&mut self, finding: &'f Finding) {
        self.subject = subject_line(finding);
        self.of_rules.insert(&finding.rule.id, finding);
    }
}

/// Writes when, how bad and what.
fn write_title(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let style = level_style(finding.level);
    let time = finding.time.map_or_else(|| "no time ".to_owned(), time_of_day);
    let title = visible(&finding.rule.title);
    writeln!(out, "  {time}  {style}{:<13}{style:#}  {BOLD}{title}{BOLD:#}", finding.level)
}

/// Writes one finding in two lines.
fn write_brief(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    write_title(finding, out)?;
    let place = place_line(finding.place.as_ref());
    let parts: Vec<_> = [Some(rule_line(finding)), place].into_iter().flatten().collect();
    writeln!(out, "{INDENT}{DIM}{}{DIM:#}", visible(&parts.join(" · ")))
}

/// Writes one finding, as far as it differs from what was written before.
fn write_finding(finding: &Finding, before: &Before<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_title(finding, out)?;
    let same_rule = before.of_rules.get(finding.rule.id.as_str()).copied();
    let rule =
        Some(rule_line(finding)).filter(|now| same_rule.map(rule_line).as_ref() != Some(now));
    if let Some(line) = rule {
        writeln!(out, "{INDENT}{}", visible(&line))?;
    }
    let subject = subject_line(finding).filter(|now| before.subject.as_ref() != Some(now));
    for line in [subject, place_line(finding.place.as_ref())].into_iter().flatten() {
        writeln!(out, "{INDENT}{DIM}{}{DIM:#}", visible(&line))?;
    }
    write_evidence(finding, same_rule, out)
}

fn write_evidence(
    finding: &Finding,
    before: Option<&Finding>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let known: Vec<_> = before.map(|before| before.evidence.iter().collect()).unwrap_or_default();
    let fields: Vec<_> = finding.evidence.iter().filter(|field| !known.contains(field)).collect();
    let width = fields.iter().map(|(field, _)| field.chars().count()).max().unwrap_or(0);
    for (field, values) in fields {
        let (field, values) = (visible(field), values.join(", "));
        writeln!(out, "{INDENT}  {DIM}{field:<width$}{DIM:#}  {}", visible(&values))?;
    }
    Ok(())
}

fn write_rest(rest: u64, last: Option<Timestamp>, out: &mut dyn Write) -> io::Result<()> {
    if rest == 0 {
        return Ok(());
    }
    let until = last.map(|last| format!(", the last at {}", moment(last))).unwrap_or_default();
    writeln!(out, "{INDENT}and {} more of these{until}", HumanCount(rest))
}

/// The rule's name, its techniques, and how many events it took if more than one.
fn rule_line(finding: &Finding) -> String {
    let attack = Some(finding.rule.attack.join(", ")).filter(|attack| !attack.is_empty());
    let events = (finding.event_count > 1).then(|| {
        let span = finding.first.zip(finding.last).map(|(first, last)| last.duration_since(first));
        let span = span.map(|span| format!(" in {}", length(span))).unwrap_or_default();
        format!("{}{span}", plural(finding.event_count, "event"))
    });
    let late = finding.late.then(|| "came late".to_owned());
    let parts = [Some(finding.rule.name.clone()), attack, events, late];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
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
