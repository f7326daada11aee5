//! OCSF: Detection Finding, class 2004 of version 1.5.0.
//!
//! Source: OCSF schema 1.5.0, checked 2026-11-22. Okta's and Auth0's own mappings lead to
//! the same class for what detects.

mod attack;

use finding::{Finding, Level, Subject};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use self::attack::attacks;
use crate::Turn;

const CLASS_UID: u32 = 2004;

/// `analytic.type_id` of a rule.
const ANALYTIC_RULE: u32 = 1;

/// What OCSF says beside a finding.
#[derive(Debug, Clone, Copy)]
pub struct Telling<'a> {
    /// What happened to the finding.
    pub turn: Turn,
    /// The id of this message, `metadata.uid`.
    pub uid: &'a str,
    /// What happened, in the rule's words; may be empty.
    pub description: &'a str,
    /// What to do first, in order; may be empty.
    pub first: &'a [String],
    /// Tactics of ATT&CK by their short names, such as `persistence`.
    pub tactics: &'a [String],
    /// Stands in for the time of events that have none, since `time` is required.
    pub now: Timestamp,
}

/// A finding as an object of OCSF, without anything that is null or empty.
pub fn event(finding: &Finding, telling: &Telling<'_>) -> Value {
    let (severity_id, severity) = severity(finding.level);
    let (activity_id, activity) = activity(telling.turn);
    let (status_id, status) = status(telling.turn);
    present(json!({
        "activity_id": activity_id,
        "activity_name": activity,
        "category_uid": CLASS_UID / 1000,
        "category_name": "Findings",
        "class_uid": CLASS_UID,
        "class_name": "Detection Finding",
        "type_uid": CLASS_UID * 100 + activity_id,
        "type_name": format!("Detection Finding: {activity}"),
        "severity_id": severity_id,
        "severity": severity,
        "status_id": status_id,
        "status": status,
        "is_alert": true,
        "time": finding.time.unwrap_or(telling.now).as_millisecond(),
        "start_time": finding.first.map(Timestamp::as_millisecond),
        "end_time": finding.last.map(Timestamp::as_millisecond),
        "count": finding.event_count,
        "message": finding.headline(),
        "metadata": metadata(finding, telling.uid),
        "finding_info": finding_info(finding, telling),
        "evidences": [evidence(finding)],
        "remediation": remediation(telling.first),
        "resources": finding.subject.target.as_ref().map(|name| json!([{"name": name}])),
        "unmapped": {
            "case": finding.case,
            "provider": finding.provider,
            "place": finding.place,
            "late": finding.late,
            "state": finding.state,
        },
    }))
}

fn activity(turn: Turn) -> (u32, &'static str) {
    match turn {
        Turn::Raised => (1, "Create"),
        Turn::Changed => (2, "Update"),
        Turn::Withdrawn | Turn::Closed => (3, "Close"),
    }
}

/// OCSF has no word for what its engine took back.
fn status(turn: Turn) -> (u32, &'static str) {
    match turn {
        Turn::Raised | Turn::Changed => (1, "New"),
        Turn::Closed => (4, "Resolved"),
        Turn::Withdrawn => (99, "Withdrawn"),
    }
}

fn severity(level: Level) -> (u32, &'static str) {
    match level {
        Level::Informational => (1, "Informational"),
        Level::Low => (2, "Low"),
        Level::Medium => (3, "Medium"),
        Level::High => (4, "High"),
        Level::Critical => (5, "Critical"),
    }
}

fn metadata(finding: &Finding, uid: &str) -> Value {
    let product = json!({
        "name": "Keyward",
        "vendor_name": "Keyward contributors",
        "version": env!("CARGO_PKG_VERSION"),
    });
    json!({
        "version": "1.5.0",
        "product": product,
        "uid": uid,
        "correlation_uid": finding.case,
        "tenant_uid": finding.tenant,
    })
}

fn finding_info(finding: &Finding, telling: &Telling<'_>) -> Value {
    let rule = &finding.rule;
    let events = finding.events.iter().map(|uid| json!({"uid": uid}));
    json!({
        "uid": finding.id,
        "title": rule.title,
        "desc": Some(telling.description.trim()).filter(|text| !text.is_empty()),
        "analytic": {"type_id": ANALYTIC_RULE, "type": "Rule", "uid": rule.id, "name": rule.name},
        "attacks": attacks(&rule.attack, telling.tactics),
        "first_seen_time": finding.first.map(Timestamp::as_millisecond),
        "last_seen_time": finding.last.map(Timestamp::as_millisecond),
        "related_events": events.collect::<Vec<_>>(),
        "related_events_count": finding.event_count,
    })
}

fn remediation(first: &[String]) -> Option<Value> {
    let steps: Vec<_> = (1..).zip(first).map(|(n, step)| format!("{n}. {step}")).collect();
    (!steps.is_empty()).then(|| json!({"desc": steps.join("\n")}))
}

fn evidence(finding: &Finding) -> Value {
    let subject = &finding.subject;
    json!({
        "actor": actor(subject),
        "src_endpoint": subject.ip.as_ref().map(|ip| json!({"ip": ip})),
        "device": subject.device.as_ref().map(|uid| json!({"uid": uid, "type_id": 0})),
        "user": subject.target.as_ref().map(|name| json!({"name": name})),
        "data": finding.evidence,
    })
}

fn actor(subject: &Subject) -> Value {
    let session = subject.session.as_ref().map(|uid| json!({"uid": uid}));
    json!({
        "user": {
            "name": subject.user,
            "uid": subject.user_id,
            "credential_uid": subject.token,
        },
        "session": session,
        "app_uid": subject.client,
    })
}

/// The value without its nulls and what they leave empty: OCSF has absent, not null.
fn present(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.into_iter().map(|(key, value)| (key, present(value)));
            Value::Object(kept.filter(|(_, value)| !is_nothing(value)).collect::<Map<_, _>>())
        }
        Value::Array(items) => {
            let kept = items.into_iter().map(present).filter(|item| !is_nothing(item));
            Value::Array(kept.collect())
        }
        other => other,
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(fields) => fields.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}
