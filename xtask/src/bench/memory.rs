//! The most memory that detection holds, measured in a process of its own.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// Megabytes (10^6 bytes) at the peak of running the pack over a file.
pub(crate) fn of_detection(path: &Path) -> Result<f64> {
    let program = std::env::current_exe().context("failed to find this program")?;
    let output = Command::new(program).args(["bench", "detect-alone"]).arg(path).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let kilobytes: f64 = String::from_utf8_lossy(&output.stdout).trim().parse()?;
    Ok(kilobytes * 1024.0 / 1e6)
}

/// The peak of this process's resident memory, as Linux tells it.
pub(crate) fn peak_kilobytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
