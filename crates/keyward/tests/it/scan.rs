//! `keyward scan`: what is told and what never, how it ends, what it writes.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::leaks::{random, token, write};

/// A folder with files, in which to scan.
struct Scene(TempDir);

impl Scene {
    fn new(files: &[(&str, String)]) -> Self {
        let folder = TempDir::new().unwrap();
        write(folder.path(), files);
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keyward"));
        command.arg("scan").args(arguments).current_dir(self.path());
        command.env("KEYWARD_KEY", "a key for tests alone").env_remove("GIT_INDEX_FILE");
        command
    }

    /// Runs and compares the exit code; returns what it printed and said.
    fn check(&self, arguments: &[&str], exit: i32) -> (String, String) {
        let output = self.command(arguments).output().unwrap();
        told(&output, exit)
    }
}

fn told(output: &Output, exit: i32) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(exit), "{out}\n{err}");
    (out, err)
}

fn env_file(name: &str, value: &str) -> String {
    format!("{name}={value}\n")
}

const FORMATS: [&str; 5] = ["text", "json", "jsonl", "sarif", "html"];

#[test]
fn a_leak_is_delivered_to_the_store_once_and_without_its_value() {
    let token = token(1);
    let scene = Scene::new(&[
        ("a.env", env_file("OKTA_API_TOKEN", &token)),
        ("keyward.toml", "data = \"data\"\n".to_owned()),
    ]);
    let arguments = ["a.env", "--deliver", "keyward.toml", "--show-secrets"];
    let (_, err) = scene.check(&arguments, 1);
    assert!(err.contains("Kept 1 new or changed finding in the store"), "{err}");
    let (_, err) = scene.check(&arguments, 1);
    assert!(err.contains("Kept 0 new or changed findings"), "{err}");
    let store = archive::Findings::open(&scene.path().join("data/findings.db")).unwrap();
    let news = store.news(0, 10).unwrap();
    assert_eq!(news.len(), 1, "a sink is told once");
    assert!(!news[0].json.contains(&token));
}

#[test]
fn a_value_is_told_only_where_it_is_asked_for() {
    let token = token(1);
    let scene = Scene::new(&[("a.env", env_file("OKTA_API_TOKEN", &token))]);
    for format in FORMATS {
        let arguments = ["a.env", "-f", format, "--summary", "sum.json"];
        let (out, err) = scene.check(&arguments, 1);
        let summary = fs::read_to_string(scene.path().join("sum.json")).unwrap();
        for text in [&out, &err, &summary] {
            assert!(!text.contains(&token[6..30]), "{format}: {text}");
        }
        assert!(out.contains("okta_api_token"), "{format}: {out}");
        let (out, _) = scene.check(&["a.env", "-f", format, "--show-secrets"], 1);
        assert!(out.contains(&token), "{format}: {out}");
    }
}

#[test]
fn how_it_ends() {
    let token = env_file("TOKEN", &token(2));
    let scene = Scene::new(&[("a.env", token), ("clean", "nothing".into())]);
    scene.check(&["clean"], 0);
    scene.check(&["a.env"], 1);
    scene.check(&["a.env", "--fail-on", "medium"], 0);
    scene.check(&["a.env", "--min-confidence", "medium"], 0);
    scene.check(&["a.env", "gone"], 3);
    scene.check(&["gone"], 2);
    fs::create_dir(scene.path().join("empty")).unwrap();
    scene.check(&["empty"], 2);
    scene.check(&["empty", "clean"], 0);
    scene.check(&["a.env", "--write-baseline", "b", "--because", "x", "--until", "2020-01-01"], 2);
    assert!(!scene.path().join("b").exists());
    scene.check(&["--git", "."], 2);
    scene.check(&["--staged"], 2);
    scene.check(&[], 2);
}

#[test]
fn what_is_not_usable_is_said_before_anything_is_read() {
    let scene = Scene::new(&[("a.env", env_file("OKTA_API_TOKEN", &token(1)))]);
    fs::write(scene.path().join("short"), "short").unwrap();
    let cases: [(&[&str], &str); 8] = [
        (&["a.env", "-o", "a.env"], "`a.env` is read by this run"),
        (&["a.env", "-o", "no/where"], "failed to create `no/where`"),
        (&["a.env", "-o", "x", "--summary", "x"], "two kinds of results"),
        (&["a.env", "--key-file", "gone"], "failed to read the key `gone`"),
        (&["a.env", "--key-file", "short"], "`short` is no key: it holds 5 bytes"),
        (&["a.env", "--baseline", "gone"], "failed to read the baseline `gone`"),
        (&["a.env", "--baseline", "a.env"], "`a.env` is no baseline:\n  line 1: expected"),
        (&["a.env", "--resume", "a.env"], "`a.env`"),
    ];
    let before = fs::read(scene.path().join("a.env")).unwrap();
    for (arguments, said) in cases {
        let (out, err) = scene.check(arguments, 2);
        assert!(out.is_empty() && err.contains(said), "{arguments:?}: {err}");
    }
    assert_eq!(fs::read(scene.path().join("a.env")).unwrap(), before);
}

#[test]
fn a_baseline_accepts_a_value_wherever_it_goes_and_no_other() {
    let scene = Scene::new(&[("a.env", env_file("OKTA_API_TOKEN", &token(1)))]);
    let accept = ["a.env", "--write-baseline", "base", "--because", "made  for\na test"];
    let (_, err) = scene.check(&accept, 0);
    assert!(err.contains("Accepted 1 new credential"), "{err}");
    let text = fs::read_to_string(scene.path().join("base")).unwrap();
    let last = text.lines().last().unwrap();
    assert!(last.ends_with("  okta_api_token  -  made for a test"), "{text}");
    assert!(!text.contains(&token(1)[6..20]));

    write(scene.path(), &[("b/moved.yml", format!("okta:\n  apiToken: {}\n", token(1)))]);
    let (out, _) = scene.check(&["b", "--baseline", "base"], 0);
    assert!(out.contains("Accepted by the baseline: 1 place."), "{out}");
    write(scene.path(), &[("a.env", env_file("OKTA_API_TOKEN", &token(2)))]);
    scene.check(&["a.env", "--baseline", "base"], 1);

    let lapsed = text.replace("  -  ", "  until=2020-01-01  ");
    fs::write(scene.path().join("base"), lapsed).unwrap();
    let (out, _) = scene.check(&["b", "--baseline", "base"], 1);
    assert!(out.contains("Accepted until a day that is over"), "{out}");
    let (_, err) = told(
        &scene
            .command(&["b", "--baseline", "base"])
            .env("KEYWARD_KEY", "another key for tests")
            .output()
            .unwrap(),
        1,
    );
    assert!(err.contains("was made with another key"), "{err}");
}

#[test]
fn a_comment_hides_what_it_stands_by() {
    let line =
        |comment: &str| format!("{} # {comment}\n", env_file("OKTA_API_TOKEN", &token(1)).trim());
    let scene = Scene::new(&[
        ("all", line("keyward:ignore")),
        ("this", line("keyward:ignore okta_api_token made for a test")),
        ("other", line("keyward:ignore private_jwk")),
    ]);
    for (file, exit) in [("all", 0), ("this", 0), ("other", 1)] {
        scene.check(&[file], exit);
        scene.check(&[file, "--disregard-ignores"], 1);
    }
    let (out, _) = scene.check(&["all"], 0);
    assert!(out.contains("Hidden by comments: 1 place."), "{out}");
}

#[test]
fn a_credential_in_a_name_is_told_and_masked() {
    let (file, folder) = (token(21), token(22));
    let broken = format!("{}.gz", token(23));
    let scene = Scene::new(&[
        (&format!("a/OKTA_API_TOKEN={file}.env"), String::new()),
        (&format!("b/TOKEN={folder}/one"), "nothing".into()),
        (&format!("b/TOKEN={folder}/two"), "nothing".into()),
    ]);
    fs::write(scene.path().join(&broken), b"\x1f\x8b\x08\0\0").unwrap();
    for format in FORMATS {
        let (out, err) = scene.check(&[".", "-f", format, "--summary", "sum.json"], 3);
        let summary = fs::read_to_string(scene.path().join("sum.json")).unwrap();
        for text in [&out, &err, &summary] {
            for value in [&file, &folder, &broken] {
                assert!(!text.contains(&value[6..30]), "{format}: {text}");
            }
        }
        assert!(out.contains("in the name itself"), "{format}: {out}");
        fs::remove_file(scene.path().join("sum.json")).unwrap();
    }
    let (out, _) = scene.check(&["a", "b"], 1);
    assert!(out.contains("2 credentials at 2 places"), "{out}");
}

#[test]
fn what_was_not_examined_as_a_whole_is_named() {
    let hex =
        |text: String| text.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
    let deep = (0..9).fold(env_file("OKTA_API_TOKEN", &token(1)), |text, _| hex(text));
    let scene = Scene::new(&[("deep", deep)]);
    let (out, _) = scene.check(&["deep"], 3);
    assert!(out.contains("  in deep\n"), "{out}");
}

#[cfg(unix)]
#[test]
fn names_of_files_do_nothing_to_whoever_reads_them() {
    let name = "a\u{1b}[2J<script>\u{202e}\"'&.env";
    let scene = Scene::new(&[(name, env_file("OKTA_API_TOKEN", &token(1)))]);
    for format in FORMATS {
        let (out, err) = scene.check(&[".", "-f", format], 1);
        for text in [&out, &err] {
            assert!(!text.contains(['\u{1b}', '\u{202e}']), "{format}: {text}");
        }
        assert!(format != "html" || !out.contains("<script"), "{out}");
    }
}

#[test]
fn a_host_is_joined_from_the_folder_and_makes_a_candidate_more() {
    let bare = env_file("TOKEN", &token(1));
    let scene = Scene::new(&[
        ("one/job.env", bare.clone()),
        ("one/org.env", "OKTA_ORG_URL=https://acme.okta.com\n".into()),
        ("two/job.env", bare.clone()),
        ("two/a.env", "OKTA_ORG_URL=https://acme.okta.com\n".into()),
        ("two/b.env", "OKTA_ORG_URL=https://other.okta.com\n".into()),
        ("three/job.env", bare),
    ]);
    let (out, _) = scene.check(&["one", "-f", "jsonl"], 1);
    assert!(
        out.contains(r#""level":"medium""#) && out.contains("the only one in one/org.env"),
        "{out}"
    );
    for folder in ["two", "three"] {
        let (out, _) = scene.check(&[folder, "-f", "jsonl"], 1);
        assert!(out.contains(r#""level":"low""#) && !out.contains(r#""nearness""#), "{out}");
    }
}

#[test]
fn standard_input_is_read() {
    let scene = Scene::new(&[]);
    let mut child = scene
        .command(&["-", "-f", "jsonl"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let text = env_file("OKTA_API_TOKEN", &token(1));
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let (out, _) = told(&child.wait_with_output().unwrap(), 1);
    assert!(out.contains(r#""place":{"path":"-","line":1,"column":16"#), "{out}");
}

#[test]
fn a_key_of_ones_own_is_made_once() {
    let scene = Scene::new(&[("a.env", env_file("OKTA_API_TOKEN", &token(1)))]);
    let home = TempDir::new().unwrap();
    let run = |home: &Path| {
        let mut command = scene.command(&["a.env", "-f", "jsonl"]);
        command.env_remove("KEYWARD_KEY").env("XDG_CONFIG_HOME", home);
        told(&command.output().unwrap(), 1)
    };
    let (first, said) = run(home.path());
    assert!(said.contains("made a key for fingerprints"), "{said}");
    let (second, said) = run(home.path());
    assert!(first == second && !said.contains("key"), "{said}");
    let nowhere = home.path().join("keyward/fingerprint.key");
    let (third, said) = run(&nowhere);
    assert!(third != first && said.contains("good for this run alone"), "{said}");
}

#[test]
fn an_answer_does_not_depend_on_threads() {
    let files: Vec<_> = (0..60).map(|n| (format!("d{}/f{n}.env", n % 7), n)).collect();
    let files: Vec<_> = files
        .iter()
        .map(|(name, n)| (name.as_str(), env_file("OKTA_API_TOKEN", &token(*n))))
        .collect();
    let scene = Scene::new(&files);
    let one = scene.check(&[".", "-f", "jsonl", "--threads", "1"], 1);
    let many = scene.check(&[".", "-f", "jsonl", "--threads", "8"], 1);
    assert_eq!(one.0, many.0);
    assert_eq!(one.0.lines().count(), 60);
}

/// Runs git in the scene.
fn git(scene: &Scene, arguments: &[&str]) {
    let settings = [
        "-c",
        "user.name=Ada",
        "-c",
        "user.email=ada@example.com",
        "-c",
        "init.defaultBranch=main",
    ];
    let mut command = Command::new("git");
    command.args(settings).args(arguments).current_dir(scene.path());
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    command
        .env("GIT_AUTHOR_DATE", "2026-11-01T09:00:00Z")
        .env("GIT_COMMITTER_DATE", "2026-11-01T09:00:00Z");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn what_is_staged_is_looked_at_and_nothing_else() {
    let scene = Scene::new(&[("a.env", env_file("OKTA_API_TOKEN", &token(1)))]);
    git(&scene, &["init", "-q"]);
    scene.check(&["--staged"], 0);
    git(&scene, &["add", "a.env"]);
    let (out, _) = scene.check(&["--staged", "-f", "jsonl"], 1);
    assert!(out.contains(r#""place":{"path":"a.env","line":1"#), "{out}");
    write(scene.path(), &[("a.env", "cleaned in the working tree alone\n".into())]);
    scene.check(&["--staged"], 1);
    git(&scene, &["commit", "-qm", "one"]);
    scene.check(&["--staged"], 0);
}

#[test]
fn a_history_is_read_to_its_begin() {
    let scene = Scene::new(&[
        ("old/job.env", env_file("TOKEN", &token(1))),
        ("old/org.env", "OKTA_ORG_URL=https://acme.okta.com\n".into()),
    ]);
    git(&scene, &["init", "-q"]);
    git(&scene, &["add", "."]);
    git(&scene, &["commit", "-qm", "one"]);
    write(scene.path(), &[("old/job.env", format!("# moved\n{}", env_file("TOKEN", &token(1))))]);
    git(&scene, &["commit", "-qam", "two"]);
    git(&scene, &["rm", "-rq", "old"]);
    git(&scene, &["commit", "-qm", &format!("OKTA_API_TOKEN={}", token(2))]);
    let (out, err) = scene.check(&["--git", ".", "-f", "jsonl"], 1);
    assert!(err.contains("3 blobs and 3 messages"), "{err}");
    let lines: Vec<_> = out.lines().collect();
    let [message, file] = lines[..] else { panic!("{out}") };
    let author = r#""author":"Ada <ada@example.com>","time":"2026-11-01T09:00:00.000Z""#;
    for words in [r#""path":"old/job.env","line":1,"column":7"#, author, r#""current":false"#] {
        assert!(file.contains(words), "{words}: {file}");
    }
    for words in [r#""level":"medium""#, "the only one in old/org.env", r#""event_count":2"#] {
        assert!(file.contains(words), "{words}: {file}");
    }
    for words in [r#""path":".","line":1"#, r#""holds":"message""#, r#""level":"critical""#] {
        assert!(message.contains(words), "{words}: {message}");
    }
    let (out, _) = scene.check(&["--git", "."], 1);
    assert!(out.contains("there until 2026-11-01") && out.contains("message of commit"), "{out}");
}

#[test]
fn a_plan_says_what_would_be_asked_and_holds_no_value() {
    let text =
        format!("curl -H 'Authorization: SSWS {}' https://acme.okta.com/api/v1/users\n", token(1));
    let scene = Scene::new(&[("a.sh", text)]);
    let (out, _) = scene.check(&["a.sh", "--plan"], 1);
    assert!(out.contains("https://acme.okta.com/.well-known/okta-organization"), "{out}");
    assert!(out.contains("Nothing was sent.") && !out.contains(&token(1)[6..20]), "{out}");
    scene.check(&["a.sh", "--plan", "-f", "html"], 2);
}

/// A run that reads what never ends, until it is told to end.
#[cfg(unix)]
#[test]
fn an_interrupted_run_ends_with_an_account() {
    let scene = Scene::new(&[]);
    let mut child = scene
        .command(&["-", "--resume", "left"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let noise = random(7, 1 << 16).replace(['-', '_'], "\n");
    // Far more than a pipe holds: by then it is at work.
    (0..64).for_each(|_| stdin.write_all(noise.as_bytes()).unwrap());
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    while stdin.write_all(noise.as_bytes()).is_ok() {}
    let (out, _) = told(&child.wait_with_output().unwrap(), 3);
    assert!(out.contains("Stopped before the end."), "{out}");
    let left = fs::read_to_string(scene.path().join("left")).unwrap();
    assert!(left.starts_with("keyward.scan.resume/1 "), "{left}");
    scene.check(&["left", "--resume", "left"], 2);
    write(scene.path(), &[("clean", "nothing".into())]);
    scene.check(&["clean", "--resume", "left"], 0);
    assert!(!scene.path().join("left").exists());
}
