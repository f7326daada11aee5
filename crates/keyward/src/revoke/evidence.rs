//! What shows afterward that it was done: one file, for whoever asks later.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use jiff::Timestamp;
use outbound::Secret;
use serde_json::{Value, json};

use super::Outcome;
use super::desk::Desk;
use super::execute::{Made, Whose};
use super::plan::Plan;

/// The shape of evidence.
const SCHEMA: &str = "keyward.evidence/1";

/// Writes the evidence, and says where.
pub(super) fn write(
    (plan, outcome): (&Plan, &Outcome),
    desk: &Desk,
    whose: &Whose,
    file: Option<&Path>,
) -> anyhow::Result<PathBuf> {
    let path = match file {
        Some(file) => file.to_owned(),
        None => desk.folder("evidence")?.join(name(plan, outcome.begun)),
    };
    let mut text = to_json(plan, outcome, desk, whose).to_string();
    text.push('\n');
    create(&path, text.as_bytes())
        .with_context(|| format!("failed to write the evidence `{}`", path.display()))?;
    Ok(path)
}

/// Writes a secret that was made to a file that did not exist.
pub(super) fn write_secret(path: &Path, secret: &Secret) -> anyhow::Result<()> {
    create(path, secret.expose().as_bytes())
        .with_context(|| format!("failed to write the new secret to `{}`", path.display()))
}

/// Fails if a file cannot be made there later: a secret that was made and cannot be kept is lost.
pub(super) fn try_out(path: &Path) -> anyhow::Result<()> {
    create(path, b"")
        .and_then(|()| fs::remove_file(path))
        .with_context(|| format!("the new secret cannot be written to `{}`", path.display()))
}

fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn name(plan: &Plan, begun: Timestamp) -> String {
    let id: String = plan.order.target.to_string();
    let kept = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' };
    let id: String = id.chars().filter(|c| *c != '`').map(kept).take(80).collect();
    format!("{}-{id}.json", begun.strftime("%Y%m%dT%H%M%S%.3fZ"))
}

fn to_json(plan: &Plan, outcome: &Outcome, desk: &Desk, whose: &Whose) -> Value {
    let lines = desk.audit.read().map(|read| read.lines).unwrap_or_default();
    let calls: Vec<Value> = outcome.made.iter().map(call_json).collect();
    let facts: Vec<Value> = plan.facts.iter().map(|fact| json!([fact.name, fact.value])).collect();
    let undo: Vec<String> = plan.steps.iter().map(super::plan::Step::undo).collect();
    json!({
        "schema": SCHEMA,
        "tenant": desk.tenant.name,
        "provider": desk.tenant.provider.name(),
        "url": desk.tenant.origin.to_string(),
        "target": {"kind": plan.order.target.kind(), "says": plan.order.target.to_string()},
        "by": whose.by,
        "because": whose.because,
        "incident": whose.incident,
        "begun": outcome.begun.to_string(),
        "ended": outcome.ended.to_string(),
        "facts": facts,
        "gaps": plan.gaps,
        "undo": undo,
        "calls": calls,
        "proofs": outcome.proofs.iter().map(super::proof::Proof::to_json).collect::<Vec<_>>(),
        // Whoever holds this can tell that no line up to here was taken from the end of the record.
        "audit": lines.last().map(|line| json!({"last": line.seq, "hash": line.hash})),
    })
}

/// A call as evidence and JSON have it.
pub(super) fn call_json(made: &Made) -> Value {
    let call = made.action.call();
    json!({
        "audit": made.seq, "action": made.action.name(), "does": made.action.row().does,
        "method": call.method.as_str(), "path": call.path, "status": made.status,
        "was_gone": made.was_gone, "at": made.at.to_string(), "made": made.created,
        "error": made.error,
    })
}
