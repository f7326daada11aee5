//! Pipes, compressed files and damaged input: what was read, what was said, how it ended.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

/// An event that the expression of these tests matches, and its number.
fn event(n: usize) -> String {
    let detail = format!(r#""uuid":"{n}","published":"2026-11-20T08:00:00.000Z","actor":{{}}"#);
    format!("{{\"eventType\":\"user.session.start\",{detail}}}\n")
}

fn events(count: usize) -> String {
    (0..count).map(event).collect()
}

fn gz(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn keyward(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keyward"));
    command.args(arguments).current_dir(folder);
    command
}

fn find(paths: &[&str]) -> Vec<String> {
    let words = ["find", r#"eventType eq "user.session.start""#].iter().chain(paths);
    words.map(ToString::to_string).collect()
}

/// Files, by name, and the paths to read: how many events come out, how it ends, what is said.
fn check(files: &[(&str, &[u8])], paths: &[&str], printed: usize, exit: i32, said: &[&str]) {
    let folder = TempDir::new().unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    let arguments = find(paths);
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let Output { status, stdout, stderr } = keyward(folder.path(), &arguments).output().unwrap();
    let stderr = String::from_utf8(stderr).unwrap();
    let lines = String::from_utf8(stdout).unwrap().lines().count();
    assert_eq!((lines, status.code()), (printed, Some(exit)), "{stderr}");
    for words in said {
        assert!(stderr.contains(words), "{words}: {stderr}");
    }
}

#[test]
fn events_before_a_cut_are_examined() {
    let whole = gz(&events(20_000));
    let half = &whole[..whole.len() / 2];
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("cut.gz"), half).unwrap();
    let output = keyward(folder.path(), &["find", "eventType pr", "cut.gz"]).output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap().lines().count();
    assert!((1_000..20_000).contains(&lines), "{lines}");
    assert_eq!(output.status.code(), Some(3));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("cut.gz: gzip data is cut short"), "{stderr}");
}

#[test]
fn members_of_one_gzip_file_are_read_one_after_the_other() {
    let members = [gz(&event(1)), gz(&events(2))].concat();
    check(&[("a.log", &members)], &["a.log"], 3, 1, &["Read 3 events in 1 input"]);
}

#[test]
fn what_cannot_be_read_is_said_and_the_rest_is_read() {
    let good = events(2);
    check(
        &[("a", good.as_bytes()), ("b.zip", b"PK\x03\x04 and so on")],
        &["gone", "a", "b.zip", "*.csv"],
        2,
        3,
        &[
            "gone: no such file or folder",
            "b.zip: is a zip archive",
            "*.csv: no file matches",
            "Not read: 3 inputs.",
        ],
    );
    check(&[], &["gone"], 0, 2, &["Read 0 events in 0 inputs"]);
}

#[test]
fn bad_records_cost_themselves_only() {
    let deep = format!("{{\"a\":{}{}}}\n", "[".repeat(500), "]".repeat(500));
    let text =
        [event(1), "{\"a\": tru\n".into(), deep, event(2), "nothing\n".into(), event(3)].concat();
    let mut bytes = text.into_bytes();
    bytes.extend(b"{\"a\":\"\xff\xfe\"}\n");
    bytes.extend(event(4).as_bytes());
    bytes.extend(b"{\"a\":");
    let places = ["a.jsonl:2: ", "a.jsonl:3: ", "a.jsonl:5: ", "a.jsonl:7: ", "a.jsonl:9: "];
    check(&[("a.jsonl", &bytes)], &["a.jsonl"], 4, 3, &places);
}

#[test]
fn events_beyond_the_limit_cost_themselves_only() {
    let long = format!("{{\"a\":\"{}\"}}\n", "x".repeat(2_000));
    let text = [event(1), long, event(2)].concat();
    let paths = ["--max-event-bytes", "1000", "a"];
    check(&[("a", text.as_bytes())], &paths, 2, 3, &["a:2: is longer than the limit"]);
    let array = format!("[{}]", text.trim_end().replace('\n', ",\n"));
    check(&[("a", array.as_bytes())], &paths, 2, 3, &["a:2: is longer than the limit"]);
}

#[test]
fn an_input_of_mistakes_alone_is_not_read() {
    check(&[("a", b"nothing\nat all\n")], &["a"], 0, 2, &["Not read: 2 records."]);
    check(&[("a", b"")], &["a"], 0, 0, &["Read 0 events in 1 input"]);
}

#[test]
fn standard_input_is_a_path() {
    let folder = TempDir::new().unwrap();
    let mut child = keyward(folder.path(), &["find", "eventType pr", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&gz(&events(5))).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), events(5));
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("a"), events(50_000)).unwrap();
    let mut child = keyward(folder.path(), &["find", "eventType pr", "a"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(3), "what was not examined is not known to be clean");
}

#[test]
fn results_and_summary_go_to_files() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("a"), events(2)).unwrap();
    let arguments = ["find", "eventType pr", "a", "-q", "-o", "out", "--summary", "sum"];
    let output = keyward(folder.path(), &arguments).output().unwrap();
    assert_eq!((output.stdout.len(), output.stderr.len()), (0, 0));
    assert_eq!(fs::read_to_string(folder.path().join("out")).unwrap(), events(2));
    let summary = fs::read_to_string(folder.path().join("sum")).unwrap();
    assert!(
        summary.starts_with(r#"{"schema":"keyward.summary/1","inputs":{"read":1,"#),
        "{summary}"
    );
}

#[test]
fn an_output_that_cannot_be_written_fails_before_anything_is_read() {
    let folder = TempDir::new().unwrap();
    let arguments = ["find", "eventType pr", "gone", "-o", "no/such/folder"];
    let output = keyward(folder.path(), &arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.starts_with("error: failed to create `no/such/folder`"), "{stderr}");
}

#[test]
fn an_output_in_a_folder_that_is_read_is_no_input() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("a"), events(2)).unwrap();
    keyward(folder.path(), &["find", "eventType pr", ".", "-o", "z"]).output().unwrap();
    assert_eq!(fs::read_to_string(folder.path().join("z")).unwrap(), events(2));
}

#[test]
fn a_list_cut_between_two_events_is_partly_read() {
    let list = format!("[{},{},", event(1).trim(), event(2).trim());
    check(&[("a", list.as_bytes())], &["a"], 2, 3, &["a:1: the input ends inside a list"]);
    let folder = TempDir::new().unwrap();
    // The end of a read, and of the file: what is said there must not depend on it.
    let blank = " ".repeat((512 << 10) - list.len());
    fs::write(folder.path().join("a"), list + &blank).unwrap();
    let output = keyward(folder.path(), &["detect", "a"]).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn broken_events_leave_one_object_readable() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("a"), "{\"eventType\":\"x\" bad \u{1b}}\n{\"eventType\":\"x\"}\n")
        .unwrap();
    let output =
        keyward(folder.path(), &["find", "eventType pr", "-f", "json", "a"]).output().unwrap();
    let all: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(all["events"][0], "{\"eventType\":\"x\" bad \u{1b}}");
    assert_eq!(all["events"][1]["eventType"], "x");
}

#[test]
fn absurd_numbers_of_threads_are_refused() {
    for number in ["0", "-1", "257", "99999999999", "many"] {
        let flag = format!("--threads={number}");
        let output = keyward(Path::new("."), &["detect", "a", &flag]).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.contains("expected a number from 1 to 256"), "{stderr}");
    }
}

/// One event in thirty bytes, each of them found, on more threads than there are turns.
#[test]
fn many_findings_come_in_order_on_any_number_of_threads() {
    let folder = TempDir::new().unwrap();
    let rule = "title: T\nid: 11111111-1111-4111-8111-000000000001\nstatus: test\n\
                logsource:\n  product: okta\ndetection:\n  a:\n    eventType: b\n  condition: a\n";
    fs::write(folder.path().join("r.yml"), rule).unwrap();
    fs::write(folder.path().join("a"), "{\"eventType\":\"b\"}\n".repeat(70_000)).unwrap();
    let run = |threads: &str| {
        let arguments =
            ["detect", "--rules", "r.yml", "-f", "jsonl", "-q", "--threads", threads, "a"];
        keyward(folder.path(), &arguments).output().unwrap().stdout
    };
    let one = run("1");
    assert_eq!(one.split(|&byte| byte == b'\n').count(), 70_001);
    assert!(run("2") == one && run("7") == one);
}

#[test]
fn a_second_lab_leaves_the_credentials_of_the_first_alone() {
    let folder = TempDir::new().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output =
        keyward(folder.path(), &["lab", "--port", &port, "--dir", "lab"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(!folder.path().join("lab").exists());
}
