//! Memory and time of processes that do nothing but one measurement.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// Megabytes (10^6 bytes) at the peak of running the rules without memory over a file.
pub(crate) fn of_detection(path: &Path) -> Result<f64> {
    let told = child(&["detect-alone", &path.display().to_string()])?;
    Ok(told.first().context("nothing was measured")? * 1024.0 / 1e6)
}

/// Runs a measurement in a process of its own; the numbers that it prints.
pub(crate) fn child(words: &[&str]) -> Result<Vec<f64>> {
    let program = std::env::current_exe().context("failed to find this program")?;
    let output = Command::new(program).arg("bench").args(words).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout);
    text.split_whitespace().map(|word| Ok(word.parse()?)).collect()
}

/// Seconds that this thread has worked on a processor, as Linux tells it: what others do meanwhile does not count.
/// Zero where the system does not tell.
pub(crate) fn worked_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let worked = text.split_whitespace().next().and_then(|word| word.parse::<f64>().ok());
    worked.unwrap_or_default() / 1e9
}

/// What this process holds now, bytes, as Linux tells it.
pub(crate) fn held_bytes() -> Option<f64> {
    Some(f64::from(kilobytes("VmRSS:")?) * 1024.0)
}

/// The peak of this process's resident memory, as Linux tells it.
pub(crate) fn peak_kilobytes() -> Option<u32> {
    kilobytes("VmHWM:")
}

fn kilobytes(what: &str) -> Option<u32> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(what))?;
    line.split_whitespace().next()?.parse().ok()
}
