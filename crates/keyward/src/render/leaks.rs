//! Leaked credentials for people and for programs, one module a format.

mod html;
mod sarif;
mod text;
mod verified;

use std::collections::HashMap;
use std::io::{self, Write};

use finding::{Finding, Fingerprint, Place, Position};

use super::json::Json;
use super::jsonl::Jsonl;
use super::{Renderer, plural};
use crate::args::LeakFormat;
use crate::scan::Summary;

pub(crate) use self::verified::exposure_lines;

/// The renderer of a format for leaks.
pub(crate) fn renderer(format: LeakFormat) -> Box<dyn Renderer<Summary>> {
    match format {
        LeakFormat::Text => Box::<text::Text>::default(),
        LeakFormat::Json => Box::<Json>::default(),
        LeakFormat::Jsonl => Box::new(Jsonl),
        LeakFormat::Sarif => Box::<sarif::Sarif>::default(),
        LeakFormat::Html => Box::<html::Html>::default(),
    }
}

/// One credential with all its places.
#[derive(Debug)]
pub(super) struct Group {
    /// Its findings: the worst first, then in the order in which they came. At least one.
    pub(super) findings: Vec<Finding>,
}

impl Group {
    /// The finding that speaks for all.
    pub(super) fn first(&self) -> Option<&Finding> {
        self.findings.first()
    }
}

/// Findings by credential.
#[derive(Debug, Default)]
pub(super) struct Groups {
    index: HashMap<(Fingerprint, String), usize>,
    groups: Vec<Group>,
}

impl Groups {
    pub(super) fn add(&mut self, finding: Finding) {
        let key = (finding.case.clone(), finding.rule.id.clone());
        let next = self.groups.len();
        let at = *self.index.entry(key).or_insert(next);
        match self.groups.get_mut(at) {
            Some(group) => group.findings.push(finding),
            None => self.groups.push(Group { findings: vec![finding] }),
        }
    }

    /// The groups, the worst first: by level, then by how sure it is, then in the order in which they came.
    pub(super) fn sorted(&mut self) -> Vec<Group> {
        let mut groups = std::mem::take(&mut self.groups);
        for group in &mut groups {
            group.findings.sort_by_key(|finding| std::cmp::Reverse(rank(finding)));
        }
        groups.sort_by_key(|group| std::cmp::Reverse(group.first().map(rank)));
        groups
    }
}

/// What sorts findings: how bad, then how sure.
fn rank(finding: &Finding) -> (finding::Level, usize) {
    const WORDS: [&str; 4] = ["candidate", "medium", "strong", "certain"];
    let word = finding.credential.as_ref().map(|credential| credential.confidence.as_str());
    (finding.level, WORDS.iter().position(|known| Some(*known) == word).unwrap_or(0))
}

/// A place in one line: `deploy.sh:3:17`, `dump.bin at byte 4096`, with its commit or entry.
pub(super) fn place_line(place: &Place) -> String {
    let Place { path, position, column, history, recording, .. } = place;
    let mut line = match (position, column) {
        (Position::Line(line), Some(column)) => format!("{path}:{line}:{column}"),
        (Position::Line(line), None) => format!("{path}:{line}"),
        (Position::Offset(offset), _) => format!("{path} at byte {offset}"),
    };
    if let Some(recording) = recording {
        let entry = recording.entry.map(|entry| format!("entry {entry}"));
        let parts = [entry.as_deref(), Some(&recording.part), Some(&recording.url)];
        let parts: Vec<_> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        line = format!("{line} ({})", parts.join(", "));
    }
    if let Some(history) = history {
        line.push_str(&history_line(history));
    }
    line
}

/// `, commit c0ffee12 of 2026-11-01 by Ada <ada@example.com>`.
fn history_line(history: &finding::History) -> String {
    let short = |id: &str| id.get(..12).unwrap_or(id).to_owned();
    let Some(commit) = &history.commit else {
        return format!(", {} {} of no commit", history.holds, short(&history.object));
    };
    let what = match history.holds.as_str() {
        "message" if commit.id == history.object => "message of commit",
        "message" => "message of a tag of commit",
        _ => "commit",
    };
    let day = commit.time.map(|time| format!(" of {}", super::day(time))).unwrap_or_default();
    let until = match (history.current, history.last_seen) {
        (true, _) => ", still there".to_owned(),
        (false, Some(time)) if history.holds == "blob" => {
            format!(", there until {}", super::day(time))
        }
        _ => String::new(),
    };
    format!(", {what} {}{day} by {}{until}", short(&commit.id), commit.author)
}

/// What stands for the value: itself where that was asked for, else its mask.
pub(super) fn value(credential: &finding::Credential) -> &str {
    credential.secret.as_ref().map_or(credential.mask.as_str(), |secret| secret.expose())
}

/// What is told of a credential beside its places, as pairs of a word and a text.
pub(super) fn facts(finding: &Finding) -> Vec<(&'static str, String)> {
    let Some(credential) = finding.credential.as_deref() else { return Vec::new() };
    let tenant = credential.tenant.as_ref().map(|it| match it.why.as_str() {
        "" => it.host.clone(),
        why => format!("{}, {why}", it.host),
    });
    let layers = Some(credential.layers.join(", then ")).filter(|layers| !layers.is_empty());
    // What a token says of itself names them as well.
    let companions = credential.companions.iter().filter(|_| credential.claims.is_none());
    let companions: Vec<_> = companions.map(|it| format!("{} {}", it.what, it.value)).collect();
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let facts = [
        ("why", text(&credential.why.join("; "))),
        ("tenant", tenant),
        ("encoded", layers),
        ("beside", text(&companions.join(", "))),
        ("says", credential.claims.as_ref().and_then(claims_line)),
        ("works", text(&works(credential))),
        ("owner", text(&credential.owner)),
    ];
    let facts = facts.into_iter().filter_map(|(word, text)| Some((word, text?)));
    facts.chain(verified::facts(credential)).collect()
}

/// How long it works, and whether it still does as far as it says.
fn works(credential: &finding::Credential) -> String {
    let expires = credential.expires.map(finding::rfc3339);
    let state = match (credential.validity.as_str(), expires) {
        ("expired", Some(time)) => format!("expired at {time}"),
        ("unexpired", Some(time)) => format!("until {time}"),
        ("sample", _) => "a known sample of documentation".to_owned(),
        ("inconsistent", _) => "its parts do not fit each other".to_owned(),
        _ => credential.life.clone(),
    };
    match credential.valid_at_capture {
        Some(true) => format!("{state}; valid when it was recorded"),
        Some(false) => format!("{state}; no longer valid when it was recorded"),
        None => state,
    }
}

fn claims_line(claims: &finding::Claims) -> Option<String> {
    let one = |word: &str, value: &Option<String>| value.as_ref().map(|it| format!("{word} {it}"));
    let many = |word: &str, values: &[String]| {
        (!values.is_empty()).then(|| format!("{word} {}", values.join(" ")))
    };
    let parts = [
        one("issuer", &claims.issuer),
        many("audience", &claims.audience),
        one("subject", &claims.subject),
        one("client", &claims.client),
        one("user", &claims.user),
        many("scopes", &claims.scopes),
        one("grant", &claims.grant),
        one("key", &claims.key),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// What is to be done first: the first step of the kind's guidance, else what ends it.
pub(super) fn first_step(finding: &Finding) -> Option<String> {
    let guidance = catalog::guidance(&finding.rule.id);
    let step = guidance.and_then(|guidance| guidance.steps.first().copied());
    let revoke = finding.credential.as_ref().map(|credential| credential.revoke.as_str());
    step.or(revoke).filter(|step| !step.is_empty()).map(str::to_owned)
}

/// `3 credentials at 5 places: 1 critical, 4 low`.
pub(super) fn tally(summary: &Summary) -> String {
    let findings = &summary.findings;
    if findings.total == 0 {
        let none = if summary.is_empty() { "Nothing to examine, so no" } else { "No" };
        return format!("{none} leaked credentials.");
    }
    let levels = summary.credentials.iter().rev();
    let levels: Vec<_> =
        levels.map(|(level, count)| format!("{} {level}", indicatif::HumanCount(*count))).collect();
    let credentials = plural(summary.credentials.values().sum(), "credential");
    let places = plural(findings.total, "place");
    format!("{credentials} at {places}: {}.", levels.join(", "))
}

/// Writes pieces of text one after the other.
pub(super) fn write_all(out: &mut dyn Write, pieces: &[&str]) -> io::Result<()> {
    pieces.iter().try_for_each(|piece| out.write_all(piece.as_bytes()))
}
