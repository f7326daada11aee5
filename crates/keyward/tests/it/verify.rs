//! `keyward scan --verify` against hosts that mean ill: no credential reaches one that was not proven.

mod logs;
mod ours;

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;
use tempfile::TempDir;

use crate::leaks::token;

const PROGRAM: &str = env!("CARGO_BIN_EXE_keyward");

/// A server that writes down whatever it is sent, and answers by the path.
pub(crate) struct Recorder {
    pub(crate) base: String,
    heard: Arc<Mutex<Vec<String>>>,
}

/// What is answered to a path: all that goes over the wire.
pub(crate) type Script = fn(path: &str, base: &str) -> Vec<u8>;

impl Recorder {
    pub(crate) fn serve(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (kept, own) = (Arc::clone(&heard), base.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                answer(stream, &kept, script, &own);
            }
        });
        Self { base, heard }
    }

    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

fn answer(mut stream: TcpStream, heard: &Mutex<Vec<String>>, script: Script, base: &str) {
    let (mut text, mut bytes) = (Vec::new(), [0; 4096]);
    while !is_whole(&text) {
        match stream.read(&mut bytes) {
            Ok(0) | Err(_) => break,
            Ok(n) => text.extend_from_slice(&bytes[..n]),
        }
    }
    let text = String::from_utf8_lossy(&text).into_owned();
    let path = text.split(' ').nth(1).unwrap_or_default().to_owned();
    heard.lock().unwrap().push(text);
    let _ = stream.write_all(&script(&path, base));
}

/// Whether a request has come to its end, its body included.
fn is_whole(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    length.and_then(|length| length.trim().parse().ok()).is_none_or(|length| body.len() >= length)
}

pub(crate) fn reply(status: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
        .into()
}

fn proof(base: &str) -> Vec<u8> {
    let links = format!(r#"{{"organization":{{"href":"{base}"}}}}"#);
    reply(
        "200 OK",
        &format!(r#"{{"id":"00oabcdefghijk123456","pipeline":"idx","_links":{links}}}"#),
    )
}

/// Scans a folder with one API token beside `host`, and gives the exit code, what was found and what was said.
fn scan(host: &str, arguments: &[&str]) -> (i32, Value, String, String) {
    let (folder, token) = (TempDir::new().unwrap(), token(7));
    let text = format!("OKTA_ORG_URL={host}\nOKTA_API_TOKEN={token}\n");
    fs::write(folder.path().join("a.env"), text).unwrap();
    let output = command(folder.path(), &["a.env", "-f", "json"], arguments).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(!err.contains(&token) && !out.contains(&token), "{out}\n{err}");
    let found: Value = serde_json::from_str(&out).unwrap();
    (output.status.code().unwrap(), found, err, token)
}

fn command(folder: &Path, first: &[&str], more: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.arg("scan").args(first).args(more).current_dir(folder);
    command.env("KEYWARD_KEY", "a key for tests alone");
    command
}

fn verification(found: &Value) -> &Value {
    &found["findings"][0]["credential"]["verification"]
}

#[test]
fn hosts_that_only_a_text_names_hear_nothing() {
    let thief = Recorder::serve(|_, base| proof(base));
    let port = thief.base.rsplit(':').next().unwrap();
    let hosts = [
        thief.base.clone(),
        format!("http://localhost:{port}"),
        format!("https://127.0.0.1:{port}"),
        "https://login.example.com".to_owned(),
        "https://acme.okta.com.example.com".to_owned(),
        "http://169.254.169.254/latest/meta-data".to_owned(),
        "https://[::1]".to_owned(),
    ];
    for host in hosts {
        let (_, found, err, _) = scan(&host, &["--verify", "live"]);
        assert_eq!(verification(&found)["status"], "not-checked", "{host}: {err}");
        assert_eq!(found["summary"]["verification"]["requests"], serde_json::json!([]), "{host}");
    }
    assert_eq!(thief.heard(), [] as [String; 0]);
}

#[test]
fn without_a_budget_nobody_is_asked() {
    let host = Recorder::serve(|_, base| proof(base));
    let budget = ["--verify-budget", "0"];
    let arguments = [&["--verify", "live", "--verify-host", &host.base][..], &budget].concat();
    let (exit, found, err, _) = scan("none", &arguments);
    assert_eq!((exit, &verification(&found)["status"]), (3, &Value::from("not-checked")), "{err}");
    assert_eq!(host.heard(), [] as [String; 0]);
}

#[test]
fn what_is_no_proof_lets_nothing_out() {
    let scripts: [Script; 6] = [
        |_, _| reply("200 OK", "{}"),
        |_, _| reply("404 Not Found", ""),
        |_, _| proof("https://acme.okta.com"),
        |_, base| {
            format!("HTTP/1.1 302 Found\r\nlocation: {base}/elsewhere\r\ncontent-length: 0\r\n\r\n")
                .into()
        },
        |_, _| reply("200 OK", &"[".repeat(3 << 20)),
        |_, _| b"SSH-2.0-OpenSSH_9.9\r\n\r\n".to_vec(),
    ];
    for (number, script) in scripts.into_iter().enumerate() {
        let host = Recorder::serve(script);
        let arguments = ["--verify", "live", "--verify-host", &host.base];
        let (exit, found, err, token) = scan("none", &arguments);
        assert_eq!(exit, 3, "{number}: asked for and not verified: {err}");
        assert_eq!(verification(&found)["status"], "not-checked", "{number}");
        let heard = host.heard();
        assert_eq!(heard.len(), 1, "{number}: {heard:?}");
        assert!(heard[0].starts_with("GET /.well-known/okta-organization "), "{heard:?}");
        let request = heard[0].to_lowercase();
        assert!(!heard[0].contains(&token) && !request.contains("authorization"), "{heard:?}");
    }
}

#[test]
fn a_host_that_is_proven_is_asked_once_and_leads_nowhere_else() {
    fn astray(path: &str, base: &str) -> Vec<u8> {
        match path {
            "/.well-known/okta-organization" => proof(base),
            "/api/v1/users/me" => {
                format!("HTTP/1.1 307 x\r\nlocation: {base}/stolen\r\ncontent-length: 0\r\n\r\n")
                    .into()
            }
            _ => reply("200 OK", "{}"),
        }
    }
    let host = Recorder::serve(astray);
    let (exit, found, err, token) =
        scan("none", &["--verify", "live", "--verify-host", &host.base]);
    assert_eq!((exit, &verification(&found)["status"]), (3, &Value::from("not-checked")), "{err}");
    let heard = host.heard();
    assert_eq!(heard.len(), 2, "{heard:?}");
    assert!(heard[1].contains(&format!("SSWS {token}")));
    assert!(err.contains("begins its 30 days anew"), "it is said first: {err}");
    assert_eq!(found["summary"]["verification"]["requests"].as_array().unwrap().len(), 2);
}

#[test]
fn a_refusal_is_death_only_where_the_credential_is_at_home() {
    fn refusing(path: &str, base: &str) -> Vec<u8> {
        match path {
            "/.well-known/okta-organization" => proof(base),
            _ => reply("401 Unauthorized", r#"{"errorCode":"E0000011"}"#),
        }
    }
    let host = Recorder::serve(refusing);
    let (exit, found, _, _) = scan("none", &["--verify", "live", "--verify-host", &host.base]);
    assert_eq!((exit, &verification(&found)["status"]), (1, &Value::from("not-checked")));
    assert!(verification(&found)["why"].as_str().unwrap().contains("dead, or of another tenant"));
    let (_, found, _, _) = scan("none", &["--verify", "offline"]);
    assert_eq!(verification(&found)["status"], "not-checked");
    assert_eq!(host.heard().len(), 2, "offline asks nobody");
}
