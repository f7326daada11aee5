//! `keyward run` when nobody reads what it says, or when what it keeps is taken away from under it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long anything may take before the test gives up on it.
const PATIENCE: Duration = Duration::from_mins(1);

const SECRET: &str = "random words of a test";

/// Ids of two events.
const BEFORE: &str = "00000001-0000-11f1-8000-000000000001";
const AFTER: &str = "00000001-0000-11f1-8000-000000000002";

/// A program whose only tenant pushes, and what it prints.
struct Running {
    child: Child,
    address: String,
    findings: Receiver<String>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    fn begin(folder: &Path, stderr: Stdio) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        fs::write(folder.join("hook.secret"), SECRET).unwrap();
        let config = format!(
            "data = \"data\"\nlisten = \"{address}\"\nfindings = {{ stdout = \"jsonl\" }}\n\
             [[tenant]]\nname = \"acme\"\nprovider = \"okta\"\nurl = \"https://acme.okta.com\"\n\
             poll = {{ enabled = false }}\n\
             read = {{ method = \"api-token\", token = {{ file = \"hook.secret\" }} }}\n\
             [[tenant.receiver]]\nkind = \"okta-hook\"\npath = \"/hook\"\nsecrets = [{{ file = \"hook.secret\" }}]\n"
        );
        fs::write(folder.join("keyward.toml"), config).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_keyward"));
        command.args(["run", "--config", "keyward.toml"]).current_dir(folder);
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(stderr).spawn().unwrap();
        let (tell, findings) = channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            out.lines().map_while(Result::ok).try_for_each(|line| tell.send(line).ok())
        });
        let mut running = Self { child, address, findings };
        running.wait_until_it_listens();
        running
    }

    fn wait_until_it_listens(&mut self) {
        let began = Instant::now();
        while TcpStream::connect(&self.address).is_err() {
            assert!(self.child.try_wait().unwrap().is_none(), "it ended");
            assert!(began.elapsed() < PATIENCE, "it does not listen");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Posts an event that a rule reports; the status of the answer.
    fn post(&self, id: &str) -> String {
        let sample = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../rules/samples/okta/system.api_token.create.json");
        let mut event: serde_json::Value =
            serde_json::from_slice(&fs::read(sample).unwrap()).unwrap();
        event["uuid"] = id.into();
        event["published"] = format!("{:.3}", jiff::Timestamp::now()).into();
        let body = serde_json::json!({
            "eventType": "com.okta.event_hook", "eventTypeVersion": "1.0", "cloudEventsVersion": "0.1",
            "eventId": "b5a188b9-5ece-4636-b041-482ffda96311", "source": "https://acme.okta.com/api/v1/eventHooks/who1",
            "data": { "events": [event] },
        });
        let body = body.to_string();
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "POST /hook HTTP/1.1\r\nhost: localhost\r\nauthorization: {SECRET}\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split(' ').nth(1).unwrap_or_default().to_owned()
    }

    /// Waits for a finding that names an event.
    fn wait_for_finding(&self, id: &str) {
        while !self.findings.recv_timeout(PATIENCE).unwrap().contains(id) {}
    }

    /// Asks it to end.
    fn tell_to_end(&self) {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(told.unwrap().success());
    }

    /// Waits for its end; its exit code.
    fn ended(&mut self) -> Option<i32> {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(began.elapsed() < PATIENCE, "it does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

#[test]
fn a_log_that_nobody_reads_stops_nothing() {
    let folder = TempDir::new().unwrap();
    let (reader, mut full) = std::io::pipe().unwrap();
    let stderr = Stdio::from(full.try_clone().unwrap());
    // Whoever writes to it waits until somebody reads it, or nobody will.
    let filling =
        std::thread::spawn(move || while full.write_all(b"the pipe is full\n").is_ok() {});
    let mut running = Running::begin(folder.path(), stderr);
    for id in [BEFORE, AFTER] {
        assert_eq!(running.post(id), "200");
        running.wait_for_finding(id);
    }
    running.tell_to_end();
    assert_eq!(running.ended(), Some(0));
    drop(reader);
    filling.join().unwrap();
}

/// Takes something away while it runs: that is said, it ends, and what it took in before it noticed is found at the next start.
fn check(removed: &str, keeps: bool) {
    let folder = TempDir::new().unwrap();
    let log = folder.path().join("log");
    let run = || Running::begin(folder.path(), fs::File::create(&log).unwrap().into());
    let mut running = run();
    assert_eq!(running.post(BEFORE), "200");
    running.wait_for_finding(BEFORE);
    let path: PathBuf = folder.path().join(removed);
    let remove = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
    remove.unwrap();
    let answer = running.post(AFTER);
    assert_eq!(answer == "200", keeps, "{removed}: {answer}");
    assert_eq!(running.ended(), Some(3), "{removed}");
    let said = fs::read_to_string(&log).unwrap();
    let line = said.lines().find(|line| line.contains("removed or replaced by another"));
    assert!(line.is_some_and(|line| line.contains(removed)), "{removed}: {said}");
    if keeps {
        let again = run();
        again.wait_for_finding(AFTER);
    }
}

#[test]
fn a_store_of_findings_that_is_removed_ends_the_run_and_loses_no_finding() {
    check("data/findings.db", true);
}

#[test]
fn an_intake_that_is_removed_ends_the_run() {
    check("data/intake", false);
}

#[test]
fn a_folder_that_is_removed_ends_the_run() {
    check("data", false);
}
