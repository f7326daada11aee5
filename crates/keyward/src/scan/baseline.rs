//! The baseline: credentials that are accepted, by fingerprint, with a reason and maybe until a day.
//!
//! One sorted line each, `fingerprint  kind  until=DATE|-  reason`, so that two branches that accept
//! different things merge. A changed value has another fingerprint, so nothing new is ever hidden.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use anyhow::{Context, bail};
use finding::Finding;
use jiff::civil::Date;

use super::key::Kept;
use crate::console::Console;

/// Entries that are read.
const ENTRIES_MAX: usize = 1_000_000;

/// What begins the line that names the key.
const KEY: &str = "# key ";

/// Accepted credentials, by fingerprint and kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Baseline {
    entries: BTreeMap<(String, String), Entry>,
    /// The name of the key that its fingerprints were made with; `None` when it does not say.
    key: Option<String>,
}

/// Why and until when a credential is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The last day; `None` means for good.
    pub(crate) until: Option<Date>,
    /// Why, on one line.
    pub(crate) reason: String,
}

/// What a baseline says of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    /// Nothing.
    New,
    /// It is accepted.
    Accepted,
    /// It was accepted until a day that is over.
    Lapsed,
}

impl Baseline {
    /// Reads a file; says so when it was made with another key.
    ///
    /// Fails on a file that cannot be read and on one with mistakes, such as the marks of a merge.
    pub(crate) fn open(path: &Path, kept: &Kept, console: Console) -> anyhow::Result<Self> {
        let name = path.display();
        let text = fs::read_to_string(path)
            .with_context(|| format!("failed to read the baseline `{name}`"))?;
        let baseline = Self::parse(&text)
            .map_err(|bad| anyhow::anyhow!("`{name}` is no baseline:\n  {}", bad.join("\n  ")))?;
        if baseline.key.as_ref().is_some_and(|key| *key != kept.name()) {
            console.warn(format_args!(
                "`{name}` was made with another key: nothing of it can match; give that key with --key-file"
            ));
        }
        Ok(baseline)
    }

    /// Reads a text. Fails with every line that is not understood.
    fn parse(text: &str) -> Result<Self, Vec<String>> {
        let (mut baseline, mut bad) = (Self::default(), Vec::new());
        for (number, line) in text.lines().enumerate().take(ENTRIES_MAX) {
            if let Some(key) = line.strip_prefix(KEY) {
                baseline.key = key.split_whitespace().next().map(str::to_owned);
            }
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            match entry(line) {
                Some((key, entry)) => drop(baseline.entries.insert(key, entry)),
                None => bad.push(format!(
                    "line {}: expected `FINGERPRINT KIND until=YYYY-MM-DD|- REASON`",
                    number + 1
                )),
            }
        }
        if bad.is_empty() { Ok(baseline) } else { Err(bad) }
    }

    /// What it says of a finding, on a day.
    pub(crate) fn word(&self, finding: &Finding, today: Date) -> Word {
        let key = finding.credential.as_ref().map(|it| (it.fingerprint.clone(), it.kind.clone()));
        match key.and_then(|key| self.entries.get(&key)) {
            None => Word::New,
            Some(Entry { until: Some(until), .. }) if *until < today => Word::Lapsed,
            Some(_) => Word::Accepted,
        }
    }

    /// Accepts a finding. What was accepted before stays as it is unless it has lapsed.
    pub(crate) fn accept(&mut self, finding: &Finding, entry: &Entry, today: Date) {
        let Some(credential) = finding.credential.as_ref() else { return };
        if self.word(finding, today) != Word::Accepted {
            let key = (credential.fingerprint.clone(), credential.kind.clone());
            self.entries.insert(key, entry.clone());
        }
    }

    /// How many it accepts.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Writes the file anew.
    pub(crate) fn save(&self, path: &Path, kept: &Kept) -> anyhow::Result<()> {
        if !kept.is_kept {
            bail!("a baseline needs a key that the next run has too; give one with --key-file");
        }
        let failed = || format!("failed to write the baseline `{}`", path.display());
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))
            .with_context(failed)?;
        io::Write::write_all(&mut file, self.text(&kept.name()).as_bytes()).with_context(failed)?;
        file.persist(path).with_context(failed)?;
        Ok(())
    }

    fn text(&self, key: &str) -> String {
        let mut text = format!(
            "# Credentials that `keyward scan --baseline` keeps silent about: FINGERPRINT KIND until=DATE|- REASON\n{KEY}{key}\n"
        );
        for ((fingerprint, kind), Entry { until, reason }) in &self.entries {
            let until = until.map_or_else(|| "-".to_owned(), |until| format!("until={until}"));
            let _ = writeln!(text, "{fingerprint}  {kind}  {until}  {reason}");
        }
        text
    }
}

impl Entry {
    /// An entry; the reason is put on one line.
    pub(crate) fn new(reason: &str, until: Option<Date>) -> Self {
        Self { until, reason: reason.split_whitespace().collect::<Vec<_>>().join(" ") }
    }
}

fn entry(line: &str) -> Option<((String, String), Entry)> {
    let mut words = line.split_whitespace();
    let (fingerprint, kind, until) = (words.next()?, words.next()?, words.next()?);
    let is_fingerprint =
        fingerprint.len() == 32 && fingerprint.bytes().all(|byte| byte.is_ascii_hexdigit());
    let until = match until {
        "-" => None,
        other => Some(other.strip_prefix("until=")?.parse().ok()?),
    };
    let reason = words.collect::<Vec<_>>().join(" ");
    let key = (fingerprint.to_ascii_lowercase(), kind.to_owned());
    is_fingerprint.then_some((key, Entry { until, reason }))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use finding::{Credential, Discovery, Level, Place, Position, Subject};

    use super::*;

    fn finding(value: char) -> Finding {
        let credential = Credential {
            kind: "okta_api_token".into(),
            fingerprint: value.to_string().repeat(32),
            ..Credential::default()
        };
        let discovery = Discovery {
            credential,
            place: Place::new("a", Position::Line(1)),
            time: None,
            provider: None,
            subject: Subject::default(),
            count: 1,
        };
        Finding::of_leak(Arc::default(), Level::High, discovery)
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn a_baseline_is_read_as_it_is_written() {
        let mut baseline = Baseline { key: Some("abc".into()), ..Baseline::default() };
        let today = day("2026-11-22");
        baseline.accept(&finding('b'), &Entry::new("made for\na  test", None), today);
        baseline.accept(&finding('a'), &Entry::new("", Some(day("2026-12-31"))), today);
        let text = baseline.text("abc");
        let fingerprints: Vec<_> = text.lines().skip(2).map(|line| &line[..4]).collect();
        assert_eq!(fingerprints, ["aaaa", "bbbb"]);
        assert!(text.ends_with("b  okta_api_token  -  made for a test\n"), "{text}");
        assert_eq!(Baseline::parse(&text), Ok(baseline));
    }

    #[test]
    fn what_is_accepted_lapses_after_its_day() {
        let mut baseline = Baseline::default();
        let until = |text| Entry::new("x", Some(day(text)));
        let on = |baseline: &Baseline, text| baseline.word(&finding('a'), day(text));
        baseline.accept(&finding('a'), &until("2026-11-22"), day("2026-11-01"));
        assert_eq!(on(&baseline, "2026-11-22"), Word::Accepted);
        assert_eq!(on(&baseline, "2026-11-23"), Word::Lapsed);
        assert_eq!(baseline.word(&finding('b'), day("2026-11-22")), Word::New);
        baseline.accept(&finding('a'), &until("2027-01-01"), day("2026-11-22"));
        assert_eq!(on(&baseline, "2026-11-23"), Word::Lapsed);
        baseline.accept(&finding('a'), &until("2027-01-01"), day("2026-11-23"));
        assert_eq!(on(&baseline, "2026-11-23"), Word::Accepted);
    }

    #[test]
    fn every_line_that_is_not_understood_is_named() {
        let good = format!("{}  okta_api_token  -  fine\n", "a".repeat(32));
        let text = format!("<<<<<<< ours\n{good}=======\n{good}");
        let bad = Baseline::parse(&text).unwrap_err();
        assert_eq!(bad.len(), 2);
        assert!(bad[0].starts_with("line 1:") && bad[1].starts_with("line 3:"), "{bad:?}");
        assert!(Baseline::parse(&good.replace('-', "until=never")).is_err());
    }
}
