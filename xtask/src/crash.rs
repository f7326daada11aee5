//! `cargo xtask crash`: the long form of the crash test, which kills an optimized `keyward run` some hundred times.

use std::process::Command;

use anyhow::{Context, Result};

use crate::repository;

/// Kills so many times, with the instants and faults of a seed; whether nothing was lost or told twice.
pub(crate) fn run(n_kills: u32, seed: u32) -> Result<bool> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["test", "--release", "--package", "keyward", "--test", "it", "crash::"])
        .args(["--", "--nocapture"])
        .env("KEYWARD_CRASH_RUNS", n_kills.to_string())
        .env("KEYWARD_CRASH_SEED", seed.to_string())
        .current_dir(repository::root())
        .status()
        .context("failed to start cargo")?;
    Ok(status.success())
}
