//! `cargo xtask bench privilege`: how fast requests of logs are read, resolved and counted, and how fast
//! plans are made.
//!
//! The contestants take turns, round by round, and the best round of each counts. Counted is the time that this
//! thread works on a processor, where the system tells it, so that a busy machine does not count.

mod log;

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use privilege::{
    Answer, Asked, Base, Body, Collector, EvidenceKind, Fault, Form, Hint, Method, Sighting, Taker,
    Usage, answers, plans, read,
};

use crate::corpus::SEED;
use lab::random::Random;

/// Lines that are measured on: some 40 MB.
const N_LINES: u32 = 200_000;
/// How often the contestants take turns.
const N_ROUNDS: usize = 7;
/// Sets of operations, drawn by lot, for which plans are made.
const N_SETS: usize = 40;
/// Lines that a core must do in a second.
const LINES_PER_SECOND: f64 = 1e6;
/// How long plans for any set of operations may take.
const PLANS_LIMIT: Duration = Duration::from_millis(100);

/// Counts what it is told and keeps nothing.
#[derive(Default)]
struct Counter {
    n_sightings: usize,
    n_faults: usize,
}

impl Taker for Counter {
    fn sighting(&mut self, sighting: &Sighting<'_>) {
        black_box(sighting);
        self.n_sightings += 1;
    }

    fn fault(&mut self, _fault: Fault) {
        self.n_faults += 1;
    }

    fn passed_over(&mut self, _line: u64, _text: &str) {}
}

/// Measures and prints; whether the targets were met.
pub(crate) fn run() -> Result<bool> {
    let base = Base::builtin;
    let ask = || base().resolve(Hint::default(), Some(Method::Get), "/api/v1/users").query.len();
    let loading = timed(ask);
    let base = base();
    println!("loading the operations, and building what requests are looked up in: {loading:.1?}");
    let lines_per_second = logs(base)?;
    let slowest = sets(base);
    let is_fast = lines_per_second >= LINES_PER_SECOND && slowest <= PLANS_LIMIT;
    if !is_fast {
        println!("missed: {LINES_PER_SECOND} lines a second, {PLANS_LIMIT:?} for plans");
    }
    Ok(is_fast)
}

/// Reads a log once, and nothing else, for counting instructions.
pub(crate) fn log_alone(n_lines: usize) {
    let base = Base::builtin();
    let log = log::write(base, &mut Random::new(SEED), n_lines);
    let usage = collected(base, &log);
    println!("{} entries", usage.entries.len());
}

/// Lines a second from bytes to what was counted.
fn logs(base: &Base) -> Result<f64> {
    let log = log::write(base, &mut Random::new(SEED), N_LINES as usize);
    let targets = log::targets(&log);
    ensure!(targets.len() == N_LINES as usize, "a line has no request");
    println!("log: {N_LINES} lines of {} bytes on average", log.len() / N_LINES as usize);
    let mut best = [Duration::MAX; 4];
    for _ in 0..N_ROUNDS {
        keep(&mut best[0], || memchr::memchr_iter(b'\n', log.as_bytes()).count());
        keep(&mut best[1], || {
            let mut counter = Counter::default();
            read(Form::AccessLog, log.as_bytes(), 1, base, &mut counter);
            counter.n_sightings
        });
        keep(&mut best[2], || resolved(base, &targets));
        keep(&mut best[3], || collected(base, &log).entries.len());
    }
    let names =
        ["floor: finding the lines", "reading", "resolving and counting", "all, from bytes"];
    let mut table = String::new();
    for (name, best) in names.iter().zip(best) {
        writeln!(table, "{name:<28}{:>14.0} lines/s", f64::from(N_LINES) / best.as_secs_f64())?;
    }
    print!("{table}");
    let usage = collected(base, &log);
    let n_counted: u64 = usage.entries.iter().map(|entry| entry.count).sum();
    ensure!(n_counted == u64::from(N_LINES), "{n_counted} of {N_LINES} lines were counted");
    println!("{} entries, {} lines that could not be read", usage.entries.len(), usage.n_faults);
    Ok(f64::from(N_LINES) / best[3].as_secs_f64())
}

fn keep<R>(best: &mut Duration, turn: impl FnOnce() -> R) {
    *best = (*best).min(timed(turn));
}

/// How long a turn takes.
fn timed<R>(turn: impl FnOnce() -> R) -> Duration {
    let (start, worked_before) = (Instant::now(), worked());
    black_box(turn());
    let of_thread = worked_before.zip(worked()).map(|(before, after)| after.saturating_sub(before));
    of_thread.unwrap_or_else(|| start.elapsed())
}

/// How long this thread has worked on a processor, as Linux tells it.
fn worked() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

fn collected(base: &Base, log: &str) -> Usage {
    let mut collector = Collector::new(base, Hint::default());
    collector.begin("access.log");
    read(Form::AccessLog, log.as_bytes(), 1, base, &mut collector);
    collector.finish()
}

fn resolved(base: &Base, targets: &[(Option<Method>, &str)]) -> usize {
    let mut collector = Collector::new(base, Hint::default());
    for (method, target) in targets {
        collector.sighting(&sighting(*method, target, EvidenceKind::AccessLog));
    }
    collector.finish().entries.len()
}

fn sighting(method: Option<Method>, target: &str, evidence: EvidenceKind) -> Sighting<'_> {
    Sighting {
        asked: Asked::Request { method, target },
        evidence,
        line: 1,
        input: target,
        label: "",
        body: Body::Unknown,
        status: Some(200),
        time: None,
        credential: None,
    }
}

/// The longest that plans took, for sets of operations of any size.
fn sets(base: &Base) -> Duration {
    let mut random = Random::new(SEED);
    let all: Vec<_> = base.operations().map(|(_, row)| (row.method, row.path.clone())).collect();
    let mut slowest = (Duration::ZERO, 0);
    for nth in 0..N_SETS {
        let n = if nth == 0 { all.len() } else { 1 + random.below(all.len()) };
        let mut usage = Collector::new(base, Hint::default());
        for (method, path) in std::iter::repeat_with(|| random.pick(&all)).take(n) {
            usage.sighting(&sighting(Some(*method), path, EvidenceKind::Declared));
        }
        let usage = usage.finish();
        let took = timed(|| {
            let told: Vec<Answer> = answers(base, &usage, &Vec::new());
            plans(base, &usage, &told)
        });
        slowest = slowest.max((took, n));
    }
    println!(
        "answers and plans, {N_SETS} sets of up to {} operations: at most {:.1?}, for {}",
        all.len(),
        slowest.0,
        slowest.1
    );
    slowest.0
}
