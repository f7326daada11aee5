//! What was done with credentials and in sessions: by logs that were given, by the intake, by the provider's log.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use archive::{Batch, Intake, RealDisk, Settings, SourceId, Transport, split};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::ours::{Ours, Ran, configure, scan};
use super::{PROGRAM, Recorder, reply};

/// The token of the lab that leaks here.
const TOKEN: &str = "00Tlabtoken000000001";

/// A commit that holds a token with its id beside it, ten days ago.
fn commit(repository: &Path, value: &str) {
    fs::create_dir(repository).unwrap();
    let text = format!("# {TOKEN}\nOKTA_ORG_URL=https://acme.okta.com\nOKTA_API_TOKEN={value}\n");
    fs::write(repository.join("deploy.env"), text).unwrap();
    let at = days_ago(10).to_string();
    for words in [&["init", "-q"][..], &["add", "."], &["commit", "-qm", "Deploy"]] {
        let status = Command::new("git")
            .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.com"])
            .args(words)
            .current_dir(repository)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_DATE", &at)
            .env("GIT_COMMITTER_DATE", &at)
            .status();
        assert!(status.unwrap().success());
    }
}

fn days_ago(days: i64) -> Timestamp {
    Timestamp::now() - SignedDuration::from_hours(24 * days)
}

/// An event that the token authorized.
fn event(id: &str, at: Timestamp, ip: &str) -> String {
    let event = json!({
        "uuid": id, "published": at.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string(),
        "eventType": "group.user_membership.add", "actor": {"id": "00u1", "type": "User"},
        "client": {"ipAddress": ip}, "outcome": {"result": "SUCCESS"},
        "transaction": {"detail": {"requestApiTokenId": TOKEN}},
    });
    event.to_string() + "\n"
}

fn admin(ours: &Ours, more: &[&str]) -> Ran {
    let arguments = [&["--verify", "admin", "--config", "keyward.toml"], more].concat();
    scan(ours.folder.path(), &["--git", "deploy"], &arguments)
}

/// An intake with these events, of which nothing was heard since `received`.
fn keep(folder: &Path, events: &str, received: Timestamp) {
    let disk = RealDisk::at(folder.to_owned()).unwrap();
    let intake = Intake::open(Arc::new(disk), Settings::default()).unwrap();
    let source = SourceId { provider: "okta".into(), tenant: "acme".into() };
    let (records, notes) = (split(events.as_bytes(), None).records, Vec::new());
    let batch = Batch { source, transport: Transport::Poll, received, records, notes };
    intake.append(batch).unwrap();
}

#[test]
fn logs_that_are_given_tell_what_was_done_whatever_the_intake_holds() {
    let ours = Ours::new();
    commit(&ours.path("deploy"), &ours.keys.okta_api_token);
    let log = [
        event("e1", days_ago(12), "198.51.100.7"),
        event("e2", days_ago(9), "203.0.113.9"),
        event("e3", Timestamp::now(), "203.0.113.9"),
    ];
    fs::write(ours.path("log.jsonl"), log.concat()).unwrap();
    keep(&ours.path("data/intake"), &event("e9", days_ago(8), "192.0.2.1"), Timestamp::now());

    let ran = admin(&ours, &["--logs", "log.jsonl"]);
    let exposure = &ran.credential()["exposure"];
    assert_eq!(exposure["events"], 2, "{exposure}\n{}", ran.said);
    assert_eq!(exposure["first_foreign"]["ip"], "203.0.113.9", "{exposure}");
    assert_eq!(exposure["complete"], true, "{exposure}");
    assert!(exposure["why"].as_str().unwrap().starts_with("the logs that were given, from "));

    let ran = admin(&ours, &[]);
    let exposure = &ran.credential()["exposure"];
    assert_eq!((&exposure["events"], &exposure["complete"]), (&json!(1), &json!(false)));
    let why = exposure["why"].as_str().unwrap();
    assert!(why.starts_with("the intake, which begins only at"), "{why}");
}

#[test]
fn an_intake_that_ended_days_ago_is_not_complete() {
    let ours = Ours::new();
    commit(&ours.path("deploy"), &ours.keys.okta_api_token);
    let log = [event("e1", days_ago(12), "198.51.100.7"), event("e2", days_ago(9), "203.0.113.9")];
    keep(&ours.path("data/intake"), &log.concat(), days_ago(8));
    let ran = admin(&ours, &[]);
    let exposure = &ran.credential()["exposure"];
    assert_eq!((&exposure["events"], &exposure["complete"]), (&json!(1), &json!(false)));
    let why = exposure["why"].as_str().unwrap();
    assert!(why.ends_with("what came after is not in it"), "{why}");
}

#[test]
fn logs_that_cannot_be_read_after_a_use_throw_no_finding_away() {
    let ours = Ours::new();
    commit(&ours.path("deploy"), &ours.keys.okta_api_token);
    fs::write(ours.path("log.jsonl"), "no event in it\n").unwrap();
    let arguments = ["--verify", "live", "--config", "keyward.toml", "--logs", "log.jsonl"];
    let ran = scan(ours.folder.path(), &["--git", "deploy"], &arguments);
    assert_eq!(ran.exit, 3, "{}", ran.said);
    assert_eq!(ran.credential()["verification"]["status"], "live", "{}", ran.said);
    assert_eq!(ran.credential()["token"]["id"], TOKEN, "{}", ran.said);
    assert_eq!(ran.account()["unread"], 1, "{}", ran.said);
    assert!(
        ran.said.contains("What was done is not known: the logs that were given"),
        "{}",
        ran.said
    );
}

/// The session that a recording gives away.
const SESSION: &str = "102kR3vQ8dLmN0pZxWcYtBaSe";

fn recording() -> String {
    let answer =
        json!({"id": SESSION, "userId": "00u1234567890abcdefg", "login": "ada@example.com"});
    let entry = json!({
        "startedDateTime": "2026-11-20T09:30:00Z",
        "request": {"method": "GET", "url": "https://acme.okta.com/api/v1/sessions/me",
            "headers": [{"name": "cookie", "value": format!("sid={SESSION}")}]},
        "response": {"status": 200, "headers": [],
            "content": {"mimeType": "application/json", "text": answer.to_string()}},
    });
    json!({"log": {"version": "1.2", "entries": [entry]}}).to_string()
}

/// Sign-ins of two sessions: of the one that was recorded before and after that, from elsewhere then.
fn sessions() -> Vec<Value> {
    let made = |id: &str, hour: &str, session: &str, ip: &str| {
        json!({
            "uuid": id, "published": format!("2026-11-20T{hour}:00:00.000Z"),
            "eventType": "user.authentication.sso", "actor": {"id": "00u1234567890abcdefg"},
            "client": {"ipAddress": ip}, "outcome": {"result": "SUCCESS"},
            "authenticationContext": {"externalSessionId": session},
        })
    };
    vec![
        made("e1", "09", SESSION, "198.51.100.7"),
        made("e2", "10", SESSION, "203.0.113.9"),
        made("e3", "11", "102anotherSessionAltogether", "203.0.113.9"),
        made("e4", "12", SESSION, "203.0.113.9"),
    ]
}

/// What is told of the session of the recording, and how the run ended.
fn follow(folder: &Path, more: &[&str]) -> (i32, Value, String) {
    fs::write(folder.join("case.har"), recording()).unwrap();
    let mut command = Command::new(PROGRAM);
    command.args(["har", "scan", "case.har", "-f", "json"]).args(more).current_dir(folder);
    let output = command.env("KEYWARD_KEY", "a key for tests alone").output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let mut found: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (output.status.code().unwrap(), found["summary"]["session_uses"].take(), said)
}

fn check_session(uses: &Value, said: &str) {
    assert_eq!(uses.as_array().map(Vec::len), Some(1), "{uses}\n{said}");
    let followed = &uses[0];
    assert_eq!(
        (&followed["host"], &followed["session"]),
        (&json!("acme.okta.com"), &json!(SESSION))
    );
    let exposure = &followed["exposure"];
    assert_eq!(exposure["events"], 2, "{exposure}");
    assert_eq!(exposure["first_foreign"]["id"], "e2", "{exposure}");
    assert_eq!(exposure["known_addresses"], 1, "{exposure}");
}

#[test]
fn the_session_of_a_recording_is_followed_in_logs_that_are_given() {
    let folder = TempDir::new().unwrap();
    let lines: Vec<String> = sessions().iter().map(|event| format!("{event}\n")).collect();
    fs::write(folder.path().join("log.jsonl"), lines.concat()).unwrap();
    let (exit, uses, said) = follow(folder.path(), &["--logs", "log.jsonl"]);
    assert_eq!(exit, 1, "{said}");
    check_session(&uses, &said);
    let (exit, _, said) = follow(folder.path(), &["--logs", "missing.jsonl"]);
    assert_eq!(exit, 2, "{said}");
}

#[test]
fn the_session_of_a_recording_is_followed_in_the_log_of_its_tenant() {
    fn tenant(path: &str, base: &str) -> Vec<u8> {
        let links =
            json!({"organization": {"href": "https://acme.okta.com"}, "alternate": {"href": base}});
        let told = json!({"id": "00oabcdefghijk123456", "pipeline": "idx", "_links": links});
        match path.split('?').next().unwrap_or_default() {
            "/.well-known/okta-organization" => reply("200 OK", &told.to_string()),
            "/api/v1/logs" if path.contains("externalSessionId") => {
                let of_it = sessions().into_iter();
                let of_it = of_it
                    .filter(|one| one["authenticationContext"]["externalSessionId"] == SESSION);
                reply("200 OK", &Value::Array(of_it.collect()).to_string())
            }
            _ => reply("404 Not Found", "{}"),
        }
    }
    let (folder, recorder) = (TempDir::new().unwrap(), Recorder::serve(tenant));
    configure(folder.path(), &recorder.base);
    let (exit, uses, said) = follow(folder.path(), &["--config", "keyward.toml"]);
    assert_eq!(exit, 1, "{said}");
    check_session(&uses, &said);
    let asked = recorder.heard();
    assert_eq!(asked.iter().filter(|request| request.contains(SESSION)).count(), 1, "{asked:?}");
}

#[test]
fn a_log_of_the_tenant_that_does_not_answer_makes_the_run_partial() {
    let (folder, recorder) =
        (TempDir::new().unwrap(), Recorder::serve(|_, _| reply("404 Not Found", "{}")));
    configure(folder.path(), &recorder.base);
    let (exit, _, said) = follow(folder.path(), &["--config", "keyward.toml"]);
    assert_eq!(exit, 3, "{said}");
    assert!(said.contains("Not known of acme"), "{said}");
}
