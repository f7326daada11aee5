//! `cargo xtask bench detect`: Keyward, another engine and a floor, in one run over the same events.
//!
//! Machines are noisy, so only ratios within one run count: the contestants take turns, round by round,
//! and the best round of each is compared. The run fails unless both engines match the same events.

mod correlations;
mod floor;
mod growth;
mod memory;
mod ours;
mod scan;
mod state;
mod theirs;
mod tokens;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use self::theirs::Prefilter;
use crate::corpus::{self, KeyOrder, write_corpus};
use crate::repository;

/// Events that are measured on.
const N_EVENTS: u32 = 300_000;

/// How often the contestants take turns.
const N_ROUNDS: usize = 5;

/// What an engine matched: rule id and event id.
pub(crate) type Matches = BTreeSet<(String, String)>;

/// One contestant's best time.
struct Entry {
    name: &'static str,
    best: Duration,
}

impl Entry {
    fn events_per_second(&self) -> f64 {
        f64::from(N_EVENTS) / self.best.as_secs_f64()
    }
}

/// A number and what it should be.
#[derive(Clone)]
struct Check {
    name: String,
    measured: f64,
    target: f64,
    at_least: bool,
}

impl Check {
    fn at_least(name: impl Into<String>, measured: f64, target: f64) -> Self {
        Self { name: name.into(), measured, target, at_least: true }
    }

    fn at_most(name: impl Into<String>, measured: f64, target: f64) -> Self {
        Self { name: name.into(), measured, target, at_least: false }
    }

    fn is_met(&self) -> bool {
        if self.at_least { self.measured >= self.target } else { self.measured <= self.target }
    }

    fn line(&self) -> String {
        let Self { name, measured, target, at_least } = self;
        let sign = if *at_least { "≥" } else { "≤" };
        let verdict = if self.is_met() { "" } else { "  missed" };
        let digits = if *target >= 1_000.0 { 0 } else { 2 };
        format!("{name:<52} {measured:>12.digits$} {sign:>5} {target:>4}{verdict}")
    }
}

pub(crate) use self::scan::{floor_alone, places_alone, scan, sweep_alone};
pub(crate) use self::tokens::tokens;

/// Measures one thing, prints what it finds.
type Measure = fn() -> Result<Vec<Check>>;

/// What `bench detect` measures; with a word, only that part.
const PARTS: [(&str, Measure); 4] = [
    ("alone", alone),
    ("correlations", correlations::measure),
    ("growth", growth::measure),
    ("state", state::measure),
];

/// Measures detection and prints the report; whether both engines agreed and the targets were met.
pub(crate) fn detect(part: Option<&str>) -> Result<bool> {
    let parts: Vec<_> =
        PARTS.iter().filter(|(name, _)| part.is_none_or(|part| part == *name)).collect();
    ensure!(!parts.is_empty(), "`bench detect` has no such part");
    let mut checks = Vec::new();
    for (name, measure) in parts {
        eprintln!("measuring: {name}");
        checks.extend(measure()?);
        println!();
    }
    println!("{:<52} {:>12} {:>10}", "", "measured", "target");
    for check in &checks {
        println!("{}", check.line());
    }
    Ok(checks.iter().all(Check::is_met))
}

/// Rules without memory.
fn alone() -> Result<Vec<Check>> {
    let corpus = corpus_file(KeyOrder::Api)?;
    let shuffled = corpus_file(KeyOrder::Shuffled)?;
    let pack = ours::Pack::load()?;
    let shared = theirs::shared_rules(&pack);
    let n_alone = pack.files().count();
    println!("rules without memory: {n_alone} in the pack, {} in both engines", shared.len());

    let common = pack.detector(|id| shared.contains(id));
    let full = pack.detector(|_| true);
    let others = [Prefilter::Bloom, Prefilter::Literals]
        .map(|prefilter| theirs::Engine::new(&pack, &shared, prefilter));
    let [bloom, literals] = others;
    let (bloom, literals) = (bloom?, literals?);
    agree(&common, &bloom, &corpus)?;

    let mut entries = [
        entry("rsigma-eval, shared rules, bloom filters"),
        entry("rsigma-eval, shared rules, literals in one automaton"),
        entry("floor: sonic_rs::get of eventType, from memory"),
        entry("floor: the same, from file"),
        entry("Keyward, shared rules, 1 thread"),
        entry("Keyward, rules without memory, 1 thread"),
        entry("Keyward, rules without memory, 2 threads"),
        entry("Keyward, rules without memory, 1 thread, shuffled"),
        entry("floor from file, keys shuffled"),
    ];
    let bytes = fs::read(&corpus).context("failed to read the corpus")?;
    for round in 0..N_ROUNDS {
        eprintln!("round {} of {N_ROUNDS}", round + 1);
        // The other engine is slow and steady: two rounds of it do.
        if round < 2 {
            keep(&mut entries[0], || bloom.run(&corpus))?;
            keep(&mut entries[1], || literals.run(&corpus))?;
        }
        keep(&mut entries[2], || Ok(floor::in_memory(&bytes)))?;
        keep(&mut entries[3], || floor::from_file(&corpus))?;
        keep(&mut entries[4], || ours::run(&common, &corpus, 1))?;
        keep(&mut entries[5], || ours::run(&full, &corpus, 1))?;
        keep(&mut entries[6], || ours::run(&full, &corpus, 2))?;
        keep(&mut entries[7], || ours::run(&full, &shuffled, 1))?;
        keep(&mut entries[8], || floor::from_file(&shuffled))?;
    }
    drop(bytes);
    report(&entries, &pack, &corpus)
}

fn entry(name: &'static str) -> Entry {
    Entry { name, best: Duration::MAX }
}

/// Times one turn. What it returns is kept alive, so that the work is done.
fn keep(entry: &mut Entry, turn: impl FnOnce() -> Result<u64>) -> Result<()> {
    let start = Instant::now();
    std::hint::black_box(turn()?);
    entry.best = entry.best.min(start.elapsed());
    Ok(())
}

fn agree(ours: &Arc<detect::Detector>, theirs: &theirs::Engine, corpus: &Path) -> Result<()> {
    let one = ours::matches(ours, corpus)?;
    let other = theirs.matches(corpus)?;
    let differing: Vec<_> = one.symmetric_difference(&other).take(5).collect();
    ensure!(differing.is_empty(), "the engines disagree, among others on {differing:?}");
    println!("matches: {} in both engines", one.len());
    Ok(())
}

/// Prints times, works out ratios.
fn report(entries: &[Entry], pack: &ours::Pack, corpus: &Path) -> Result<Vec<Check>> {
    println!("\n{:<52} {:>12} {:>10}", "best of the rounds", "events/s", "seconds");
    for entry in entries {
        let seconds = entry.best.as_secs_f64();
        println!("{:<52} {:>12.0} {seconds:>10.3}", entry.name, entry.events_per_second());
    }
    let ratio = |over: usize, under: usize| {
        entries[over].events_per_second() / entries[under].events_per_second()
    };
    let memory = memory::of_detection(corpus)?;
    let large = memory::of_detection(&large_event_file()?)?;
    let over_other = ratio(4, 0).min(ratio(4, 1));
    let loading = pack.loading().as_secs_f64() * 1e3;
    Ok(vec![
        Check::at_least("Keyward over rsigma-eval, same rules", over_other, 20.0),
        Check::at_least("rules without memory over the floor from file", ratio(5, 3), 0.5),
        Check::at_least("rules without memory over the floor from memory", ratio(5, 2), 0.5),
        Check::at_least("rules without memory, keys shuffled, over the floor", ratio(7, 8), 0.5),
        Check::at_least("two threads over one", ratio(6, 5), 1.7),
        Check::at_most("loading the pack, ms", loading, 30.0),
        Check::at_most("memory at most, corpus, MB", memory, 64.0),
        Check::at_most("memory at most, one event of 16 MiB, MB", large, 64.0),
    ])
}

/// The corpus, written once per build folder.
fn corpus_file(order: KeyOrder) -> Result<PathBuf> {
    let name = match order {
        KeyOrder::Api => "okta-300000.jsonl",
        KeyOrder::Shuffled => "okta-300000-shuffled.jsonl",
    };
    let path = folder()?.join(name);
    if !path.exists() {
        eprintln!("writing {name}");
        write_whole(&path, |out| Ok(write_corpus(out, N_EVENTS as usize, corpus::SEED, order)?))?;
    }
    Ok(path)
}

/// A log whose one event has just under 16 MiB, between two small ones.
fn large_event_file() -> Result<PathBuf> {
    let path = folder()?.join("large-event.jsonl");
    write_whole(&path, |out| {
        let text = "x".repeat((16 << 20) - 200);
        for padding in ["", &text, ""] {
            writeln!(
                out,
                r#"{{"padding":"{padding}","eventType":"user.session.start","uuid":"1","published":"2026-11-22T00:00:00Z"}}"#
            )?;
        }
        Ok(())
    })?;
    Ok(path)
}

fn write_whole(path: &Path, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let unfinished = path.with_extension("unfinished");
    let mut out = BufWriter::new(File::create(&unfinished)?);
    write(&mut out)?;
    out.flush()?;
    fs::rename(unfinished, path).context("failed to keep a file for the benchmark")
}

fn folder() -> Result<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| repository::root().join("target"), PathBuf::from);
    let folder = target.join("bench");
    fs::create_dir_all(&folder).context("failed to make a folder for the benchmark")?;
    Ok(folder)
}

/// Runs the pack over one file and prints the most memory that the process held, for [`memory`].
pub(crate) fn detect_alone(path: &str) -> Result<bool> {
    let detector = ours::Pack::load()?.detector(|_| true);
    ours::run(&detector, Path::new(path), 1)?;
    println!("{}", memory::peak_kilobytes().context("this system does not tell its memory")?);
    Ok(true)
}
/// One measurement of [`growth`], for a process of its own.
pub(crate) fn growth_alone([events, users, days]: [&str; 3]) -> Result<bool> {
    growth::alone(events.parse()?, users.parse()?, days.parse()?)?;
    Ok(true)
}

/// One measurement of [`state`], for a process of its own.
pub(crate) fn state_alone(what: &str) -> Result<bool> {
    state::alone(what)?;
    Ok(true)
}
