//! What verification came to: every request, and how many credentials were found to be what.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::args::VerifyMode;
use crate::render::plural;

/// Requests that are told one by one to people; JSON has all.
const SHOWN: usize = 20;

/// The account of one verification.
#[derive(Debug)]
pub(crate) struct Account {
    mode: VerifyMode,
    budget: usize,
    asked: Vec<Asked>,
    statuses: BTreeMap<&'static str, u64>,
    /// Credentials that could have been asked about and were not, or without an answer.
    pub(super) undone: u64,
    /// What was to be looked at and could not be: lists, logs, hosts.
    unread: u64,
    notes: Vec<String>,
}

/// One request.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// Why: `proof`, `admin`, `live` or `log`.
    pub(super) mode: &'static str,
    /// Such as `GET`.
    pub(super) method: &'static str,
    /// The host.
    pub(super) host: String,
    /// Path, without the query.
    pub(super) path: String,
    /// What came, as a fragment.
    pub(super) answer: String,
}

impl Account {
    pub(super) fn new(mode: VerifyMode, budget: u32) -> Self {
        let (asked, statuses, notes) = (Vec::new(), BTreeMap::new(), Vec::new());
        Self { mode, budget: budget as usize, asked, statuses, undone: 0, unread: 0, notes }
    }

    /// Requests that may still be made.
    pub(super) fn left(&self) -> usize {
        self.budget.saturating_sub(self.asked.len())
    }

    pub(super) fn add(&mut self, asked: Asked) {
        self.asked.push(asked);
    }

    pub(super) fn count(&mut self, status: &str) {
        let known = catalog::Status::ALL.into_iter().find(|one| one.name() == status);
        *self.statuses.entry(known.map_or("not-checked", catalog::Status::name)).or_default() += 1;
    }

    /// Says something of the whole once.
    pub(super) fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Says what could not be looked at, once; the run is partial then.
    pub(super) fn lack(&mut self, what: impl Into<String>) {
        let n_notes = self.notes.len();
        self.note(what);
        self.unread += (self.notes.len() - n_notes) as u64;
    }

    /// Whether all was looked at that was to be.
    pub(crate) fn is_whole(&self) -> bool {
        self.undone + self.unread == 0
    }

    /// For people, line by line.
    pub(crate) fn lines(&self) -> Vec<String> {
        let statuses: Vec<_> =
            self.statuses.iter().map(|(status, count)| format!("{count} {status}")).collect();
        let requests = match self.asked.len() {
            0 => "nothing was sent".to_owned(),
            n => plural(n as u64, "request"),
        };
        let what =
            if statuses.is_empty() { "nothing to verify".to_owned() } else { statuses.join(", ") };
        let mut lines = vec![format!("Verified {}: {what}; {requests}.", self.mode.name())];
        lines.extend(self.asked.iter().take(SHOWN).map(Asked::line));
        let beyond = self.asked.len().saturating_sub(SHOWN);
        lines.extend((beyond > 0).then(|| format!("  and {beyond} more")));
        if self.undone > 0 {
            let undone = plural(self.undone, "credential");
            lines.push(format!("Not verified though asked for: {undone}."));
        }
        lines.extend(self.notes.iter().cloned());
        lines
    }

    /// For programs.
    pub(crate) fn to_json(&self) -> Value {
        let requests: Vec<_> = self
            .asked
            .iter()
            .map(|one| {
                json!({"mode": one.mode, "method": one.method, "host": one.host, "path": one.path,
                    "answer": one.answer})
            })
            .collect();
        json!({
            "mode": self.mode.name(),
            "budget": self.budget,
            "requests": requests,
            "statuses": self.statuses,
            "undone": self.undone,
            "unread": self.unread,
            "notes": self.notes,
        })
    }
}

impl Asked {
    fn line(&self) -> String {
        let Self { mode, method, host, path, answer } = self;
        format!("  {mode}: {method} {host}{path} → {answer}")
    }
}
