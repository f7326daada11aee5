//! Credentials that are of our own tenants, whatever host a text puts beside them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use lab::serve::{Keys, Lab, ServeOptions, listen};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{PROGRAM, Recorder, Script, command, reply};
use crate::leaks::{random, token};

/// An organization of ours, which calls itself `acme.okta.com`, and a folder with its configuration.
pub(super) struct Ours {
    pub(super) folder: TempDir,
    pub(super) keys: Keys,
    _runtime: tokio::runtime::Runtime,
}

/// How a run ended, what it found, and what it said.
pub(super) struct Ran {
    pub(super) exit: i32,
    pub(super) found: Value,
    pub(super) said: String,
}

impl Ours {
    pub(super) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let keys = Keys::random().unwrap();
        keys.write(&folder.path().join("keys")).unwrap();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.unwrap();
        let lab = Lab::new(ServeOptions::default(), keys.clone(), std::iter::empty());
        let (okta, auth0) = runtime.block_on(async { (listen(0).await, listen(0).await) });
        let (okta, auth0) = (okta.unwrap(), auth0.unwrap());
        let url = format!("http://{}", okta.local_addr().unwrap());
        runtime.spawn(lab.run(okta, auth0, std::future::pending()));
        let app = r#"{ method = "service-app", client-id = "0oalabreader00000001", key = { file = "keys/okta-key.pem" }, scopes = ["okta.apiTokens.read", "okta.users.read", "okta.roles.read", "okta.logs.read"] }"#;
        write_configuration(folder.path(), &url, app);
        Self { folder, keys, _runtime: runtime }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Puts a token beside hosts, a file for each.
    fn leak(&self, token: &str, hosts: &[&str]) {
        for (n, host) in hosts.iter().enumerate() {
            let text = format!("OKTA_ORG_URL=https://{host}\nOKTA_API_TOKEN={token}\n");
            let path = self.path(&format!("app/{n}.env"));
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    fn scan(&self, mode: &str) -> Ran {
        scan(self.folder.path(), &["app"], &["--verify", mode, "--config", "keyward.toml"])
    }
}

/// Writes a configuration with one tenant, read with an API token.
pub(super) fn configure(folder: &Path, url: &str) {
    fs::create_dir(folder.join("keys")).unwrap();
    fs::write(folder.join("keys/okta-api-token"), token(8)).unwrap();
    let read = r#"{ method = "api-token", token = { file = "keys/okta-api-token" } }"#;
    write_configuration(folder, url, read);
}

fn write_configuration(folder: &Path, url: &str, read: &str) {
    let tenant = format!("name = \"acme\"\nprovider = \"okta\"\nurl = \"{url}\"\nread = {read}\n");
    let text = format!("data = \"data\"\n[[tenant]]\n{tenant}");
    fs::write(folder.join("keyward.toml"), text).unwrap();
}

pub(super) fn scan(folder: &Path, first: &[&str], more: &[&str]) -> Ran {
    let output = command(folder, first, &[more, &["-f", "json"]].concat()).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let found = serde_json::from_slice(&output.stdout).unwrap_or_default();
    Ran { exit: output.status.code().unwrap(), found, said }
}

impl Ran {
    pub(super) fn credential(&self) -> &Value {
        &self.found["findings"][0]["credential"]
    }

    pub(super) fn account(&self) -> &Value {
        &self.found["summary"]["verification"]
    }

    fn status(&self) -> &str {
        self.credential()["verification"]["status"].as_str().unwrap_or_default()
    }

    fn why(&self) -> &str {
        self.credential()["verification"]["why"].as_str().unwrap_or_default()
    }

    /// Requests of a sort, as `METHOD host/path`.
    fn asked(&self, mode: &str) -> Vec<String> {
        let requests = self.account()["requests"].as_array().unwrap().iter();
        let requests = requests.filter(|one| one["mode"] == mode);
        requests.map(|one| format!("{} {}", one["method"], one["path"])).collect()
    }
}

#[test]
fn a_decoy_beside_a_token_hides_no_token_of_ours() {
    let ours = Ours::new();
    ours.leak(&ours.keys.okta_api_token, &["decoy.example.com"]);
    let ran = ours.scan("admin");
    assert_eq!(ran.status(), "not-checked", "{}", ran.said);
    let candidates = ran.credential()["candidates"].as_array().unwrap();
    assert!(!candidates.is_empty() && ran.why().contains("decoy.example.com"), "{}", ran.said);
    let ran = ours.scan("live");
    assert_eq!(ran.status(), "live", "{}", ran.said);
    let matched = &ran.credential()["token"];
    assert_eq!(
        (&matched["tenant"], &matched["certain"]),
        (&json!("acme"), &json!(true)),
        "{matched}"
    );
    assert!(matched["owner"].as_str().unwrap().contains('@'), "by name: {matched}");
    assert_eq!(ran.asked("live").len(), 1, "{}", ran.said);
}

#[test]
fn a_host_of_ours_at_any_place_is_asked_before_a_decoy_that_stands_nearer() {
    let ours = Ours::new();
    ours.leak(&ours.keys.okta_api_token, &["decoy.example.com", "acme.okta.com"]);
    let ran = ours.scan("live");
    assert_eq!((ran.status(), ran.asked("live").len()), ("live", 1), "{}", ran.said);
}

#[test]
fn a_refusal_is_no_death_while_another_host_may_be_its_home() {
    let ours = Ours::new();
    ours.leak(&token(7), &["acme.okta.com"]);
    let ran = ours.scan("live");
    assert_eq!(ran.status(), "dead", "{}", ran.said);
    ours.leak(&token(7), &["decoy.example.com", "acme.okta.com"]);
    let ran = ours.scan("live");
    assert_eq!(ran.status(), "not-checked", "{}", ran.said);
    assert!(ran.why().contains("decoy.example.com"), "{}", ran.why());
    ours.leak(&token(7), &["decoy.example.com", "decoy.example.com"]);
    assert_eq!(ours.scan("live").status(), "not-checked");
}

#[test]
fn a_token_beside_the_host_of_another_tenant_of_ours_is_found_where_it_lives() {
    fn beta(path: &str, base: &str) -> Vec<u8> {
        let links =
            json!({"organization": {"href": "https://beta.okta.com"}, "alternate": {"href": base}});
        let told = json!({"id": "00obcdefghijk1234567", "pipeline": "idx", "_links": links});
        match path.split('?').next().unwrap_or_default() {
            "/.well-known/okta-organization" => reply("200 OK", &told.to_string()),
            "/api/v1/api-tokens" => reply("200 OK", "[]"),
            _ => reply("401 Unauthorized", r#"{"errorCode":"E0000011"}"#),
        }
    }
    let (ours, other) = (Ours::new(), Recorder::serve(beta));
    let read = r#"{ method = "api-token", token = { file = "keys/okta-api-token" } }"#;
    let text = fs::read_to_string(ours.path("keyward.toml")).unwrap();
    let beta =
        format!("name = \"beta\"\nprovider = \"okta\"\nurl = \"{}\"\nread = {read}\n", other.base);
    fs::write(ours.path("keyward.toml"), format!("{text}[[tenant]]\n{beta}")).unwrap();
    ours.leak(&ours.keys.okta_program_token, &["beta.okta.com"]);
    let ran = ours.scan("admin");
    assert_eq!(ran.status(), "not-checked", "its tokens are none: {}", ran.said);
    let candidates = ran.credential()["candidates"].as_array().unwrap();
    assert!(candidates.iter().all(|one| one["tenant"] == "acme"), "{candidates:?}");
    let ran = ours.scan("live");
    assert_eq!(ran.status(), "live", "{}", ran.said);
    assert_eq!(ran.credential()["token"]["tenant"], "acme", "{}", ran.said);
    ours.leak(&token(7), &["beta.okta.com"]);
    let ran = ours.scan("live");
    assert_eq!((ran.status(), ran.asked("live").len()), ("dead", 2), "{}", ran.said);
}

/// A tenant of ours that answers as a script has it, and a token that may be of it.
fn scripted(script: Script, mode: &str, budget: &str) -> (Ran, Recorder) {
    let (folder, recorder) = (TempDir::new().unwrap(), Recorder::serve(script));
    configure(folder.path(), &recorder.base);
    let text = format!("OKTA_ORG_URL=https://acme.okta.com\nOKTA_API_TOKEN={}\n", token(7));
    fs::write(folder.path().join("a.env"), text).unwrap();
    let arguments = ["--verify", mode, "--config", "keyward.toml", "--verify-budget", budget];
    (scan(folder.path(), &["a.env"], &arguments), recorder)
}

fn proof(base: &str) -> Vec<u8> {
    let links =
        json!({"organization": {"href": "https://acme.okta.com"}, "alternate": {"href": base}});
    let told = json!({"id": "00oabcdefghijk123456", "pipeline": "idx", "_links": links});
    reply("200 OK", &told.to_string())
}

#[test]
fn lists_that_may_not_be_read_make_the_run_partial_and_are_named() {
    fn forbidding(path: &str, base: &str) -> Vec<u8> {
        match path {
            "/.well-known/okta-organization" => proof(base),
            _ => reply("403 Forbidden", r#"{"errorCode":"E0000006"}"#),
        }
    }
    let (ran, _recorder) = scripted(forbidding, "admin", "200");
    assert_eq!((ran.exit, ran.status()), (3, "not-checked"), "{}", ran.said);
    assert!(ran.said.contains("Not read of acme: api tokens"), "{}", ran.said);
    assert_ne!(ran.account()["unread"], 0, "{}", ran.said);
}

#[test]
fn a_request_that_is_made_again_counts() {
    fn busy(path: &str, base: &str) -> Vec<u8> {
        match path {
            "/.well-known/okta-organization" => proof(base),
            _ => reply("503 Service Unavailable", "{}"),
        }
    }
    let (ran, recorder) = scripted(busy, "admin", "3");
    assert_eq!((ran.exit, recorder.heard().len()), (3, 3), "{}", ran.said);
    assert_eq!(ran.account()["requests"].as_array().unwrap().len(), 3, "{}", ran.said);
    assert!(ran.said.contains("asked again"), "{}", ran.said);
}

#[test]
fn a_refusal_from_outside_of_its_networks_is_no_death_of_a_token() {
    fn outside(path: &str, base: &str) -> Vec<u8> {
        let token = json!({"id": "00Tabcdefghijk12345", "name": "Deploy", "userId": "00uabcdefghijk12345",
            "clientName": "Okta API", "created": "2026-01-01T00:00:00.000Z",
            "expiresAt": "2099-01-01T00:00:00.000Z", "tokenWindow": "P30D",
            "network": {"connection": "ZONE", "include": ["nzoabcdefghijk12345"]}});
        match path.split('?').next().unwrap_or_default() {
            "/.well-known/okta-organization" => proof(base),
            "/api/v1/api-tokens" => reply("200 OK", &json!([token]).to_string()),
            "/api/v1/users/me" => reply("401 Unauthorized", r#"{"errorCode":"E0000011"}"#),
            _ => reply("404 Not Found", "{}"),
        }
    }
    let (ran, _recorder) = scripted(outside, "live", "200");
    assert_eq!(ran.status(), "not-checked", "{}", ran.said);
    assert!(ran.why().contains("works from some networks alone"), "{}", ran.why());
}

#[test]
fn names_of_ours_that_the_budget_left_unasked_make_the_run_partial() {
    let (ran, recorder) = scripted(|_, base| proof(base), "admin", "0");
    assert_eq!(ran.exit, 3, "{}", ran.said);
    assert!(ran.said.contains("Not known of acme: by which other names it goes"), "{}", ran.said);
    assert_eq!(recorder.heard(), [] as [String; 0]);
}

#[test]
fn a_secret_that_could_not_be_compared_makes_the_run_partial() {
    fn failing(path: &str, base: &str) -> Vec<u8> {
        let client = json!({"client_id": "keywardtestclient000000000000001", "name": "Shop",
            "app_type": "non_interactive", "grant_types": ["client_credentials"]});
        match path.split('?').next().unwrap_or_default() {
            "/.well-known/openid-configuration" => {
                reply("200 OK", &json!({"issuer": format!("{base}/")}).to_string())
            }
            "/oauth/token" => {
                let token =
                    json!({"access_token": "x", "token_type": "Bearer", "expires_in": 86400});
                reply("200 OK", &token.to_string())
            }
            _ if path.contains("client_secret") => reply("500 Internal Server Error", "{}"),
            _ if path.contains("/clients/") => reply("200 OK", &client.to_string()),
            _ => reply("200 OK", "[]"),
        }
    }
    let (folder, recorder) = (TempDir::new().unwrap(), Recorder::serve(failing));
    fs::write(folder.path().join("secret"), random(3, 64)).unwrap();
    let read = r#"{ method = "client-credentials", client-id = "keywardtestreader000000000000001", secret = { file = "secret" } }"#;
    let tenant = format!(
        "[[tenant]]\nname = \"shop\"\nprovider = \"auth0\"\nurl = \"{}\"\nread = {read}\n",
        recorder.base
    );
    fs::write(folder.path().join("keyward.toml"), tenant).unwrap();
    let text = format!(
        "AUTH0_DOMAIN=acme.us.auth0.com\nAUTH0_CLIENT_ID=keywardtestclient000000000000001\nAUTH0_CLIENT_SECRET={}\n",
        random(2, 64)
    );
    fs::write(folder.path().join("a.env"), text).unwrap();
    let ran = scan(folder.path(), &["a.env"], &["--verify", "admin", "--config", "keyward.toml"]);
    assert_eq!((ran.exit, ran.status()), (3, "not-checked"), "{}", ran.said);
    assert!(ran.why().contains("could not be read"), "{}", ran.why());
}

#[test]
fn mistakes_of_usage_end_the_run_before_anybody_is_asked() {
    let ours = Recorder::serve(|_, base| proof(base));
    let folder = TempDir::new().unwrap();
    configure(folder.path(), &ours.base);
    let text = format!("OKTA_ORG_URL=https://acme.okta.com\nOKTA_API_TOKEN={}\n", token(7));
    fs::write(folder.path().join("a.env"), text).unwrap();
    let check = |arguments: &[&str], said: &str| {
        let first = ["--verify", "live", "--config", "keyward.toml"];
        let ran = scan(folder.path(), &["a.env"], &[&first, arguments].concat());
        assert_eq!(ran.exit, 2, "{}", ran.said);
        assert!(ran.said.contains(said), "{}", ran.said);
        assert_eq!(ours.heard(), [] as [String; 0], "{arguments:?}");
    };
    check(&["--logs", "missing.jsonl"], "`--logs`: missing.jsonl: no such file or folder");
    check(&["--logs", "a.env", "--logs", "*.gone"], "no file matches");
    fs::create_dir(folder.path().join("data")).unwrap();
    fs::write(folder.path().join("data/intake"), "no folder").unwrap();
    check(&[], "failed to open the intake");
    fs::remove_file(folder.path().join("keys/okta-api-token")).unwrap();
    check(&[], "the credential of tenant `acme`");
    let offline = ["scan", "a.env", "--verify", "offline", "--logs", "a.env"];
    let output = Command::new(PROGRAM).args(offline).current_dir(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}
