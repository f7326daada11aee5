//! `keyward run` as a process, and the findings that it prints.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::sender::{PATH, SECRET};
use crate::repository;

/// How long a start may take: after a crash, what was not saved is examined again.
const START: Duration = Duration::from_mins(1);

/// Builds the program that is measured.
pub(crate) fn build() -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--release", "--package", "keyward"])
        .current_dir(repository::root())
        .status()
        .context("failed to start cargo")?;
    ensure!(status.success(), "keyward could not be built");
    Ok(())
}

/// The program's process.
pub(crate) struct Program {
    child: Child,
    pub(crate) address: SocketAddr,
    out: Option<BufReader<ChildStdout>>,
}

impl Program {
    /// Starts it in a folder, and waits until it listens.
    pub(crate) fn start(folder: &Path) -> Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let config = folder.join("bench.toml");
        std::fs::write(&config, settings(address))?;
        let mut child = Command::new(repository::target().join("release/keyward"))
            .arg("run")
            .arg("--config")
            .arg(config)
            .env("KEYWARD_BENCH_SECRET", SECRET)
            .stdout(Stdio::piped())
            .spawn()
            .context("failed to start keyward")?;
        let out = child.stdout.take().map(BufReader::new);
        let mut program = Self { child, address, out };
        program.wait()?;
        Ok(program)
    }

    fn wait(&mut self) -> Result<()> {
        let begun = Instant::now();
        while TcpStream::connect(self.address).is_err() {
            if let Some(status) = self.child.try_wait()? {
                bail!("keyward ended: {status}");
            }
            ensure!(begun.elapsed() < START, "keyward does not listen");
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// What it prints; once.
    pub(crate) fn findings(&mut self) -> Result<BufReader<ChildStdout>> {
        self.out.take().context("the findings are read already")
    }

    /// Processor time that it took so far, in seconds; 0 where the system does not tell.
    pub(crate) fn cpu_seconds(&self) -> f64 {
        cpu_seconds(&self.child.id().to_string())
    }

    /// Kills it, as a crash would.
    pub(crate) fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

/// One tenant that nobody reads, and its hook.
fn settings(listen: SocketAddr) -> String {
    format!(
        r#"data = "data"
listen = "{listen}"
log = {{ level = "warn" }}
limits = {{ posts-per-second = 1000000 }}
findings = {{ stdout = "jsonl" }}

[[tenant]]
name = "acme"
provider = "okta"
url = "https://acme.okta.com"
poll = {{ enabled = false }}
read = {{ method = "api-token", token = {{ env = "KEYWARD_BENCH_SECRET" }} }}

[[tenant.receiver]]
kind = "okta-hook"
path = "{PATH}"
secrets = [{{ env = "KEYWARD_BENCH_SECRET" }}]
"#
    )
}

/// User and system time of a process by `/proc`, at the usual hundred ticks a second.
pub(crate) fn cpu_seconds(process: &str) -> f64 {
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
    pub(crate) fn plant(&self, id: String, due: Instant) {
        if let Ok(mut waiting) = self.0.lock() {
            waiting.due.insert(id, due);
        }
    }

    /// Reads findings for as long as there are any.
    pub(crate) fn watch(&self, findings: BufReader<ChildStdout>) -> JoinHandle<()> {
        let planted = self.clone();
        thread::spawn(move || {
            for line in findings.lines().map_while(Result::ok) {
                planted.see(&line);
            }
        })
    }

    /// The first finding that names an event counts.
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

    /// How many no finding has named yet.
    pub(crate) fn n_left(&self) -> usize {
        self.0.lock().map_or(0, |waiting| waiting.due.len())
    }

    /// How long findings took, and how many are missing.
    pub(crate) fn result(&self) -> (Vec<Duration>, usize) {
        self.0.lock().map_or((Vec::new(), 0), |mut waiting| {
            (std::mem::take(&mut waiting.found), waiting.due.len())
        })
    }
}
