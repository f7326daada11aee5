//! PagerDuty's Events API, version 2.
//!
//! Source: PagerDuty, "PagerDuty V2 Events API" (OpenAPI 2.0) and "PD-CEF", checked 2026-11-22.

use finding::{Fingerprint, Level, rfc3339};
use outbound::{Origin, Outbound, Request, Secret};
use serde_json::{Map, Value, json};

use super::answer::accepted;
use super::{BoxFuture, Channel, Failure};
use crate::message::{Message, line};
use crate::{Delivery, Receipt};

/// Where events are taken; customers of the European region have `https://events.eu.pagerduty.com`.
pub const PAGERDUTY: &str = "https://events.pagerduty.com";

/// Characters of a summary. Source: PagerDuty, "PD-CEF", checked 2026-11-22.
const SUMMARY_MAX: usize = 1024;

/// Triggers an alert for a finding, and resolves it when the finding is closed or withdrawn.
///
/// The `dedup_key` is the finding's id, so that all its revisions are one alert; what takes the place of an earlier
/// finding keeps that one's.
pub struct PagerDuty {
    outbound: Outbound,
    origin: Origin,
    routing_key: Secret,
}

impl PagerDuty {
    /// The integration key of a service. The origin is [`PAGERDUTY`] or that of another region.
    pub fn new(outbound: Outbound, origin: Origin, routing_key: Secret) -> Self {
        Self { outbound, origin, routing_key }
    }

    async fn post(&self, delivery: &Delivery) -> Result<Receipt, Failure> {
        let earlier = delivery.sent.as_ref().and_then(|sent| sent.handle.as_deref());
        let earlier = earlier.and_then(Fingerprint::parse);
        let dedup_key = earlier.unwrap_or_else(|| delivery.alert.finding.id.clone()).to_string();
        let mut body = event(delivery, &dedup_key);
        body["routing_key"] = json!(self.routing_key.expose());
        let request = Request::json("/v2/enqueue", Secret::new(body.to_string()))
            .with("idempotency-key", Secret::new(delivery.key.as_str()));
        let answer = accepted(&self.outbound, &self.origin, request).await;
        // 400 may be about the integration key, which stands in the same body.
        answer.map_err(Failure::doubted)?;
        Ok(Receipt::new(Some(dedup_key), action(delivery)))
    }
}

impl Channel for PagerDuty {
    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<Receipt, Failure>> {
        Box::pin(self.post(delivery))
    }

    fn describe(&self) -> String {
        format!("PagerDuty at {}", self.origin)
    }
}

fn action(delivery: &Delivery) -> &'static str {
    if delivery.turn.is_end() { "resolve" } else { "trigger" }
}

fn event(delivery: &Delivery, dedup_key: &str) -> Value {
    let mut event = json!({"event_action": action(delivery), "dedup_key": dedup_key});
    if !delivery.turn.is_end() {
        event["client"] = json!("Keyward");
        event["payload"] = payload(delivery);
    }
    event
}

fn payload(delivery: &Delivery) -> Value {
    let finding = &delivery.alert.finding;
    let message = Message::of(delivery);
    let source = finding.tenant.as_ref().or(finding.provider.as_ref());
    json!({
        "summary": line(&message.headline, SUMMARY_MAX - 1),
        "severity": severity(finding.level),
        "source": source.map_or_else(|| "keyward".to_owned(), |source| line(source, SUMMARY_MAX - 1)),
        "timestamp": finding.time.map(rfc3339),
        "component": finding.subject.key().map(|key| line(key.value, SUMMARY_MAX - 1)),
        "group": finding.case,
        "class": if finding.rule.name.is_empty() { &finding.rule.id } else { &finding.rule.name },
        "custom_details": details(&message),
    })
}

fn severity(level: Level) -> &'static str {
    match level {
        Level::Critical => "critical",
        Level::High => "error",
        Level::Medium => "warning",
        Level::Low | Level::Informational => "info",
    }
}

/// All that the message says, by name.
fn details(message: &Message) -> Value {
    let mut details = Map::new();
    for (name, value) in &message.facts {
        details.insert((*name).to_owned(), json!(value));
    }
    if !message.notices.is_empty() {
        details.insert("Notice".to_owned(), json!(message.notices.join(" ")));
    }
    for part in &message.parts {
        let lines = part.body.lines().into_iter().map(|(mark, line)| format!("{mark}{line}"));
        details.insert(part.title.to_owned(), json!(lines.collect::<Vec<_>>()));
    }
    let seen: Map<_, _> =
        message.seen.iter().map(|(field, value)| (field.clone(), json!(value))).collect();
    if !seen.is_empty() {
        details.insert("Seen".to_owned(), Value::Object(seen));
    }
    details.insert("More".to_owned(), json!(message.command()));
    Value::Object(details)
}
