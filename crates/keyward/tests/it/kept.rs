//! What `run` keeps, as `export` and `findings` give it out.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use archive::{Batch, Findings, Intake, RealDisk, Settings, SourceId, Transport, split};
use jiff::Timestamp;
use tempfile::TempDir;

fn event(n: i64) -> String {
    let published = Timestamp::from_second(1_793_610_000 + n * 3600).unwrap();
    let kind = if n % 2 == 0 { "user.session.start" } else { "user.session.end" };
    format!(r#"{{"uuid":"e{n}","published":"{published}","eventType":"{kind}","actor":{{}}}}"#)
}

/// A folder with events of two tenants, one an hour, and three findings.
fn data() -> TempDir {
    let folder = TempDir::new().unwrap();
    let disk = RealDisk::at(folder.path().join("intake")).unwrap();
    let intake = Intake::open(Arc::new(disk), Settings::default()).unwrap();
    for n in 0..10 {
        let tenant = if n < 8 { "acme" } else { "other" };
        let source = SourceId { provider: "okta".into(), tenant: tenant.into() };
        let (received, transport) =
            (Timestamp::from_second(1_793_700_000).unwrap(), Transport::Poll);
        let (records, notes) = (split(event(n).as_bytes(), None).records, Vec::new());
        intake.append(Batch { source, transport, received, records, notes }).unwrap();
    }
    let store = Findings::open(&folder.path().join("findings.db")).unwrap();
    for (id, level) in [("aa11", "high"), ("aa22", "low"), ("bb33", "medium")] {
        let finding = serde_json::json!({
            "schema": "keyward.finding/1", "id": id, "kind": "detection", "level": level,
            "rule": {"id": "r", "name": "a_rule", "title": "A rule \u{1b}[2J"},
            "time": "2026-11-20T08:00:00.000Z", "provider": "okta", "tenant": "acme",
            "subject": {"user": "ada@example.com"}, "state": "settled", "revision": 1, "case": "c",
            "event_count": 1, "events": ["e1"], "evidence": {},
        });
        store.put(&finding.to_string()).unwrap();
    }
    folder
}

/// Runs the program and gives its output and how it ended.
fn keyward(folder: &Path, arguments: &[&str]) -> (String, String, i32) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keyward"));
    command.args(arguments).args(["--data", "."]).current_dir(folder).env("NO_COLOR", "1");
    let Output { status, stdout, stderr } = command.output().unwrap();
    let [stdout, stderr] = [stdout, stderr].map(|text| String::from_utf8(text).unwrap());
    (stdout, stderr, status.code().unwrap())
}

/// The numbers of the events that are written.
fn check(arguments: &[&str], expected: &[i64]) {
    let folder = data();
    let (out, said, exit) = keyward(folder.path(), &[&["export"], arguments].concat());
    let expected: String = expected.iter().map(|n| event(*n) + "\n").collect();
    assert_eq!((out, exit), (expected, 0), "{said}");
}

#[test]
fn what_is_asked_for_is_written() {
    check(&[], &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    check(&["--tenant", "other"], &[8, 9]);
    check(&["--source", "auth0"], &[]);
    let at = |n: i64| Timestamp::from_second(1_793_610_000 + n * 3600).unwrap().to_string();
    check(&["--since", &at(3), "--until", &at(6)], &[3, 4, 5]);
    check(&["--since", &at(3), "--filter", "eventType eq \"user.session.end\""], &[3, 5, 7, 9]);
}

#[test]
fn a_checksum_stands_beside_the_file() {
    let folder = data();
    let (out, _, exit) = keyward(folder.path(), &["export", "-o", "out.jsonl"]);
    assert_eq!((out.as_str(), exit), ("", 0));
    let line = fs::read_to_string(folder.path().join("out.jsonl.sha256")).unwrap();
    let (_, said, _) = keyward(folder.path(), &["export"]);
    let sum = line.strip_suffix("  out.jsonl\n").unwrap();
    assert!(said.contains(&format!("{sum}  -")), "{said}");
    assert_eq!(sum.len(), 64);
}

#[test]
fn damage_is_said() {
    let folder = data();
    let log = folder.path().join("intake/log-00000000000000000000.kw");
    let mut bytes = fs::read(&log).unwrap();
    bytes[200] ^= 1;
    fs::write(&log, bytes).unwrap();
    let (out, said, exit) = keyward(folder.path(), &["export"]);
    assert_eq!((out.lines().count(), exit), (9, 3), "{said}");
    assert!(said.contains("is damaged at byte"), "{said}");
}

#[test]
fn findings_are_listed_closed_and_reopened() {
    let folder = data();
    let ids = |arguments: &[&str]| {
        let (out, _, _) = keyward(folder.path(), &[&["findings", "list"], arguments].concat());
        assert!(!out.contains('\u{1b}'));
        out.lines()
            .filter_map(|line| Some(line.split_once(' ')?.0.to_owned()))
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(ids(&[]), "aa11 aa22 bb33");
    assert_eq!(ids(&["--level", "medium"]), "aa11 bb33");
    let close = |id: &str, more: &[&str]| {
        let words = ["findings", "close", id, "--because", "a drill"];
        keyward(folder.path(), &[&words, more].concat()).2
    };
    assert_eq!((close("aa1", &[]), close("a", &[]), close("zz", &[])), (0, 2, 2));
    assert_eq!(close("aa2", &["--until", "2020-01-01"]), 2);
    assert_eq!((ids(&[]), ids(&["--closed"])), ("aa22 bb33".into(), "aa11".into()));
    let (shown, _, _) = keyward(folder.path(), &["findings", "show", "aa11", "-f", "json"]);
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["findings"][0]["decisions"][0]["because"], "a drill");
    assert_eq!(keyward(folder.path(), &["findings", "reopen", "aa11"]).2, 0);
    assert_eq!(ids(&[]), "aa11 aa22 bb33");
    let (text, _, _) = keyward(folder.path(), &["findings", "show", "aa11"]);
    assert!(text.contains("reopened by"), "{text}");
}

#[test]
fn without_data_nothing_is_made_up() {
    let folder = TempDir::new().unwrap();
    let (_, said, exit) = keyward(folder.path(), &["export"]);
    assert_eq!(exit, 2, "{said}");
    assert_eq!(keyward(folder.path(), &["findings", "list"]).2, 2);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
