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

/// `examples/sinks.toml` as a configuration, with everything that it refers to.
#[cfg(unix)]
fn example() -> TempDir {
    use std::hash::{BuildHasher, RandomState};
    use std::os::unix::fs::PermissionsExt;

    let folder = TempDir::new().unwrap();
    let at = |name: &str| folder.path().join(name);
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    for (from, to) in [("sinks.toml", "keyward.toml"), ("messages/team.txt", "messages/team.txt")] {
        std::fs::create_dir_all(at(to).parent().unwrap()).unwrap();
        std::fs::copy(examples.join(from), at(to)).unwrap();
    }
    let mut init = Command::new(env!("CARGO_BIN_EXE_keyward"));
    let init = init.args(["init", "--url", "https://acme.okta.com", "--dir", "made"]);
    assert!(init.current_dir(folder.path()).output().unwrap().status.success());
    std::fs::rename(at("made/secrets"), at("secrets")).unwrap();
    let random = || format!("{:016x}", RandomState::new().hash_one(0));
    for (name, before) in [
        ("pagerduty", ""),
        ("slack-webhook", "https://hooks.slack.com/services/"),
        ("teams-workflow", "https://acme.webhook.office.com/"),
        ("webhook", ""),
        ("lake", ""),
    ] {
        std::fs::write(at("secrets").join(name), format!("{before}{}", random())).unwrap();
    }
    std::fs::write(at("pass"), format!("#!/bin/sh\necho {}\n", random())).unwrap();
    std::fs::set_permissions(at("pass"), PermissionsExt::from_mode(0o700)).unwrap();
    folder
}

#[cfg(unix)]
fn with_example(folder: &Path, arguments: &[&str], exit: i32) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keyward"));
    let path = format!("{}:/usr/bin:/bin", folder.display());
    command.args(arguments).current_dir(folder).env("PATH", path).env("NO_COLOR", "1");
    let Output { status, stdout, stderr } = command.env("SLACK_TOKEN", "none").output().unwrap();
    let said = String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap();
    assert_eq!(status.code(), Some(exit), "{arguments:?}: {said}");
    said
}

#[test]
#[cfg(unix)]
fn the_example_of_sinks_can_be_used_as_it_is() {
    let folder = example();
    let check = ["run", "--check", "--config", "keyward.toml"];
    let said = with_example(folder.path(), &check, 0);
    assert!(said.contains("The configuration can be used."), "{said}");
    let said = with_example(folder.path(), &["sink", "list"], 0);
    assert_eq!(said.matches("dead letters 0").count(), 9, "{said}");
    assert!(!said.contains("hooks.slack.com/") && !said.contains("office.com/"), "{said}");
    with_example(folder.path(), &["sink", "test", "file"], 0);
    let told = std::fs::read_to_string(folder.path().join("alerts.jsonl")).unwrap();
    assert!(told.contains("Test of the sink file: nothing happened"), "{told}");
}

#[test]
#[cfg(unix)]
fn the_address_of_another_service_is_refused_without_showing_it() {
    let folder = example();
    let at = |name: &str| folder.path().join("secrets").join(name);
    let address = std::fs::read_to_string(at("slack-webhook")).unwrap();
    std::fs::copy(at("slack-webhook"), at("teams-workflow")).unwrap();
    let said = with_example(folder.path(), &["run", "--check"], 2);
    let told = "the sink `managers`: the address of the webhook is one of Slack, and the kind of the sink that of Teams";
    assert!(said.contains(told), "{said}");
    assert!(!said.contains(address.rsplit('/').next().unwrap()), "{said}");
}

#[test]
#[cfg(unix)]
fn a_message_in_own_words_is_shown_by_a_test_and_refused_where_it_is_wrong() {
    let folder = example();
    let file = folder.path().join("keyward.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    // Nobody listens there.
    let channel = "channel = \"C0SECURITY\"";
    let text = text.replace(channel, &format!("{channel}\nurl = \"http://127.0.0.1:9\""));
    std::fs::write(&file, text).unwrap();
    let said = with_example(folder.path(), &["sink", "test", "team"], 3);
    assert!(
        said.contains("\nWho and what\nnobody@example.com from 192.0.2.1 in (not known)"),
        "{said}"
    );
    assert!(said.contains("\nOur runbook: https://wiki.example.com/identity\n"), "{said}");
    let template = folder.path().join("messages/team.txt");
    std::fs::write(&template, "# Who\n{subject} from {adress}\n{whence}\n").unwrap();
    let said = with_example(folder.path(), &["run", "--check"], 2);
    let told = "the sink `team`: the template `messages/team.txt` cannot be used as it is: line 2, column 16: \
         there is no placeholder `{adress}`, did you mean `{address}`?; line 3, column 1: there is no placeholder `{whence}`";
    assert!(said.contains(told), "{said}");
    std::fs::remove_file(&template).unwrap();
    let said = with_example(folder.path(), &["run", "--check"], 2);
    assert!(said.contains("failed to read the template `messages/team.txt`"), "{said}");
}
