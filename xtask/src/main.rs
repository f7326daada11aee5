//! Chores of the repository: `cargo xtask` lists them.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "printing is what chores do")]

#[cfg(feature = "bench")]
mod bench;
mod corpus;
mod example;
mod generate;
mod mutate;
mod repository;
mod suite;
mod tidy;

use std::fs::File;
use std::io::{BufWriter, Write, stdout};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::corpus::{KeyOrder, write_corpus};

const USAGE: &str = "\
Chores of the Keyward repository

Usage: cargo xtask <CHORE>

  test                           check and test everything: what CI runs
  tidy                           check the invariants of the repository
  mutate-rules [NAME]...         leave out each part of each rule; some case must fail
  gen [--check]                  write the generated files, or fail if one differs
  bench detect                   measure detection against another engine and a floor
  corpus N [--shuffled] [FILE]   write N Okta events as JSON Lines, to FILE or standard output
";

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
        ["bench", words @ ..] => return bench(words),
        ["corpus", n, options @ ..] => write_corpus_to(n, options)?,
        [] | ["help" | "--help" | "-h"] => print!("{USAGE}"),
        _ => bail!("unknown chore `{}`; `cargo xtask` lists them", words.join(" ")),
    }
    Ok(true)
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
        ["detect"] => bench::detect(),
        ["detect-alone", path] => bench::detect_alone(path),
        _ => bail!("`bench` measures `detect`"),
    }
}

/// Writes the corpus that `bench` measures on, for a look or another program.
fn write_corpus_to(n: &str, options: &[&str]) -> Result<()> {
    let n = n.parse().with_context(|| format!("`{n}` is not a number of events"))?;
    let (order, file) = match options {
        [] => (KeyOrder::Api, None),
        ["--shuffled"] => (KeyOrder::Shuffled, None),
        ["--shuffled", file] => (KeyOrder::Shuffled, Some(*file)),
        [file] => (KeyOrder::Api, Some(*file)),
        _ => bail!("too many words after `corpus`"),
    };
    let sink: Box<dyn Write> = match file {
        Some(path) => {
            Box::new(File::create(path).with_context(|| format!("failed to create {path}"))?)
        }
        None => Box::new(stdout().lock()),
    };
    let mut out = BufWriter::new(sink);
    write_corpus(&mut out, n, corpus::SEED, order).context("failed to write the corpus")?;
    out.flush().context("failed to write the corpus")
}
