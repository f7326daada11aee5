//! OCSF: Detection Finding, class 2004 of version 1.5.0, one object a line.
//!
//! Source: OCSF schema 1.5.0, checked 2026-11-22. Okta's and Auth0's own mappings lead to
//! the same class for what detects.

mod attack;

use std::io::{self, Write};

use finding::{Finding, Level, Subject};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use self::attack::attacks;
use super::{Page, Renderer, Rulebook, headline, write_json};
use crate::exit::Exit;
use crate::summary::Summary;

const CLASS_UID: u32 = 2004;

/// A finding seen for the first time.
const ACTIVITY_CREATE: u32 = 1;

/// `analytic.type_id` of a rule.
const ANALYTIC_RULE: u32 = 1;

/// `status_id` of a finding that nobody has looked at.
const STATUS_NEW: u32 = 1;

/// Writes each finding as it comes.
pub(crate) struct Ocsf {
    rulebook: Rulebook,
    now: Timestamp,
}

impl Ocsf {
    /// `now` stands in for the time of events that have none, since `time` is required.
    pub(crate) fn new(rulebook: Rulebook, now: Timestamp) -> Self {
        Self { rulebook, now }
    }
}

impl Renderer for Ocsf {
    fn finding(&mut self, finding: Finding, out: &mut dyn Write) -> io::Result<()> {
        let nothing = Page::default();
        let page = self.rulebook.get(&finding.rule.id).unwrap_or(&nothing);
        write_json(&event(&finding, page, self.now), out)?;
        out.write_all(b"\n")
    }

    fn finish(&mut self, _: &Summary, _: Exit, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

fn event(finding: &Finding, page: &Page, now: Timestamp) -> Value {
    let (severity_id, severity) = severity(finding.level);
    present(json!({
        "activity_id": ACTIVITY_CREATE,
        "activity_name": "Create",
        "category_uid": CLASS_UID / 1000,
        "category_name": "Findings",
        "class_uid": CLASS_UID,
        "class_name": "Detection Finding",
        "type_uid": CLASS_UID * 100 + ACTIVITY_CREATE,
        "type_name": "Detection Finding: Create",
        "severity_id": severity_id,
        "severity": severity,
        "status_id": STATUS_NEW,
        "status": "New",
        "is_alert": true,
        "time": finding.time.unwrap_or(now).as_millisecond(),
        "start_time": finding.first.map(Timestamp::as_millisecond),
        "end_time": finding.last.map(Timestamp::as_millisecond),
        "count": finding.event_count,
        "message": headline(finding),
        "metadata": metadata(finding),
        "finding_info": finding_info(finding, page),
        "evidences": [evidence(finding)],
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

fn severity(level: Level) -> (u32, &'static str) {
    match level {
        Level::Informational => (1, "Informational"),
        Level::Low => (2, "Low"),
        Level::Medium => (3, "Medium"),
        Level::High => (4, "High"),
        Level::Critical => (5, "Critical"),
    }
}

fn metadata(finding: &Finding) -> Value {
    let product = json!({
        "name": "Keyward",
        "vendor_name": "Keyward contributors",
        "version": env!("CARGO_PKG_VERSION"),
    });
    json!({
        "version": "1.5.0",
        "product": product,
        "uid": finding.id,
        "correlation_uid": finding.case,
        "tenant_uid": finding.tenant,
    })
}

fn finding_info(finding: &Finding, page: &Page) -> Value {
    let rule = &finding.rule;
    let events = finding.events.iter().map(|uid| json!({"uid": uid}));
    json!({
        "uid": finding.id,
        "title": rule.title,
        "desc": Some(page.description.trim()).filter(|text| !text.is_empty()),
        "analytic": {"type_id": ANALYTIC_RULE, "type": "Rule", "uid": rule.id, "name": rule.name},
        "attacks": attacks(&rule.attack, &page.tactics),
        "first_seen_time": finding.first.map(Timestamp::as_millisecond),
        "last_seen_time": finding.last.map(Timestamp::as_millisecond),
        "related_events": events.collect::<Vec<_>>(),
        "related_events_count": finding.event_count,
    })
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
