//! Runs a program and says what it took.

use std::ffi::OsStr;
use std::fs;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// How often the memory of a program is looked at.
const LOOK: Duration = Duration::from_millis(2);

/// What a run took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) wall: Duration,
    /// Of the program and those it started, in steps of 10 ms. Zero where the system does not tell.
    pub(crate) processor: Duration,
    /// Most memory of the program itself, MB (10^6 bytes); files that it maps are counted. Zero where the system
    /// does not tell.
    pub(crate) peak_mb: f64,
}

impl Cost {
    /// The better of two runs in each regard.
    pub(crate) fn best(self, other: Self) -> Self {
        Self {
            wall: self.wall.min(other.wall),
            processor: self.processor.min(other.processor),
            peak_mb: self.peak_mb.min(other.peak_mb),
        }
    }
}

/// Runs a program to its end; what it prints is thrown away, and its exit code with it: scanners use it to say
/// that they found something.
pub(crate) fn run(program: &OsStr, words: &[String]) -> Result<Cost> {
    let before = processor_time();
    let begin = Instant::now();
    let mut child = Command::new(program)
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("failed to start {}", program.display()))?;
    let is_over = AtomicBool::new(false);
    let status = format!("/proc/{}/status", child.id());
    let (wall, peak_mb) = thread::scope(|scope| {
        let watch = scope.spawn(|| peak(&status, &is_over));
        let ended = child.wait();
        let wall = begin.elapsed();
        is_over.store(true, Ordering::Relaxed);
        ended.map(|_| (wall, watch.join().unwrap_or_default()))
    })?;
    Ok(Cost { wall, processor: processor_time().saturating_sub(before), peak_mb })
}

/// Looks at the memory of a process until it is over.
fn peak(status: &str, is_over: &AtomicBool) -> f64 {
    let mut peak = 0.0;
    while !is_over.load(Ordering::Relaxed) {
        let text = fs::read_to_string(status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
        peak = kilobytes.map_or(peak, |kilobytes| kilobytes * 1_024.0 / 1e6);
        thread::sleep(LOOK);
    }
    peak
}

/// Time on processors of all programs that were run and waited for, as Linux tells it.
fn processor_time() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    // The 16th and 17th field of the whole line, in hundredths of a second on every Linux.
    let ticks: u64 = after_name
        .split_whitespace()
        .skip(13)
        .take(2)
        .filter_map(|word| word.parse::<u64>().ok())
        .sum();
    Duration::from_millis(ticks * 10)
}
