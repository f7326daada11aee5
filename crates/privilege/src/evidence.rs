//! What was tried out in an organization. It outranks what is built in.
//!
//! A document is `{"schema": "keyward.evidence/1", "org", "date", "trials": [...]}`; the results that a
//! probe writes are one trial a line, each with its own `org` and `date`. Both are read here.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{Fault, Method};

/// The schema of a document.
pub const EVIDENCE_SCHEMA: &str = "keyward.evidence/1";

/// More than any probe writes; what is longer is refused.
const MAX_BYTES: usize = 16 << 20;
const MAX_TRIALS: usize = 100_000;
const MAX_NAMES: usize = 100;
const MAX_NAME: usize = 200;

/// Trials in one organization.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// Always [`EVIDENCE_SCHEMA`].
    pub schema: String,
    /// The organization's host, such as `acme.okta.com`.
    pub org: String,
    /// The last day of a trial, `YYYY-MM-DD`.
    pub date: String,
    /// In order of operation, then as they were made.
    pub trials: Vec<Trial>,
}

/// One call that was made with candidate grants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trial {
    /// Verb and template, such as `GET /api/v1/users/{userId}`.
    pub operation: String,
    /// The day, `YYYY-MM-DD`.
    pub date: String,
    /// Scopes that the token had.
    pub scopes: BTreeSet<String>,
    /// Permissions of the one custom role that the caller had; empty if it had none.
    pub permissions: BTreeSet<String>,
    /// Standard roles that the caller had.
    pub roles: BTreeSet<String>,
    /// Status of the answer.
    pub status: u16,
    /// The vendor's code of the error, such as `E0000006`; empty for none.
    pub error: String,
    /// How many entries a list had; `None` where the answer was no list.
    pub items: Option<u64>,
}

/// What a trial shows about what the caller held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shown {
    /// It suffices.
    Suffices,
    /// It does not.
    Lacks,
    /// Neither: another fault came first.
    Nothing,
}

/// What all trials of one operation show together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conclusion {
    /// Sets of permissions that sufficed, none of which holds another.
    pub suffice: Vec<BTreeSet<String>>,
    /// Sets of permissions that did not.
    pub lack: Vec<BTreeSet<String>>,
    /// Standard roles that sufficed alone.
    pub roles_suffice: BTreeSet<String>,
    /// Standard roles that did not, alone.
    pub roles_lack: BTreeSet<String>,
    /// It was done with no role at all.
    pub needs_none: bool,
    /// The last day of a trial, `YYYY-MM-DD`.
    pub date: String,
}

impl Trial {
    /// What it shows. Only an answer that speaks of permission counts as a refusal; an empty list counts
    /// for nothing, since Okta empties lists as well as it refuses.
    pub fn shown(&self) -> Shown {
        match (self.status, self.error.as_str()) {
            (200..=299, _) if self.items == Some(0) => Shown::Nothing,
            (200..=299, _) => Shown::Suffices,
            (403, "E0000006") => Shown::Lacks,
            _ => Shown::Nothing,
        }
    }
}

impl Evidence {
    /// What the trials show, by operation. A token without the scope shows nothing of roles, and
    /// neither does a trial with both a custom and a standard role. Nothing that an operation does without
    /// any role is a merit of one: such an operation has an empty conclusion but for `needs_none`.
    pub fn conclusions(&self) -> BTreeMap<&str, Conclusion> {
        let mut by_operation: BTreeMap<&str, Conclusion> = BTreeMap::new();
        for trial in &self.trials {
            let shown = trial.shown();
            if shown != Shown::Nothing {
                by_operation.entry(&trial.operation).or_default().add(trial, shown);
            }
        }
        for conclusion in by_operation.values_mut().filter(|conclusion| conclusion.needs_none) {
            conclusion.suffice.clear();
            conclusion.roles_suffice.clear();
        }
        by_operation
    }
}

impl Conclusion {
    fn add(&mut self, trial: &Trial, shown: Shown) {
        self.date = self.date.clone().max(trial.date.clone());
        match (trial.roles.len(), trial.permissions.is_empty(), shown) {
            (0, true, Shown::Suffices) => self.needs_none = true,
            (0, false, Shown::Suffices) => keep_smallest(&mut self.suffice, &trial.permissions),
            (0, false, Shown::Lacks) => self.lack.push(trial.permissions.clone()),
            (1, true, Shown::Suffices) => self.roles_suffice.extend(trial.roles.clone()),
            (1, true, Shown::Lacks) => self.roles_lack.extend(trial.roles.clone()),
            _ => {}
        }
    }
}

fn keep_smallest(sets: &mut Vec<BTreeSet<String>>, set: &BTreeSet<String>) {
    if sets.iter().any(|known| known.is_subset(set)) {
        return;
    }
    sets.retain(|known| !set.is_subset(known));
    sets.push(set.clone());
}

/// Reads a document, or the lines that a probe wrote. What cannot be used is a fault with its
/// line, and the rest is kept. Evidence of several organizations is a fault as well: the first
/// one's is kept.
pub fn read_evidence(text: &str) -> (Evidence, Vec<Fault>) {
    let mut reading = Reading::default();
    if text.len() > MAX_BYTES {
        reading.fault(0, format!("longer than {} MiB", MAX_BYTES >> 20));
    } else {
        match serde_json::from_str::<Document>(text) {
            Ok(document) => reading.document(document),
            Err(error) if is_lines(text) => reading.lines(text, &error),
            Err(error) => reading.fault(error.line() as u64, describe(&error)),
        }
    }
    reading.finish()
}

/// Whether the first line that holds anything is an object by itself.
fn is_lines(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(first).is_ok()
}

/// The message without the place, which is said apart.
fn describe(error: &serde_json::Error) -> String {
    let message = error.to_string();
    message.split(" at line ").next().unwrap_or_default().to_owned()
}

#[derive(Deserialize)]
struct Document {
    schema: String,
    org: String,
    #[serde(default)]
    date: String,
    trials: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    org: String,
    #[serde(default)]
    date: String,
    operation: String,
    #[serde(default)]
    scopes: BTreeSet<String>,
    #[serde(default)]
    permissions: BTreeSet<String>,
    #[serde(default)]
    roles: BTreeSet<String>,
    status: u16,
    #[serde(default)]
    error: String,
    #[serde(default)]
    items: Option<u64>,
}

#[derive(Default)]
struct Reading {
    evidence: Evidence,
    /// Of every trial: its line, 0 where it is not known, and the day or time as it was written.
    marks: Vec<(u64, String)>,
    faults: Vec<Fault>,
    is_full: bool,
}

impl Reading {
    fn fault(&mut self, line: u64, what: impl Into<String>) {
        self.faults.push(Fault { line, what: what.into() });
    }

    fn document(&mut self, document: Document) {
        if document.schema != EVIDENCE_SCHEMA {
            return self.fault(1, format!("schema is not `{EVIDENCE_SCHEMA}`"));
        }
        for mut line in document.trials {
            let or =
                |own: String, shared: &str| if own.is_empty() { shared.to_owned() } else { own };
            line.org = or(line.org, &document.org);
            line.date = or(line.date, &document.date);
            self.trial(0, line);
        }
    }

    fn lines(&mut self, text: &str, whole: &serde_json::Error) {
        if text.lines().filter(|line| !line.trim().is_empty()).count() == 1 {
            // One line is a document more often than a single trial; say what is wrong with either.
            if serde_json::from_str::<Line>(text).is_err() {
                return self.fault(whole.line() as u64, describe(whole));
            }
        }
        for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            match serde_json::from_str::<Line>(line) {
                Ok(trial) => self.trial(number, trial),
                Err(error) => self.fault(number, describe(&error)),
            }
        }
    }

    fn trial(&mut self, number: u64, line: Line) {
        if self.evidence.trials.len() == MAX_TRIALS {
            if !self.is_full {
                self.is_full = true;
                self.fault(number, format!("more than {MAX_TRIALS} trials: the rest is left out"));
            }
            return;
        }
        if let Some(what) = mistake(&line) {
            return self.fault(number, what);
        }
        if self.evidence.org.is_empty() {
            self.evidence.org.clone_from(&line.org);
        } else if self.evidence.org != line.org {
            return self.fault(number, "of another organization than the first");
        }
        let date = line.date.get(..10).unwrap_or_default().to_owned();
        self.evidence.date = self.evidence.date.clone().max(date.clone());
        self.marks.push((number, line.date));
        self.evidence.trials.push(Trial {
            operation: line.operation,
            date,
            scopes: line.scopes,
            permissions: line.permissions,
            roles: line.roles,
            status: line.status,
            error: line.error,
            items: line.items,
        });
    }

    fn finish(mut self) -> (Evidence, Vec<Fault>) {
        EVIDENCE_SCHEMA.clone_into(&mut self.evidence.schema);
        self.settle();
        self.evidence.trials.sort_by(|one, other| one.operation.cmp(&other.operation));
        (self.evidence, self.faults)
    }
}

/// What was tried: the operation, the permissions and the roles. What scopes add is another layer.
type Tried<'t> = (&'t str, &'t BTreeSet<String>, &'t BTreeSet<String>);

impl Reading {
    /// Of trials of the same that show opposite things only the newest are kept; none if those disagree as well.
    fn settle(&mut self) {
        let trials = &self.evidence.trials;
        let mut same: BTreeMap<Tried<'_>, Vec<usize>> = BTreeMap::new();
        for (at, trial) in
            trials.iter().enumerate().filter(|(_, one)| one.shown() != Shown::Nothing)
        {
            same.entry((&trial.operation, &trial.permissions, &trial.roles)).or_default().push(at);
        }
        let mut dropped = BTreeSet::new();
        let mut faults = Vec::new();
        for all in same.values() {
            let shows = |shown| all.iter().any(|at| trials[*at].shown() == shown);
            if shows(Shown::Suffices) && shows(Shown::Lacks) {
                faults.push(self.contradiction(all, &mut dropped));
            }
        }
        self.faults.extend(faults);
        let mut at = 0..;
        self.evidence.trials.retain(|_| at.next().is_some_and(|at| !dropped.contains(&at)));
    }

    /// Says which of contradictory trials holds, and drops the others.
    fn contradiction(&self, all: &[usize], dropped: &mut BTreeSet<usize>) -> Fault {
        let trials = &self.evidence.trials;
        let newest = self.newest(all);
        let holds = newest.first().map_or(Shown::Nothing, |at| trials[*at].shown());
        let is_settled = newest.iter().all(|at| trials[*at].shown() == holds);
        dropped.extend(all.iter().filter(|at| !is_settled || trials[**at].shown() != holds));
        let days = |shown: Shown| {
            let that = all.iter().filter(|at| trials[**at].shown() == shown);
            that.map(|at| self.day_of(*at)).take(3).collect::<Vec<_>>().join(", ")
        };
        let end = match holds {
            _ if !is_settled => "which is newer is not said, so that neither counts",
            Shown::Suffices => "the newer holds: it suffices",
            _ => "the newer holds: it was refused",
        };
        let last = newest.last().copied().unwrap_or_default();
        Fault {
            line: self.marks.get(last).map_or(0, |(line, _)| *line),
            what: format!(
                "contradictory trials of {} with the same grants: sufficed on {}, refused on {}; {end}",
                trials[last].operation,
                days(Shown::Suffices),
                days(Shown::Lacks),
            ),
        }
    }

    /// Those made last: by the time where all have one, else by the day.
    fn newest(&self, all: &[usize]) -> Vec<usize> {
        let time = |at: &usize| self.marks.get(*at)?.1.parse::<jiff::Timestamp>().ok();
        let times: Option<Vec<_>> = all.iter().map(time).collect();
        let latest = |is_last: &dyn Fn(usize) -> bool| {
            all.iter().enumerate().filter(|(nth, _)| is_last(*nth)).map(|(_, at)| *at).collect()
        };
        if let Some(times) = times {
            let last = times.iter().max();
            return latest(&|nth| times.get(nth) == last);
        }
        let days: Vec<_> = all.iter().map(|at| self.evidence.trials[*at].date.as_str()).collect();
        let last = days.iter().max();
        latest(&|nth| days.get(nth) == last)
    }

    /// `2026-11-22 (line 3)`.
    fn day_of(&self, at: usize) -> String {
        let day = &self.evidence.trials[at].date;
        match self.marks.get(at) {
            Some((line, _)) if *line > 0 => format!("{day} (line {line})"),
            _ => day.clone(),
        }
    }
}

fn mistake(line: &Line) -> Option<&'static str> {
    let verb_and_path = line.operation.split_once(' ');
    let known = verb_and_path.is_some_and(|(verb, path)| {
        Method::from_name(verb).is_some_and(|method| method.name() == verb)
            && path.starts_with('/')
            && path.len() <= 500
            && path.bytes().all(|byte| byte.is_ascii_graphic())
    });
    let mut names = line.scopes.iter().chain(&line.permissions).chain(&line.roles);
    let few = |names: &BTreeSet<String>| names.len() <= MAX_NAMES;
    match () {
        () if !known => Some("`operation` is not a verb in capitals and a path"),
        () if !is_name(&line.org) => Some("`org` is not a host"),
        () if !is_date(&line.date) => Some("`date` is not a day or a time"),
        () if !(100..600).contains(&line.status) => Some("`status` is not that of an answer"),
        () if !line.error.is_empty() && !is_name(&line.error) => Some("`error` is not a code"),
        () if !names.all(|name| is_name(name)) => Some("not a name of a scope, permission or role"),
        () if ![&line.scopes, &line.permissions, &line.roles].into_iter().all(few) => {
            Some("more names than a role or a token has")
        }
        () => None,
    }
}

fn is_name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte);
    !text.is_empty() && text.len() <= MAX_NAME && text.bytes().all(plain)
}

fn is_date(text: &str) -> bool {
    text.get(..10).is_some_and(|day| day.parse::<jiff::civil::Date>().is_ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TRIAL: &str = r#"{"org":"acme.okta.com","date":"2026-11-22T10:00:00Z","operation":"GET /api/v1/users/{userId}/factors","scopes":["okta.users.read"],"permissions":["okta.users.read"],"status":200,"items":0}"#;

    fn check(text: &str, trials: usize, faults: &[(u64, &str)]) {
        let (evidence, found) = read_evidence(text);
        assert_eq!(evidence.trials.len(), trials, "{text}");
        let found: Vec<_> = found.iter().map(|fault| (fault.line, fault.what.as_str())).collect();
        assert_eq!(found, faults, "{text}");
    }

    #[test]
    fn lines_and_documents_are_read() {
        check(TRIAL, 1, &[]);
        check(&format!("{TRIAL}\n\n{TRIAL}\n"), 2, &[]);
        let document = format!(
            r#"{{"schema":"keyward.evidence/1","org":"acme.okta.com","date":"2026-11-22","trials":[{TRIAL}]}}"#
        );
        check(&document, 1, &[]);
        let (evidence, _) = read_evidence(TRIAL);
        let again = serde_json::to_string_pretty(&evidence).unwrap();
        assert_eq!(read_evidence(&again), (evidence, Vec::new()));
    }

    #[test]
    fn what_cannot_be_used_is_said_with_its_line_and_the_rest_is_kept() {
        check("", 0, &[(1, "EOF while parsing a value")]);
        check("[1]", 0, &[(1, "invalid type: integer `1`, expected a string")]);
        check(
            r#"{"schema":"x","org":"a","trials":[]}"#,
            0,
            &[(1, "schema is not `keyward.evidence/1`")],
        );
        check(&format!("{TRIAL}\n{{\"operation\":"), 1, &[(2, "EOF while parsing a value")]);
        let change = |from: &str, to: &str| format!("{TRIAL}\n{}", TRIAL.replacen(from, to, 1));
        check(
            &change("GET /", "Get /"),
            1,
            &[(2, "`operation` is not a verb in capitals and a path")],
        );
        check(&change("acme.", "other."), 1, &[(2, "of another organization than the first")]);
        check(&change("acme.okta.com", "a b"), 1, &[(2, "`org` is not a host")]);
        check(&change("2026-11-22T", "2026-13-22T"), 1, &[(2, "`date` is not a day or a time")]);
        check(&change(":200", ":20"), 1, &[(2, "`status` is not that of an answer")]);
        check(
            &change("[\"okta.users.read\"]", "[\"<b>\"]"),
            1,
            &[(2, "not a name of a scope, permission or role")],
        );
    }

    #[test]
    fn trials_show_what_suffices_and_what_does_not() {
        let with = |permissions: &str, roles: &str, status: u16, error: &str| {
            format!(
                r#"{{"org":"acme.okta.com","date":"2026-11-22","operation":"GET /api/v1/users","permissions":{permissions},"roles":{roles},"status":{status},"error":"{error}"}}"#
            )
        };
        let text = [
            with(r#"["okta.users.read","okta.groups.read"]"#, "[]", 200, ""),
            with(r#"["okta.users.read"]"#, "[]", 200, ""),
            with(r#"["okta.groups.read"]"#, "[]", 403, "E0000006"),
            with(r#"["okta.apps.read"]"#, "[]", 403, "insufficient_scope"),
            with("[]", r#"["READ_ONLY_ADMIN"]"#, 200, ""),
            with("[]", r#"["REPORT_ADMIN"]"#, 403, "E0000006"),
            with("[]", r#"["REPORT_ADMIN","ORG_ADMIN"]"#, 200, ""),
            with("[]", r#"["APP_ADMIN"]"#, 429, "E0000047"),
        ];
        let open = with("[]", "[]", 200, "");
        let (evidence, _) = read_evidence(&[text.join("\n"), open].join("\n"));
        let conclusion = &evidence.conclusions()["GET /api/v1/users"];
        assert!(conclusion.needs_none && conclusion.suffice.is_empty());
        let (evidence, faults) = read_evidence(&text.join("\n"));
        assert_eq!(faults, []);
        let set = |name: &str| BTreeSet::from([name.to_owned()]);
        assert_eq!(
            evidence.conclusions()["GET /api/v1/users"],
            Conclusion {
                suffice: vec![set("okta.users.read")],
                lack: vec![set("okta.groups.read")],
                roles_suffice: set("READ_ONLY_ADMIN"),
                roles_lack: set("REPORT_ADMIN"),
                needs_none: false,
                date: "2026-11-22".to_owned(),
            }
        );
    }

    #[test]
    fn contradictory_trials_are_said_and_the_newer_holds() {
        let with = |date: &str, status: u16, error: &str| {
            format!(
                r#"{{"org":"acme.okta.com","date":"{date}","operation":"GET /api/v1/users","permissions":["okta.users.read"],"status":{status},"error":"{error}"}}"#
            )
        };
        let told = |one: &str, other: &str| {
            let (evidence, faults) = read_evidence(&format!("{one}\n{other}"));
            let conclusion = evidence.conclusions().remove("GET /api/v1/users").unwrap_or_default();
            let faults: Vec<_> =
                faults.iter().map(|one| format!("{}: {}", one.line, one.what)).collect();
            (conclusion.suffice.len(), conclusion.lack.len(), conclusion.date, faults.join("\n"))
        };
        let (works, refused) =
            (|day: &str| with(day, 200, ""), |day: &str| with(day, 403, "E0000006"));
        insta::assert_debug_snapshot!(told(&works("2026-11-20"), &refused("2026-11-22")), @r#"
        (
            0,
            1,
            "2026-11-22",
            "2: contradictory trials of GET /api/v1/users with the same grants: sufficed on 2026-11-20 (line 1), refused on 2026-11-22 (line 2); the newer holds: it was refused",
        )
        "#);
        insta::assert_debug_snapshot!(told(&works("2026-11-22T11:00:00Z"), &refused("2026-11-22T10:00:00Z")), @r#"
        (
            1,
            0,
            "2026-11-22",
            "1: contradictory trials of GET /api/v1/users with the same grants: sufficed on 2026-11-22 (line 1), refused on 2026-11-22 (line 2); the newer holds: it suffices",
        )
        "#);
        insta::assert_debug_snapshot!(told(&works("2026-11-22"), &refused("2026-11-22T10:00:00Z")), @r#"
        (
            0,
            0,
            "",
            "2: contradictory trials of GET /api/v1/users with the same grants: sufficed on 2026-11-22 (line 1), refused on 2026-11-22 (line 2); which is newer is not said, so that neither counts",
        )
        "#);
        insta::assert_debug_snapshot!(told(&works("2026-11-22"), &with("2026-11-23", 429, "E0000047")), @r#"
        (
            1,
            0,
            "2026-11-22",
            "",
        )
        "#);
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in any::<String>(), at in 0..200_usize) {
            read_evidence(&text);
            let cut = TRIAL.get(..at).unwrap_or(TRIAL);
            let (evidence, faults) = read_evidence(&format!("{TRIAL}\n{cut}{text}"));
            prop_assert!(evidence.trials.len() + faults.len() >= 1);
        }
    }
}
