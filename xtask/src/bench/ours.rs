//! Keyward, from file to findings.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use detect::{Detector, Limits, MAX_EVENT_BYTES, Receiver, Scope, Watch};
use finding::Finding;
use rule::{Lists, Rule, SourceFile};

use super::Matches;
use crate::repository;

/// The pack, and how long it took to load from text.
pub(crate) struct Pack {
    /// Text of each rule file by the id of its rule.
    files: BTreeMap<String, String>,
    rules: Vec<Rule>,
    loading: Duration,
}

impl Pack {
    pub(crate) fn load() -> Result<Self> {
        let texts = rule_files(&repository::root().join("rules"))?;
        let sources: Vec<_> = texts.iter().map(|(path, text)| SourceFile { path, text }).collect();
        let start = Instant::now();
        let loaded = rule::load(&sources, &Lists::default());
        let loading = start.elapsed();
        ensure!(loaded.rules.len() == texts.len(), "not every rule of the pack loads");
        let files = loaded
            .rules
            .iter()
            .map(|rule| Ok((rule.id.clone(), text_of(rule, &texts)?.to_owned())))
            .collect::<Result<_>>()?;
        Ok(Self { files, rules: loaded.rules, loading })
    }

    pub(crate) fn len(&self) -> usize {
        self.rules.len()
    }

    /// How long it took to load the pack from text that was already read.
    pub(crate) fn loading(&self) -> Duration {
        self.loading
    }

    /// Ids and texts.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(id, text)| (id.as_str(), text.as_str()))
    }

    /// A detector with the rules of some ids.
    pub(crate) fn detector(&self, is_wanted: impl Fn(&str) -> bool) -> Detector {
        let rules = self.rules.iter().filter(|rule| rule.is_runnable() && is_wanted(&rule.id));
        Detector::new(rules.map(Watch::of).collect(), Scope::default())
    }
}

fn text_of<'t>(rule: &Rule, texts: &'t [(String, String)]) -> Result<&'t str> {
    let file = texts.get(rule.origin.file).context("a rule without its file")?;
    Ok(&file.1)
}

/// Paths and texts of the rules below a folder, without their cases.
fn rule_files(folder: &Path) -> Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for entry in
        fs::read_dir(folder).with_context(|| format!("failed to read {}", folder.display()))?
    {
        let path = entry?.path();
        let name = path.display().to_string();
        if path.is_dir() {
            files.extend(rule_files(&path)?);
        } else if path.extension().is_some_and(|ending| ending == "yml") && !rule::is_cases(&name) {
            files.push((name, fs::read_to_string(&path)?));
        }
    }
    files.sort();
    Ok(files)
}

/// Runs over a file; how many findings there were.
pub(crate) fn run(detector: &Detector, path: &Path, threads: usize) -> Result<u64> {
    let mut counter = Counter(0);
    sweep(detector, path, threads, &mut counter)?;
    Ok(counter.0)
}

pub(crate) fn matches(detector: &Detector, path: &Path) -> Result<Matches> {
    let mut collector = Collector(Matches::new());
    sweep(detector, path, 1, &mut collector)?;
    Ok(collector.0)
}

fn sweep(
    detector: &Detector,
    path: &Path,
    threads: usize,
    receiver: &mut dyn Receiver,
) -> Result<()> {
    let mut file =
        File::open(path).with_context(|| format!("failed to open {}", path.display()))?;
    let limits = Limits { threads, max_event_bytes: MAX_EVENT_BYTES };
    let summary = detector.sweep(&mut file, limits, receiver);
    ensure!(summary.is_complete(), "not every event was read: {summary:?}");
    Ok(())
}

struct Counter(u64);

impl Receiver for Counter {
    fn finding(&mut self, _finding: Finding) {
        self.0 += 1;
    }

    fn progress(&mut self, _bytes: u64) {}
}

struct Collector(Matches);

impl Receiver for Collector {
    fn finding(&mut self, finding: Finding) {
        let rule = finding.rule.id.clone();
        self.0.extend(finding.events.into_iter().map(|event| (rule.clone(), event)));
    }

    fn progress(&mut self, _bytes: u64) {}
}
