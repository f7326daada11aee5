//! A week in which nothing is wrong: what the rules of the pack make of it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// How many findings of each level the pack raises on a week of so many people, and how many events that is.
fn findings(seed: u64, users: u32) -> (BTreeMap<String, usize>, usize) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("week.jsonl");
    let mut out = BufWriter::new(File::create(&path).unwrap());
    let end = "2026-11-21T00:00:00Z".parse().unwrap();
    let mut n_events = 0;
    for entry in lab::entries(&lab::Options { users, ..lab::Options::new(seed, end) }) {
        writeln!(out, "{}", entry.json).unwrap();
        n_events += 1;
    }
    out.flush().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_keyward"));
    let output = command.args(["detect", "-f", "jsonl"]).arg(&path).output().unwrap();
    assert_ne!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    let mut levels = BTreeMap::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let finding: Value = serde_json::from_str(line).unwrap();
        *levels.entry(finding["level"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    (levels, n_events)
}

/// What `docs/lab.md` promises of a week of 2,000 people, held to a small one: at most one finding of high or critical in
/// 100,000 events, and five of medium.
#[test]
fn a_benign_week_raises_hardly_anything() {
    let (levels, n_events) = findings(7, 200);
    let count = |level: &str| levels.get(level).copied().unwrap_or_default();
    assert!(n_events > 50_000, "{n_events} events");
    assert!(count("low") + count("informational") > 20, "was it read at all? {levels:?}");
    assert!(count("high") + count("critical") <= n_events.div_ceil(100_000), "{levels:?}");
    assert!(count("medium") <= 5, "{levels:?}");
}
