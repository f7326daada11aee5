//! What is pushed, watched for silence: a stream that was paused or a hook that gave up tells nobody.

use std::collections::BTreeSet;
use std::time::Duration;

use archive::{Intake, SourceReport, Transport};
use jiff::{SignedDuration, Timestamp};
use tokio::time::sleep;

use super::condition::Condition;
use super::detection::Account;
use super::stop::Stop;
use crate::config::{Config, ReceiverKind, Tenant};

/// How often is looked.
const LOOKED_AT: Duration = Duration::from_mins(1);

/// A way that carries every event may lie so far behind the record.
const BEHIND: SignedDuration = SignedDuration::from_hours(1);

/// Okta's event hooks carry so many events of an organization in 24 hours; those beyond are neither sent nor kept for later.
/// Source: Okta, "Event hooks", limits, checked 2026-11-22.
pub(super) const HOOK_EVENTS_A_DAY: u64 = 400_000;

/// From here on Okta warns administrators. Source: as above.
const HOOK_EVENTS_WARNED: u64 = 280_000;

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Alarm {
    /// Nothing comes of a tenant whose log nobody reads.
    Silence,
    /// The record has newer events, and this way, which carries all of them, brings none.
    Stopped(Transport),
    /// Hooks near the end of what they carry in a day.
    HooksNear,
    /// Hooks are at that end: what comes now may never be sent.
    HooksFull,
}

/// Looks after the receivers of all tenants.
pub(super) struct Pushed {
    account: Account,
    intake: Intake,
    stop: Stop,
    watched: Vec<Watched>,
}

/// A tenant that pushes.
struct Watched {
    condition: Condition,
    plan: Plan,
    raised: BTreeSet<Alarm>,
}

/// What is expected of a tenant.
#[derive(Debug, Clone)]
struct Plan {
    /// Whether its log is read as well.
    is_polled: bool,
    /// The ways that carry every event.
    whole: Vec<Transport>,
    /// How long nothing may come if nobody reads the log.
    blind: SignedDuration,
    /// What came before does not count.
    began: Timestamp,
}

impl Pushed {
    /// Of the conditions, in the order of the tenants, those with receivers are watched.
    pub(super) fn new(
        config: &Config,
        conditions: &[Condition],
        account: &Account,
        intake: &Intake,
        stop: &Stop,
        now: Timestamp,
    ) -> Self {
        let pushing = config.tenants.iter().zip(conditions);
        let pushing = pushing.filter(|(tenant, _)| !tenant.receivers.is_empty());
        let watched = pushing.map(|(tenant, condition)| Watched {
            condition: condition.clone(),
            plan: Plan::of(tenant, now),
            raised: BTreeSet::new(),
        });
        let watched = watched.collect();
        Self { account: account.clone(), intake: intake.clone(), stop: stop.clone(), watched }
    }

    /// Looks until it is time to stop.
    pub(super) async fn run(mut self) {
        loop {
            let kept = self.intake.end();
            if self.stop.or(sleep(LOOKED_AT)).await.is_none() {
                return;
            }
            // What was not examined yet is in no account, and would look like silence.
            if self.account.seen().position >= kept {
                self.look(Timestamp::now());
            }
        }
    }

    fn look(&mut self, now: Timestamp) {
        let reports = self.account.reports(now);
        for watched in &mut self.watched {
            let report = reports.iter().find(|report| report.source == watched.condition.source);
            watched.tell(watched.plan.alarms(report, now));
        }
    }
}

impl Watched {
    /// Tells of what is new, and of what is over.
    fn tell(&mut self, alarms: BTreeSet<Alarm>) {
        let tenant = self.condition.source.tenant.as_str();
        for alarm in alarms.difference(&self.raised) {
            let what = alarm.words();
            match alarm {
                Alarm::HooksNear => tracing::warn!(tenant, "{what}"),
                Alarm::Stopped(way) => tracing::error!(tenant, ?way, "{what}"),
                Alarm::Silence | Alarm::HooksFull => tracing::error!(tenant, "{what}"),
            }
        }
        for alarm in self.raised.difference(&alarms) {
            tracing::info!(tenant, "over: {}", alarm.words());
        }
        let is_silent = alarms.contains(&Alarm::Silence);
        if !self.plan.is_polled {
            self.condition.change(|state| {
                state.is_blind = is_silent;
                let since = state.out_of_sight.or(Some(Timestamp::now()));
                state.out_of_sight = since.filter(|_| is_silent);
            });
        }
        self.raised = alarms;
    }
}

impl Plan {
    fn of(tenant: &Tenant, began: Timestamp) -> Self {
        let ways = tenant.receivers.iter().filter_map(|receiver| match receiver.kind {
            ReceiverKind::EventBridge => Some(Transport::EventBridge),
            ReceiverKind::Auth0Stream => Some(Transport::Stream),
            // Hooks carry some types alone, and nobody knows what posts to a collector.
            ReceiverKind::OktaHook | ReceiverKind::Hec => None,
        });
        Self {
            is_polled: tenant.poll.enabled,
            whole: ways.collect(),
            blind: SignedDuration::try_from(tenant.poll.blind).unwrap_or(SignedDuration::MAX),
            began,
        }
    }

    fn alarms(&self, report: Option<&SourceReport>, now: Timestamp) -> BTreeSet<Alarm> {
        let mut alarms = BTreeSet::new();
        let transports = report.map_or(&[][..], |report| report.transports.as_slice());
        let last = |way: Transport| {
            let last = transports.iter().find(|it| it.transport == way)?.last_received;
            last.map(|last| last.max(self.began))
        };
        let newest = transports.iter().filter_map(|it| it.last_received).max();
        let heard = newest.map_or(self.began, |time| time.max(self.began));
        if !self.is_polled && now.duration_since(heard) >= self.blind {
            alarms.insert(Alarm::Silence);
        }
        let newest_event = report.and_then(|report| report.newest_event).filter(|_| self.is_polled);
        for way in &self.whole {
            let since = last(*way).unwrap_or(self.began);
            if newest_event.is_some_and(|event| event.min(now).duration_since(since) >= BEHIND) {
                alarms.insert(Alarm::Stopped(*way));
            }
        }
        match report.map_or(0, |report| hook_events(report, now)) {
            HOOK_EVENTS_A_DAY.. => alarms.extend([Alarm::HooksFull]),
            HOOK_EVENTS_WARNED.. => alarms.extend([Alarm::HooksNear]),
            _ => {}
        }
        alarms
    }
}

/// Events of the last 24 hours that hooks brought, first or not.
pub(super) fn hook_events(report: &SourceReport, now: Timestamp) -> u64 {
    let since = now.checked_sub(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MIN);
    let minutes = report.minutes.iter().filter(|minute| minute.minute > since);
    let counts = minutes.filter_map(|minute| minute.counts.get(&Transport::Hook));
    counts.map(|count| count.added + count.repeated).sum()
}

impl Alarm {
    fn words(self) -> &'static str {
        match self {
            Self::Silence => {
                "nothing is pushed any more, and nobody reads the log: what happens now is not seen"
            }
            Self::Stopped(_) => {
                "nothing comes by this way while the log goes on: it may be paused, disabled or filtered"
            }
            Self::HooksNear => "hooks near the 400,000 events a day that Okta sends",
            Self::HooksFull => {
                "hooks have carried the 400,000 events a day that Okta sends: more are not sent"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use archive::{Batch, Ledger, Position, RealDisk, Record, Settings, SourceId};

    use super::*;

    fn at(time: &str) -> Timestamp {
        format!("2026-11-22T{time}Z").parse().unwrap()
    }

    fn source() -> SourceId {
        SourceId { provider: "auth0".to_owned(), tenant: "acme".to_owned() }
    }

    /// What the ledger says after events that came by these ways at these times.
    fn report(came: &[(Transport, &str)]) -> SourceReport {
        let folder = tempfile::tempdir().unwrap();
        let disk = RealDisk::at(folder.path().to_owned()).unwrap();
        let intake = Intake::open(std::sync::Arc::new(disk), Settings::default()).unwrap();
        let (mut ledger, mut reader) = (Ledger::new(), intake.reader(Position(0)));
        for (nth, (transport, time)) in came.iter().enumerate() {
            let (id, bytes) = (nth.to_string().into(), b"{}"[..].into());
            let records = vec![Record { id, time: Some(at(time)), bytes }];
            let (transport, received, notes) = (*transport, at(time), Vec::new());
            intake.append(Batch { source: source(), transport, received, records, notes }).unwrap();
            ledger.observe(&reader.next(Duration::ZERO).unwrap().unwrap());
        }
        ledger.report(at("23:00:00")).remove(0)
    }

    fn check(is_polled: bool, came: &[(Transport, &str)], now: &str) -> Vec<Alarm> {
        let plan = Plan {
            is_polled,
            whole: vec![Transport::Stream],
            blind: SignedDuration::from_mins(15),
            began: at("08:00:00"),
        };
        let report = (!came.is_empty()).then(|| report(came));
        plan.alarms(report.as_ref(), at(now)).into_iter().collect()
    }

    #[test]
    fn a_tenant_that_is_only_pushed_and_goes_quiet_is_out_of_sight() {
        let came = [(Transport::Stream, "09:00:00")];
        assert_eq!(check(false, &came, "09:14:59"), []);
        assert_eq!(check(false, &came, "09:15:00"), [Alarm::Silence]);
        assert_eq!(check(false, &[], "08:14:59"), []);
        assert_eq!(check(false, &[], "08:15:00"), [Alarm::Silence]);
        assert_eq!(check(true, &came, "10:30:00"), []);
    }

    #[test]
    fn a_stream_that_brings_nothing_while_the_log_goes_on_has_stopped() {
        let quiet = [(Transport::Stream, "09:00:00"), (Transport::Poll, "09:59:59")];
        assert_eq!(check(true, &quiet, "12:00:00"), []);
        let stopped = [(Transport::Stream, "09:00:00"), (Transport::Poll, "10:00:00")];
        assert_eq!(check(true, &stopped, "12:00:00"), [Alarm::Stopped(Transport::Stream)]);
        let never = [(Transport::Poll, "09:00:00")];
        assert_eq!(check(true, &never, "12:00:00"), [Alarm::Stopped(Transport::Stream)]);
    }

    #[test]
    fn hooks_that_near_their_daily_end_are_told_of() {
        let check = |added: u64, now: &str| {
            let mut report =
                report(&[(Transport::Hook, "09:00:00"), (Transport::Stream, "09:00:00")]);
            for minute in &mut report.minutes {
                minute.counts.entry(Transport::Hook).or_default().added = added;
            }
            let plan =
                Plan { whole: Vec::new(), is_polled: true, blind: BEHIND, began: at("08:00:00") };
            let now = format!("2026-11-{now}:00Z").parse().unwrap();
            plan.alarms(Some(&report), now).into_iter().collect::<Vec<_>>()
        };
        assert_eq!(check(279_999, "22T10:00"), []);
        assert_eq!(check(280_000, "22T10:00"), [Alarm::HooksNear]);
        assert_eq!(check(400_000, "22T10:00"), [Alarm::HooksFull]);
        assert_eq!(check(400_000, "23T09:00"), []);
    }
}
