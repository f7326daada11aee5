//! What `keyward sink` shows and changes of the queue that `run` fills.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::Duration;

use archive::Findings;
use finding::{Finding, Level, Occurrence, Rule, Subject};
use jiff::Timestamp;
use sink::{Alert, Guide, Happened, News, Plan, Policy, Queue};
use tempfile::TempDir;

const CONFIG: &str = r#"
data = "."
[[tenant]]
name = "acme"
provider = "okta"
url = "https://acme.okta.com"
read = { method = "api-token", token = { env = "OKTA_TOKEN" } }
[[sink]]
name = "file"
kind = "file"
path = "alerts.jsonl"
"#;

fn finding() -> Finding {
    let rule = Rule { name: "a_rule".into(), title: "A rule".into(), ..Rule::default() };
    let subject = Subject { user: Some("ada@example.com".into()), ..Subject::default() };
    let event = Occurrence { event_id: "e1".into(), subject, ..Occurrence::default() };
    Finding::of_event(Arc::new(rule), Level::High, event)
}

/// A folder with a finding that waits for a sink.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("keyward.toml"), CONFIG).unwrap();
    let store = Findings::open(&folder.path().join("findings.db")).unwrap();
    store.put(&serde_json::to_string(&finding()).unwrap()).unwrap();
    let queue = Queue::open(&folder.path().join("sinks.db")).unwrap();
    let policy = Policy { sink: "file".into(), quiet: None, fold: Duration::ZERO };
    let plan = Plan { policies: vec![policy], routes: Vec::new() };
    let alert = Alert::new(finding(), Guide::default());
    let news = [News { alert, happened: Happened::Found }];
    queue.accept(&plan, &news, "test", 1, Timestamp::now()).unwrap();
    folder
}

fn keyward(folder: &Path, arguments: &[&str], exit: i32) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keyward"));
    command.arg("sink").args(arguments).current_dir(folder).env("NO_COLOR", "1");
    let Output { status, stdout, stderr } = command.output().unwrap();
    let said = String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap();
    assert_eq!(status.code(), Some(exit), "{arguments:?}: {said}");
    said
}

#[test]
fn what_waits_is_listed_and_told_again() {
    let folder = folder();
    assert!(keyward(folder.path(), &["list"], 0).contains("waiting 1 (the oldest since"));
    let said = keyward(folder.path(), &["resend", finding().id.as_str()], 0);
    assert!(said.contains("waits again for file"), "{said}");
    assert!(keyward(folder.path(), &["list"], 0).contains("waiting 2 "));
    assert_eq!(keyward(folder.path(), &["dead"], 0), "");
    keyward(folder.path(), &["replay", "17"], 2);
    keyward(folder.path(), &["resend", "zz"], 2);
}

#[test]
fn a_silence_is_begun_listed_and_ended() {
    let folder = folder();
    let add =
        ["silence", "add", "--rule", "a_*", "--until", "1h", "--because", "drill", "--by", "bob"];
    assert!(keyward(folder.path(), &add, 0).contains("Silence 1: rule a_*, until"));
    let list = keyward(folder.path(), &["silence", "list", "-f", "json"], 0);
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    let silence = &list["silences"][0];
    assert_eq!((&silence["because"], &silence["by"]), (&"drill".into(), &"bob".into()));
    assert_eq!(silence["terms"]["rules"][0], "a_*");
    keyward(folder.path(), &["silence", "end", "1"], 0);
    assert_eq!(keyward(folder.path(), &["silence", "list"], 0), "");
    keyward(folder.path(), &["silence", "end", "1"], 2);
}

#[test]
fn a_name_that_there_is_not_is_no_silence_about_it() {
    let folder = folder();
    let said = keyward(folder.path(), &["dead", "--sink", "fil"], 2);
    assert!(said.contains("no sink is called `fil`, did you mean `file`?"), "{said}");
    keyward(folder.path(), &["replay", "--sink", "pager"], 2);
    let add = |what: &[&str], exit| {
        let rest = ["--until", "1h", "--because", "drill"];
        let arguments: Vec<_> =
            ["silence", "add"].iter().chain(what).chain(&rest).copied().collect();
        keyward(folder.path(), &arguments, exit)
    };
    let said = add(&["--tenant", "zz"], 2);
    assert!(said.contains("no tenant is called `zz`, there are `acme`"), "{said}");
    assert!(add(&["--rule", "nosuchrule"], 2).contains("no rule is called `nosuchrule`"));
    add(&["--rule", "okta_*", "--tenant", "acme"], 0);
    let mut command = Command::new(env!("CARGO_BIN_EXE_keyward"));
    command.args(["findings", "list", "--rule", "a_rul"]).current_dir(folder.path());
    assert_eq!(command.status().unwrap().code(), Some(2));
}
