//! Every attack of the lab is found for what it is, and ordinary days are not taken for one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use jiff::{SignedDuration, Timestamp};
use lab::{Attack, Options, attacks, entries};
use serde_json::Value;
use tempfile::TempDir;

/// A Friday evening.
const END: Timestamp = Timestamp::constant(1_795_197_600, 0);

/// Longer before the end than any attack begins.
const LAST_HOURS: SignedDuration = SignedDuration::from_hours(4);

/// Ordinary days of few people, by what is before the last hours and what is in them; with an attack or without.
fn log(attack: Option<&Attack>) -> [String; 2] {
    let attack = attack.map(|attack| attack.name.to_owned());
    // An attack that takes hours comes with a day more, so that as many are before it.
    let days = if attack.is_some() { 7 } else { 8 };
    let options = Options { users: 30, days, attack, ..Options::new(1, END) };
    let mut parts = [String::new(), String::new()];
    for entry in entries(&options) {
        let part = &mut parts[usize::from(entry.time > END - LAST_HOURS)];
        part.push_str(&entry.json);
        part.push('\n');
    }
    parts
}

/// The rules that a log raises, behind what the file of states remembers.
fn raised(folder: &Path, log: &str) -> BTreeSet<String> {
    fs::write(folder.join("log.jsonl"), log).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_keyward"));
    command.args([
        "detect",
        "--format",
        "jsonl",
        "--state",
        "state",
        "--lateness",
        "1s",
        "log.jsonl",
    ]);
    let output = command.current_dir(folder).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{said}");
    let name = |line: &str| {
        let finding: Value = serde_json::from_str(line).unwrap();
        finding["rule"]["name"].as_str().unwrap().to_owned()
    };
    String::from_utf8(output.stdout).unwrap().lines().map(name).collect()
}

#[test]
fn each_attack_raises_its_rules_and_ordinary_days_none_of_them() {
    let folder = TempDir::new().unwrap();
    let [before, quiet] = log(None);
    let mut ordinary = raised(folder.path(), &before);
    let state = fs::read(folder.path().join("state")).unwrap();
    let hours = |log: &str| {
        fs::write(folder.path().join("state"), &state).unwrap();
        raised(folder.path(), log)
    };
    ordinary.extend(hours(&quiet));
    let mut wrong = BTreeMap::new();
    for attack in attacks() {
        let [lead_in, attacked] = log(Some(attack));
        assert!(lead_in == before, "{} begins earlier than this test thinks", attack.name);
        let raised = hours(&attacked);
        let missing = attack.rules.iter().filter(|rule| !raised.contains(**rule));
        let common = attack.rules.iter().filter(|rule| ordinary.contains(**rule));
        let [missing, common]: [Vec<&str>; 2] =
            [missing.copied().collect(), common.copied().collect()];
        if !missing.is_empty() || !common.is_empty() || attack.rules.is_empty() {
            wrong.insert(attack.name, (missing, common));
        }
    }
    assert!(
        wrong.is_empty(),
        "rules that an attack does not raise, that ordinary days do: {wrong:#?}"
    );
}
