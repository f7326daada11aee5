//! `cargo xtask test`: everything that must hold, in one command on a bare machine.
//!
//! It needs Cargo and git. Formatting and lints are skipped with a warning where
//! their components are missing, since no result of the tests depends on them.

mod tally;

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result};

use crate::suite::tally::Tally;
use crate::{generate, mutate, repository, tidy};

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Passed,
    Failed,
    /// Its tool is not installed.
    Skipped,
}

/// Runs every check and every test, and closes with the sum of the tests, checks that failed included; whether all is well.
pub(crate) fn run() -> bool {
    let mut tally = Tally::default();
    let mut failed = Vec::new();
    let checks: [(&str, &mut dyn FnMut() -> Result<Outcome>); 7] = [
        ("formatting", &mut || component("fmt", &["--all", "--check"])),
        ("invariants of the repository", &mut || Ok(Outcome::of(tidy::run()?))),
        ("generated files", &mut || Ok(Outcome::of(generate::check()?))),
        ("cases of rules", &mut || Ok(Outcome::of(mutate::run(&[])?))),
        ("lints", &mut || component("clippy", LINTS)),
        ("documentation", &mut || component("doc", &["--workspace", "--no-deps", "--locked"])),
        ("tests", &mut || test(&mut tally)),
    ];
    let n = checks.len();
    for (number, (name, check)) in (1..).zip(checks) {
        println!("[{number}/{n}] {name}");
        let begun = Instant::now();
        // What one check needs and does not find must not keep the others from running.
        let outcome = check().unwrap_or_else(|err| {
            println!("{err:#}");
            Outcome::Failed
        });
        println!("[{number}/{n}] {name}: {} in {} s", outcome.word(), begun.elapsed().as_secs());
        if outcome == Outcome::Failed {
            failed.push(name);
        }
    }
    if !failed.is_empty() {
        println!("failed: {}", failed.join(", "));
    }
    tally.add_failed_checks(failed.len());
    println!("{tally}");
    failed.is_empty()
}

const LINTS: &[&str] = &["--workspace", "--all-targets", "--locked", "--", "-D", "warnings"];

impl Outcome {
    fn of(holds: bool) -> Self {
        if holds { Self::Passed } else { Self::Failed }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

/// Runs a Cargo command that may not be installed.
fn component(name: &str, arguments: &[&str]) -> Result<Outcome> {
    let probe = cargo([name, "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !probe.context("failed to run cargo")?.success() {
        println!("warning: `cargo {name}` is not installed; skipped");
        return Ok(Outcome::Skipped);
    }
    let status = cargo([name]).args(arguments).status().context("failed to run cargo")?;
    Ok(Outcome::of(status.success()))
}

/// Runs the tests of the workspace, passing on what they print.
fn test(tally: &mut Tally) -> Result<Outcome> {
    let mut child = cargo(["test", "--workspace", "--locked", "--no-fail-fast"])
        .stdout(Stdio::piped())
        .spawn()
        .context("failed to run cargo")?;
    let stdout = child.stdout.take().context("cargo has no output")?;
    for line in BufReader::new(stdout).split(b'\n') {
        let line = line.context("failed to read what cargo prints")?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        tally.read(&line);
    }
    let status = child.wait().context("failed to wait for cargo")?;
    Ok(Outcome::of(status.success() && tally.is_green()))
}

/// The same Cargo that runs this program, at the root of the repository.
fn cargo<'a>(words: impl IntoIterator<Item = &'a str>) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(program);
    command.args(words).current_dir(repository::root()).stdin(Stdio::null());
    command
}
