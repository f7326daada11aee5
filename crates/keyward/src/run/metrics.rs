//! What a running program tells of itself: numbers for Prometheus, and whether it does its work.
//!
//! Every name is told of in `docs/receivers.md`; a test holds both against each other.
#![expect(clippy::cast_precision_loss, reason = "numbers of metrics are floats")]

mod numbers;
#[cfg(test)]
mod tests;

use archive::{Intake, SourceId, SourceReport, Transport};
use jiff::Timestamp;
use sink::Counts;

use self::numbers::{Label, Numbers};
use super::condition::{Condition, State};
use super::deliver::Sinks;
use super::detection::{Account, Seen, TenantSeen};
use super::logs::Log;
use super::{pushed, statement};

/// Asks everybody who knows, whenever somebody asks.
pub(crate) struct Metrics {
    /// What is kept.
    pub(crate) intake: Intake,
    /// How each tenant does.
    pub(crate) conditions: Vec<Condition>,
    /// How detection does.
    pub(crate) account: Account,
    /// Who is told.
    pub(crate) sinks: Sinks,
    /// What is logged.
    pub(crate) log: Log,
}

impl web::Status for Metrics {
    fn metrics(&self) -> String {
        let now = Timestamp::now();
        let mut numbers = Numbers::new();
        numbers.count("intake_batches", "Batches in the intake", self.intake.end().0, []);
        let unwritten = "Lines of the log that standard error did not take";
        numbers.count("log_unwritten_lines", unwritten, self.log.unwritten(), []);
        let seen = self.account.seen();
        detection(&mut numbers, &seen, self.intake.end().0);
        for (source, tenant) in &seen.tenants {
            tenant_detection(&mut numbers, source, tenant);
        }
        for report in self.account.reports(now) {
            completeness(&mut numbers, &report);
            let hooks = pushed::hook_events(&report, now) as f64;
            let help = "Events of the last 24 hours that hooks brought";
            numbers.gauge("hook_day_events", help, hooks, labels(&report.source));
        }
        for condition in &self.conditions {
            collection(&mut numbers, &condition.source, &condition.state());
        }
        let help = "Findings that no sink was told of, since they cannot be read";
        numbers.count("sink_unreadable_findings", help, self.sinks.unreadable(), []);
        for (sink, counts) in self.sinks.counts() {
            telling(&mut numbers, sink, &counts, now);
        }
        numbers.text()
    }

    fn account(&self, form: web::Form) -> String {
        let now = Timestamp::now();
        statement::written(
            &statement::sources(&self.conditions, self.account.reports(now)),
            self.sinks.unreadable(),
            form,
            now,
        )
    }

    fn ready(&self) -> Result<(), String> {
        let seen = self.account.seen();
        let tenants = self.conditions.iter().filter_map(|condition| {
            let why = condition.state().trouble()?;
            Some(format!("{}: {why}", condition.source.tenant))
        });
        let detection = seen.trouble.map(|why| format!("detection: {why}"));
        let state = seen.unsaved.map(|why| format!("the checkpoint: {why}"));
        let all: Vec<_> = detection.into_iter().chain(state).chain(tenants).collect();
        if all.is_empty() { Ok(()) } else { Err(all.join("; ")) }
    }
}

fn labels(source: &SourceId) -> [Label; 2] {
    [("provider", source.provider.clone()), ("tenant", source.tenant.clone())]
}

fn with<const N: usize>(source: &SourceId, more: [(&'static str, &str); N]) -> Vec<Label> {
    let more = more.into_iter().map(|(name, value)| (name, value.to_owned()));
    labels(source).into_iter().chain(more).collect()
}

fn detection(to: &mut Numbers, seen: &Seen, end: u64) {
    let is_working = u64::from(seen.trouble.is_none());
    to.gauge("detection_working", "1, or 0 while it waits for the disk", is_working as f64, []);
    let queue = end.saturating_sub(seen.position.0);
    to.gauge(
        "detection_queue_batches",
        "Batches that are kept and not examined yet",
        queue as f64,
        [],
    );
    to.count("detection_lost_batches", "Batches that could not be examined", seen.lost_frames, []);
    for ((level, state), n) in &seen.findings {
        let labels = [("level", level.to_string()), ("state", (*state).to_owned())];
        to.count("findings", "Findings that were told since the start", *n, labels);
    }
    to.count("unprinted", "Findings that standard output did not take", seen.unprinted, []);
    if let Some(saved) = seen.saved {
        let at = seconds(saved.at);
        to.gauge("checkpoint_timestamp_seconds", "When the last checkpoint was written", at, []);
        to.gauge("checkpoint_bytes", "Its size", saved.bytes as f64, []);
        let took = saved.took.as_secs_f64();
        to.gauge("checkpoint_seconds", "How long writing it took", took, []);
        let pause = saved.pause.as_secs_f64();
        to.gauge("checkpoint_pause_seconds", "How long detection stood still for it", pause, []);
    }
}

fn tenant_detection(to: &mut Numbers, source: &SourceId, seen: &TenantSeen) {
    let labels = || labels(source);
    let memory = seen.memory_bytes as f64;
    to.time("watermark", "Up to where everything is settled", seen.watermark, labels());
    to.gauge(
        "detection_waiting_events",
        "Events that wait for earlier ones",
        seen.waiting as f64,
        labels(),
    );
    to.gauge("detection_memory_bytes", "What rules remember, about", memory, labels());
    to.count("detection_pushed", "Times that too much waited", seen.pushed, labels());
    to.count("detection_late_events", "Events behind the watermark", seen.late, labels());
    to.count("detection_timeless_events", "Events without a usable time", seen.timeless, labels());
    to.count("detection_unread_events", "Events that could not be read", seen.unread, labels());
}

/// Source of the terms: `docs/intake.md`.
fn completeness(to: &mut Numbers, report: &SourceReport) {
    let labels = || labels(&report.source);
    for way in &report.transports {
        for (was, n) in [("new", way.count.added), ("repeated", way.count.repeated)] {
            let labels =
                with(&report.source, [("transport", transport(way.transport)), ("was", was)]);
            to.count("events", "Events that came, by way", n, labels);
        }
        let labels = || with(&report.source, [("transport", transport(way.transport))]);
        to.time("last_received", "When the last event came", way.last_received, labels());
        let longest = way.latency.longest_s as f64;
        to.gauge("latency_longest_seconds", "Longest from event to arrival", longest, labels());
    }
    to.time("newest_event", "The time of the newest event", report.newest_event, labels());
    to.time("caught_up", "When the log was last read to its end", report.caught_up, labels());
    to.time(
        "verified_until",
        "Complete until then, as far as can be asked",
        report.verified_until,
        labels(),
    );
    if let Some(lag) = report.lag_s {
        to.gauge("lag_seconds", "Since the log was last read to its end", lag as f64, labels());
    }
    to.count("gaps", "Stretches of time of which events may be lost", report.n_gaps, labels());
    to.count("rejected", "What came and could not be read", report.n_rejected, labels());
    to.count("corrections", "Events after their time was verified", report.n_corrections, labels());
    to.count("sweeps", "Second looks at times past", report.sweeps.asked, labels());
    to.count(
        "sweep_missing_events",
        "Events that only they brought",
        report.sweeps.missing,
        labels(),
    );
}

fn collection(to: &mut Numbers, source: &SourceId, state: &State) {
    let labels = || labels(source);
    for (purpose, n) in &state.pages {
        to.count("log_pages", "Answers of the log", *n, with(source, [("purpose", purpose)]));
    }
    for (why, n) in &state.failures {
        to.count("log_failures", "Requests that failed", *n, with(source, [("why", why)]));
    }
    let blind = f64::from(u8::from(state.is_blind));
    to.gauge("collector_blind", "1 while the log has been out of sight for long", blind, labels());
    let troubled = f64::from(u8::from(state.trouble().is_some()));
    to.gauge("collector_in_trouble", "1 while the tenant is not watched", troubled, labels());
    to.gauge(
        "clock_skew_seconds",
        "The provider's clock ahead of ours",
        state.skew_s as f64,
        labels(),
    );
    if let Some((limit, remaining)) = state.rate {
        to.gauge(
            "rate_limit_requests",
            "Requests that the provider allows",
            f64::from(limit),
            labels(),
        );
        let remaining = f64::from(remaining);
        to.gauge("rate_limit_remaining_requests", "Those that were left", remaining, labels());
    }
    if let Some(left) = state.retention_left {
        let left = left.as_secs_f64();
        to.gauge(
            "retention_left_seconds",
            "Until the provider deletes what was not read",
            left,
            labels(),
        );
    }
    if let Some(share) = state.backfilled {
        to.gauge("backfill_ratio", "Of the time before the record, read already", share, labels());
    }
    if let Some(left) = state.backfill_left {
        let left = left.as_secs_f64();
        to.gauge("backfill_left_seconds", "How long the rest will take, about", left, labels());
    }
    to.count(
        "push_tampered",
        "Changes that keep events from being pushed",
        state.tampered,
        labels(),
    );
}

fn telling(to: &mut Numbers, sink: &str, counts: &Counts, now: Timestamp) {
    let labels = || [("sink", sink.to_owned())];
    to.gauge("sink_waiting_messages", "Messages that wait", counts.waiting as f64, labels());
    let oldest = counts.oldest.map_or(0.0, |oldest| now.duration_since(oldest).as_secs_f64());
    to.gauge("sink_oldest_seconds", "How long the oldest of them waits", oldest, labels());
    to.gauge("sink_dead_letters", "Messages that were given up", counts.dead as f64, labels());
    to.count("sink_sent_messages", "Messages that were taken", counts.sent, labels());
    let (failed, folded) = (counts.failed, counts.folded);
    to.count("sink_failed_attempts", "Attempts that failed and are made again", failed, labels());
    to.count(
        "sink_given_up_messages",
        "Messages that were given up, ever",
        counts.given_up,
        labels(),
    );
    to.count("sink_folded_findings", "Findings told with another one", folded, labels());
    to.count(
        "sink_silenced_findings",
        "Findings that a silence kept back",
        counts.silenced,
        labels(),
    );
}

/// As it stands in the intake.
pub(super) fn transport(transport: Transport) -> &'static str {
    match transport {
        Transport::Poll => "poll",
        Transport::Backfill => "backfill",
        Transport::Sweep => "sweep",
        Transport::Hook => "hook",
        Transport::EventBridge => "event_bridge",
        Transport::Stream => "stream",
        Transport::Hec => "hec",
    }
}

fn seconds(time: Timestamp) -> f64 {
    time.as_microsecond() as f64 / 1e6
}
