//! The record, while calls are made for one tenant, and what it says of calls that were made before.

use archive::{Audit, AuditError, AuditLine, Audited};
use idp::{Acted, Action, Error, Intent, Retry, Trail, TrailError};
use jiff::Timestamp;
use serde_json::{Value, json};
use thiserror::Error;

use super::execute::Whose;
use crate::render::moment;

/// Where calls for one tenant are written down.
pub(super) struct Ledger<'d> {
    /// The file.
    pub(super) audit: &'d Audit,
    /// The tenant's name.
    pub(super) tenant: &'d str,
    /// Who calls, and why.
    pub(super) whose: &'d Whose,
    /// Whether no call is begun beside the same one whose end is not known.
    pub(super) once: bool,
}

/// Why a secret is not made.
#[derive(Debug, Error)]
enum Doubtful {
    #[error(
        "call {} of the record ({} UTC) may have made such a secret, or is making it now: its end is not known. See which \
         secrets there are, then give `--again`", .0.seq, moment(.0.at)
    )]
    Open(AuditLine),
    #[error(
        "whether such a secret was being made before cannot be told: see which secrets there are, then give `--again`"
    )]
    Unreadable(#[source] AuditError),
}

impl Trail for Ledger<'_> {
    fn begin(&mut self, intent: &Intent) -> Result<u64, TrailError> {
        let mut entry = json!(intent);
        if let Value::Object(members) = &mut entry {
            members.insert("what".into(), json!("call"));
            members.insert("tenant".into(), json!(self.tenant));
            members.insert("by".into(), json!(self.whose.by));
            members.insert("because".into(), json!(self.whose.because));
            members.insert("incident".into(), json!(self.whose.incident));
        }
        let line = if self.once { self.begin_once(&entry) } else { self.begin_beside(&entry) };
        line.map(|line| line.seq).map_err(|source| TrailError { source })
    }
}

/// Why nothing is begun.
type Refusal = Box<dyn std::error::Error + Send + Sync>;

impl Ledger<'_> {
    fn begin_beside(&self, entry: &Value) -> Result<AuditLine, Refusal> {
        Ok(self.audit.append(Timestamp::now(), entry)?)
    }

    /// Looks and writes as one: of two that run at the same time, one alone begins.
    fn begin_once(&self, entry: &Value) -> Result<AuditLine, Refusal> {
        let same = |read: &Audited| open_among(read, &entry["action"], &entry["path"]);
        match self.audit.append_unless(Timestamp::now(), entry, same) {
            Ok(begun) => Ok(begun.map_err(Doubtful::Open)?),
            Err(error @ AuditError::Changed { .. }) => Err(Doubtful::Unreadable(error).into()),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes the end of a call down.
    pub(super) fn end(&self, seq: u64, ended: &Result<Acted, Error>) -> Result<(), AuditError> {
        let entry = match ended {
            Ok(acted) => json!({
                "what": "end", "call": seq, "status": acted.status, "was_gone": acted.was_gone,
                "made": acted.made, "error": null,
            }),
            Err(error) => json!({
                "what": "end", "call": seq, "error": error.to_string(), "open": is_open(error),
            }),
        };
        self.audit.append(Timestamp::now(), &entry).map(drop)
    }
}

/// Whether a call that failed so may have been carried out all the same.
fn is_open(error: &Error) -> bool {
    !matches!(error, Error::RateLimited { .. }) && error.retry() != Retry::Never
}

/// The last call of that kind on record, if its end is not known. Those before it were known to whoever began it.
fn open_among(read: &Audited, action: &Value, path: &Value) -> Option<AuditLine> {
    let is_same = |entry: &Value| {
        entry["what"] == "call" && entry["action"] == *action && entry["path"] == *path
    };
    let call = read.lines.iter().rev().find(|line| is_same(&line.entry))?;
    let is_end = |entry: &Value| entry["what"] == "end" && entry["call"] == call.seq;
    let mut ends = read.lines.iter().map(|line| &line.entry);
    let is_known = ends.any(|entry| is_end(entry) && entry["open"] != true);
    (!is_known).then(|| call.clone())
}

/// The last call that was the same, if its end is not known. Fails if the record cannot be relied upon.
pub(super) fn open_call(audit: &Audit, action: &Action) -> Result<Option<AuditLine>, AuditError> {
    let (name, path) = (json!(action.name()), json!(action.call().path));
    Ok(open_among(&audit.read()?, &name, &path))
}

/// Fails if the last call that was the same may have been carried out, and if that cannot be told.
pub(super) fn check_open(audit: &Audit, action: &Action) -> anyhow::Result<()> {
    match open_call(audit, action) {
        Ok(None) => Ok(()),
        Ok(Some(call)) => Err(Doubtful::Open(call).into()),
        Err(error) => Err(Doubtful::Unreadable(error).into()),
    }
}

/// The last call on record that was the same and succeeded.
pub(super) fn carried_out(audit: &Audit, action: &Action) -> Option<AuditLine> {
    let lines = audit.read().map(|read| read.lines).unwrap_or_default();
    let path = action.call().path;
    let ended_well = |seq: u64| {
        let mut ends = lines.iter().map(|line| &line.entry);
        ends.any(|end| end["call"] == seq && end["status"].is_u64())
    };
    let is_it = |line: &&AuditLine| {
        let entry = &line.entry;
        let is_same = entry["action"] == action.name() && entry["path"] == path;
        entry["what"] == "call" && is_same && ended_well(line.seq)
    };
    lines.iter().rev().find(is_it).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(entries: &[Value], open: Option<u64>) {
        let line = |(at, entry): (usize, &Value)| AuditLine {
            seq: at as u64 + 1,
            at: Timestamp::UNIX_EPOCH,
            entry: entry.clone(),
            hash: String::new(),
        };
        let lines = entries.iter().enumerate().map(line).collect();
        let read = Audited { lines, torn: Vec::new() };
        let found = open_among(&read, &json!("make"), &json!("/a"));
        assert_eq!(found.map(|line| line.seq), open, "{entries:?}");
    }

    #[test]
    fn a_call_is_open_until_its_end_is_known_or_somebody_knew_of_it() {
        let call = || json!({"what": "call", "action": "make", "path": "/a"});
        let other = || json!({"what": "call", "action": "make", "path": "/b"});
        let end = |call: u64| json!({"what": "end", "call": call, "status": 201});
        let lost = |call: u64| json!({"what": "end", "call": call, "error": "x", "open": true});
        let refused = |call: u64| json!({"what": "end", "call": call, "error": "x", "open": false});
        check(&[], None);
        check(&[call()], Some(1));
        check(&[call(), end(1)], None);
        check(&[call(), refused(1)], None);
        check(&[call(), lost(1)], Some(1));
        check(&[other()], None);
        check(&[call(), other(), end(2)], Some(1));
        check(&[call(), call(), end(2)], None);
    }
}
