//! `cargo xtask bench intake`: receivers, the durable intake and detection, with their senders on the same machine.
//!
//! The server is a process of its own that has all rules of the pack at work on what arrives. Posts follow a schedule, and
//! each is timed from when it was due, so that a server that falls behind cannot hide it. In the end the server is killed, and
//! what it answered for must be found in its intake.

mod sender;
mod server;
mod traffic;

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use archive::{Intake, Position, RealDisk};

use self::sender::{Plan, Sent};
pub(crate) use self::server::serve_alone;
use self::traffic::Traffic;
use super::{Check, folder};

/// How long each measurement takes.
const TIME: Duration = Duration::from_secs(30);

/// How long detection may take to come to the end, before the server is killed.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is measured: a name, posts a second (0 for as many as it takes), events in each, connections.
const PARTS: [(&str, u32, usize, usize); 4] = [
    ("batches", 200, 100, 16),
    ("single", 3_000, 1, 64),
    ("batches, unthrottled", 0, 100, 16),
    ("single, unthrottled", 0, 1, 128),
];

/// Measures all, or the part of that name, and prints the report; whether the targets were met.
pub(crate) fn intake(part: Option<&str>) -> Result<bool> {
    let parts: Vec<_> =
        PARTS.iter().filter(|one| part.is_none_or(|part| one.0.starts_with(part))).collect();
    ensure!(!parts.is_empty(), "`bench intake` has no such part");
    let traffic = Arc::new(Traffic::new()?);
    let mut checks = Vec::new();
    for (name, per_second, events, connections) in parts {
        eprintln!("measuring: {name}");
        let plan = Plan {
            per_second: *per_second,
            events: *events,
            connections: *connections,
            time: TIME,
        };
        let measured = measure(&traffic, &plan)?;
        measured.print(name, &plan);
        checks.extend(measured.checks(name, &plan));
    }
    println!("\n{:<52} {:>12} {:>10}", "", "measured", "target");
    for check in &checks {
        println!("{}", check.line());
    }
    Ok(checks.iter().all(Check::is_met))
}

/// What came of one plan.
struct Measured {
    sent: Sent,
    findings: Times,
    /// Planted events that no finding named in time.
    n_unfound: usize,
    /// Events that the intake held after the server was killed.
    n_held: u64,
    /// Seconds of processor time that the server took.
    server_cpu: f64,
}

/// Durations in order.
struct Times(Vec<Duration>);

impl Times {
    fn new(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    /// In milliseconds; not a number if there is none.
    fn at(&self, share: f64) -> f64 {
        let last = self.0.len().saturating_sub(1);
        let time = self.0.get(((last as f64) * share).round() as usize);
        time.map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
    }

    fn line(&self) -> String {
        let [half, most, nearly, all] = [0.5, 0.99, 0.999, 1.0].map(|share| self.at(share));
        format!("p50 {half:.1} ms, p99 {most:.1} ms, p99.9 {nearly:.1} ms, max {all:.1} ms")
    }
}

fn measure(traffic: &Arc<Traffic>, plan: &Plan) -> Result<Measured> {
    let data = tempfile::tempdir_in(folder()?)?;
    let mut server = Server::start(data.path())?;
    let planted = Planted::default();
    let watch = planted.watch(server.findings()?);
    let sent = sender::send(server.address, traffic, plan, &planted)?;
    let begun = Instant::now();
    while planted.n_left() > 0 && begun.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(20));
    }
    let server_cpu = server.cpu_seconds();
    server.kill()?;
    let _ = watch.join();
    let (findings, n_unfound) = planted.result();
    let n_held = held(data.path())?;
    Ok(Measured { sent, findings: Times::new(findings), n_unfound, n_held, server_cpu })
}

/// How many events an intake holds.
fn held(path: &Path) -> Result<u64> {
    let disk = RealDisk::at(path.join("intake")).context("failed to open the intake")?;
    let intake = Intake::open(Arc::new(disk), archive::Settings::default())?;
    let mut reader = intake.reader(Position::default());
    let mut n_held = 0;
    while reader.position() < intake.end() {
        let frame = reader.next(Duration::ZERO)?;
        n_held += frame.map_or(0, |frame| frame.records.len() as u64);
    }
    Ok(n_held)
}

impl Measured {
    fn print(&self, name: &str, plan: &Plan) {
        let Self { sent, findings, n_unfound, n_held, server_cpu } = self;
        let seconds = sent.time.as_secs_f64();
        let n_events = sent.n_kept * plan.events as u64;
        println!("\n{name}: {} events a post, {} connections", plan.events, plan.connections);
        println!(
            "  kept: {:.0} posts/s, {:.0} events/s for {seconds:.1} s; refused {}, held {n_held} of {n_events}",
            sent.n_kept as f64 / seconds,
            n_events as f64 / seconds,
            sent.n_refused,
        );
        println!("  answers: {}", Times::new(sent.answers.clone()).line());
        println!(
            "  findings: {}; {} of {} unseen",
            findings.line(),
            n_unfound,
            findings.0.len() + n_unfound
        );
        println!("  processor: {server_cpu:.1} s by the server, {:.1} s by the senders", sent.cpu);
    }

    fn checks(&self, name: &str, plan: &Plan) -> Vec<Check> {
        let Self { sent, findings, n_unfound, n_held, .. } = self;
        let seconds = sent.time.as_secs_f64();
        let n_events = sent.n_kept * plan.events as u64;
        let lost = n_events.saturating_sub(*n_held);
        let mut checks = vec![
            Check::at_most(format!("{name}: events answered for and lost"), lost as f64, 0.0),
            Check::at_most(format!("{name}: planted events not found"), *n_unfound as f64, 0.0),
        ];
        if plan.per_second > 0 {
            let wanted = f64::from(plan.per_second) * plan.events as f64;
            let rate = n_events as f64 / seconds;
            let p99 = Times::new(sent.answers.clone()).at(0.99);
            // A post that is due at the end is answered behind it.
            checks.push(Check::at_least(
                format!("{name}: events/s"),
                rate,
                (wanted * 0.99).floor(),
            ));
            checks.push(Check::at_most(format!("{name}: p99 of the answers, ms"), p99, 1_000.0));
            let median = findings.at(0.5);
            checks.push(Check::at_most(
                format!("{name}: median to a finding, ms"),
                median,
                2_000.0,
            ));
        }
        checks
    }
}

/// The server's process.
struct Server {
    child: Child,
    address: SocketAddr,
    out: Option<BufReader<ChildStdout>>,
}

impl Server {
    fn start(data: &Path) -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["bench", "intake-alone"])
            .arg(data)
            .stdout(Stdio::piped())
            .spawn()
            .context("failed to start the server")?;
        let mut out = BufReader::new(child.stdout.take().context("the server has no output")?);
        let mut line = String::new();
        out.read_line(&mut line)?;
        let address = line.trim().parse().with_context(|| format!("`{line}` is no address"))?;
        Ok(Self { child, address, out: Some(out) })
    }

    fn findings(&mut self) -> Result<BufReader<ChildStdout>> {
        self.out.take().context("the findings are read already")
    }

    /// What the process took so far; 0 where the system does not tell.
    fn cpu_seconds(&self) -> f64 {
        cpu_seconds(&self.child.id().to_string())
    }

    /// Kills it, as a crash would.
    fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

/// User and system time of a process by `/proc`, at the usual hundred ticks a second.
fn cpu_seconds(process: &str) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let behind_name = text.rsplit(')').next().unwrap_or_default();
    let ticks = behind_name.split_whitespace().skip(11).take(2);
    ticks.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Events that a rule reports, and when they were due to be sent.
#[derive(Clone, Default)]
pub(crate) struct Planted(Arc<Mutex<Waiting>>);

#[derive(Default)]
struct Waiting {
    due: HashMap<String, Instant>,
    found: Vec<Duration>,
}

impl Planted {
    /// One is about to be sent.
    fn plant(&self, id: String, due: Instant) {
        if let Ok(mut waiting) = self.0.lock() {
            waiting.due.insert(id, due);
        }
    }

    /// Reads findings for as long as there are any.
    fn watch(&self, findings: BufReader<ChildStdout>) -> JoinHandle<()> {
        let planted = self.clone();
        thread::spawn(move || {
            for line in findings.lines().map_while(Result::ok) {
                planted.see(&line);
            }
        })
    }

    fn see(&self, line: &str) {
        let now = Instant::now();
        let Ok(finding) = serde_json::from_str::<serde_json::Value>(line) else { return };
        let events = finding["events"].as_array().into_iter().flatten();
        let Ok(mut waiting) = self.0.lock() else { return };
        for id in events.filter_map(serde_json::Value::as_str) {
            if let Some(due) = waiting.due.remove(id) {
                waiting.found.push(now - due);
            }
        }
    }

    fn n_left(&self) -> usize {
        self.0.lock().map_or(0, |waiting| waiting.due.len())
    }

    fn result(&self) -> (Vec<Duration>, usize) {
        self.0.lock().map_or((Vec::new(), 0), |mut waiting| {
            (std::mem::take(&mut waiting.found), waiting.due.len())
        })
    }
}
