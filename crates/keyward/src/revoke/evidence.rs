//! What shows afterward that it was done: one file, for whoever asks later.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, Write};
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

/// The room that is taken for a secret, in bytes. Secrets of both providers have less than a hundred characters.
const ROOM: usize = 4096;

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

/// A file for a secret that is not made yet. Its room on the disk is taken before, so that a full disk refuses the call and
/// not the secret. It is removed again if no secret came.
pub(super) struct Reserved {
    path: PathBuf,
    file: File,
    is_used: bool,
}

impl Reserved {
    /// Takes the room, in a file that did not exist.
    pub(super) fn at(path: &Path) -> anyhow::Result<Self> {
        let file = create(path, &[b' '; ROOM]).with_context(|| {
            format!("nothing was called: the new secret cannot be kept in `{}`", path.display())
        })?;
        Ok(Self { path: path.to_owned(), file, is_used: false })
    }

    /// Writes the secret into it, and nothing else.
    pub(super) fn keep(&mut self, secret: &Secret) -> anyhow::Result<()> {
        // Whatever fails from here on, the file may hold the secret.
        self.is_used = true;
        let bytes = secret.expose().as_bytes();
        self.file
            .rewind()
            .and_then(|()| self.file.write_all(bytes))
            .and_then(|()| self.file.set_len(bytes.len() as u64))
            .and_then(|()| self.file.sync_all())
            .with_context(|| {
                format!("the new secret may not be whole in `{}`", self.path.display())
            })
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        if !self.is_used {
            // Nothing but blanks is in it; that it stays harms nobody.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Makes a file for its owner alone. What could not be written whole is removed.
fn create(path: &Path, bytes: &[u8]) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    match file.write_all(bytes).and_then(|()| file.sync_all()) {
        Ok(()) => Ok(file),
        Err(error) => {
            let _ = fs::remove_file(path);
            Err(error)
        }
    }
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
