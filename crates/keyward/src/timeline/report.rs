//! A timeline for people: what it comes to, then what happened, hour by hour, then what to do first.

use std::collections::HashSet;
use std::io::{self, Write};

use anstyle::Style;
use finding::{Finding, Level, rfc3339};
use indicatif::HumanCount;
use jiff::{SignedDuration, Timestamp};

use super::entry::{Entry, Timeline};
use super::row::{Origin, Row};
use super::told::Uses;
use crate::args::What;
use crate::render::{
    Outcome, Page, Rulebook, day, length, level_style, moment, plural, stretch, time_of_day,
    write_account,
};
use crate::sanitize::visible;
use crate::summary::Summary;

/// Addresses, sessions and so on that are listed of each kind.
const USES_MAX: usize = 8;

/// Bytes of a rule's explanation that are told.
const WHY_MAX: usize = 280;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// Before the lines under an event or finding: as wide as its mark and time.
const INDENT: &str = "            ";

/// Writes the report, and what was read for it.
pub(super) fn write(
    timeline: &Timeline,
    rulebook: &Rulebook,
    summary: &Summary,
    out: &mut dyn Write,
) -> io::Result<()> {
    let whom = timeline.whom.to_string();
    writeln!(out, "{BOLD}Timeline of {}{BOLD:#}\n", visible(&whom))?;
    write_overview(timeline, out)?;
    let mut teller = Teller {
        timeline,
        rulebook,
        last: None,
        today: None,
        section: None,
        explained: HashSet::new(),
    };
    let mut entries = timeline.entries.iter().peekable();
    while let Some(entry) = entries.next() {
        teller.section(entry, out)?;
        match entry {
            Entry::Finding(finding) => teller.finding(finding, out)?,
            Entry::Event(row) => {
                let mut alike = Alike::of(row);
                while let Some(Entry::Event(next)) = entries.peek().copied()
                    && alike.add(next, timeline.first_finding())
                {
                    entries.next();
                }
                teller.event(row, &alike, out)?;
            }
        }
    }
    write_advice(timeline, rulebook, out)?;
    writeln!(out)?;
    write_left_out(timeline, out)?;
    write_account(summary, Outcome::Findings, out)
}

fn write_overview(timeline: &Timeline, out: &mut dyn Write) -> io::Result<()> {
    let told = &timeline.told;
    let events = plural(told.events, "event");
    writeln!(out, "  {}, {events}", findings_line(timeline))?;
    let cases = timeline.cases();
    for (at, case) in cases.iter().take(USES_MAX).enumerate() {
        let (word, style) = (if at == 0 { "Cases" } else { "" }, level_style(case.level));
        let when = case.first.zip(case.last).map(|(first, last)| stretch(first, last));
        let (count, when) = (plural(case.count, "finding"), when.unwrap_or_default());
        let (id, level) = (case.id, case.level);
        writeln!(out, "  {word:<12}{id}  {style}{level}{style:#}, {count}, {DIM}{when}{DIM:#}")?;
    }
    if cases.len() > USES_MAX {
        writeln!(out, "  {:<12}and {} more", "", cases.len() - USES_MAX)?;
    }
    for (word, end) in [("First seen", &told.first), ("Last seen", &told.last)] {
        let Some((time, origin)) = end else { continue };
        let from = from_line(origin);
        let from = if from.is_empty() { String::new() } else { format!(", from {from}") };
        writeln!(out, "  {word:<12}{} UTC{}", moment(*time), visible(&from))?;
    }
    for (word, _, uses) in told.kinds() {
        // What everything is picked by says nothing.
        let is_itself = matches!(
            (timeline.whom.what, word),
            (What::User, "Users")
                | (What::Ip, "Addresses")
                | (What::Session, "Sessions")
                | (What::Token, "Tokens")
                | (What::Client, "Clients")
        );
        if !is_itself {
            write_uses(word, uses, out)?;
        }
    }
    Ok(())
}

/// `3 findings (1 critical, 2 low) in 41m`
fn findings_line(timeline: &Timeline) -> String {
    let count = |level: Level| timeline.findings().filter(|one| one.level == level).count();
    let levels = Level::ALL.into_iter().rev().map(|level| (count(level), level));
    let levels: Vec<_> = levels
        .filter(|(count, _)| *count > 0)
        .map(|(count, level)| format!("{count} {level}"))
        .collect();
    if levels.is_empty() {
        return "No findings".to_owned();
    }
    let total = plural(timeline.findings().count() as u64, "finding");
    let last = timeline.findings().filter_map(|one| one.last.or(one.time)).max();
    let span = timeline.first_finding().zip(last);
    let span = span.map(|(first, last)| format!(", {}", stretch(first, last))).unwrap_or_default();
    format!("{total} ({}){span}", levels.join(", "))
}

fn write_uses(word: &str, uses: &Uses, out: &mut dyn Write) -> io::Result<()> {
    let all = uses.sorted();
    let width = all.iter().take(USES_MAX).map(|(value, _)| value.chars().count()).max();
    for (at, (value, one)) in all.iter().take(USES_MAX).enumerate() {
        let word = if at == 0 { word } else { "" };
        let when = one.first.zip(one.last).map(|(first, last)| stretch(first, last));
        let parts = [Some(one.note.clone()).filter(|note| !note.is_empty()), when];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        let (value, about) = (visible(value), parts.join(", "));
        let (width, events) = (width.unwrap_or(0), plural(one.count, "event"));
        writeln!(out, "  {word:<12}{value:<width$}  {events}, {DIM}{}{DIM:#}", visible(&about))?;
    }
    let (total, is_cut) = uses.len();
    if total > USES_MAX {
        let more = if is_cut { " at least" } else { "" };
        writeln!(out, "  {:<12}and{more} {} more", "", HumanCount((total - USES_MAX) as u64))?;
    }
    Ok(())
}

/// Address, place, network, session, token and client, as far as they are known.
fn from_line(origin: &Origin) -> String {
    let Origin { ip, place, network, session, token, client } = origin;
    let named = |word: &str, id: &Option<String>| id.as_ref().map(|id| format!("{word} {id}"));
    let parts = [
        ip.clone(),
        place.clone(),
        network.clone(),
        named("session", session),
        named("token", token),
        named("client", client),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Events in a row that differ in their times alone.
struct Alike<'r> {
    row: &'r Row,
    count: u64,
    last: Option<Timestamp>,
}

impl<'r> Alike<'r> {
    fn of(row: &'r Row) -> Self {
        Self { row, count: 1, last: row.time }
    }

    /// Takes the next event in, if it is like the others and no section begins between them.
    fn add(&mut self, next: &Row, first_finding: Option<Timestamp>) -> bool {
        let (row, section) = (self.row, |row: &Row| Section::of(row.time, first_finding));
        let is_alike = (&row.kind, &row.outcome, &row.user, &row.targets, &row.origin)
            == (&next.kind, &next.outcome, &next.user, &next.targets, &next.origin);
        let is_same =
            is_alike && section(row) == section(next) && row.time.map(day) == next.time.map(day);
        if is_same {
            self.count += 1;
            self.last = next.time;
        }
        is_same
    }

    /// How often it happened, if more than once.
    fn times(&self) -> Option<String> {
        let until = self.last.map(|last| format!(" until {}", time_of_day(last)));
        let times = HumanCount(self.count);
        (self.count > 1).then(|| format!("{times} times{}", until.unwrap_or_default()))
    }
}

/// Where in the report something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Earlier,
    HourBefore,
    Since,
    Timeless,
}

impl Section {
    fn of(time: Option<Timestamp>, first_finding: Option<Timestamp>) -> Self {
        let (Some(time), Some(first)) = (time, first_finding) else {
            return if time.is_none() { Self::Timeless } else { Self::Since };
        };
        match first.duration_since(time) {
            before if before > SignedDuration::from_hours(1) => Self::Earlier,
            before if before > SignedDuration::ZERO => Self::HourBefore,
            _ => Self::Since,
        }
    }

    fn title(self, has_findings: bool) -> &'static str {
        match self {
            Self::Earlier => "Earlier",
            Self::HourBefore => "The hour before the first finding",
            Self::Since if has_findings => "From the first finding on",
            Self::Since => "Events",
            Self::Timeless => "At an unknown time",
        }
    }
}

/// Tells one entry after the other.
struct Teller<'t> {
    timeline: &'t Timeline,
    rulebook: &'t Rulebook,
    /// From where the last event was.
    last: Option<&'t Origin>,
    today: Option<String>,
    section: Option<Section>,
    /// Rules that have been explained.
    explained: HashSet<&'t str>,
}

impl<'t> Teller<'t> {
    fn section(&mut self, entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
        let first = self.timeline.first_finding();
        let section = Section::of(entry.time(), first);
        let date = entry.time().map(day);
        if self.section != Some(section) {
            writeln!(out, "\n{BOLD}{}{BOLD:#}", section.title(first.is_some()))?;
            (self.section, self.today, self.last) = (Some(section), None, None);
        }
        if let Some(date) = date.as_ref().filter(|_| date != self.today) {
            writeln!(out, "  {date}")?;
        }
        self.today = date.or_else(|| self.today.take());
        Ok(())
    }

    fn event(&mut self, row: &'t Row, alike: &Alike<'_>, out: &mut dyn Write) -> io::Result<()> {
        let kind = row.kind.as_deref().or(row.provider).unwrap_or("event of an unknown product");
        let outcome = row.outcome.as_ref().map(|outcome| format!(": {outcome}"));
        let what = format!("{kind}{}", outcome.unwrap_or_default());
        let (time, times) = (clock(row.time), alike.times());
        if self.section == Some(Section::Earlier) {
            let line =
                [self.who_line(row), row.origin.ip.as_ref().map(|ip| format!("from {ip}")), times];
            let line = line.into_iter().flatten().collect::<Vec<_>>().join(", ");
            return writeln!(out, "  {time}  {}  {DIM}{}{DIM:#}", visible(&what), visible(&line));
        }
        let reason = row.reason.as_ref().map(|reason| format!(", {reason}"));
        let what = format!("{what}{}", reason.unwrap_or_default());
        let words = row.words.as_ref().map(|words| format!("  {DIM}{}{DIM:#}", visible(words)));
        writeln!(out, "  {time}  {}{}", visible(&what), words.unwrap_or_default())?;
        let from = Some(from_line(&row.origin)).filter(|from| !from.is_empty());
        let from =
            from.filter(|_| self.last != Some(&row.origin)).map(|from| format!("from {from}"));
        for line in [self.who_line(row), from, times].into_iter().flatten() {
            writeln!(out, "{INDENT}{}", visible(&line))?;
        }
        self.last = Some(&row.origin);
        Ok(())
    }

    /// Who did it to whom, as far as the report does not say it in its title.
    fn who_line(&self, row: &Row) -> Option<String> {
        let whom = &self.timeline.whom;
        let is_title = |name: &str| {
            whom.what == What::User && name.to_lowercase() == whom.value.to_lowercase()
        };
        let by = row.user.as_ref().filter(|user| !is_title(user)).map(|user| format!("by {user}"));
        let on = Some(row.targets.join(", ")).filter(|targets| !targets.is_empty());
        let on = on.map(|targets| format!("on {targets}"));
        let parts: Vec<_> = [by, on].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }

    fn finding(&mut self, finding: &'t Finding, out: &mut dyn Write) -> io::Result<()> {
        let (style, level) = (level_style(finding.level), finding.level);
        let (time, title) = (clock(finding.time), visible(&finding.rule.title));
        writeln!(out, "{style}! {time}  {level}{style:#}: {BOLD}{title}{BOLD:#}")?;
        let is_first = self.explained.insert(&finding.rule.id);
        let why = self.rulebook.get(&finding.rule.id).and_then(why);
        if let Some(why) = why.filter(|_| is_first && finding.level > Level::Informational) {
            writeln!(out, "{INDENT}{}", visible(&why))?;
        }
        let seen = finding.evidence.iter().filter(|(field, _)| !is_said(field));
        let seen: Vec<_> =
            seen.map(|(field, values)| format!("{field} {}", values.join(", "))).collect();
        let events = (finding.event_count > 1).then(|| {
            let span = finding.first.zip(finding.last);
            let span =
                span.map(|(first, last)| format!(" in {}", length(last.duration_since(first))));
            format!("{}{}", plural(finding.event_count, "event"), span.unwrap_or_default())
        });
        let parts = [Some(finding.rule.name.clone()), events].into_iter().flatten().chain(seen);
        let line = parts.collect::<Vec<_>>().join(" · ");
        writeln!(out, "{INDENT}{DIM}{}{DIM:#}", visible(&line))
    }
}

/// Fields that the line of the event has said.
fn is_said(field: &str) -> bool {
    let said =
        ["eventType", "outcome.result", "data.type", "entity.type", "entity.user", "entity.ip"];
    said.contains(&field)
}

fn clock(time: Option<Timestamp>) -> String {
    time.map_or_else(|| "no time ".to_owned(), time_of_day)
}

/// Why a rule matters: as many sentences as fit, at least one.
fn why(page: &Page) -> Option<String> {
    let text = [&page.explanation, &page.description].into_iter().find(|text| !text.is_empty())?;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.len() <= WHY_MAX {
        return Some(text);
    }
    let ends: Vec<_> = text.match_indices(". ").map(|(at, _)| at + 1).collect();
    let end = ends.iter().rev().find(|end| **end <= WHY_MAX).or(ends.first());
    Some(text[..end.copied().unwrap_or(text.len())].to_owned())
}

fn write_advice(timeline: &Timeline, rulebook: &Rulebook, out: &mut dyn Write) -> io::Result<()> {
    let Some(worst) = timeline.worst().filter(|worst| worst.level >= Level::Medium) else {
        return Ok(());
    };
    let page = rulebook.get(&worst.rule.id).filter(|page| !page.response.is_empty());
    let Some(page) = page else { return Ok(()) };
    writeln!(out, "\n{BOLD}What to do first{BOLD:#}")?;
    for step in &page.response {
        let step = step.split_whitespace().collect::<Vec<_>>().join(" ");
        writeln!(out, "  - {}", visible(&step))?;
    }
    Ok(())
}

fn write_left_out(timeline: &Timeline, out: &mut dyn Write) -> io::Result<()> {
    if timeline.entries.is_empty() {
        writeln!(out, "No event names this subject.")?;
    }
    if timeline.events_left_out > 0 {
        let count = plural(timeline.events_left_out, "event");
        let edge = timeline.entries.first().and_then(Entry::time).map(rfc3339).unwrap_or_default();
        writeln!(
            out,
            "Left out, furthest from the findings: {count}; what is told begins at {edge}."
        )?;
    }
    if timeline.findings_left_out > 0 {
        let count = plural(timeline.findings_left_out, "finding");
        writeln!(out, "Not looked at for want of room: {count}.")?;
    }
    for fault in &timeline.faults {
        let line = format!("Not read again: {}: {}", fault.path, fault.why);
        writeln!(out, "{}", visible(&line))?;
    }
    Ok(())
}
