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
        "is_alert": !telling.turn.is_end(),
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use finding::{Occurrence, Rule};

    use super::*;

    /// What class 2004 needs, and what the objects need that are in it, with their types.
    ///
    /// Source: OCSF 1.5.0, "Detection Finding", and the objects "Finding Information", "Metadata", "Analytic", "Product",
    /// "Remediation", "Related Event", "Device", checked 2026-11-22.
    const NEEDED: [(&str, Type); 13] = [
        ("/activity_id", Type::Number),
        ("/category_uid", Type::Number),
        ("/class_uid", Type::Number),
        ("/type_uid", Type::Number),
        ("/severity_id", Type::Number),
        ("/time", Type::Number),
        ("/metadata/version", Type::Text),
        ("/metadata/product/name", Type::Text),
        ("/finding_info/uid", Type::Text),
        ("/finding_info/title", Type::Text),
        ("/finding_info/analytic/type_id", Type::Number),
        ("/finding_info/related_events/0/uid", Type::Text),
        ("/evidences/0/device/type_id", Type::Number),
    ];

    #[derive(Clone, Copy)]
    enum Type {
        Number,
        Text,
    }

    fn told(turn: Turn, level: Level) -> Value {
        let rule = Rule {
            id: "r".into(),
            name: "some_rule".into(),
            title: "Some rule".into(),
            attack: vec!["T1098.001".into(), "T1528".into()],
            ..Rule::default()
        };
        let subject = Subject { device: Some("d1".into()), ..Subject::default() };
        let event = Occurrence { event_id: "e1".into(), subject, ..Occurrence::default() };
        let finding = Finding::of_event(Arc::new(rule), level, event);
        let tactics = ["persistence".to_owned(), "exfiltration".to_owned()];
        let now = Timestamp::UNIX_EPOCH;
        let telling =
            Telling { turn, uid: "k", description: "", first: &[], tactics: &tactics, now };
        super::event(&finding, &telling)
    }

    #[test]
    fn everything_that_the_class_needs_is_there_and_numbers_belong_together() {
        for turn in [Turn::Raised, Turn::Changed, Turn::Withdrawn, Turn::Closed] {
            let event = told(turn, Level::High);
            for (path, of) in NEEDED {
                let value = event.pointer(path).unwrap_or_else(|| panic!("{path}: {event:#}"));
                assert!(if matches!(of, Type::Text) { value.is_string() } else { value.is_u64() });
            }
            let number = |path: &str| event.pointer(path).and_then(Value::as_u64).unwrap();
            assert_eq!((number("/class_uid"), number("/category_uid")), (2004, 2));
            assert_eq!(number("/type_uid"), number("/class_uid") * 100 + number("/activity_id"));
            assert!((1..=3).contains(&number("/activity_id")));
            assert!([1, 4, 99].contains(&number("/status_id")));
            assert_eq!(event["is_alert"], !turn.is_end());
            assert_eq!(event["metadata"]["version"], "1.5.0");
        }
        let severity = |level| told(Turn::Raised, level)["severity_id"].as_u64().unwrap();
        assert_eq!(Level::ALL.map(severity), [1, 2, 3, 4, 5]);
    }

    /// Each has a tactic, a technique or a sub-technique, and one of each at most; a sub-technique stands beside its technique.
    #[test]
    fn each_attack_is_one_of_the_matrix() {
        let event = told(Turn::Raised, Level::High);
        let attacks = event["finding_info"]["attacks"].as_array().unwrap();
        assert_eq!(attacks.len(), 3);
        for attack in attacks {
            let keys: Vec<_> = attack.as_object().unwrap().keys().map(String::as_str).collect();
            assert!(
                !keys.is_empty()
                    && keys
                        .iter()
                        .all(|key| { ["tactic", "technique", "sub_technique"].contains(key) })
            );
            assert!(!keys.contains(&"sub_technique") || keys.contains(&"technique"));
            for key in keys {
                assert!(attack[key]["uid"].is_string() && attack[key]["name"].is_string());
            }
        }
        let uids = |key: &str| {
            attacks.iter().filter_map(|one| one[key]["uid"].as_str()).collect::<Vec<_>>()
        };
        assert_eq!(uids("tactic"), ["TA0003", "TA0010"]);
        assert_eq!(uids("sub_technique"), ["T1098.001"]);
    }
}
