//! The page `/status`: what came of each tenant, by which way, and until when that is verified to be complete.

#[cfg(test)]
mod tests;

use archive::{BOUNDS_S, Delays, SourceId, SourceReport, TransportReport};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::condition::Condition;
use super::metrics::transport;
use crate::render::page::{self, Block, Line, Page, Tone};
use crate::render::{length, write_json};

/// The name of the form for programs.
const SCHEMA: &str = "keyward.status/1";

/// Minutes that people are shown; programs are told all.
const MINUTES_SHOWN: usize = 60;

/// Corrections and gaps that people are shown, the last ones.
const SHOWN: usize = 10;

/// What is known of one tenant.
#[derive(Debug, Serialize)]
pub(super) struct Source {
    provider: String,
    tenant: String,
    /// The statement, in words.
    statement: String,
    /// Why the tenant is not watched; `None` if it is.
    trouble: Option<String>,
    /// When the provider begins to remove what was not read, if nothing more is read; `None` if it is not polled, or nothing was
    /// read yet.
    retention_runs_out: Option<Timestamp>,
    /// Everything else; `None` if nothing came yet.
    account: Option<SourceReport>,
}

#[derive(Serialize)]
struct Whole<'a> {
    schema: &'static str,
    now: Timestamp,
    version: &'static str,
    /// The upper ends of the steps of all delays, in seconds; one step more is behind the last.
    delay_bounds_s: [i64; BOUNDS_S.len()],
    /// Findings that no sink was told of since the start, because what the store has of them cannot be read.
    unreadable_findings: u64,
    sources: &'a [Source],
}

/// Every tenant that is configured, then those of which there is an account alone.
pub(super) fn sources(conditions: &[Condition], mut reports: Vec<SourceReport>) -> Vec<Source> {
    let mut take = |source: &SourceId| {
        let at = reports.iter().position(|report| report.source == *source)?;
        Some(reports.remove(at))
    };
    let mut sources: Vec<_> = conditions
        .iter()
        .map(|condition| Source::new(&condition.source, Some(condition), take(&condition.source)))
        .collect();
    let others = reports.into_iter().map(|report| {
        let source = report.source.clone();
        Source::new(&source, None, Some(report))
    });
    sources.extend(others);
    sources
}

/// The page.
pub(super) fn written(
    sources: &[Source],
    unreadable_findings: u64,
    form: web::Form,
    now: Timestamp,
) -> String {
    let mut out = Vec::new();
    // Writing into memory does not fail.
    let _ = match form {
        web::Form::Html => page::html(&page(sources, unreadable_findings, now), &mut out),
        web::Form::Json => {
            let version = env!("CARGO_PKG_VERSION");
            let whole = Whole {
                schema: SCHEMA,
                now,
                version,
                delay_bounds_s: BOUNDS_S,
                unreadable_findings,
                sources,
            };
            write_json(&whole, &mut out)
        }
    };
    String::from_utf8(out).unwrap_or_default()
}

impl Source {
    /// One line with the statement.
    pub(super) fn log(&self) {
        tracing::info!(tenant = self.tenant, provider = self.provider, "{}", self.statement);
    }

    fn new(
        source: &SourceId,
        condition: Option<&Condition>,
        account: Option<SourceReport>,
    ) -> Self {
        let state = condition.map(Condition::state);
        let retention = state.as_ref().and_then(|state| state.retention);
        let nothing = || "not verified to be complete: nothing came yet".to_owned();
        Self {
            provider: source.provider.clone(),
            tenant: source.tenant.clone(),
            statement: account.as_ref().map_or_else(nothing, SourceReport::statement),
            trouble: state.and_then(|state| state.trouble()),
            retention_runs_out: account
                .as_ref()
                .zip(retention)
                .and_then(|(it, for_)| it.runs_out(for_)),
            account,
        }
    }
}

fn page(sources: &[Source], unreadable: u64, now: Timestamp) -> Page {
    let mut page = Page::new("What came, and what may be missing");
    page.push(Block::Paragraph(Line::plain(format!("As of {}.", at(now)))));
    if unreadable > 0 {
        let told = format!(
            "No sink was told of {unreadable} findings: the store has them, and they cannot be read."
        );
        page.push(Block::Warning(Line::plain(told)));
    }
    for source in sources {
        push_source(source, &mut page);
    }
    page
}

fn push_source(source: &Source, page: &mut Page) {
    page.push(Block::Heading(2, format!("{} ({})", source.tenant, source.provider)));
    let tone = match &source.account {
        Some(account) if account.verified.is_some() => Tone::Good,
        _ => Tone::Warn,
    };
    page.push(Block::Paragraph(Line::default().and_mark(tone, source.statement.clone())));
    if let Some(why) = &source.trouble {
        page.push(Block::Warning(Line::plain(why.clone())));
    }
    let Some(account) = &source.account else { return };
    page.push(Block::Facts(facts(account, source.retention_runs_out)));
    push_table(page, "By the way that events came", &WAYS, ways(&account.transports));
    let gaps = account
        .gaps
        .iter()
        .rev()
        .take(SHOWN)
        .map(|gap| [at(gap.from), at(gap.until), gap.why.clone()].map(Line::plain).to_vec());
    push_table(
        page,
        "Gaps: events of these times may be lost",
        &["from", "until", "why"],
        gaps.collect(),
    );
    let corrections = account.corrections.iter().rev().take(SHOWN).map(|one| {
        let (received, way) = (at(one.received), transport(one.transport).to_owned());
        [one.event.clone(), at(one.time), at(one.was_until), received, way]
            .map(Line::plain)
            .to_vec()
    });
    let columns = ["event", "verified until", "was", "received", "by"];
    push_table(
        page,
        "Corrections: events that came after their time was verified",
        &columns,
        corrections.collect(),
    );
    let minutes = account.minutes.iter().rev().take(MINUTES_SHOWN).map(|minute| {
        let counts = minute.counts.iter().map(|(way, count)| {
            format!("{} {} + {}", transport(*way), count.added, count.repeated)
        });
        let counts: Vec<_> = counts.collect();
        vec![Line::plain(at(minute.minute)), Line::plain(counts.join(", "))]
    });
    push_table(
        page,
        "The last minutes in which events happened",
        &["minute", "new + repeated"],
        minutes.collect(),
    );
}

/// A table under its heading; nothing without rows.
fn push_table(page: &mut Page, heading: &str, columns: &[&str], rows: Vec<Vec<Line>>) {
    if rows.is_empty() {
        return;
    }
    page.push(Block::Heading(3, heading.to_owned()));
    page.push(Block::Table {
        columns: columns.iter().map(|&name| name.to_owned()).collect(),
        rows,
    });
}

fn facts(account: &SourceReport, runs_out: Option<Timestamp>) -> Vec<(String, Line)> {
    let time = |time: Option<Timestamp>| time.map_or_else(|| "never".to_owned(), at);
    let sweeps = &account.sweeps;
    let looks = format!(
        "{}, of which {} did not come to their end; {} events that the record lacked",
        sweeps.asked, sweeps.incomplete, sweeps.missing
    );
    let mut facts = vec![
        ("newest event", time(account.newest_event)),
        ("read to the end", time(account.caught_up)),
        ("lag", account.lag_s.map_or_else(|| "not known".to_owned(), span)),
        ("second looks", looks),
        ("gaps", account.n_gaps.to_string()),
        ("corrections", account.n_corrections.to_string()),
        ("not readable as events", account.n_rejected.to_string()),
        ("without a usable time", (account.n_timeless + account.n_ahead).to_string()),
    ];
    if let Some(time) = runs_out {
        facts.push(("retention runs out", at(time)));
    }
    facts.into_iter().map(|(name, text)| (name.to_owned(), Line::plain(text))).collect()
}

const WAYS: [&str; 6] = [
    "way",
    "came first",
    "came again",
    "last received",
    "from event to arrival",
    "behind newer events",
];

fn ways(transports: &[TransportReport]) -> Vec<Vec<Line>> {
    let row = |way: &TransportReport| {
        let last = way.last_received.map_or_else(|| "never".to_owned(), at);
        let (added, repeated) = (way.count.added.to_string(), way.count.repeated.to_string());
        let name = transport(way.transport).to_owned();
        [name, added, repeated, last, steps(&way.latency), steps(&way.lateness)]
            .map(Line::plain)
            .to_vec()
    };
    transports.iter().map(row).collect()
}

/// How many took how long: `up to 1s: 12, up to 1m: 3; longest 47s`.
fn steps(delays: &Delays) -> String {
    let bounds = BOUNDS_S.iter().map(|bound| format!("up to {}", span(*bound)));
    let bounds = bounds.chain(["longer".to_owned()]);
    let steps = bounds.zip(delays.counts).filter(|(_, count)| *count > 0);
    let steps: Vec<_> = steps.map(|(bound, count)| format!("{bound}: {count}")).collect();
    if steps.is_empty() {
        return "–".to_owned();
    }
    format!("{}; longest {}", steps.join(", "), span(delays.longest_s))
}

/// Seconds for people.
fn span(seconds: i64) -> String {
    length(SignedDuration::from_secs(seconds))
}

/// A time, to the second.
fn at(time: Timestamp) -> String {
    Timestamp::from_second(time.as_second()).unwrap_or(time).to_string()
}
