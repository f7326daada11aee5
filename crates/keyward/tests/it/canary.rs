//! Nothing that opens a tenant is found in anything that a run says or keeps.
//!
//! The lab makes random credentials, which are the canaries: everything that `keyward run` prints, logs, tells in its metrics and
//! writes to its folder is searched for them, and for the tokens that they were exchanged for, which all begin alike.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;

/// A program that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What is left of an output, once it ends.
type Rest = JoinHandle<String>;

/// Reads an output to its end beside everything else: who says more than a pipe holds would wait for its reader.
fn rest(mut output: impl Read + Send + 'static) -> Rest {
    std::thread::spawn(move || {
        let mut text = String::new();
        output.read_to_string(&mut text).unwrap();
        text
    })
}

impl Running {
    fn begin(args: &[&str], folder: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keyward"));
        command.args(args).current_dir(folder).stdin(Stdio::null());
        Self(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    }

    /// Asks it to end, and returns what is left of both its outputs, and its exit code.
    fn end(mut self, rests: [Rest; 2]) -> (String, Option<i32>) {
        Command::new("kill").arg(self.0.id().to_string()).status().unwrap();
        let rest = rests.map(|rest| rest.join().unwrap()).concat();
        (rest, self.0.wait().unwrap().code())
    }
}

/// The lines of an output up to one that holds a text.
fn until(lines: &mut impl BufRead, text: &str) -> String {
    let mut all = String::new();
    while !all.lines().last().unwrap_or_default().contains(text) {
        let n_bytes = lines.read_line(&mut all).unwrap();
        assert!(n_bytes > 0, "`{text}` was never said, but: {all}");
    }
    all
}

/// The port at the end of the line that begins with a word.
fn port<'t>(text: &'t str, word: &str) -> &'t str {
    let line = text.lines().find(|line| line.starts_with(word)).unwrap();
    line.rsplit(':').next().unwrap()
}

fn metrics(address: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET /metrics HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let below = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    below.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The lines of each credential, apart from what says that it is a key.
fn canaries(folder: &Path) -> Vec<String> {
    let texts = files(folder).into_iter().map(|path| fs::read_to_string(path).unwrap());
    let lines = texts.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>());
    lines.filter(|line| line.len() >= 12 && !line.starts_with("-----")).collect()
}

/// `examples/lab.toml` with other ports, more to say and a wrong secret for one tenant.
fn configuration(okta: &str, auth0: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = fs::read_to_string(root.join("examples/lab.toml")).unwrap();
    let text = text.replace("../keyward-lab/", "keyward-lab/").replace("keyward-lab/data", "data");
    let text = text.replace("127.0.0.1:8480", &format!("127.0.0.1:{okta}"));
    let text = text.replace("127.0.0.1:8481", &format!("127.0.0.1:{auth0}"));
    let text = text.replace("127.0.0.1:8484", "127.0.0.1:0");
    let refused = format!(
        "\n[[tenant]]\nname = \"refused\"\nprovider = \"okta\"\nurl = \"http://127.0.0.1:{okta}\"\n\
         read = {{ method = \"api-token\", token = {{ file = \"canary\" }} }}\n\
         \n[log]\nlevel = \"debug\"\n\n[findings]\nfile = \"findings.jsonl\"\n"
    );
    text + &refused
}

/// Runs a program to its end; all that it says, after its exit code is looked at.
fn said(folder: &Path, args: &[&str], code: i32) -> String {
    let out = Command::new(env!("CARGO_BIN_EXE_keyward")).args(args).current_dir(folder).output();
    let out = out.unwrap();
    let all = [out.stdout, out.stderr].concat();
    let all = String::from_utf8(all).unwrap();
    assert_eq!(out.status.code(), Some(code), "{args:?}: {all}");
    all
}

/// What else is given credentials: a pull, one that is refused, a look at all tenants, a first configuration, and configurations
/// in which a credential stands where its place should.
fn short_runs(folder: &Path) -> String {
    let config = ["--config", "run.toml"];
    let with = |args: &[&'static str]| [args, &config].concat();
    let pull = ["pull", "--tenant", "acme", "-o", "pulled.jsonl", "-vv"];
    let mut all = said(folder, &with(&pull), 0);
    all += &said(folder, &with(&["pull", "--tenant", "refused", "-o", "refused.jsonl"]), 2);
    all += &said(folder, &with(&["doctor"]), 1);
    all += &said(folder, &with(&["doctor", "--format", "json"]), 1);
    all +=
        &said(folder, &["init", "--url", "https://acme.okta.com", "--dir", "keyward-lab/first"], 0);
    let canary = fs::read_to_string(folder.join("canary")).unwrap();
    let text = fs::read_to_string(folder.join("run.toml")).unwrap();
    for (nth, wrong) in
        [format!("\"{canary}\""), format!("{{ fil = \"{canary}\" }}"), canary.clone()]
            .iter()
            .enumerate()
    {
        let name = format!("wrong-{nth}.toml");
        fs::write(folder.join(&name), text.replace("{ file = \"canary\" }", wrong)).unwrap();
        all += &said(folder, &["run", "--check", "--config", &name], 2);
    }
    all
}

#[test]
fn no_credential_is_told_or_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let mut lab = Running::begin(
        &["lab", "--port", "0", "--within", "5s", "--attack", "cross-tenant-impersonation"],
        path,
    );
    let mut told = BufReader::new(lab.0.stdout.take().unwrap());
    let told = until(&mut told, "Credentials");
    let canary = "00CanaryThatOpensNothing-x7Qp2";
    fs::write(path.join("canary"), canary).unwrap();
    fs::write(path.join("run.toml"), configuration(port(&told, "Okta"), port(&told, "Auth0")))
        .unwrap();

    let mut run = Running::begin(&["run", "--config", "run.toml"], path);
    let mut out = BufReader::new(run.0.stdout.take().unwrap());
    let mut err = BufReader::new(run.0.stderr.take().unwrap());
    let mut all = until(&mut err, "listening");
    let address =
        all.split("address=").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    // Which of both is said first is open.
    if !all.contains("until somebody helps") {
        all += &until(&mut err, "until somebody helps");
    }
    let err = rest(err);
    all += &until(&mut out, "okta_cross_tenant_impersonation");
    let out = rest(out);
    all += &metrics(&address);
    all += &short_runs(path);
    let (rest, code) = run.end([err, out]);
    all += &rest;
    // One tenant was out of sight to the end.
    assert_eq!(code, Some(3), "{all}");

    assert!(all.contains("keyward_"), "metrics were read");
    let mut canaries = canaries(&path.join("keyward-lab"));
    assert!(canaries.len() > 8);
    canaries.push(canary.to_owned());
    // What tokens begin with, and what stands before them in headers.
    let heads = ["eyJhbGciOi", "eyJraWQiOi", "eyJ0eXAiOi", "Bearer ", "DPoP ", "SSWS "];
    canaries.extend(heads.map(str::to_owned));
    // The intake packs what it keeps; here it is as it came.
    let mut export = Command::new(env!("CARGO_BIN_EXE_keyward"));
    let export =
        export.args(["export", "--data", "data", "-o", "export.jsonl"]).current_dir(path).output();
    assert!(export.unwrap().status.success());
    assert!(fs::metadata(path.join("export.jsonl")).unwrap().len() > 100_000);
    let told = ["findings.jsonl", "export.jsonl", "pulled.jsonl"].map(|name| path.join(name));
    assert!(fs::metadata(path.join("pulled.jsonl")).unwrap().len() > 100_000);
    let kept = files(&path.join("data")).into_iter().chain(told);
    let kept: Vec<_> = kept.map(|path| (path.clone(), fs::read(path).unwrap())).collect();
    assert!(kept.len() > 3);
    for canary in &canaries {
        assert!(!all.contains(canary.as_str()), "`{canary}` is in what was said:\n{all}");
        for (path, bytes) in &kept {
            let is_there = bytes.windows(canary.len()).any(|window| window == canary.as_bytes());
            assert!(!is_there, "`{canary}` is in {}", path.display());
        }
    }
}
