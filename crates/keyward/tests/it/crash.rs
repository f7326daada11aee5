//! `keyward run` killed at random instants while tenants that are out of order are polled and push: in the end every event is there once,
//! every finding was told once, and they are those of `keyward detect` on the log.
//!
//! The tenants, one of Okta and one of Auth0, live in this process and outlive those that are killed. Their clock runs fast through a day some weeks ago, and stands at
//! the present at the end, so that everything settles. Here it is killed some times; `cargo xtask crash --runs N` does it N times.

#![expect(clippy::panic, clippy::print_stderr, reason = "whoever runs it wants to see how it went")]

mod tenant;
mod told;

use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use lab::random::Random;

use self::tenant::Tenant;
use self::told::{Settled, Told};

/// Kills unless the variable says otherwise.
const KILLS: u32 = 10;
const KILLS_VARIABLE: &str = "KEYWARD_CRASH_RUNS";
const SEED_VARIABLE: &str = "KEYWARD_CRASH_SEED";

/// How long anything may take before the test gives up on it.
const PATIENCE: Duration = Duration::from_mins(1);

const PROGRAM: &str = env!("CARGO_BIN_EXE_keyward");

fn number(variable: &str, default: u32) -> u32 {
    std::env::var(variable).map_or(default, |text| text.parse().unwrap())
}

#[test]
fn killed_at_any_instant_every_event_and_every_finding_is_there_once() {
    let n_kills = number(KILLS_VARIABLE, KILLS);
    let seed = u64::from(number(SEED_VARIABLE, 1));
    let folder = tempfile::tempdir().unwrap();
    let tenant = Tenant::serve(seed, n_kills, folder.path());
    let site = Site { folder: folder.path().to_owned(), tenant };
    let mut expected = Settled::default();
    for (product, name) in tenant::NAMES {
        let found = site.detect(product, name);
        assert!(found.0.len() > 2, "{} findings of {name}", found.0.len());
        expected.0.extend(found.0);
    }
    assert!(expected.0.len() > 8, "{} findings", expected.0.len());
    let mut random = Random::new(seed);
    let mut n_cut_short = 0;
    for kill in 0..n_kills {
        n_cut_short += u32::from(site.live_shortly(kill, &mut random));
    }
    let mut last = site.run();
    // An API token that nobody uses for 30 days ends.
    for days_ago in [25, 0] {
        site.tenant.clock.put(days_ago);
        site.wait_for_answers(&mut last);
    }
    let told = || Told::of_file(&site.findings());
    let n_events = site.tenant.ids().len();
    site.wait_for("the last event", &mut last, || site.events().len() >= n_events);
    site.wait_for("the last finding to settle", &mut last, || told().settled == expected);
    end(last);
    let (told, stored) = (told(), Told::of_store(&site.data().join("findings.db")));
    assert_eq!(told.settled, expected);
    assert_eq!(told.n_repeated, 0, "lines of the file that are there twice");
    assert_eq!(stored, expected);
    assert_eq!(site.events(), site.tenant.ids(), "events in the intake");
    assert!(n_cut_short > 0, "no kill came once something had come");
    eprintln!(
        "{n_kills} kills, {n_cut_short} of them once something had come; {} events, {} settled findings, {} lines of findings",
        site.tenant.ids().len(),
        expected.0.len(),
        told.n_lines
    );
}

/// The folder of everything, and the tenants that are watched.
struct Site {
    folder: PathBuf,
    tenant: Tenant,
}

impl Site {
    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn findings(&self) -> PathBuf {
        self.folder.join("findings.jsonl")
    }

    /// Begins to watch.
    fn run(&self) -> Child {
        let log = File::options().create(true).append(true).open(self.folder.join("log"));
        Command::new(PROGRAM)
            .args(["run", "--config"])
            .arg(self.folder.join("keyward.toml"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log.unwrap())
            .spawn()
            .unwrap()
    }

    /// Watches until it is killed: half of the times at any instant from the start on, half of the times soon after something has
    /// come, which is told.
    fn live_shortly(&self, kill: u32, random: &mut Random) -> bool {
        let before = self.written();
        let mut run = self.run();
        let waits_for_events = kill % 2 == 1;
        if waits_for_events {
            self.wait_for("something to come", &mut run, || self.written() != before);
        }
        let most = if waits_for_events { 1000 } else { 2000 };
        let instant = u64::try_from(random.between(0, most)).unwrap();
        std::thread::sleep(Duration::from_millis(instant));
        run.kill().unwrap();
        run.wait().unwrap();
        self.written() != before
    }

    /// Bytes in the intake and among the findings.
    fn written(&self) -> (u64, u64) {
        let intake = std::fs::read_dir(self.data().join("intake"));
        let sizes = intake.into_iter().flatten().flatten().filter_map(|file| file.metadata().ok());
        let findings = std::fs::metadata(self.findings()).map_or(0, |file| file.len());
        (sizes.map(|file| file.len()).sum(), findings)
    }

    /// What a saved log of a tenant gives.
    fn detect(&self, product: lab::Product, name: &str) -> Settled {
        let log = self.folder.join("log.jsonl");
        std::fs::write(&log, self.tenant.log(product)).unwrap();
        let out = self.folder.join(format!("expected-{name}.jsonl"));
        let status = Command::new(PROGRAM)
            .args(["detect", "--quiet", "--tenant", name, "--format", "jsonl", "-o"])
            .args([&out, &log])
            .status()
            .unwrap();
        assert_eq!(status.code(), Some(1), "there are findings, and nothing was left out");
        Told::of_file(&out).settled
    }

    /// The ids of all events in the intake, sorted; beside a program that writes to it, too.
    fn events(&self) -> Vec<String> {
        let records = self.frames().into_iter().flat_map(|frame| frame.records);
        let mut ids: Vec<_> = records.map(|record| record.id.to_string()).collect();
        ids.sort();
        ids
    }

    fn frames(&self) -> Vec<archive::Frame> {
        let disk = archive::RealDisk::existing(self.data().join("intake")).unwrap();
        let mut reader = archive::Reader::at_rest(std::sync::Arc::new(disk)).unwrap();
        std::iter::from_fn(|| reader.next(Duration::ZERO).unwrap()).collect()
    }

    /// How many answers of each tenant were kept.
    fn answers(&self) -> [usize; 2] {
        let frames = self.frames();
        let polled = |name| {
            let is_answer = |frame: &archive::Frame| {
                frame.transport == archive::Transport::Poll && frame.source.tenant == name
            };
            frames.iter().filter(|frame| is_answer(frame)).count()
        };
        tenant::NAMES.map(|(_, name)| polled(name))
    }

    /// Waits until something holds while the program runs.
    fn wait_for(&self, what: &str, run: &mut Child, holds: impl Fn() -> bool) {
        let began = Instant::now();
        while !holds() {
            if let Some(status) = run.try_wait().unwrap() {
                panic!("the program ended by itself, {status}:\n{}", self.tail());
            }
            if began.elapsed() > PATIENCE {
                run.kill().unwrap();
                run.wait().unwrap();
                self.explain();
                panic!("no use waiting for {what} any longer:\n{}", self.tail());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Says what is missing and what is too much, for whoever reads a failure.
    fn explain(&self) {
        let (there, expected) = (self.events(), self.tenant.ids());
        eprintln!("{} events of {} are in the intake", there.len(), expected.len());
        let expected = tenant::NAMES.map(|(_, name)| {
            Told::of_file(&self.folder.join(format!("expected-{name}.jsonl"))).settled.0
        });
        let expected: BTreeMap<_, _> = expected.into_iter().flatten().collect();
        let told = Told::of_file(&self.findings()).settled.0;
        for (id, finding) in &expected {
            match told.get(id) {
                None => eprintln!("missing: {finding}"),
                Some(other) if other != finding => eprintln!("{other}\ninstead of {finding}"),
                Some(_) => {}
            }
        }
        for (_, finding) in told.iter().filter(|(id, _)| !expected.contains_key(*id)) {
            eprintln!("too much: {finding}");
        }
    }

    /// Waits until each tenant has answered what it was asked from now on: a token that is not used for too long ends.
    fn wait_for_answers(&self, run: &mut Child) {
        let before = self.answers();
        // The first one may have been asked for before.
        let are_there = || self.answers().iter().zip(before).all(|(now, before)| *now > before + 1);
        self.wait_for("answers of both", run, are_there);
    }

    /// The end of what the program logged, for whoever reads a failure.
    fn tail(&self) -> String {
        let text = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        let lines: Vec<&str> = text.lines().rev().take(30).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }
}

/// Asks it to end, and waits for that.
fn end(mut run: Child) {
    let asked = Command::new("kill").args(["-TERM", &run.id().to_string()]).status().unwrap();
    assert!(asked.success());
    let status = run.wait().unwrap();
    assert!(matches!(status.code(), Some(0 | 3)), "{status}");
}
