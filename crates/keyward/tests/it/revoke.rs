//! `keyward revoke` and `respond` on the lab: planned, on record, proven, and never more than asked.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use archive::{Audit, Batch, Intake, RealDisk, Settings, SourceId, Transport, split};
use lab::serve::{Keys, Lab, ServeOptions, listen};
use serde_json::Value;

use crate::verify::{Recorder, Script, reply};

/// Both tenants of the lab, a configuration that may change them, and a folder for everything.
struct Site {
    folder: tempfile::TempDir,
    keys: Keys,
    _runtime: tokio::runtime::Runtime,
}

/// What a run said, and how it ended.
struct Ran {
    out: String,
    said: String,
    exit: i32,
}

impl Site {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keys = Keys::random().unwrap();
        keys.write(&folder.path().join("keys")).unwrap();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.unwrap();
        let lab = Lab::new(ServeOptions::default(), keys.clone(), std::iter::empty());
        let (okta, auth0) = runtime.block_on(async { (listen(0).await, listen(0).await) });
        let (okta, auth0) = (okta.unwrap(), auth0.unwrap());
        let ports = [&okta, &auth0].map(|listener| listener.local_addr().unwrap().port());
        runtime.spawn(lab.run(okta, auth0, std::future::pending()));
        fs::write(folder.path().join("keyward.toml"), configuration(ports)).unwrap();
        Self { folder, keys, _runtime: runtime }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, args: &str) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keyward"));
        ran(command.args(args.split(' ')), self.folder.path())
    }

    /// Runs where no file may grow over so many times 512 bytes, as on a disk that is full.
    fn run_limited(&self, blocks: u64, args: &str) -> Ran {
        let limit = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        let mut command = Command::new("sh");
        command.arg("-c").arg(limit).arg(env!("CARGO_BIN_EXE_keyward")).args(args.split(' '));
        ran(&mut command, self.folder.path())
    }

    /// Runs, and holds the end against what is expected.
    fn check(&self, args: &str, exit: i32) -> Ran {
        let ran = self.run(args);
        assert_eq!(ran.exit, exit, "{args}\n{}\n{}", ran.out, ran.said);
        ran
    }

    fn json(&self, args: &str, exit: i32) -> Value {
        serde_json::from_str(&self.check(&format!("{args} --format json"), exit).out).unwrap()
    }

    /// Lines of the record.
    fn record(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.path("data/audit.jsonl")).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// An intake with three events of the token: one before it lay open, and two after it from elsewhere.
    fn write_log(&self) {
        let uses = [(18, "198.51.100.7"), (20, "203.0.113.9"), (21, "203.0.113.9")];
        for (day, ip) in uses {
            self.write_use(&format!("2026-11-{day}T09:00:00.000Z"), ip);
        }
    }

    /// Adds a use of the token to the intake.
    fn write_use(&self, at: &str, ip: &str) {
        let disk = RealDisk::at(self.path("data/intake")).unwrap();
        let intake = Intake::open(Arc::new(disk), Settings::default()).unwrap();
        let event = serde_json::json!({
            "uuid": format!("e-{at}"), "published": at,
            "eventType": "group.user_membership.add", "actor": {"id": "00u1", "type": "User"},
            "client": {"ipAddress": ip}, "outcome": {"result": "SUCCESS"},
            "transaction": {"detail": {"requestApiTokenId": "00Tlabtoken000000001"}},
        });
        let source = SourceId { provider: "okta".into(), tenant: "acme".into() };
        let (received, transport) = (jiff::Timestamp::now(), Transport::Poll);
        let (records, notes) = (split(event.to_string().as_bytes(), None).records, Vec::new());
        intake.append(Batch { source, transport, received, records, notes }).unwrap();
    }

    /// A store with three findings of one rule about the token, one of before it lay open, and one about another.
    fn write_findings(&self) {
        fs::create_dir_all(self.path("data")).unwrap();
        let store = archive::Findings::open(&self.path("data/findings.db")).unwrap();
        let rows = [
            ("00Tlabtoken000000001", "Made Changes", "2026-11-20T10:00:00Z"),
            ("00Tlabtoken000000001", "Made Changes", "2026-11-20T10:01:00Z"),
            ("00Tlabtoken000000001", "Made Changes", "2026-11-20T10:02:00Z"),
            ("00Tlabtoken000000001", "Before it lay open", "2026-11-02T10:00:00Z"),
            ("00Tlabtoken000000002", "Of another", "2026-11-20T10:00:00Z"),
        ];
        for (n, (token, title, at)) in rows.iter().enumerate() {
            let finding = serde_json::json!({
                "schema": "keyward.finding/1", "id": format!("{n:032x}"), "kind": "detection", "level": "high",
                "rule": {"id": title, "name": title, "title": title, "status": "test", "attack": []},
                "time": at, "provider": "okta", "tenant": "acme",
                "subject": {"token": token, "ip": "203.0.113.9"}, "state": "settled", "revision": 1,
                "replaces": [], "case": format!("{n:032x}"), "first": at, "last": at,
                "event_count": 1, "events": [format!("e{n}")], "evidence": {}, "late": false,
            });
            store.put(&finding.to_string()).unwrap();
        }
    }

    /// Everything that was written below the folder of data.
    fn kept(&self) -> String {
        fn below(folder: &Path, all: &mut String) {
            for entry in fs::read_dir(folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    below(&path, all);
                } else {
                    *all += &fs::read_to_string(path).unwrap_or_default();
                }
            }
        }
        let mut all = String::new();
        below(&self.path("data"), &mut all);
        all
    }
}

/// The configuration of the examples, for these ports, and a tenant beside it that nothing may change.
fn configuration([okta, auth0]: [u16; 2]) -> String {
    let both = include_str!("../../../../examples/lab.toml");
    let both = both.replace("../keyward-lab/data", "data").replace("../keyward-lab/", "keys/");
    let both = both.replace(":8480", &format!(":{okta}")).replace(":8481", &format!(":{auth0}"));
    let both = both.replace("acme-customers", "customers");
    format!(
        r#"{both}
[[tenant]]
name = "readonly"
provider = "okta"
url = "http://127.0.0.1:{okta}"
read = {{ method = "api-token", token = {{ file = "keys/okta-api-token" }} }}
"#
    )
}

/// Runs a program to its end in a folder.
fn ran(command: &mut Command, folder: &Path) -> Ran {
    let Output { status, stdout, stderr } =
        command.current_dir(folder).env("NO_COLOR", "1").output().unwrap();
    let [out, said] = [stdout, stderr].map(|text| String::from_utf8(text).unwrap());
    Ran { out, said, exit: status.code().unwrap() }
}

const TOKEN: &str = "revoke token 00Tlabtoken000000001 --tenant acme";

/// What each proof of an outcome shows.
fn verdicts(told: &Value) -> Vec<String> {
    let proofs = told["proofs"].as_array().unwrap().iter();
    proofs
        .map(|proof| {
            format!("{} {}", proof["what"].as_str().unwrap(), proof["verdict"].as_str().unwrap())
        })
        .collect()
}

#[test]
fn a_plan_calls_nothing_and_an_execution_proves_what_it_did() {
    let site = Site::new();
    let planned = site.json(TOKEN, 0);
    assert_eq!((&planned["executed"], &planned["calls"]), (&Value::Bool(false), &Value::Null));
    assert_eq!(planned["plan"][0]["is_done"], false);
    assert!(!site.path("data").exists(), "a plan writes nothing");
    let args = format!("{TOKEN} --execute --because drill --secret-file keys/okta-api-token");
    let done = site.json(&args, 0);
    assert_eq!(verdicts(&done), ["object proven", "event proven", "credential proven"]);
    assert_eq!(done["calls"][0]["status"], 204);
    let event = &done["proofs"][1]["event"];
    assert_eq!(event["eventType"], "system.api_token.revoke");
    assert_eq!(event["target"][0]["id"], "00Tlabtoken000000001");
    let record = site.record();
    let told: Vec<_> = record.iter().map(|line| line["entry"]["what"].as_str().unwrap()).collect();
    assert_eq!(told, ["call", "end"]);
    assert_eq!(record[0]["entry"]["because"], "drill");
    let evidence = fs::read_to_string(site.path(done["evidence"].as_str().unwrap())).unwrap();
    assert!(evidence.contains(record[1]["hash"].as_str().unwrap()));
    let token = site.keys.okta_api_token.as_str();
    assert!(!site.kept().contains(token) && !done.to_string().contains(token));
}

#[test]
fn what_is_done_already_is_not_called_again() {
    let site = Site::new();
    site.check(&format!("{TOKEN} --execute"), 0);
    let again = site.json(&format!("{TOKEN} --execute"), 0);
    assert_eq!((site.record().len(), &again["calls"][0]["audit"]), (2, &Value::Null));
    assert_eq!(verdicts(&again), ["object proven", "event proven"]);
}

/// The disk that the record lies on fails: nothing is called.
#[test]
fn what_cannot_be_written_down_is_not_done() {
    let site = Site::new();
    fs::create_dir_all(site.path("data/audit.jsonl")).unwrap();
    let ran = site.check(&format!("{TOKEN} --execute"), 2);
    assert!(ran.said.contains("nothing was called"), "{}", ran.said);
    let planned = site.json(TOKEN, 0);
    assert_eq!(planned["plan"][0]["is_done"], false);
}

#[test]
fn a_token_is_bound_to_a_zone_and_lives_on() {
    let site = Site::new();
    assert!(site.check(&format!("{TOKEN} --gentle"), 2).said.contains("--zone"));
    let args = format!("{TOKEN} --gentle --zone nzolab00000000000002 --execute");
    let done = site.json(&args, 0);
    assert_eq!(verdicts(&done), ["object proven", "event proven"]);
    assert_eq!(done["plan"][0]["strength"], "gentle");
    let live = format!("{args} --secret-file keys/okta-api-token");
    let told = site.json(&live, 1);
    assert_eq!(verdicts(&told)[2], "credential contradicted", "it works from here still");
}

#[test]
fn a_token_that_is_at_hand_ends_itself() {
    let site = Site::new();
    let args = "revoke token current --tenant readonly --secret-file keys/okta-program-token";
    assert_eq!(site.json(args, 0)["credential"], "the token itself");
    // The program's token is another one than that with which the tenant is read.
    let done = site.json(&format!("{args} --execute"), 0);
    assert_eq!(verdicts(&done), ["event proven", "credential proven"]);
}

#[test]
fn a_new_secret_comes_before_the_old_one_goes() {
    let site = Site::new();
    let app = "0oalabplain000000001 --tenant acme";
    let refused = site.check(&format!("revoke secret {app} --gentle --execute"), 2);
    assert!(refused.said.contains("--new-secret-file") && site.record().is_empty());
    let args = format!("revoke secret {app} --gentle --new-secret-file new --execute");
    let made = site.json(&args, 0);
    let secret = fs::read_to_string(site.path("new")).unwrap();
    assert!(secret.len() > 30 && !site.kept().contains(&secret));
    assert!(!made.to_string().contains(&secret));
    site.check(&args, 2); // The file is there: nothing is made that could not be kept.
    let id = made["calls"][0]["made"].as_str().unwrap();
    let off = format!("revoke secret 0oalabplain000000001 {id} --tenant acme");
    let done = site.json(&format!("{off} --execute"), 0);
    assert_eq!(verdicts(&done), ["object proven", "event proven"]);
    // The log names the app alone: it is said, and the state of the secret is seen beside it.
    let says = done["proofs"][1]["says"].as_str().unwrap();
    assert!(says.contains("it names `0oalabplain000000001` alone"), "{says}");
    // Where nothing is called, the record tells since when an event is of this secret.
    let again = site.json(&format!("{off} --execute"), 0);
    assert_eq!(verdicts(&again), ["object proven", "event proven"]);
    let gone = site.json(&format!("{off} --now --execute"), 0);
    assert_eq!(
        (&gone["plan"][0]["is_done"], &gone["calls"][1]["status"]),
        (&true.into(), &204.into())
    );
    assert_eq!(verdicts(&gone), ["object proven", "event proven"]);
}

/// Whoever switched the secret off, it was not this record's calls: an event that names the app alone may be of another secret.
#[test]
fn an_event_of_the_app_does_not_prove_what_somebody_else_did() {
    let site = Site::new();
    let args =
        "revoke secret 0oalabplain000000001 --tenant acme --gentle --new-secret-file new --execute";
    let id = site.json(args, 0)["calls"][0]["made"].as_str().unwrap().to_owned();
    let off = format!("revoke secret 0oalabplain000000001 {id} --tenant acme --wait 1s --execute");
    site.check(&off, 0);
    fs::remove_file(site.path("data/audit.jsonl")).unwrap();
    assert_eq!(verdicts(&site.json(&off, 3)), ["object proven", "event unknown"]);
}

/// The secret is shown once: where there is no room for it, the provider makes none.
#[test]
fn a_full_disk_refuses_the_call_and_not_the_secret() {
    let site = Site::new();
    let args =
        "revoke secret 0oalabplain000000001 --tenant acme --gentle --new-secret-file new --execute";
    let refused = site.run_limited(4, args);
    assert_eq!(refused.exit, 2, "{}\n{}", refused.out, refused.said);
    assert!(refused.said.contains("nothing was called"), "{}", refused.said);
    assert!(site.record().is_empty() && !site.path("new").exists());
    site.check(args, 0);
    let secret = fs::read_to_string(site.path("new")).unwrap();
    assert!(secret.len() > 30 && secret.trim() == secret, "nothing of the room is left");
}

/// The end of a call finds no room on the disk: the call was made, and nobody takes it for one that was not.
#[test]
fn a_call_whose_end_cannot_be_written_is_told_at_the_next_run() {
    const LIMIT: u64 = 64;
    let site = Site::new();
    site.check("revoke token 00Tlabtoken000000002 --tenant acme --execute --wait 0s", 3);
    let audit = Audit::at(site.path("data/audit.jsonl"));
    let length = || fs::metadata(audit.path()).unwrap().len();
    let begun = fs::read_to_string(audit.path()).unwrap().lines().next().unwrap().len() as u64;
    let pad = |bytes: u64| {
        let before = length();
        let text = "x".repeat(usize::try_from(bytes).unwrap());
        audit.append(jiff::Timestamp::now(), &serde_json::json!({"pad": text})).unwrap();
        length() - before - bytes
    };
    // So that the line before the call fits, and a hundred bytes of the one after it.
    let head = pad(0);
    pad(LIMIT * 512 - length() - head - begun - 100);
    let done = site.run_limited(LIMIT, &format!("{TOKEN} --execute --wait 0s"));
    assert_eq!(done.exit, 3, "{}\n{}", done.out, done.said);
    assert!(done.out.contains("its end could not be written down"), "{}", done.out);
    let next = site.check(TOKEN, 0).out;
    assert!(next.contains("call 5 of the record") && next.contains("is not known"), "{next}");
    // The record goes on behind the line that was cut off.
    site.check(&format!("{TOKEN} --execute --wait 0s"), 3);
    assert_eq!(audit.read().unwrap().lines.len(), 5);
}

/// Both look whether a secret is being made before either has begun, unless looking and beginning are one.
#[test]
fn of_several_runs_at_a_time_one_alone_makes_a_secret() {
    let site = Site::new();
    let args = "revoke secret 0oalabplain000000001 --tenant acme --gentle --wait 0s --execute";
    let run = |number: u8| site.run(&format!("{args} --new-secret-file new{number}"));
    let ran: Vec<Ran> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..4).map(|number| scope.spawn(move || run(number))).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let told: Vec<_> = ran.iter().map(|ran| format!("{}\n{}", ran.out, ran.said)).collect();
    let begun: Vec<_> = site.record().iter().map(|line| line["entry"]["what"].clone()).collect();
    assert!(begun.chunks(2).all(|pair| pair == ["call", "end"]), "{begun:?}\n{told:?}");
    let kept = (0..4).filter(|number| site.path(&format!("new{number}")).exists()).count();
    assert_eq!(kept, 1, "{told:?}");
}

/// A call for a secret whose end nobody wrote down may have made one.
#[test]
fn a_secret_is_not_made_twice_after_a_crash() {
    let site = Site::new();
    let args = "revoke secret 0oalabplain000000001 --tenant acme --gentle --execute";
    let made = site.json(&format!("{args} --new-secret-file one"), 0);
    let record = fs::read_to_string(site.path("data/audit.jsonl")).unwrap();
    let call = record.lines().next().unwrap();
    fs::write(site.path("data/audit.jsonl"), format!("{call}\n")).unwrap();
    let refused = site.check(&format!("{args} --new-secret-file two"), 2);
    assert!(refused.said.contains("call 1 of the record") && !site.path("two").exists());
    // An app has two secrets at most.
    let id = made["calls"][0]["made"].as_str().unwrap();
    let gone = format!("revoke secret 0oalabplain000000001 {id} --tenant acme --now --execute");
    site.check(&gone, 0);
    site.check(&format!("{args} --new-secret-file two --again"), 0);
    let third = site.json(&format!("{args} --new-secret-file three"), 3);
    assert!(third["calls"][0]["error"].is_string() && !site.path("three").exists(), "{third}");
}

#[test]
fn what_keyward_signs_in_with_is_spared() {
    let site = Site::new();
    for client in ["0oalabreader00000001", "0oalabactor000000001"] {
        let refused = site.check(&format!("revoke client {client} --tenant acme --execute"), 2);
        assert!(refused.said.contains("--own"), "{}", refused.said);
    }
    let its_own = "--tenant readonly --secret-file keys/okta-api-token --execute";
    for token in ["current", "00Tlabtoken000000001"] {
        let refused = site.check(&format!("revoke token {token} {its_own}"), 2);
        assert!(refused.said.contains("--own"), "{}", refused.said);
    }
    assert!(site.record().is_empty());
}

#[test]
fn without_a_credential_that_may_the_plan_says_so_and_nothing_is_done() {
    let site = Site::new();
    // The token of the other tenant is of the same owner, and might be it.
    let token = "revoke token 00Tlabtoken000000002 --tenant readonly";
    assert!(site.check(token, 2).said.contains("--own"));
    let token = &format!("{token} --own");
    let planned = site.json(token, 3);
    assert!(planned["lacks"].as_str().unwrap().contains("[tenant.act]"));
    let text = site.check(token, 3).out;
    assert!(text.contains("[tenant.act]") && !text.contains("`--execute` does it"), "{text}");
    // A beginning of the id is spared like the whole of it.
    site.check("revoke token 00Tlabtoken000000002 --tenant readonly --own", 3);
    let begins = site.check("revoke token 00Tlabtoken00000000 --tenant readonly", 2);
    assert!(begins.said.contains("2 tokens begin"), "{}", begins.said);
    site.check(&format!("{token} --execute"), 2);
    let none = site.check("revoke token current --tenant acme", 2);
    assert!(none.said.contains("--secret-file"), "{}", none.said);
    let route = site.check("revoke token me --tenant acme --execute", 2);
    assert!(route.said.contains("is no id of a token"), "{}", route.said);
}

#[test]
fn applications_of_auth0_lose_their_grants_and_their_secret() {
    let site = Site::new();
    let client = "keywardlabnoscope000000000000001 --tenant customers";
    let taken = site.json(&format!("revoke client {client} --execute"), 0);
    assert_eq!(verdicts(&taken), ["object proven", "event proven"]);
    let args = format!(
        "revoke secret {client} --new-secret-file new --secret-file keys/auth0-client-secret --execute"
    );
    let rotated = site.json(&args, 0);
    assert_eq!(verdicts(&rotated), ["event proven", "credential proven"]);
    let record = site.kept();
    assert!(!record.contains(&fs::read_to_string(site.path("new")).unwrap()));
    assert!(!record.contains(&site.keys.auth0_client_secret));
}

#[test]
fn sessions_of_a_user_end_and_nothing_else() {
    let site = Site::new();
    let token = site.json(TOKEN, 0);
    let owner = fact(&token, "owner");
    let login = owner.split(' ').next().unwrap();
    let planned = site.json(&format!("revoke sessions-of {login} --tenant acme"), 0);
    let path = planned["plan"][0]["path"].as_str().unwrap();
    assert!(path.starts_with("/api/v1/users/00u"), "by the id, whatever it was named by: {path}");
    site.json(&format!("revoke sessions-of {login} --tenant acme --execute"), 0);
    for how in ["", " --execute"] {
        let nobody = site.check(&format!("revoke sessions-of 00uNobody --tenant acme{how}"), 2);
        assert!(nobody.said.contains("no such user"), "{}", nobody.said);
    }
}

/// Auth0 accepts that a session ends, and ends it some time later.
#[test]
fn sessions_of_auth0_are_looked_at_until_they_are_gone() {
    let site = Site::new();
    let session = "revoke session labsession0000000000 --tenant customers";
    let planned = site.json(session, 0);
    let user = fact(&planned, "user");
    assert!(user.starts_with("auth0|"), "{planned}");
    let done = site.json(&format!("{session} --execute"), 0);
    assert_eq!(done["calls"][0]["status"], 202);
    assert_eq!(verdicts(&done), ["object proven", "event proven"]);
    let again = site.json(&format!("{session} --execute"), 0);
    assert_eq!(again["calls"][0]["audit"], Value::Null);
    // Its refresh token is another thing.
    let all = format!("revoke sessions-of {user} --oauth-tokens --tenant customers");
    let planned = site.json(&all, 0);
    let done: Vec<_> = [0, 1].map(|at| planned["plan"][at]["is_done"].clone()).to_vec();
    assert_eq!(done, [true, false]);
    let ended = site.json(&format!("{all} --execute"), 0);
    assert_eq!(ended["calls"][1]["status"], 202);
    let unwaited = "revoke session labsession0000000001 --tenant customers --wait 0s --execute";
    assert_eq!(verdicts(&site.json(unwaited, 3)), ["object unknown", "event unknown"]);
    let nobody = site.check("revoke sessions-of auth0|nobody --tenant customers --execute", 2);
    assert!(nobody.said.contains("no such user"), "{}", nobody.said);
}

/// Of some calls no event is known: what the provider shows afterward is their proof.
#[test]
fn an_app_is_switched_off_and_loses_its_refresh_tokens() {
    let site = Site::new();
    let world = ServeOptions::default().world;
    let mut apps = world.org.apps.iter();
    let app = &apps.find(|app| app.sign_on == "OPENID_CONNECT").unwrap().id;
    let done = site.json(&format!("revoke client {app} --tenant acme --now --execute"), 0);
    assert_eq!(verdicts(&done), ["object proven", "object proven", "event proven"]);
    let says = done["proofs"][1]["says"].as_str().unwrap();
    assert!(says.ends_with("no event is known of it"), "{says}");
}

/// What a plan says of what is shut off.
fn fact(told: &Value, name: &str) -> String {
    let facts = told["facts"].as_array().unwrap().iter();
    let mut values = facts.filter(|fact| fact[0] == name).filter_map(|fact| fact[1].as_str());
    values.next().unwrap_or_default().to_owned()
}

/// A wrong id is nothing that is shut off already, and an incident does not begin with one.
#[test]
fn a_wrong_id_is_refused_and_a_beginning_is_taken_for_the_whole() {
    let site = Site::new();
    for (what, says) in [
        ("token 00Tnope", "no such token"),
        ("token nonsense", "begin with `00T`"),
        ("client 0oanope", "no such client"),
        ("secret 0oalabplain000000001 ocsnope --now", "no such secret"),
    ] {
        for how in ["", " --execute"] {
            let refused = site.check(&format!("revoke {what} --tenant acme{how}"), 2);
            assert!(refused.said.contains(says), "{what}\n{}", refused.said);
        }
    }
    assert!(site.record().is_empty());
    let several = site.check("revoke token 00Tlabtoken --tenant acme", 2);
    assert!(several.said.contains("00Tlabtoken000000002"), "{}", several.said);
    site.check("revoke token 00Tlabtoken000000001 --tenant acme --execute --wait 0s", 3);
    // The other one alone is left, and the one that was revoked is shut off already.
    let planned = site.json("revoke token 00Tlabtoken --tenant acme", 0);
    assert_eq!(planned["plan"][0]["path"], "/api/v1/api-tokens/00Tlabtoken000000002");
    let again = site.json("revoke token 00Tlabtoken000000001 --tenant acme", 0);
    assert_eq!(again["plan"][0]["is_done"], true);
}

#[test]
fn an_incident_does_not_begin_with_what_is_not_there() {
    let site = Site::new();
    let start = "respond start --tenant acme --title drill --token";
    let refused = site.check(&format!("{start} 00Tnope"), 2);
    assert!(refused.said.contains("no such token"), "{}", refused.said);
    let one = site.check(&format!("{start} 00Tlabtoken000000001"), 1);
    assert!(!one.said.contains("is about the same"), "{}", one.said);
    let other = site.check(&format!("{start} 00Tlabtoken000000001"), 1);
    assert!(other.said.contains("is about the same: `keyward respond inc-"), "{}", other.said);
    let listed = site.check("respond list --tenant acme", 1).out;
    assert_eq!(listed.matches("inc-").count(), 2, "{listed}");
}

/// A zone that is not there would shut everybody out, or nobody.
#[test]
fn a_zone_is_looked_at_before_a_token_is_bound_to_it() {
    let site = Site::new();
    let none = site.check(&format!("{TOKEN} --gentle --zone nzonope"), 2);
    assert!(none.said.contains("no such zone"), "{}", none.said);
    site.write_log();
    let bind = |zone: u8| format!("{TOKEN} --gentle --zone nzolab0000000000000{zone}");
    let planned = site.json(&bind(2), 0);
    assert_eq!(fact(&planned, "zone"), "Servers (IP, ACTIVE): 203.0.113.0/24");
    let dependents = planned["dependents"].to_string();
    assert!(dependents.contains("cut off by zone Servers: 198.51.100.7 (1)"), "{dependents}");
    let done = site.json(&format!("{} --execute", bind(1)), 0);
    let evidence = fs::read_to_string(site.path(done["evidence"].as_str().unwrap())).unwrap();
    assert!(evidence.contains("ANYWHERE"), "{evidence}");
    let undo = site.json(&bind(2), 0)["plan"][0]["undo"].to_string();
    assert!(undo.contains("nzolab00000000000001") && !undo.contains("anywhere"), "{undo}");
}

#[test]
fn an_incident_is_gone_on_with_to_its_report() {
    let site = Site::new();
    let finding = serde_json::json!({
        "schema": "keyward.finding/1", "id": "f1a2b3c4d5e6f7", "kind": "leak", "level": "critical",
        "rule": {"id": "okta_api_token", "name": "okta_api_token", "title": "A <script>token</script> \u{1b}[2J"},
        "credential": {"type": "okta_api_token", "token": {
            "kind": "api-token", "id": "00Tlabtoken000000001", "certain": true, "tenant": "acme"}},
        "first": "2026-11-20T08:00:00Z",
    });
    fs::write(site.path("leaks.jsonl"), finding.to_string()).unwrap();
    let begun = site.check("respond f1a2 --from leaks.jsonl", 1);
    assert!(begun.out.contains("API token `00Tlabtoken000000001`") || begun.out.contains("00Tlab"));
    assert!(!begun.out.contains('\u{1b}') && begun.out.contains("Next: Revoke"));
    let before = fs::read(site.path("data/incidents/inc-f1a2b3c4d5e6.json")).unwrap();
    site.check("respond f1a2 step revoke", 0);
    assert!(site.record().is_empty());
    let after = fs::read(site.path("data/incidents/inc-f1a2b3c4d5e6.json")).unwrap();
    assert!(before == after, "a plan changes nothing of the record");
    let done = "respond f1a2 step revoke --execute --secret-file keys/okta-api-token";
    let told = site.check(done, 0);
    assert_eq!(told.out.matches("proven by").count(), 3, "{}", told.out);
    assert_eq!(site.record()[0]["entry"]["incident"], "inc-f1a2b3c4d5e6");
    assert!(site.check("respond inc-f1a2", 1).out.contains("Next: Audit"));
    let no_log = site.check("respond f1a2 step audit --execute", 2);
    assert!(no_log.said.contains("no intake"), "{}", no_log.said);
    site.write_log();
    let audit = site.check("respond f1a2 step audit --execute", 0).out;
    assert!(audit.contains("2 events since 2026-11-20 08:00:00 UTC"), "{audit}");
    assert!(audit.contains("never seen before: 203.0.113.9") && !audit.contains("198.51.100.7"));
    assert!(audit.contains("`group.user_membership.add` 2 times until"), "{audit}");
    site.write_findings();
    let gone = site.check("respond f1a2 step blast-radius --execute", 0).out;
    assert!(gone.contains("before it was shut off: roles: Super Administrator"), "{gone}");
    site.check("respond f1a2 step audit --execute", 0);
    let dependents = site.check("respond f1a2 step dependents --execute", 0).out;
    assert!(dependents.contains("203.0.113.9 (2)"), "{dependents}");
    // What takes a month of the log was not looked at.
    let weak = site.check("respond f1a2 step harden --execute", 3).out;
    for text in ["A credential may do everything", "not looked at, since", "(Program "] {
        assert!(weak.contains(text), "{text}\n{weak}");
    }
    for step in
        ["audit", "blast-radius", "rotate", "dependents", "harden", "secret-store", "detection"]
    {
        assert_eq!(site.run(&format!("respond f1a2 step {step} --skip")).exit, 2, "without why");
        site.check(&format!("respond f1a2 step {step} --skip --note drill"), 0);
    }
    // What was taken twice stands once.
    let twice = site.check("respond f1a2 report --format text", 0).out;
    assert_eq!(twice.matches("2 events since 2026-11-20 08:00:00 UTC").count(), 1, "{twice}");
    let html = site.check("respond f1a2 report --format html", 0).out;
    assert!(!html.contains("src=") && !html.contains("href=") && !html.contains("@import"));
    assert!(html.contains("&lt;script&gt;token") && !html.contains("<script>"));
    let report = site.check("respond f1a2 report", 0).out;
    let told = [
        "system.api\\_token.revoke",
        "left out",
        "Timeline",
        "call 1 of the record",
        "2 times until 2026-11-21 09:00:00 UTC",
        "Made Changes (high), 3 findings, until 2026-11-20 10:02:00 UTC, from 203.0.113.9",
    ];
    assert!(!report.contains("Of another") && !report.contains("Before it lay open"), "{report}");
    for text in told {
        let plain = text.replace('\\', "");
        assert!(report.contains(text) || report.contains(&plain), "{text}\n{report}");
    }
    let record = site.check("respond f1a2 report --format json", 0).out;
    let record: Value = serde_json::from_str(&record).unwrap();
    assert_eq!(record["schema"], "keyward.incident/1");
    assert!(!site.kept().contains(&site.keys.okta_api_token));
    assert!(site.check("respond list", 0).out.contains("inc-f1a2b3c4d5e6"));
}

/// From now on the key of whoever acts is told by a program that runs another `keyward` first: at the same time as the call.
fn meanwhile(site: &Site, doing: &str) {
    let path = site.path("keyward.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(site.path("other.toml"), &text).unwrap();
    let acts = "client-id = \"0oalabactor000000001\"\nkey = ";
    let (before, after) =
        text.split_once(&format!("{acts}{{ file = \"keys/okta-key.pem\" }}")).unwrap();
    let program = env!("CARGO_BIN_EXE_keyward");
    let script = format!("{program} {doing} -c other.toml >&2; cat keys/okta-key.pem");
    let key = format!("{acts}{{ command = [\"sh\", \"-c\", \"{script}\"] }}");
    fs::write(&path, format!("{before}{key}{after}")).unwrap();
}

/// Whoever acted had its record refused when somebody else had written there meanwhile.
#[test]
fn what_one_did_is_in_the_record_though_another_wrote_there_meanwhile() {
    let site = Site::new();
    let id = started(&site, "--token 00Tlabtoken000000001");
    meanwhile(&site, &format!("respond {id} step revoke --done --note elsewhere --by bob"));
    site.check(&format!("respond {id} step revoke --execute --by ada"), 0);
    let record = site.check(&format!("respond {id} report --format json"), 1).out;
    let record: Value = serde_json::from_str(&record).unwrap();
    let step = &record["steps"][0];
    let told: Vec<String> = step["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            format!(
                "{} {}: {}",
                one["by"],
                one["state"],
                one["says"][0].as_str().unwrap().split(':').next().unwrap()
            )
        })
        .collect();
    assert_eq!(step["state"], "done");
    for word in [
        "\"bob\" \"done\": elsewhere",
        "\"ada\" \"begun\": about to delete the token",
        "\"ada\" \"done\": delete the token",
    ] {
        assert!(told.iter().any(|one| one == word), "{word}: {told:#?}");
    }
    let entries = record["entries"].as_array().unwrap();
    let calls = entries.iter().filter(|entry| entry["source"] == "call");
    assert_eq!(calls.count(), 1, "{entries:#?}");
}

/// Begins an incident on the tenant of Okta, and says its id.
fn started(site: &Site, about: &str) -> String {
    site.check(&format!("respond start --tenant acme --title drill {about}"), 1);
    let mut ids = fs::read_dir(site.path("data/incidents")).unwrap().filter_map(|entry| {
        let name = entry.unwrap().file_name().into_string().unwrap();
        name.strip_suffix(".json").map(str::to_owned)
    });
    ids.next().unwrap()
}

/// The power fails after the call, and before the record is written.
#[test]
fn what_was_called_is_in_the_report_though_nobody_came_to_write_it_down() {
    let site = Site::new();
    let id = started(&site, "--token 00Tlabtoken000000001");
    let path = site.path(&format!("data/incidents/{id}.json"));
    let before = fs::read(&path).unwrap();
    site.check(&format!("respond {id} step revoke --execute --by ada"), 0);
    fs::write(&path, before).unwrap();
    let report = site.check(&format!("respond {id} report --format text"), 1).out;
    assert!(report.contains("delete the token: done (204)"), "{report}");
    // Taking the step once more finds it done, and proves it.
    let again = site.check(&format!("respond {id} step revoke --execute --by bob"), 0).out;
    assert!(again.contains("it was so already"), "{again}");
    let report = site.check(&format!("respond {id} report --format text"), 1).out;
    assert_eq!(report.matches("delete the token: done (204)").count(), 1, "{report}");
}

/// The disk fails after the call was announced: what cannot be written down is not done, and the record says so.
#[test]
fn a_call_that_was_announced_and_not_made_is_told_as_such() {
    let site = Site::new();
    let id = started(&site, "--token 00Tlabtoken000000001");
    fs::create_dir_all(site.path("data/audit.jsonl")).unwrap();
    site.check(&format!("respond {id} step revoke --execute"), 2);
    let report = site.check(&format!("respond {id} report --format text"), 1).out;
    assert!(report.contains("about to delete the token"), "{report}");
    assert!(report.contains("nothing was called"), "{report}");
}

/// `--own` and `--again` are what the messages say to give.
#[test]
fn a_response_takes_the_flags_that_its_messages_name() {
    let site = Site::new();
    let start = "respond start --title drill --tenant readonly --token 00Tlabtoken000000002";
    site.check(start, 1);
    let own = site.check("respond inc step revoke", 2);
    assert!(own.said.contains("--own"), "{}", own.said);
    let planned = site.check("respond inc step revoke --own", 3);
    assert!(planned.out.contains("DELETE /api/v1/api-tokens/00Tlabtoken000000002"));
    let rotated = Site::new();
    let id = started(&rotated, "--client 0oalabplain000000001");
    let rotate =
        |file: &str| format!("respond {id} step rotate --execute --new-secret-file {file}");
    rotated.check(&rotate("one"), 0);
    let app = "0oalabplain000000001";
    let made = rotated.record()[1]["entry"]["made"].as_str().unwrap().to_owned();
    let record = fs::read_to_string(rotated.path("data/audit.jsonl")).unwrap();
    fs::write(rotated.path("data/audit.jsonl"), record.lines().next().unwrap().to_owned() + "\n")
        .unwrap();
    let refused = rotated.check(&rotate("two"), 2);
    assert!(refused.said.contains("--again") && !rotated.path("two").exists(), "{}", refused.said);
    // An app has two secrets at most.
    rotated.check(&format!("revoke secret {app} {made} --now --tenant acme --execute"), 0);
    rotated.check(&format!("{} --again", rotate("two")), 0);
}

/// An alert names its token, and so there is guidance for tokens of that kind.
#[test]
fn a_response_to_an_alert_knows_what_kind_of_credential_it_is_about() {
    let site = Site::new();
    site.write_findings();
    let begun = site.check("respond 00000000000000000000000000000000", 1).out;
    assert!(begun.contains("DELETE /api/v1/api-tokens/{id}"), "{begun}");
}

#[test]
fn a_use_of_a_token_after_its_end_is_said() {
    let site = Site::new();
    let id = started(&site, "--since 2026-11-19 --token 00Tlabtoken000000001");
    site.write_log();
    let audit = |word: &str| {
        let told = site.check(&format!("respond {id} step audit --execute"), 0).out;
        assert_eq!(told.contains("used after `revoke` was done"), !word.is_empty(), "{told}");
        assert!(told.contains(word), "{word}\n{told}");
    };
    audit("");
    site.check(&format!("respond {id} step revoke --execute"), 0);
    audit("");
    let later = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(5);
    site.write_use(&later.to_string(), "203.0.113.9");
    audit(&later.strftime("%Y-%m-%d %H:%M:%S").to_string());
}

/// What is bound to a zone lives on, so that the step is not over.
#[test]
fn a_token_that_is_only_bound_to_a_zone_is_not_said_to_be_revoked() {
    let site = Site::new();
    let id = started(&site, "--token 00Tlabtoken000000001");
    let bind = "--gentle --zone nzolab00000000000002 --execute";
    let bound = site.check(&format!("respond {id} step revoke {bind}"), 0).out;
    assert!(bound.contains("it is not ended") && bound.contains("The step is begun"), "{bound}");
    let ended = site.check(&format!("respond {id} step revoke --execute"), 0).out;
    assert!(ended.contains("The step is done. Next is audit"), "{ended}");
}

/// A beginning of an id is looked at anew once it stands for the whole.
#[test]
fn what_a_beginning_stands_for_is_spared_when_keyward_signs_in_with_it() {
    let site = Site::new();
    site.check("revoke token 00Tlabtoken000000002 --tenant acme --execute --wait 0s", 3);
    let n_calls = site.record().len();
    for how in ["", " --execute"] {
        let revoked = site.check(&format!("revoke token 00Tlabtoken --tenant readonly{how}"), 2);
        assert!(
            revoked.said.contains("`00Tlabtoken000000001` may be what Keyward"),
            "{}",
            revoked.said
        );
    }
    site.check("respond start --title drill --tenant readonly --token 00Tlabtoken000000001", 1);
    for how in ["", " --execute"] {
        let step = format!("respond inc step revoke --token 00Tlabtoken{how}");
        let refused = site.check(&step, 2);
        assert!(
            refused.said.contains("`00Tlabtoken000000001` may be what Keyward"),
            "{}",
            refused.said
        );
    }
    assert_eq!(site.record().len(), n_calls);
}

/// Auth0 has no second secret beside the first: what it can do is done, planned first.
#[test]
fn an_application_of_auth0_gets_a_new_secret_in_a_response() {
    let site = Site::new();
    let start = "respond start --title drill --tenant customers --client";
    site.check(&format!("{start} keywardlabnoscope000000000000001"), 1);
    let plan = site.check("respond inc step rotate", 0).out;
    for text in ["/rotate-secret", "--new-secret-file", "Nothing was called"] {
        assert!(plan.contains(text), "{text}\n{plan}");
    }
    let refused = site.check("respond inc step rotate --execute", 2);
    assert!(refused.said.contains("--new-secret-file") && site.record().is_empty());
    let told = site.check("respond inc step rotate --execute --new-secret-file new", 0).out;
    let secret = fs::read_to_string(site.path("new")).unwrap();
    assert!(
        told.contains("the new secret is in `new`") || told.contains("the new secret is in new"),
        "{told}"
    );
    assert!(secret.len() > 30 && !told.contains(&secret) && !site.kept().contains(&secret));
}

/// What it could do is worked out from its roles and scopes, as by `scan --verify`.
#[test]
fn the_blast_radius_says_what_roles_and_scopes_allow() {
    let site = Site::new();
    let id = started(&site, "--token 00Tlabtoken000000001");
    let radius = site.check(&format!("respond {id} step blast-radius --execute"), 0).out;
    for text in
        ["roles: Super Administrator", "allows Super Administrator: ", "of which change something"]
    {
        assert!(radius.contains(text), "{text}\n{radius}");
    }
    site.check(&format!("respond {id} step revoke --execute"), 0);
    let gone = site.check(&format!("respond {id} step blast-radius --execute"), 0).out;
    assert!(gone.contains("before it was shut off: allows Super Administrator: "), "{gone}");
    assert!(!gone.contains("- allows"), "what is gone is not said to be there: {gone}");
}

/// Two pages of tokens; the second has the one that is meant, or cannot be read.
fn paged(path: &str, base: &str) -> Vec<u8> {
    let next = format!("link: <{base}/api/v1/api-tokens?after=1&limit=200>; rel=\"next\"\r\n");
    let page = |link: &str, ids: &[&str]| {
        let rows: Vec<_> =
            ids.iter().map(|id| serde_json::json!({"id": id, "name": "n"})).collect();
        let body = serde_json::json!(rows).to_string();
        let head =
            format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n", body.len());
        format!("{head}{link}\r\n{body}").into_bytes()
    };
    match path {
        "/api/v1/api-tokens?limit=200" => page(&next, &["00Tother", "00Tmeant1"]),
        "/api/v1/api-tokens?after=1&limit=200" => page("", &["00Tmeant2", "00Tlast1"]),
        "/api/v1/api-tokens/00Tlast1" => reply("200 OK", r#"{"id": "00Tlast1", "name": "n"}"#),
        _ => reply("404 Not Found", "{}"),
    }
}

fn broken(path: &str, base: &str) -> Vec<u8> {
    if path.contains("after=1") { reply("403 Forbidden", "{}") } else { paged(path, base) }
}

/// What is not on the first page is listed all the same.
#[test]
fn the_beginning_of_an_id_is_looked_for_on_every_page() {
    let access = "read = { method = 'api-token', token = { file = 'reads' } }";
    let fake = Fake::new("okta", access, paged);
    let on = "--tenant fake --own";
    fake.check(&format!("revoke token 00Tmeant {on}"), 2, "2 tokens begin with", &[]);
    fake.check(&format!("revoke token 00Tlast {on}"), 3, "api-tokens/00Tlast1", &[]);
    let fake = Fake::new("okta", access, broken);
    fake.check(&format!("revoke token 00Tmeant {on}"), 2, "was not read to its end", &[]);
}

/// A tenant that answers as a script has it, by the name `fake`, and a folder for everything.
struct Fake {
    folder: tempfile::TempDir,
    host: Recorder,
}

impl Fake {
    fn new(provider: &str, access: &str, script: Script) -> Self {
        let (folder, host) = (tempfile::tempdir().unwrap(), Recorder::serve(script));
        let base = &host.base;
        let text = format!(
            "data = 'data'\n[[tenant]]\nname = 'fake'\nprovider = '{provider}'\nurl = '{base}'\n{access}\n"
        );
        fs::write(folder.path().join("keyward.toml"), text).unwrap();
        for (seed, name) in [(1, "reads"), (2, "leaked")] {
            fs::write(folder.path().join(name), crate::leaks::token(seed)).unwrap();
        }
        Self { folder, host }
    }

    fn run(&self, args: &str) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keyward"));
        ran(command.args(args.split(' ')), self.folder.path())
    }

    /// Runs, and holds against what is expected: the exit, a word of what was said, and what was deleted.
    fn check(&self, args: &str, exit: i32, word: &str, deleted: &[&str]) {
        let ran = self.run(args);
        let told = format!("{}\n{}", ran.out, ran.said);
        assert!(ran.exit == exit && told.contains(word), "{args}: {}\n{told}", ran.exit);
        let heard = self.host.heard();
        let heard = heard.iter().filter_map(|text| text.strip_prefix("DELETE "));
        let heard: Vec<_> = heard.filter_map(|text| text.split(' ').next()).collect();
        assert_eq!(heard, deleted, "{args}");
    }
}

/// Answers with grants of another client too, page by page; does not tell those of `sealed`; and does not know `nobody`.
fn auth0_tenant(path: &str, _: &str) -> Vec<u8> {
    let (place, query) = path.split_once('?').unwrap_or((path, ""));
    let client = query.split(['=', '&']).nth(1).unwrap_or_default();
    let grant = |id: &str, client: &str| serde_json::json!({"id": id, "client_id": client, "audience": "a"});
    match place {
        "/oauth/token" => {
            reply("200 OK", r#"{"access_token": "a", "token_type": "Bearer", "expires_in": 86400}"#)
        }
        "/api/v2/clients/nobody" => reply("404 Not Found", "{}"),
        "/api/v2/client-grants" if client == "sealed" => reply("403 Forbidden", "{}"),
        "/api/v2/client-grants" if query.ends_with("&page=0") => {
            let rows = [grant("cgr_1", "mine"), grant("cgr_2", "theirs")];
            reply("200 OK", &serde_json::json!(rows).to_string())
        }
        "/api/v2/client-grants" if query.ends_with("&page=1") => {
            reply("200 OK", &serde_json::json!([grant("cgr_3", "mine")]).to_string())
        }
        "/api/v2/client-grants" => reply("200 OK", "[]"),
        _ if place.starts_with("/api/v2/client-grants/") => reply("204 No Content", ""),
        _ => reply("200 OK", r#"{"name": "An application"}"#),
    }
}

#[test]
fn nothing_is_taken_from_who_was_not_named_and_what_is_unread_is_not_taken_for_nothing() {
    let access = "read = { method = 'client-credentials', client-id = 'r', secret = { file = 'reads' } }\n\
        act = { method = 'client-credentials', client-id = 'a', secret = { file = 'leaked' } }";
    let fake = Fake::new("auth0", access, auth0_tenant);
    let on = "--tenant fake --wait 0s";
    fake.check(&format!("revoke client nobody {on} --execute"), 2, "no such client", &[]);
    fake.check(&format!("revoke client sealed {on}"), 3, "could not be read", &[]);
    fake.check(&format!("revoke client sealed {on} --execute"), 3, "could not be read", &[]);
    fake.check(&format!("revoke grant sealed cgr_1 {on} --execute"), 3, "could not be read", &[]);
    fake.check(&format!("revoke grant mine cgr_2 {on} --execute"), 2, "no such grant", &[]);
    fake.check(&format!("revoke client empty {on} --execute"), 0, "left alone", &[]);
    let secret = format!("revoke secret mine {on} --execute");
    fake.check(&secret, 2, "--new-secret-file", &[]);
    let own = ["/api/v2/client-grants/cgr_1", "/api/v2/client-grants/cgr_3"];
    // The list still has both: each is looked at.
    fake.check(&format!("revoke client mine {on} --execute"), 1, "contradicted", &own);
}

#[test]
fn a_leaked_token_goes_to_no_host_that_is_not_proven() {
    let scripts: [Script; 2] = [
        |_, base| {
            let head = format!("HTTP/1.1 302 Found\r\nlocation: {base}/elsewhere\r\n");
            format!("{head}content-length: 0\r\n\r\n").into()
        },
        |_, _| reply("200 OK", "{}"),
    ];
    for script in scripts {
        let access = "read = { method = 'api-token', token = { file = 'reads' } }";
        let fake = Fake::new("okta", access, script);
        let args = "revoke token current --tenant fake --secret-file leaked --execute --wait 0s";
        fake.check(args, 2, "not proven", &[]);
        let heard = fake.host.heard();
        assert_eq!(heard.len(), 1, "{heard:?}");
        assert!(!heard[0].to_lowercase().contains("authorization"), "{heard:?}");
        assert!(!fake.folder.path().join("data/audit.jsonl").exists(), "nothing was begun");
    }
}
