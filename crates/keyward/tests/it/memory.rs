//! What outlasts a run, and what changes during one.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const RULE: &str = "title: Many Refusals
id: 0b6f7e6a-3d0f-4b52-9f8e-0a4a55a6c001
name: many
level: high
correlation:
  type: event_count
  rules: [many_refusal]
  group-by: [entity.user]
  timespan: 10m
  condition: {gte: 3}
---
title: A Refusal
name: many_refusal
logsource: {product: okta}
lists: {robots: []}
detection:
  selection: {eventType: user.authentication.auth_via_mfa}
  robot: {actor.alternateId|expand: '%robots%'}
  condition: selection and not robot
";

/// Refusals of one user at some minutes after eight.
fn refusals(user: &str, minutes: &[u32]) -> String {
    let refusal = |minute: &u32| {
        format!(
            r#"{{"uuid":"{user}-{minute}","published":"2026-11-20T08:{minute:02}:00.000Z","eventType":"user.authentication.auth_via_mfa","actor":{{"id":"{user}","alternateId":"{user}@example.com"}}}}"#
        ) + "\n"
    };
    minutes.iter().map(refusal).collect()
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("many.yml"), RULE).unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn keyward(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keyward"));
    command.args(["detect", "-f", "jsonl"]).args(words).args(["--rules", "many.yml"]);
    command.current_dir(folder);
    command
}

/// The findings of a run as (user, number of events), how it ended, and what was said.
fn outcome(output: Output) -> (Vec<(String, u64)>, i32, String) {
    let finding = |line: &str| {
        let finding: Value = serde_json::from_str(line).unwrap();
        let user = finding["subject"]["user"].as_str().unwrap().to_owned();
        (user, finding["event_count"].as_u64().unwrap())
    };
    let findings = String::from_utf8(output.stdout).unwrap().lines().map(finding).collect();
    (findings, output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn detect(folder: &Path, words: &[&str]) -> (Vec<(String, u64)>, i32, String) {
    outcome(keyward(folder, words).output().unwrap())
}

#[test]
fn a_second_run_goes_on_where_the_first_left_off() {
    let days = [
        ("one", refusals("ada", &[0, 1])),
        ("two", refusals("ada", &[2])),
        ("three", refusals("bob", &[3])),
        ("four", refusals("ada", &[4])),
    ];
    let files: Vec<_> = days.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let folder = folder(&files);
    let run = |name| detect(folder.path(), &["--state", "kept.state", name]);
    assert_eq!(run("one").0, []);
    assert_eq!(run("two").0, [("ada@example.com".to_owned(), 3)]);
    // Nothing new about her, so she is not told again.
    assert_eq!(run("three").0, []);
    assert_eq!(run("four").0, [("ada@example.com".to_owned(), 4)]);
}

#[test]
fn what_lies_before_what_is_remembered_is_late_and_said() {
    let folder = folder(&[("now", &refusals("ada", &[30])), ("before", &refusals("ada", &[0]))]);
    let run = |name| detect(folder.path(), &["--state", "kept.state", "--lateness", "10m", name]);
    run("now");
    let (_, exit, said) = run("before");
    assert_eq!(exit, 0);
    assert!(said.contains("Matched, but before what is remembered"), "{said}");
}

#[test]
fn what_lies_a_little_before_the_last_run_counts_in_its_order() {
    let files = [("now", refusals("ada", &[5, 6])), ("before", refusals("ada", &[3, 4]))];
    let files = files.each_ref().map(|(name, text)| (*name, text.as_str()));
    let folder = folder(&files);
    let run = |words: &[&str]| detect(folder.path(), &[&["--state", "kept.state"], words].concat());
    assert_eq!(run(&["now"]).0, []);
    let (findings, exit, said) = run(&["before"]);
    assert_eq!((findings, exit), (vec![("ada@example.com".to_owned(), 4)], 1), "{said}");
    assert!(!said.contains("not remembered"), "{said}");
    // The same log once more is the same events.
    assert_eq!(run(&["before"]).0, []);
}

#[test]
fn runs_one_after_the_other_find_what_one_run_finds() {
    let whole = refusals("ada", &[0, 1, 9, 12, 13, 14, 40, 41]) + &refusals("bob", &[2, 11, 20]);
    let lines: Vec<_> = whole.lines().map(|line| format!("{line}\n")).collect();
    let folder = folder(&[("whole", &whole)]);
    let mut all: Vec<_> = detect(folder.path(), &["whole"]).0;
    let mut parts = std::collections::BTreeMap::new();
    for (number, line) in lines.iter().enumerate() {
        fs::write(folder.path().join("part"), line).unwrap();
        let words = ["--state", "kept.state", "--lateness", "2h", "part"];
        let (findings, _, said) = detect(folder.path(), &words);
        assert!(!said.contains("not used"), "{number}: {said}");
        parts.extend(findings);
    }
    all.sort();
    assert_eq!(parts.into_iter().collect::<Vec<_>>(), all);
}

#[test]
fn other_rules_do_not_disturb_what_is_remembered() {
    let other = RULE
        .replace("many", "others")
        .replace("a6c001", "a6c002")
        .replace("[entity.user]", "[entity.ip]");
    let files =
        [("one", refusals("ada", &[0, 1])), ("two", refusals("ada", &[2])), ("a.yml", other)];
    let files = files.each_ref().map(|(name, text)| (*name, text.as_str()));
    let folder = folder(&files);
    for lateness in ["1h", "0s"] {
        let run = |words: &[&str]| {
            let state = format!("{lateness}.state");
            let all = [&["--state", &state, "--lateness", lateness], words].concat();
            detect(folder.path(), &all)
        };
        assert_eq!(run(&["one"]).0, []);
        let (findings, exit, said) = run(&["--rules", "a.yml", "two"]);
        assert_eq!((findings, exit), (vec![("ada@example.com".to_owned(), 3)], 1), "{said}");
    }
}

#[test]
fn a_state_that_was_cut_is_refused_and_left_as_it_is() {
    let folder = folder(&[("one", &refusals("ada", &[0, 1])), ("two", &refusals("ada", &[2]))]);
    detect(folder.path(), &["--state", "kept.state", "one"]);
    let path = folder.path().join("kept.state");
    let whole = fs::read(&path).unwrap();
    let refuses = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        let (findings, exit, said) = detect(folder.path(), &["--state", "kept.state", "two"]);
        assert_eq!((findings, exit), (Vec::new(), 3), "{} bytes", bytes.len());
        assert!(said.contains("is damaged") || said.contains("is no saved state"), "{said}");
        assert_eq!(fs::read(&path).unwrap(), bytes);
    };
    for length in [1, 9, 40, whole.len() / 2, whole.len() - 20] {
        refuses(&whole[..whole.len() - length]);
    }
    for at in [0, 14, whole.len() / 3, whole.len() - 100, whole.len() - 12] {
        let mut changed = whole.clone();
        changed[at] ^= 64;
        if at != 14 {
            refuses(&changed);
        }
    }
    refuses(b"");
}

/// Lets a list become something else, or nothing, after a first input was read and before a second one is.
fn change_between(list: Option<&str>) -> (Vec<(String, u64)>, i32, String) {
    let folder = folder(&[
        ("lists.yml", "robots: [ada@example.com]"),
        ("second", &(refusals("ada", &[0, 1, 2]) + &refusals("bob", &[0, 1, 2]))),
    ]);
    let mut child = keyward(folder.path(), &["--lists", "lists.yml", "-", "second"])
        .args(["--threads", "1", "-v"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = std::io::BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    // Once it reads standard input the lists have been read.
    while !said.contains("reading -") {
        assert_ne!(std::io::BufRead::read_line(&mut stderr, &mut said).unwrap(), 0, "{said}");
    }
    let path = folder.path().join("lists.yml");
    match list {
        Some(text) => fs::write(path, text).unwrap(),
        None => fs::remove_file(path).unwrap(),
    }
    child.stdin.take().unwrap().write_all(refusals("cleo", &[5]).as_bytes()).unwrap();
    std::io::Read::read_to_string(&mut stderr, &mut said).unwrap();
    let (findings, exit, _) = outcome(child.wait_with_output().unwrap());
    (findings, exit, said)
}

#[test]
fn lists_that_change_are_read_again() {
    let (findings, exit, said) = change_between(Some("robots: [bob@example.com, x]"));
    assert_eq!((findings, exit), (vec![("ada@example.com".to_owned(), 3)], 1), "{said}");
}

#[test]
fn the_values_of_a_list_that_vanishes_are_kept() {
    let (findings, exit, said) = change_between(None);
    assert_eq!((findings, exit), (vec![("bob@example.com".to_owned(), 3)], 3), "{said}");
    assert!(said.contains("lists.yml: has vanished"), "{said}");
}
