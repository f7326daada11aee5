//! `cargo xtask bench intake`: receivers, the durable intake and detection, with their senders on the same machine.
//!
//! What is measured is `keyward run` with all rules of the pack, its data on the disk of the build folder. Posts follow a
//! schedule, and each is timed from when it was due, so that a program that falls behind cannot hide it. In the end it is
//! killed, and started again: what it answered for must be there.

mod page;
mod sender;
mod traffic;
mod watched;

use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use self::page::number;
use self::sender::{Plan, Sent};
use self::traffic::Traffic;
use self::watched::{Planted, Program};
use crate::repository;

/// How long each measurement takes.
const TIME: Duration = Duration::from_secs(30);

/// How long detection may take to come to the end, before the program is killed.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is measured: a name, posts a second (0 for as many as it takes), events in each, connections.
const PARTS: [(&str, u32, usize, usize); 4] = [
    ("batches", 200, 100, 16),
    ("single", 3_000, 1, 64),
    ("batches, unthrottled", 0, 100, 16),
    ("single, unthrottled", 0, 1, 128),
];

/// Measures all, or the part of that name, and prints the report; whether the targets were met.
pub(crate) fn run(part: Option<&str>) -> Result<bool> {
    let parts: Vec<_> =
        PARTS.iter().filter(|one| part.is_none_or(|part| one.0.starts_with(part))).collect();
    ensure!(!parts.is_empty(), "`bench intake` has no such part");
    watched::build()?;
    let traffic = Arc::new(Traffic::new()?);
    let mut goals = Vec::new();
    for (name, per_second, events, connections) in parts {
        eprintln!("measuring: {name}");
        let (per_second, events, connections) = (*per_second, *events, *connections);
        let plan = Plan { per_second, events, connections, time: TIME };
        let measured = measure(&traffic, &plan)?;
        measured.print(name, &plan);
        goals.extend(measured.goals(name, &plan));
    }
    println!("\n{:<52} {:>12} {:>10}", "", "measured", "target");
    for goal in &goals {
        println!("{}", goal.line());
    }
    Ok(goals.iter().all(Goal::is_met))
}

/// A number and what it should be.
struct Goal {
    name: String,
    measured: f64,
    target: f64,
    at_least: bool,
}

impl Goal {
    fn at_least(name: String, measured: f64, target: f64) -> Self {
        Self { name, measured, target, at_least: true }
    }

    fn at_most(name: String, measured: f64, target: f64) -> Self {
        Self { name, measured, target, at_least: false }
    }

    fn is_met(&self) -> bool {
        if self.at_least { self.measured >= self.target } else { self.measured <= self.target }
    }

    fn line(&self) -> String {
        let Self { name, measured, target, at_least } = self;
        let sign = if *at_least { "≥" } else { "≤" };
        let verdict = if self.is_met() { "" } else { "  missed" };
        format!("{name:<52} {measured:>12.0} {sign:>5} {target:>6}{verdict}")
    }
}

/// What came of one plan.
struct Measured {
    sent: Sent,
    findings: Times,
    /// Planted events that no finding named in time.
    n_unfound: usize,
    /// Events that the intake held after the program was killed and started again.
    n_held: u64,
    /// Seconds of processor time that the program took.
    program_cpu: f64,
}

/// A count, to reckon with.
#[expect(clippy::cast_precision_loss, reason = "half a minute holds far fewer posts than 2^52")]
fn amount(count: u64) -> f64 {
    count as f64
}

/// Durations in order.
struct Times(Vec<Duration>);

impl Times {
    fn new(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    /// In milliseconds; not a number if there is none.
    #[expect(clippy::cast_sign_loss, reason = "neither a length nor a share is negative")]
    fn at(&self, share: f64) -> f64 {
        let last = self.0.len().saturating_sub(1);
        let time = self.0.get((amount(last as u64) * share).round() as usize);
        time.map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
    }

    fn line(&self) -> String {
        let [half, most, nearly, all] = [0.5, 0.99, 0.999, 1.0].map(|share| self.at(share));
        format!("p50 {half:.1} ms, p99 {most:.1} ms, p99.9 {nearly:.1} ms, max {all:.1} ms")
    }
}

fn measure(traffic: &Arc<Traffic>, plan: &Plan) -> Result<Measured> {
    let data = folder()?;
    let mut program = Program::start(&data)?;
    let planted = Planted::default();
    let watch = planted.watch(program.findings()?);
    let sent = sender::send(program.address, traffic, plan, &planted)?;
    let begun = Instant::now();
    while planted.n_left() > 0 && begun.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(20));
    }
    let program_cpu = program.cpu_seconds();
    program.kill()?;
    let _ = watch.join();
    let (findings, n_unfound) = planted.result();
    let n_held = held(&data)?;
    std::fs::remove_dir_all(&data).context("failed to remove what was measured with")?;
    Ok(Measured { sent, findings: Times::new(findings), n_unfound, n_held, program_cpu })
}

/// How many events are there once the program has been started again.
fn held(data: &Path) -> Result<u64> {
    let mut program = Program::start(data)?;
    let findings = program.findings()?;
    let drain = thread::spawn(move || std::io::copy(&mut { findings }, &mut std::io::sink()));
    let begun = Instant::now();
    loop {
        let page = page::metrics(program.address)?;
        if number(&page, "keyward_detection_queue_batches") == Some(0.0) {
            let new =
                r#"keyward_events_total{provider="okta",tenant="acme",transport="hook",was="new"}"#;
            program.kill()?;
            let _ = drain.join();
            return Ok(number(&page, new).unwrap_or_default());
        }
        ensure!(
            begun.elapsed() < 4 * PATIENCE,
            "the program does not come to the end of its intake"
        );
        thread::sleep(Duration::from_millis(100));
    }
}

/// An empty folder for the program, on the disk of the build.
fn folder() -> Result<std::path::PathBuf> {
    let folder = repository::target().join("bench/intake");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).context("failed to make a folder for the benchmark")?;
    Ok(folder)
}

impl Measured {
    fn print(&self, name: &str, plan: &Plan) {
        let Self { sent, findings, n_unfound, n_held, program_cpu } = self;
        let seconds = sent.time.as_secs_f64();
        let n_events = sent.n_kept * plan.events as u64;
        println!("\n{name}: {} events a post, {} connections", plan.events, plan.connections);
        println!(
            "  kept: {:.0} posts/s, {:.0} events/s for {seconds:.1} s; refused {}, held {n_held} of {n_events}",
            amount(sent.n_kept) / seconds,
            amount(n_events) / seconds,
            sent.n_refused,
        );
        println!("  answers: {}", Times::new(sent.answers.clone()).line());
        println!(
            "  findings: {}; {} of {} unseen",
            findings.line(),
            n_unfound,
            findings.0.len() + n_unfound
        );
        println!(
            "  processor: {program_cpu:.1} s by the program, {:.1} s by the senders",
            sent.cpu
        );
    }

    fn goals(&self, name: &str, plan: &Plan) -> Vec<Goal> {
        let Self { sent, findings, n_unfound, n_held, .. } = self;
        let seconds = sent.time.as_secs_f64();
        let n_events = sent.n_kept * plan.events as u64;
        let lost = n_events.saturating_sub(*n_held);
        let answered = format!("{name}: events answered for and lost");
        let mut goals = vec![Goal::at_most(answered, amount(lost), 0.0)];
        if plan.per_second > 0 {
            let wanted = f64::from(plan.per_second) * amount(plan.events as u64);
            let rate = amount(n_events) / seconds;
            let p99 = Times::new(sent.answers.clone()).at(0.99);
            // A post that is due at the end is answered behind it.
            goals.push(Goal::at_least(format!("{name}: events/s"), rate, (wanted * 0.99).floor()));
            goals.push(Goal::at_most(format!("{name}: p99 of the answers, ms"), p99, 1_000.0));
            // Unthrottled, more may be kept than one thread examines in that time; it is not lost.
            let unfound = format!("{name}: planted events not found");
            goals.push(Goal::at_most(unfound, amount(*n_unfound as u64), 0.0));
            let median = findings.at(0.5);
            goals.push(Goal::at_most(format!("{name}: median to a finding, ms"), median, 2_000.0));
        }
        goals
    }
}
