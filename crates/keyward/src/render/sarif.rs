//! SARIF 2.1.0, for code scanning and its viewers.
//!
//! Results are written as they come; the rules that made them, and what could not be
//! read, follow, since the order of keys means nothing in SARIF.

use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::Arc;

use finding::{Finding, Kind, Level, Place, Position, Rule};
use serde_json::{Value, json};

use super::{Page, Renderer, Rulebook, write_json};
use crate::exit::Exit;
use crate::summary::{Fault, Reject, Sample, Summary};

pub(super) const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The name under which a finding's id stands in `partialFingerprints`. A number, so
/// that another way to compute it would be told apart.
pub(super) const FINGERPRINT: &str = "keywardFinding/v1";

/// Writes one run.
pub(crate) struct Sarif {
    rulebook: Rulebook,
    /// The rules that matched, in the order in which they first did.
    rules: Vec<(Arc<Rule>, Level)>,
    index: HashMap<String, usize>,
    is_open: bool,
}

impl Sarif {
    /// A run without results yet.
    pub(crate) fn new(rulebook: Rulebook) -> Self {
        Self { rulebook, rules: Vec::new(), index: HashMap::new(), is_open: false }
    }

    fn separate(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if std::mem::replace(&mut self.is_open, true) {
            return out.write_all(b",\n");
        }
        let head = format!(r#"{{"version":"2.1.0","$schema":"{SCHEMA}","runs":[{{"results":["#);
        writeln!(out, "{head}")
    }

    fn index_of(&mut self, finding: &Finding) -> usize {
        let next = self.rules.len();
        let at = *self.index.entry(finding.rule.id.clone()).or_insert(next);
        if at == next {
            self.rules.push((Arc::clone(&finding.rule), finding.level));
        }
        at
    }

    /// Ends the run: what made the results, and how it went.
    fn close(&mut self, invocation: &Value, out: &mut dyn Write) -> io::Result<()> {
        if !self.is_open {
            self.separate(out)?;
        }
        out.write_all(b"\n],\"tool\":")?;
        write_json(&self.tool(), out)?;
        out.write_all(b",\n\"invocations\":[")?;
        write_json(invocation, out)?;
        out.write_all(b"]}]}\n")
    }

    fn tool(&self) -> Value {
        let nothing = Page::default();
        let page = |rule: &Rule| self.rulebook.get(&rule.id).unwrap_or(&nothing);
        let rules = self.rules.iter().map(|(rule, level)| descriptor(rule, *level, page(rule)));
        json!({"driver": {
            "name": "keyward",
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": rules.collect::<Vec<_>>(),
        }})
    }
}

impl Renderer for Sarif {
    fn finding(&mut self, finding: Finding, out: &mut dyn Write) -> io::Result<()> {
        self.separate(out)?;
        let index = self.index_of(&finding);
        write_json(&result(&finding, index), out)
    }

    fn finish(&mut self, summary: &Summary, exit: Exit, out: &mut dyn Write) -> io::Result<()> {
        self.close(&invocation(summary, exit), out)
    }
}

/// Writes one run of findings that are all there. `unread` is what was not read: path, line (0 for none) and why.
pub(crate) fn sarif(
    findings: &[Finding],
    unread: &[(String, u64, String)],
    exit: Exit,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut run = Sarif::new(Rulebook::new());
    findings.iter().try_for_each(|finding| run.finding(finding.clone(), out))?;
    let notes = unread.iter().map(|(path, line, why)| {
        notification(&format!("not read: {why}"), uri(path), (*line > 0).then_some(*line))
    });
    let invocation = json!({
        "executionSuccessful": matches!(exit, Exit::Clean | Exit::Found),
        "exitCode": exit,
        "toolExecutionNotifications": notes.collect::<Vec<_>>(),
    });
    run.close(&invocation, out)
}

fn result(finding: &Finding, index: usize) -> Value {
    let locations: Vec<Value> = finding.place.iter().filter_map(location).collect();
    json!({
        "ruleId": finding.rule.id,
        "ruleIndex": index,
        "level": severity(finding.level).0,
        "message": {"text": message(finding)},
        "locations": locations,
        "partialFingerprints": {FINGERPRINT: finding.id},
        "properties": {
            "level": finding.level,
            "time": finding.time.map(finding::rfc3339),
            "provider": finding.provider,
            "tenant": finding.tenant,
            "subject": finding.subject,
            "case": finding.case,
            "events": finding.events,
            "evidence": finding.evidence,
        },
    })
}

/// The headline; of privileges also what it is about, for no event says it.
fn message(finding: &Finding) -> String {
    let mut text = finding.headline();
    if finding.kind == Kind::Privilege {
        for (field, values) in finding.evidence.iter() {
            text.extend(["; ", field, ": ", &values.join(", ")]);
        }
    }
    text
}

/// A level as SARIF's word, and as the number by which code scanning sorts.
pub(super) fn severity(level: Level) -> (&'static str, &'static str) {
    match level {
        Level::Informational => ("note", "0.0"),
        Level::Low => ("note", "3.0"),
        Level::Medium => ("warning", "5.0"),
        Level::High => ("error", "8.0"),
        Level::Critical => ("error", "9.5"),
    }
}

fn descriptor(rule: &Rule, level: Level, page: &Page) -> Value {
    let mut descriptor = json!({
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": rule.title},
        "defaultConfiguration": {"level": severity(level).0},
        "properties": {"tags": page.tags, "security-severity": severity(level).1},
    });
    if !page.description.is_empty() {
        descriptor["fullDescription"] = json!({"text": page.description.trim()});
    }
    let (text, markdown) = (help(page, "", "- "), help(page, "## ", "- "));
    if !text.is_empty() {
        descriptor["help"] = json!({"text": text, "markdown": markdown});
    }
    if let Some(uri) = page.references.iter().find(|uri| uri.starts_with("https://")) {
        descriptor["helpUri"] = json!(uri);
    }
    descriptor
}

/// The rule's page as one text, its headings and items marked as given.
fn help(page: &Page, heading: &str, item: &str) -> String {
    let items = |lines: &[String]| {
        lines.iter().map(|line| format!("{item}{}", line.trim())).collect::<Vec<_>>().join("\n")
    };
    let parts = [
        ("Why it matters", page.explanation.trim().to_owned()),
        ("What to do first", items(&page.response)),
        ("What is innocent", items(&page.falsepositives)),
    ];
    let parts = parts.into_iter().filter(|(_, text)| !text.is_empty());
    parts.map(|(name, text)| format!("{heading}{name}\n\n{text}")).collect::<Vec<_>>().join("\n\n")
}

/// Standard input has no location.
fn location(place: &Place) -> Option<Value> {
    let region = match place.position {
        Position::Line(line) => json!({"startLine": line}),
        Position::Offset(offset) => json!({"byteOffset": offset}),
    };
    let artifact = json!({"uri": uri(&place.path)?});
    Some(json!({"physicalLocation": {"artifactLocation": artifact, "region": region}}))
}

pub(super) fn uri(path: &str) -> Option<String> {
    if path == "-" {
        return None;
    }
    let scheme = if path.starts_with('/') { "file://" } else { "" };
    Some(format!("{scheme}{}", percent_encoded(path)))
}

/// Percent-encodes all but the unreserved characters and `/`.
/// Source: RFC 3986, section 2.3.
fn percent_encoded(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                encoded.push(char::from(byte));
            }
            _ => {
                let digit = |value: u8| char::from(b"0123456789ABCDEF"[usize::from(value)]);
                encoded.extend(['%', digit(byte >> 4), digit(byte & 15)]);
            }
        }
    }
    encoded
}

fn invocation(summary: &Summary, exit: Exit) -> Value {
    let mut read = faults(&summary.inputs.faults, "input not read");
    read.extend(rejects(&summary.events.rejected, "record not read"));
    read.extend(rejects(&summary.events.faulty, "event read in part"));
    json!({
        "executionSuccessful": matches!(exit, Exit::Clean | Exit::Found),
        "exitCode": exit,
        "toolExecutionNotifications": read,
        "toolConfigurationNotifications": faults(&summary.rules.faults, "rule not loaded"),
    })
}

fn faults(sample: &Sample<Fault>, what: &str) -> Vec<Value> {
    let mut notifications: Vec<Value> = sample
        .first
        .iter()
        .map(|fault| notification(&format!("{what}: {}", fault.why), uri(&fault.path), None))
        .collect();
    notifications.extend(beyond(sample, what));
    notifications
}

fn rejects(sample: &Sample<Reject>, what: &str) -> Vec<Value> {
    let name = |one: &Reject| {
        notification(&format!("{what}: {}", one.why), uri(&one.path), Some(one.line))
    };
    sample.first.iter().map(name).chain(beyond(sample, what)).collect()
}

/// Says how many there were beyond those that are named.
fn beyond<T>(sample: &Sample<T>, what: &str) -> Option<Value> {
    let unnamed = sample.count - sample.first.len() as u64;
    (unnamed > 0).then(|| notification(&format!("{what}: {unnamed} more"), None, None))
}

pub(super) fn notification(text: &str, uri: Option<String>, line: Option<u64>) -> Value {
    let mut notification = json!({"level": "error", "message": {"text": text}});
    if let Some(uri) = uri {
        let mut place = json!({"artifactLocation": {"uri": uri}});
        if let Some(line) = line {
            place["region"] = json!({"startLine": line});
        }
        notification["locations"] = json!([{"physicalLocation": place}]);
    }
    notification
}
