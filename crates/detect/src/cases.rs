//! The cases beside a rule: sample events, what is changed in them, when they happen, and whether the
//! rule must alert.
//!
//! Nothing is read from disk here. The caller passes the text of the case file and of the samples.

mod edit;
mod offset;
mod read;
mod run;
mod stamp;
mod timeline;

use finding::Finding;
use rule::{Diagnostic, Span};
use serde_json::Value;

pub use self::edit::CannotSet;
pub use self::timeline::{Entry, MAX_EVENTS, MAX_REPEAT, Phase, Step};

/// One case of a rule.
#[derive(Debug, Clone)]
pub struct Case {
    /// What happens in it, in a few words.
    pub name: String,
    /// Whether the rule must alert.
    pub expect: Expect,
    /// Its events, in the order of the file: history first.
    pub entries: Vec<Entry>,
    /// Whether its events take time and id from their place in the case; else from their samples.
    pub is_timeline: bool,
    /// Values for placeholders, by name.
    pub lists: Vec<(String, Vec<String>)>,
    /// What fields of the finding must hold, by path.
    pub finding: Vec<(String, Value)>,
    /// Where it stands in the file.
    pub span: Span,
}

/// What a rule must do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// Make a finding.
    Alert,
    /// Make none.
    Quiet,
}

/// The cases of one file.
#[derive(Debug, Default)]
pub struct Cases {
    /// In the order of the file; those with mistakes are left out.
    pub cases: Vec<Case>,
    /// Everything wrong with the file.
    pub diagnostics: Vec<Diagnostic>,
}

impl Cases {
    /// Reads a file of cases.
    pub fn load(text: &str) -> Self {
        read::load(text)
    }
}

impl Case {
    /// The samples that its events start from, each with the place that names it.
    pub fn bases(&self) -> impl Iterator<Item = (&str, Span)> {
        self.entries.iter().map(|entry| (entry.base.as_str(), entry.span))
    }

    /// What is wrong with what the rules of the file found in the events of this case; `None` if all is
    /// well. Of a finding that changed, the last revision counts; one that fits is enough.
    pub fn judge(&self, findings: &[Finding]) -> Option<String> {
        let latest = latest(findings);
        match (self.expect, latest.first()) {
            (Expect::Quiet, None) => None,
            (Expect::Quiet, Some(_)) => Some("alerts, and must stay quiet".to_owned()),
            (Expect::Alert, None) => Some("stays quiet, and must alert".to_owned()),
            (Expect::Alert, Some(first)) => {
                let first = self.judge_fields(first)?;
                let others = latest.iter().skip(1);
                others
                    .map(|finding| self.judge_fields(finding))
                    .all(|wrong| wrong.is_some())
                    .then_some(first)
            }
        }
    }

    fn judge_fields(&self, finding: &Finding) -> Option<String> {
        let finding = serde_json::to_value(finding).unwrap_or_default();
        let wrong = self.finding.iter().find_map(|(path, wanted)| {
            let held = edit::get(&finding, path).unwrap_or(&Value::Null);
            (held != wanted).then(|| format!("`{path}` is {held}, and must be {wanted}"))
        });
        wrong.map(|wrong| format!("alerts, but {wrong}"))
    }
}

/// The last revision of each finding, in the order in which they were first raised.
fn latest(findings: &[Finding]) -> Vec<&Finding> {
    let mut latest: Vec<&Finding> = Vec::new();
    for finding in findings {
        match latest.iter_mut().find(|known| known.id == finding.id) {
            Some(known) => *known = finding,
            None => latest.push(finding),
        }
    }
    latest
}

#[cfg(test)]
mod tests;
