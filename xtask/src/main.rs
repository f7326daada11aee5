//! Chores of the repository: `cargo xtask` lists them.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "printing is what chores do")]

#[cfg(feature = "bench")]
mod bench;
mod corpus;
mod crash;
mod dist;
mod example;
mod generate;
mod intake;
mod mutate;
mod pace;
mod repository;
mod suite;
mod tidy;

use std::fs::File;
use std::io::{BufWriter, Write, copy, stdout};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::corpus::crowd::{Crowd, Size};
use crate::corpus::{KeyOrder, write_corpus};

const USAGE: &str = "\
Chores of the Keyward repository

Usage: cargo xtask <CHORE>

  test                           check and test everything: what CI runs
  tidy                           check the invariants of the repository
  crash [--runs N [--seed S]]    kill `keyward run` N times (300) while it watches tenants that are out of order; nothing may be
                                 lost or told twice
  mutate-rules [NAME]...         leave out each part of each rule; some case must fail
  gen [--check]                  write the generated files, or fail if one differs
  dist [--target TRIPLE] [--out DIR]
                                 build a static binary and pack it with manual, completions, licenses, bill of materials (CycloneDX)
                                 and checksums, into target/dist unless told
  bench detect [PART]            measure detection against another engine and a floor; PART is one of
                                 alone, correlations, growth, state
  bench scan [history|folders]   measure scanning a repository and a folder against git, a floor and other scanners,
                                 found on the path or by KEYWARD_BENCH_NAME
  bench intake [PART]            measure receivers, intake and detection with their senders on one machine; PART is the
                                 beginning of batches or single, or of either with `, unthrottled`
  bench privilege                measure reading, resolving and counting the requests of a log, and making plans
  bench tokens [EVENTS]          measure listing 5,000 tokens with what events of the lab told of them, 10 million by
                                 default
  corpus N [--users U [--days D]] [--shuffled] [FILE]
                                 write N Okta events as JSON Lines, to FILE or standard output; with
                                 --users of so many people, spread over so many days
";

/// How often `crash` kills unless told.
const CRASHES: u32 = 300;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(err) => {
            eprintln!("xtask: {err:#}");
            ExitCode::from(2)
        }
    }
}

/// Runs one chore; whether what it looked at is as it should be.
fn run(words: &[&str]) -> Result<bool> {
    match words {
        ["gen"] | ["gen", "example"] => generate::write()?,
        ["gen", "--check"] | ["gen", "example", "--check"] => return generate::check(),
        ["mutate-rules", names @ ..] => return mutate::run(names),
        ["tidy"] => return tidy::run(),
        ["test"] => return Ok(suite::run()),
        ["crash"] => return crash::run(CRASHES, 1),
        ["crash", "--runs", n] => return crash::run(number(n, "kills")?, 1),
        ["crash", "--runs", n, "--seed", seed] => {
            return crash::run(number(n, "kills")?, number(seed, "a seed")?);
        }
        ["dist", options @ ..] => dist::run(options)?,
        ["bench", "privilege"] => return optimized(&["bench", "privilege"], pace::run),
        ["bench", "intake"] => return optimized(&["bench", "intake"], || intake::run(None)),
        ["bench", "intake", part] => {
            return optimized(&["bench", "intake", part], || intake::run(Some(part)));
        }
        ["bench", "log-alone", n] => pace::log_alone(number(n, "lines")?),
        ["bench", words @ ..] => return bench(words),
        ["corpus", n, options @ ..] => write_corpus_to(n, options)?,
        [] | ["help" | "--help" | "-h"] => print!("{USAGE}"),
        _ => bail!("unknown chore `{}`; `cargo xtask` lists them", words.join(" ")),
    }
    Ok(true)
}

/// Measures; in a build that is not optimized, builds itself again.
fn optimized(words: &[&str], measure: impl FnOnce() -> Result<bool>) -> Result<bool> {
    if !cfg!(debug_assertions) {
        return measure();
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = std::process::Command::new(cargo)
        .args(["run", "--release", "--package", "xtask", "--"])
        .args(words)
        .current_dir(repository::root())
        .status()
        .context("failed to start cargo")?;
    Ok(status.success())
}

/// Measures. Without the engines to compare with, builds itself again with them, optimized.
#[cfg(not(feature = "bench"))]
fn bench(words: &[&str]) -> Result<bool> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let options = ["run", "--release", "--package", "xtask", "--features", "bench", "--", "bench"];
    let status = std::process::Command::new(cargo)
        .args(options)
        .args(words)
        .current_dir(repository::root())
        .status()
        .context("failed to start cargo")?;
    Ok(status.success())
}

/// Measures.
#[cfg(feature = "bench")]
fn bench(words: &[&str]) -> Result<bool> {
    match words {
        ["detect"] => bench::detect(None),
        ["detect", part] => bench::detect(Some(part)),
        ["tokens"] => bench::tokens(None),
        ["tokens", n] => bench::tokens(Some(number(n, "events")?)),
        ["scan"] => bench::scan(None),
        ["scan", part] => bench::scan(Some(part)),
        ["places-alone", repository, list, threads] => {
            bench::places_alone(repository, list, threads)
        }
        ["floor-alone", repository, threads] => bench::floor_alone(repository, threads),
        ["sweep-alone", repository, threads] => bench::sweep_alone(repository, threads),
        ["growth-alone", events, users, days] => bench::growth_alone([events, users, days]),
        ["state-alone", what] => bench::state_alone(what),
        ["detect-alone", path] => bench::detect_alone(path),
        _ => bail!("`bench` measures `detect`, `intake`, `privilege`, `scan` or `tokens`"),
    }
}

/// Writes the corpus that `bench` measures on, for a look or another program.
fn write_corpus_to(n: &str, options: &[&str]) -> Result<()> {
    let n_events = number(n, "events")?;
    let wanted = Wanted::read(options)?;
    let sink: Box<dyn Write> = match wanted.file {
        Some(path) => {
            Box::new(File::create(path).with_context(|| format!("failed to create {path}"))?)
        }
        None => Box::new(stdout().lock()),
    };
    let mut out = BufWriter::new(sink);
    let written = match wanted.users {
        None => write_corpus(&mut out, n_events as usize, corpus::SEED, wanted.order),
        Some(users) => {
            let size = Size { events: n_events, users, days: wanted.days };
            copy(&mut Crowd::new(size, corpus::SEED, wanted.order), &mut out).map(drop)
        }
    };
    written.and_then(|()| out.flush()).context("failed to write the corpus")
}

/// What is asked of a corpus beside its length.
struct Wanted<'a> {
    order: KeyOrder,
    users: Option<u32>,
    days: u32,
    file: Option<&'a str>,
}

impl<'a> Wanted<'a> {
    fn read(options: &[&'a str]) -> Result<Self> {
        let mut wanted = Self { order: KeyOrder::Api, users: None, days: 1, file: None };
        let mut options = options.iter();
        while let Some(option) = options.next() {
            match *option {
                "--shuffled" => wanted.order = KeyOrder::Shuffled,
                "--users" => wanted.users = Some(number(options.next().unwrap_or(&""), "users")?),
                "--days" => wanted.days = number(options.next().unwrap_or(&""), "days")?,
                file if wanted.file.is_none() => wanted.file = Some(file),
                word => bail!("`{word}` is one word too many after `corpus`"),
            }
        }
        Ok(wanted)
    }
}

fn number<N: std::str::FromStr>(word: &str, of: &str) -> Result<N> {
    word.parse().ok().with_context(|| format!("`{word}` is not a number of {of}"))
}
