//! SARIF 2.1.0, for code scanning: a result a credential and place, told apart by the credential's fingerprint.

use std::collections::BTreeMap;
use std::io::{self, Write};

use catalog::{STEPS, credential, guidance};
use finding::{Finding, Place, Position};
use serde_json::{Value, json};

use super::super::sarif::{FINGERPRINT, SCHEMA, notification, severity, uri};
use super::super::{Renderer, write_json};
use super::{first_step, place_line};
use crate::exit::Exit;
use crate::scan::{Summary, why};

/// The name under which the fingerprint of the value stands in `partialFingerprints`.
const CREDENTIAL: &str = "keywardCredential/v1";

/// Writes one run.
#[derive(Debug, Default)]
pub(super) struct Sarif {
    /// Kinds that were found, by name, and where in the list of rules each stands.
    kinds: BTreeMap<String, usize>,
    is_open: bool,
}

impl Sarif {
    fn separate(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if std::mem::replace(&mut self.is_open, true) {
            return out.write_all(b",\n");
        }
        writeln!(out, r#"{{"version":"2.1.0","$schema":"{SCHEMA}","runs":[{{"results":["#)
    }

    fn tool(&self) -> Value {
        let mut kinds: Vec<_> = self.kinds.iter().collect();
        kinds.sort_by_key(|(_, at)| **at);
        let rules: Vec<_> = kinds.into_iter().map(|(kind, _)| descriptor(kind)).collect();
        json!({"driver": {
            "name": "keyward",
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": rules,
        }})
    }
}

impl Renderer<Summary> for Sarif {
    fn finding(&mut self, finding: Finding, out: &mut dyn Write) -> io::Result<()> {
        self.separate(out)?;
        let next = self.kinds.len();
        let index = *self.kinds.entry(finding.rule.id.clone()).or_insert(next);
        write_json(&result(&finding, index), out)
    }

    fn finish(&mut self, summary: &Summary, exit: Exit, out: &mut dyn Write) -> io::Result<()> {
        if !self.is_open {
            self.separate(out)?;
        }
        out.write_all(b"\n],\"columnKind\":\"unicodeCodePoints\",\"tool\":")?;
        write_json(&self.tool(), out)?;
        out.write_all(b",\n\"invocations\":[")?;
        write_json(&invocation(summary, exit), out)?;
        out.write_all(b"]}]}\n")
    }
}

fn result(finding: &Finding, index: usize) -> Value {
    let Some(credential) = finding.credential.as_deref() else { return Value::Null };
    let of = finding.tenant.as_ref().map(|host| format!(" of {host}")).unwrap_or_default();
    let step = first_step(finding).map(|step| format!(". {step}")).unwrap_or_default();
    let text = format!(
        "{} ({}, {}){of}{step}",
        finding.rule.title, credential.mask, credential.confidence
    );
    let locations: Vec<_> = finding.place.iter().filter_map(location).collect();
    json!({
        "ruleId": finding.rule.id,
        "ruleIndex": index,
        "level": severity(finding.level).0,
        "message": {"text": text},
        "locations": locations,
        "partialFingerprints": {CREDENTIAL: credential.fingerprint, FINGERPRINT: finding.id},
        "properties": {
            "level": finding.level,
            "security-severity": severity(finding.level).1,
            "provider": finding.provider,
            "tenant": finding.tenant,
            "subject": finding.subject,
            "case": finding.case,
            "credential": credential,
            "place": finding.place,
        },
    })
}

/// Standard input has no location; what lies in an archive is named in words beside the archive.
fn location(place: &Place) -> Option<Value> {
    let (file, inner) = match place.path.split_once("!/") {
        Some((archive, inner)) => (archive, Some(inner)),
        None => (place.path.as_str(), None),
    };
    let region = match (place.position, place.column, place.end) {
        (Position::Line(line), Some(column), Some(end)) => json!({
            "startLine": line, "startColumn": column, "endLine": end.line, "endColumn": end.column,
        }),
        (Position::Line(line), ..) => json!({"startLine": line}),
        (Position::Offset(offset), ..) => json!({"byteOffset": offset}),
    };
    let mut physical = json!({"artifactLocation": {"uri": uri(file)?}});
    if inner.is_none() {
        physical["region"] = region;
    }
    let mut location = json!({"physicalLocation": physical});
    if inner.is_some() || place.history.is_some() || place.recording.is_some() {
        location["message"] = json!({"text": place_line(place)});
    }
    Some(location)
}

fn descriptor(kind: &str) -> Value {
    let Some(row) = credential(kind) else { return json!({"id": kind}) };
    let level = row.level.parse().unwrap_or(finding::Level::High);
    let mut descriptor = json!({
        "id": kind,
        "name": kind,
        "shortDescription": {"text": row.title},
        "defaultConfiguration": {"level": severity(level).0},
        "properties": {"tags": ["security", "secret"], "security-severity": severity(level).1},
    });
    if let Some(guidance) = guidance(kind) {
        let steps = STEPS.iter().zip(guidance.steps).enumerate();
        let steps: Vec<_> =
            steps.map(|(at, (name, step))| format!("{}. {name}: {step}", at + 1)).collect();
        let text = format!("{}\n\n{}", guidance.attacker.join(" "), steps.join("\n"));
        descriptor["fullDescription"] = json!({"text": guidance.impact.join(" ")});
        descriptor["help"] = json!({"text": text, "markdown": text});
    }
    descriptor
}

fn invocation(summary: &Summary, exit: Exit) -> Value {
    let unread = summary.account.unread.iter();
    let mut notifications: Vec<_> = unread
        .map(|one| {
            let text = format!("not read: {}: {}", one.what, why(one));
            notification(&text, uri(&one.what), None)
        })
        .collect();
    let unnamed = summary.account.unread_count - summary.account.unread.len() as u64;
    if unnamed > 0 {
        notifications.push(notification(&format!("not read: {unnamed} more"), None, None));
    }
    for (count, how) in summary.not_decoded().into_iter().filter(|(count, _)| *count > 0) {
        notifications.push(notification(&format!("not examined: {count} {how}"), None, None));
    }
    let partly = summary.partly.iter();
    notifications
        .extend(partly.map(|name| {
            notification(&format!("not examined as a whole: {name}"), uri(name), None)
        }));
    if summary.stopped_early {
        notifications.push(notification("stopped before the end", None, None));
    }
    json!({
        "executionSuccessful": matches!(exit, Exit::Clean | Exit::Found),
        "exitCode": exit,
        "toolExecutionNotifications": notifications,
    })
}
