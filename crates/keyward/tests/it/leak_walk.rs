//! The walk of docs/leak-walk.md: a token leaks in a repository and is used; the alert arrives once, though Slack fails three times; the
//! token is found, matched, told about, and shut off with proof.
//!
//! The commands are those of the page, which is checked. The organization lives in this process, its attack is over when the walk begins.

#![expect(clippy::panic, reason = "whoever runs it wants to see how it went")]

mod organization;
mod slack;

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use self::slack::Slack;

const PROGRAM: &str = env!("CARGO_BIN_EXE_keyward");

/// How long anything may take before the test gives up on it.
const PATIENCE: Duration = Duration::from_secs(50);

const CONFIGURATION: &str = include_str!("../../../../examples/leak-walk.toml");
const PAGE: &str = include_str!("../../../../docs/leak-walk.md");

/// The rule that raises the alert.
const RULE: &str = "okta_api_token_wrote_from_new_network";

/// How long before the attack the token was committed.
const LEAKED_BEFORE: SignedDuration = SignedDuration::from_mins(10);

#[test]
fn a_token_that_leaked_is_found_matched_told_about_and_shut_off_with_proof() {
    let walk = Walk::begin();
    let mut run = walk.watch();
    let alert = walk.alert(&mut run);
    let [token, attacker] =
        ["token", "ip"].map(|key| alert["subject"][key].as_str().unwrap().to_owned());

    let committed = Timestamp::now() - organization::ATTACKED_AGO - LEAKED_BEFORE;
    leak(&walk.path("deploy"), &token, &walk.secret, committed);
    let finding = walk.found(&token);
    check_exposure(&finding["credential"]["exposure"], committed, &attacker);

    let story = walk.says(3, "keyward tokens show $TOKEN", &[("$TOKEN", &token)]);
    for word in ["Program 1", "maren.holt@example.com", attacker.as_str()] {
        assert!(story.contains(word), "`{word}` is missing:\n{story}");
    }

    assert_eq!(status(walk.okta, &walk.secret), 200, "it works before");
    walk.respond(finding["id"].as_str().unwrap());
    assert_eq!(status(walk.okta, &walk.secret), 401, "it is dead");
    walk.check_log(&token, &mut run);
    run.end();
    walk.check_told_once(alert["id"].as_str().unwrap());
    assert_eq!(holds(walk.folder.path(), &walk.secret), [] as [PathBuf; 0]);
}

/// The exposure begins with the commit, and the attack is what it holds.
fn check_exposure(exposure: &Value, committed: Timestamp, attacker: &str) {
    let since: Timestamp = exposure["since"].as_str().unwrap().parse().unwrap();
    assert_eq!(since.as_second(), committed.as_second());
    assert_eq!(exposure["complete"], true, "{exposure}");
    // Sixty passwords, six people.
    assert_eq!(exposure["types"]["user.account.reset_password"], 60, "{exposure}");
    assert_eq!(exposure["types"]["user.lifecycle.suspend"], 6, "{exposure}");
    let foreign: Vec<&Value> =
        exposure["addresses"].as_array().unwrap().iter().map(|address| &address["ip"]).collect();
    assert!(foreign.contains(&&Value::from(attacker)), "{exposure}");
    assert_eq!(exposure["first_foreign"]["ip"], attacker, "{exposure}");
}

/// Everything that takes part.
struct Walk {
    folder: TempDir,
    okta: SocketAddr,
    slack: Slack,
    /// The token that leaks.
    secret: String,
    _runtime: Runtime,
}

impl Walk {
    fn begin() -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.unwrap();
        let folder = TempDir::new().unwrap();
        let keys = folder.path().join("keyward-lab");
        let okta = organization::serve(&runtime, &keys);
        let slack = Slack::serve(&runtime);
        let configuration = CONFIGURATION
            .replace("127.0.0.1:8480", &okta.to_string())
            .replace("127.0.0.1:8484", "127.0.0.1:0")
            .replace("https://slack.com", &format!("http://{}", slack.address));
        fs::write(folder.path().join("keyward.toml"), configuration).unwrap();
        fs::write(folder.path().join("slack-token"), slack::TOKEN).unwrap();
        let secret = fs::read_to_string(keys.join("okta-program-token")).unwrap();
        Self { folder, okta, slack, secret: secret.trim().to_owned(), _runtime: runtime }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Begins to watch.
    fn watch(&self) -> Run {
        let child = self
            .command("keyward run", &[])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(self.path("log")).unwrap())
            .spawn();
        Run(child.unwrap())
    }

    /// A command of the page, with what its variables stand for.
    fn command(&self, line: &str, variables: &[(&str, &str)]) -> Command {
        assert!(PAGE.lines().any(|of_page| of_page.starts_with(line)), "the page has no `{line}`");
        let mut command = Command::new(PROGRAM);
        for word in line.split(' ').skip(1) {
            let value = variables.iter().find(|(name, _)| *name == word);
            command.arg(value.map_or(word, |(_, value)| *value));
        }
        command.current_dir(self.folder.path());
        command
    }

    /// What a command of the page prints, if it ends with that code.
    fn says(&self, code: i32, line: &str, variables: &[(&str, &str)]) -> String {
        let output = self.command(line, variables).output().unwrap();
        let (out, err) = (text(output.stdout), text(output.stderr));
        assert_eq!(output.status.code(), Some(code), "{line}:\n{out}{err}");
        out
    }

    /// The finding that somebody is told of.
    fn alert(&self, run: &mut Run) -> Value {
        self.wait_for("an alert", run, || {
            let seen = self.slack.seen();
            seen.posted.iter().any(|(_, message)| message.to_string().contains(RULE)).then_some(())
        });
        let high = self.says(1, "keyward findings list --level high --format jsonl", &[]);
        let high = high.lines().map(|line| serde_json::from_str(line).unwrap());
        let alert: Vec<Value> =
            high.filter(|alert: &Value| alert["rule"]["name"] == RULE).collect();
        let [alert] = alert.try_into().unwrap();
        alert
    }

    /// The finding of the leak, which is matched to the token.
    fn found(&self, token: &str) -> Value {
        let line = "keyward scan --git deploy --verify admin --config keyward.toml --format jsonl -o leaks.jsonl";
        self.says(1, line, &[]);
        let lines = fs::read_to_string(self.path("leaks.jsonl")).unwrap();
        let lines = lines.lines().map(|line| serde_json::from_str(line).unwrap());
        let leaks: Vec<Value> =
            lines.filter(|leak: &Value| leak["credential"]["type"] == "okta_api_token").collect();
        let [leak] = leaks.try_into().unwrap();
        let matched = &leak["credential"]["token"];
        assert_eq!(matched["id"], token, "{matched}");
        assert_eq!(matched["certain"], true, "{matched}");
        leak
    }

    /// The response: what comes next, the plan, the deed, the report.
    fn respond(&self, finding: &str) {
        let named = [("$FINDING", finding)];
        self.says(1, "keyward respond $FINDING --from leaks.jsonl", &named);
        let plan = self.says(0, "keyward respond $FINDING step revoke", &named);
        assert!(plan.contains("DELETE /api/v1/api-tokens/00T"), "{plan}");
        assert_eq!(status(self.okta, &self.secret), 200, "a plan calls nothing");
        let line = "keyward respond $FINDING step revoke --execute --secret-file keyward-lab/okta-program-token";
        let done = self.says(0, line, &named);
        assert_eq!(done.matches("proven by ").count(), 3, "{done}");
        self.says(0, "keyward respond $FINDING step audit --execute", &named);
        self.says(1, "keyward respond $FINDING report --format html -o incident.html", &named);
        let report = fs::read_to_string(self.path("incident.html")).unwrap();
        assert!(report.contains("DELETE") || report.contains("delete the token"), "{report}");
    }

    /// The log says that the token was revoked, once.
    fn check_log(&self, token: &str, run: &mut Run) {
        let revoked = || {
            let out = self.path("export.jsonl");
            let export = Command::new(PROGRAM)
                .args(["export", "-o"])
                .arg(&out)
                .current_dir(self.folder.path())
                .output();
            export.unwrap();
            let filter =
                format!(r#"eventType eq "system.api_token.revoke" and target.id eq "{token}""#);
            let found = Command::new(PROGRAM).args(["find", &filter]).arg(&out).output().unwrap();
            let n_found = text(found.stdout).lines().count();
            (n_found > 0).then_some(n_found)
        };
        assert_eq!(self.wait_for("the log to tell", run, revoked), 1);
    }

    /// Slack took every message once, after it had failed three times, and the alert is among them.
    fn check_told_once(&self, finding: &str) {
        let seen = self.slack.seen();
        let n_alerts =
            seen.posted.iter().filter(|(_, message)| message.to_string().contains(finding));
        assert_eq!(n_alerts.count(), 1, "{seen:#?}");
        for (key, _) in &seen.posted {
            assert_eq!(seen.posted.iter().filter(|(other, _)| other == key).count(), 1, "{key}");
            assert_eq!(seen.refused.iter().filter(|other| *other == key).count(), 3, "{key}");
        }
    }

    /// Waits until something is there while the program runs.
    fn wait_for<T>(&self, what: &str, run: &mut Run, mut look: impl FnMut() -> Option<T>) -> T {
        let began = Instant::now();
        loop {
            if let Some(found) = look() {
                return found;
            }
            let log = || fs::read_to_string(self.path("log")).unwrap_or_default();
            if let Some(status) = run.0.try_wait().unwrap() {
                panic!("the program ended by itself, {status}:\n{}", log());
            }
            assert!(began.elapsed() < PATIENCE, "no use waiting for {what}:\n{}", log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// `keyward run`, which is not left behind whatever happens.
struct Run(Child);

impl Run {
    /// Asks it to end, and waits for that.
    fn end(mut self) {
        let asked = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status();
        assert!(asked.unwrap().success());
        let status = self.0.wait().unwrap();
        assert_eq!(status.code(), Some(0), "{status}");
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// Commits the token to a repository as somebody might, with its id beside it.
fn leak(repository: &Path, token: &str, secret: &str, at: Timestamp) {
    fs::create_dir(repository).unwrap();
    let settings = format!(
        "# Program 1, {token}\nOKTA_ORG_URL=https://acme.okta.com\nOKTA_API_TOKEN={secret}\n"
    );
    fs::write(repository.join("deploy.env"), settings).unwrap();
    for words in [&["init", "-q"][..], &["add", "."], &["commit", "-qm", "Deploy from here"]] {
        let status = Command::new("git")
            .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.com"])
            .args(words)
            .current_dir(repository)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_DATE", at.to_string())
            .env("GIT_COMMITTER_DATE", at.to_string())
            .status();
        assert!(status.unwrap().success());
    }
}

/// What the organization answers to whoever holds the token.
fn status(okta: SocketAddr, secret: &str) -> u16 {
    let mut stream = TcpStream::connect(okta).unwrap();
    let request = format!(
        "GET /api/v1/users/me HTTP/1.1\r\nHost: {okta}\r\nAuthorization: SSWS {secret}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

/// Files that hold the token, beside the lab's own and the repository in which it leaked.
fn holds(folder: &Path, secret: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() && !entry.ends_with("keyward-lab") && !entry.ends_with("deploy") {
            found.extend(holds(&entry, secret));
        } else if entry.is_file()
            && memchr::memmem::find(&fs::read(&entry).unwrap(), secret.as_bytes()).is_some()
        {
            found.push(entry);
        }
    }
    found
}
