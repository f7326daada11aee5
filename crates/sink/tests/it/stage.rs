//! Findings, times and clocks.

use std::sync::Arc;
use std::time::Duration;

use finding::{Finding, Level, Occurrence, Rule, State, Subject};
use jiff::Timestamp;
use sink::{Alert, BoxFuture, Clock, Guide, Happened, News, Plan, Policy};

/// When everything begins, a Sunday.
pub(crate) fn begin() -> Timestamp {
    "2026-11-22T09:00:00Z".parse().unwrap()
}

pub(crate) fn after(seconds: u64) -> Timestamp {
    begin() + Duration::from_secs(seconds)
}

/// A finding of a rule about somebody, whose event is that of the id.
pub(crate) fn finding(rule: &str, user: &str, event: &str) -> Finding {
    let rule = Rule { id: rule.into(), name: rule.into(), title: rule.into(), ..Rule::default() };
    let subject = Subject { user: Some(user.to_owned()), ..Subject::default() };
    let event = Occurrence {
        event_id: event.to_owned(),
        time: Some(begin()),
        provider: Some("okta".to_owned()),
        tenant: Some("acme".to_owned()),
        subject,
        ..Occurrence::default()
    };
    Finding::of_event(Arc::new(rule), Level::High, event)
}

pub(crate) fn revised(finding: &Finding, revision: u32, state: State, level: Level) -> Finding {
    Finding { revision, state, level, ..finding.clone() }
}

pub(crate) fn news(finding: &Finding, happened: Happened) -> News {
    News { alert: Alert::new(finding.clone(), Guide::default()), happened }
}

pub(crate) fn policy(sink: &str) -> Policy {
    Policy { sink: sink.to_owned(), quiet: None, fold: Duration::ZERO }
}

pub(crate) fn plan(sinks: &[&str]) -> Plan {
    Plan { policies: sinks.iter().map(|sink| policy(sink)).collect(), routes: Vec::new() }
}

/// A clock that follows that of the runtime, many times as fast.
#[derive(Clone, Copy)]
pub(crate) struct FastClock {
    begun: tokio::time::Instant,
    times: u32,
}

impl FastClock {
    pub(crate) fn new(times: u32) -> Self {
        Self { begun: tokio::time::Instant::now(), times }
    }
}

impl Clock for FastClock {
    fn now(&self) -> Timestamp {
        begin() + self.begun.elapsed() * self.times
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(time / self.times))
    }
}
