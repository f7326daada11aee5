//! From rules and logs to findings, by the same way as the program goes.

use std::cell::Cell;
use std::io::{self, Cursor, Read};
use std::sync::Arc;

use detect::{Detector, Engine, Limits, MAX_EVENT_BYTES, Receiver, Scope, Settings, Sorter, Spill};
use finding::Finding;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use rule::{Lists, Severity, SourceFile};

use super::log::{Entry, lines};

/// Tries something on so many cases, the same ones every time.
pub(super) fn try_on<S: Strategy>(
    n_cases: u32,
    cases: &S,
    check: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    let config = Config {
        cases: n_cases,
        failure_persistence: None,
        max_shrink_iters: 2000,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    match TestRunner::new_with_rng(config, rng).run(cases, check) {
        Err(TestError::Fail(why, case)) => panic!("{why}\n{case:?}"),
        Err(TestError::Abort(why)) => panic!("{why}"),
        Ok(()) => {}
    }
}

pub(super) fn detector(rules: &str) -> Arc<Detector> {
    let loaded = rule::load(&[SourceFile { path: "rules.yml", text: rules }], &Lists::default());
    let wrong = loaded.diagnostics.iter().find(|(_, said)| said.severity == Severity::Error);
    assert!(wrong.is_none(), "{wrong:?}\n{rules}");
    let detector = Detector::of(&loaded.rules, Scope::default());
    assert!(detector.unfed().is_empty());
    Arc::new(detector)
}

/// What rules need of a log.
pub(super) fn sweep(detector: &Detector, log: &str, threads: usize) -> Vec<u8> {
    struct Row(Vec<u8>);
    impl Receiver for Row {
        fn excerpts(&mut self, row: &[u8]) {
            self.0.extend_from_slice(row);
        }
        fn progress(&mut self, _bytes: u64) {}
    }
    let mut row = Row(Vec::new());
    let limits = Limits { threads, max_event_bytes: MAX_EVENT_BYTES };
    let summary = detector.sweep(&mut log.as_bytes(), limits, &mut row);
    assert!(summary.is_complete(), "{summary:?}");
    row.0
}

/// Runs kept in memory.
#[derive(Default)]
pub(super) struct Kept(Vec<Vec<u8>>);

impl Spill for Kept {
    fn write(&mut self, run: &[u8]) -> io::Result<()> {
        self.0.push(run.to_vec());
        Ok(())
    }

    fn open(&mut self) -> io::Result<Vec<Box<dyn Read>>> {
        let runs = std::mem::take(&mut self.0).into_iter();
        Ok(runs.map(|run| Box::new(Cursor::new(run)) as Box<dyn Read>).collect())
    }
}

/// Excerpts in the order of time. Each log is its rows and whether it only teaches.
pub(super) fn sorted(logs: &[(Vec<u8>, bool)], most: usize) -> Vec<Vec<u8>> {
    let mut spill = Kept::default();
    let mut sorter = Sorter::new(&mut spill, most);
    for (input, (row, quiet)) in logs.iter().enumerate() {
        for one in excerpts(row) {
            sorter.add(one, u32::try_from(input).unwrap(), *quiet).unwrap();
        }
    }
    let mut all = Vec::new();
    sorter.finish(&mut |one| all.push(one.to_vec())).unwrap();
    all
}

/// The excerpts of a row: each has its length before it.
fn excerpts(mut row: &[u8]) -> Vec<&[u8]> {
    let mut all = Vec::new();
    while !row.is_empty() {
        let len = u32::from_le_bytes(row[..4].try_into().unwrap()) as usize;
        let (one, rest) = row.split_at(len + 4);
        all.push(one);
        row = rest;
    }
    all
}

/// The excerpts of some events in the order of time.
pub(super) fn excerpts_of<'e>(
    detector: &Detector,
    entries: impl IntoIterator<Item = &'e Entry>,
) -> Vec<Vec<u8>> {
    sorted(&[(sweep(detector, &lines(entries), 1), false)], usize::MAX)
}

/// Findings as they come, without where their events stand.
#[derive(Debug, Default)]
pub(super) struct Found(pub(super) Vec<Finding>);

impl Found {
    pub(super) fn feed(&mut self, engine: &mut Engine, excerpts: &[Vec<u8>]) {
        for one in excerpts {
            engine.take(one, &mut |finding| self.0.push(Finding { place: None, ..finding }));
        }
    }

    /// Lets a month pass, so that everything that was waited for is found.
    pub(super) fn wait(&mut self, engine: &mut Engine) {
        let end = engine.now().saturating_add(30 * 86_400_000_000);
        engine.advance(end, &mut |finding| self.0.push(Finding { place: None, ..finding }));
        engine.report_open(&mut |finding| self.0.push(Finding { place: None, ..finding }));
    }

    pub(super) fn text(&self) -> Vec<String> {
        self.0.iter().map(|one| serde_json::to_string(one).unwrap()).collect()
    }

    /// The ids, sorted.
    pub(super) fn ids(&self) -> Vec<String> {
        let mut ids: Vec<_> = self.0.iter().map(|one| one.id.as_str().to_owned()).collect();
        ids.sort();
        ids.dedup();
        ids
    }
}

/// All findings in excerpts that are in order.
pub(super) fn found(detector: &Arc<Detector>, settings: &Settings, excerpts: &[Vec<u8>]) -> Found {
    let mut engine = Engine::new(Arc::clone(detector), settings.clone());
    let mut found = Found::default();
    found.feed(&mut engine, excerpts);
    found.wait(&mut engine);
    found
}

/// Very little room.
pub(super) fn tight() -> Settings {
    Settings { total_bytes: 6_000, rule_groups: 3, group_values: 3, ..Settings::default() }
}

/// Counts cases in which something was found: a property of nothing shows little.
#[derive(Default)]
pub(super) struct Tally(Cell<u32>);

impl Tally {
    pub(super) fn add(&self, found: bool) {
        self.0.set(self.0.get() + u32::from(found));
    }

    pub(super) fn is_at_least(&self, n: u32) {
        assert!(self.0.get() >= n, "something is found in {} cases, of at least {n}", self.0.get());
    }
}
