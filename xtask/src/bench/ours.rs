//! Keyward, from file to findings.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use detect::{
    Detector, Engine, Limits, MAX_EVENT_BYTES, PENDING_BYTES, Receiver, Scope, Settings, Sorter,
    Spill,
};
use finding::Finding;
use rule::{Lists, Rule, Severity, SourceFile};

use super::{Matches, memory};
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
        let unusable = loaded.rules.iter().find(|rule| !rule.is_runnable());
        ensure!(unusable.is_none(), "not every rule of the pack can be run: {unusable:?}");
        let alone = loaded.rules.iter().filter(|rule| stands_alone(rule));
        let files = alone
            .map(|rule| Ok((rule.id.clone(), text_of(rule, &texts)?.to_owned())))
            .collect::<Result<_>>()?;
        Ok(Self { files, rules: loaded.rules, loading })
    }

    /// How many rules can alert.
    pub(crate) fn len(&self) -> usize {
        self.rules.iter().filter(|rule| rule.alerts).count()
    }

    /// How many of those remember.
    pub(crate) fn n_remembering(&self) -> usize {
        self.rules.iter().filter(|rule| rule.alerts && rule.correlation.is_some()).count()
    }

    /// How long it took to load the pack from text that was already read.
    pub(crate) fn loading(&self) -> Duration {
        self.loading
    }

    /// Ids and texts of the rules without memory.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(id, text)| (id.as_str(), text.as_str()))
    }

    /// A detector with the rules without memory of some ids.
    pub(crate) fn detector(&self, is_wanted: impl Fn(&str) -> bool) -> Arc<Detector> {
        let is_meant = |rule: &&Rule| stands_alone(rule) && is_wanted(&rule.id);
        let rules: Vec<Rule> = self.rules.iter().filter(is_meant).cloned().collect();
        Arc::new(Detector::of(&rules, Scope::default()))
    }

    /// A detector with all rules.
    pub(crate) fn whole(&self) -> Arc<Detector> {
        Arc::new(Detector::of(&self.rules, Scope::default()))
    }
}

/// Whether a rule neither remembers nor serves one that does.
fn stands_alone(rule: &Rule) -> bool {
    rule.alerts && rule.correlation.is_none()
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
pub(crate) fn run(detector: &Arc<Detector>, path: &Path, threads: usize) -> Result<u64> {
    let mut n_findings = 0;
    sweep(detector, path, threads, &mut |_| n_findings += 1)?;
    Ok(n_findings)
}

pub(crate) fn matches(detector: &Arc<Detector>, path: &Path) -> Result<Matches> {
    let mut matches = Matches::new();
    sweep(detector, path, 1, &mut |finding| {
        let rule = finding.rule.id.clone();
        matches.extend(finding.events.into_iter().map(|event| (rule.clone(), event)));
    })?;
    Ok(matches)
}

fn sweep(
    detector: &Arc<Detector>,
    path: &Path,
    threads: usize,
    out: &mut dyn FnMut(Finding),
) -> Result<()> {
    let mut file =
        File::open(path).with_context(|| format!("failed to open {}", path.display()))?;
    watch(detector, &mut file, threads, out).map(drop)
}

/// An engine after a log, and what it took.
pub(crate) struct Watched {
    pub(crate) engine: Engine,
    /// Seconds of this thread's work until everything was read.
    pub(crate) reading: f64,
    /// Seconds of this thread's work on memory, after that.
    pub(crate) remembering: f64,
}

/// Runs over a log.
pub(crate) fn watch(
    detector: &Arc<Detector>,
    log: &mut (dyn Read + Send),
    threads: usize,
    out: &mut dyn FnMut(Finding),
) -> Result<Watched> {
    let start = memory::worked_seconds();
    let limits = Limits { threads, max_event_bytes: MAX_EVENT_BYTES };
    let mut engine = Engine::new(Arc::clone(detector), Settings::default());
    let number = engine.input("log");
    let mut spill = Spilled::default();
    let mut intake = Intake { sorter: Sorter::new(&mut spill, PENDING_BYTES), number };
    let summary = detector.sweep(log, limits, &mut intake);
    ensure!(summary.is_complete(), "not every event was read: {summary:?}");
    let reading = memory::worked_seconds() - start;
    intake.sorter.finish(&mut |one| engine.take(one, out))?;
    engine.report_open(out);
    Ok(Watched { engine, reading, remembering: memory::worked_seconds() - start - reading })
}

/// A detector with the rules of one text.
pub(crate) fn detector_of(text: &str) -> Result<Arc<Detector>> {
    let loaded = rule::load(&[SourceFile { path: "rules.yml", text }], &Lists::default());
    let wrong = loaded.diagnostics.iter().find(|(_, wrong)| wrong.severity == Severity::Error);
    ensure!(wrong.is_none(), "the rules of a measurement do not load: {wrong:?}");
    Ok(Arc::new(Detector::of(&loaded.rules, Scope::default())))
}

struct Intake<'i> {
    sorter: Sorter<'i>,
    number: u32,
}

impl Receiver for Intake<'_> {
    fn excerpts(&mut self, row: &[u8]) {
        let added = self.sorter.add(row, self.number, false);
        assert!(added.is_ok(), "nothing is written");
    }

    fn progress(&mut self, _bytes: u64) {}
}

/// Runs in temporary files, as the program keeps them.
#[derive(Default)]
struct Spilled(Vec<File>);

impl Spill for Spilled {
    fn write(&mut self, run: &[u8]) -> io::Result<()> {
        let mut file = tempfile::tempfile()?;
        file.write_all(run)?;
        file.rewind()?;
        self.0.push(file);
        Ok(())
    }

    fn open(&mut self) -> io::Result<Vec<Box<dyn Read>>> {
        Ok(self.0.drain(..).map(|file| -> Box<dyn Read> { Box::new(file) }).collect())
    }
}
