//! What calls need, end to end: hostile input, formats, how runs end.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

const FORMATS: [&str; 6] = ["text", "markdown", "html", "json", "sarif", "hcl"];

/// A folder with files, and commands in it.
struct Scene(TempDir);

impl Scene {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keyward"));
        command.current_dir(self.path()).env("NO_COLOR", "1").arg("privilege").args(arguments);
        command
    }

    /// What a run prints and says beside, if it ends as it should.
    fn check(&self, arguments: &[&str], exit: i32) -> (String, String) {
        let output = self.command(arguments).output().unwrap();
        let (told, said) = (text(output.stdout), text(output.stderr));
        assert_eq!(output.status.code(), Some(exit), "{arguments:?}\n{told}\n{said}");
        (told, said)
    }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn junk_laid_over_the_base_is_said_and_the_rest_is_answered() {
    let scene =
        Scene::new(&[("calls.txt", "- list GET: /api/v1/users\n"), ("junk.txt", "a: [b\n")]);
    fs::write(scene.path().join("junk.bin"), b"openapi: 3.0.3\n\xff\xfe\n").unwrap();
    for option in ["--spec", "--evidence"] {
        for junk in ["junk.txt", "junk.bin"] {
            let (told, said) = scene.check(&["need", option, junk, "calls.txt"], 3);
            assert!(told.contains("okta.users.read"), "{told}");
            assert!(said.contains(junk), "{said}");
        }
        let (_, said) = scene.check(&["need", option, "junk.bin", "calls.txt"], 3);
        assert!(said.contains("junk.bin:2: not UTF-8"), "{said}");
        scene.check(&["need", option, "none.txt", "calls.txt"], 2);
    }
}

#[test]
fn the_first_line_of_a_comparison_says_whose_it_is_and_what_is_accepted() {
    let scene = Scene::new(&[
        ("calls.txt", "- list GET: /api/v1/users\n"),
        (
            "roles.json",
            r#"[{"id": "ra1", "label": "Organization Administrator", "type": "ORG_ADMIN", "status": "ACTIVE", "assignmentType": "USER", "_links": {"assignee": {"href": "https://acme.okta.com/api/v1/users/00u1"}}}]"#,
        ),
        ("granted.yml", "kind: token\nprincipal: payroll\nroles: [ORG_ADMIN]\n"),
        ("accepted.yml", "- {grant: ORG_ADMIN, reason: agreed, until: 2099-12-31}\n"),
        ("all.yml", "- {grant: '*', reason: agreed, until: 2099-12-31}\n"),
    ]);
    let (told, _) = scene.check(&["compare", "--granted", "roles.json", "calls.txt"], 3);
    assert!(told.contains("Owner `00u1`: 1 in excess"), "{told}");
    let compare = ["compare", "--granted", "granted.yml", "calls.txt", "--exclusions"];
    let (told, _) = scene.check(&[&compare[..], &["accepted.yml"]].concat(), 0);
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("API token `payroll`: nothing else missing, nothing else in excess, 1 difference accepted by exclusions"), "{told}");
    let (_, said) = scene.check(&[&compare[..], &["all.yml"]].concat(), 2);
    assert!(said.contains("all.yml:1: `grant` must say more than `*`"), "{said}");
}

#[test]
fn calls_do_nothing_to_whoever_reads_about_them() {
    let calls = "- \u{1b}[2Jgone\u{202e} GET: /api/v1/users/<script>alert(1)</script>|x\n\
                 - [click](https://evil.example.com) PUT: /api/v1/users/`${file(\"x\")}`/lifecycle/suspend\n";
    let scene = Scene::new(&[("calls.txt", calls)]);
    for format in FORMATS {
        let output = scene.command(&["need", "--format", format, "calls.txt"]).output().unwrap();
        let told = text(output.stdout) + &text(output.stderr);
        assert!(!told.contains(['\u{1b}', '\u{202e}']), "{format}: {told}");
        match format {
            "html" => assert!(!told.contains("<script") && told.contains("&lt;script"), "{told}"),
            "hcl" => assert!(!told.contains("\"${file"), "{told}"),
            "markdown" => assert!(!told.contains("\n[click]("), "{told}"),
            _ => {}
        }
    }
}

#[test]
fn secrets_in_calls_go_nowhere() {
    let secret = "00aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE3fG5hJ7k";
    let calls = format!(
        "curl -H 'Authorization: SSWS {secret}' https://acme.okta.com/api/v1/users/me\n\
         curl -X POST 'https://acme.okta.com/api/v1/authn/recovery/token?recoveryToken={secret}' -d '{{\"password\":\"{secret}\"}}'\n"
    );
    let log = format!(
        "198.51.100.7 - - [16/Nov/2026:05:00:01 +0000] \"GET /api/v1/users?after={secret}&token={secret} HTTP/1.1\" 200 1\n"
    );
    let scene = Scene::new(&[("calls.sh", &calls), ("access.log", &log)]);
    for format in FORMATS {
        let output = scene.command(&["need", "-v", "--format", format, "calls.sh", "access.log"]);
        let output = { output }.output().unwrap();
        assert!(
            !text(output.stdout).contains(secret) && !text(output.stderr).contains(secret),
            "{format}"
        );
    }
}

#[test]
fn how_it_ends() {
    let scene = Scene::new(&[
        ("good.txt", "find GET: /api/v1/users/{userId}\n"),
        ("strange.txt", "what GET: /api/v1/usrs/{userId}/nothing\n"),
        ("empty.txt", ""),
    ]);
    scene.check(&["need", "good.txt"], 0);
    scene.check(&["need", "--min-confidence", "confirmed", "good.txt"], 3);
    scene.check(&["need", "good.txt", "strange.txt"], 3);
    let (told, _) = scene.check(&["need", "good.txt", "empty.txt", "absent.txt"], 3);
    assert!(
        told.contains("empty.txt") && told.contains("absent.txt") && told.contains("getUser"),
        "{told}"
    );
    scene.check(&["need", "absent.txt"], 2);
    scene.check(&["need"], 2);
    scene.check(&["need", "--min-confidence", "certain", "good.txt"], 2);
    let (_, said) = scene.check(&["need", "--assume", "shoe=size", "good.txt"], 0);
    assert!(said.contains("no call asks for `shoe`"), "{said}");
}

#[test]
fn a_report_is_not_written_over_what_it_is_about() {
    let scene = Scene::new(&[("calls.txt", "find GET: /api/v1/users/{userId}\n")]);
    let (_, said) = scene.check(&["need", "-o", "calls.txt", "calls.txt"], 2);
    assert!(said.contains("results need a file of their own"), "{said}");
    scene.check(&["need", "-o", "needs.md", "-f", "md", "calls.txt"], 0);
    assert!(
        fs::read_to_string(scene.path().join("needs.md"))
            .unwrap()
            .starts_with("# What the calls need\n")
    );
}

#[test]
fn no_verb_writes_its_report_over_what_it_reads() {
    let files = [("calls.txt", "GET /api/v1/users\n"), ("grants.yml", "kind: token\n")];
    for verb in [
        &["account", "calls.txt", "-o", "calls.txt"][..],
        &["plan", "calls.txt", "--granted", "grants.yml", "-o", "grants.yml"],
        &["compare", "calls.txt", "--granted", "grants.yml", "-o", "grants.yml"],
        &["explain", "calls.txt", "-o", "calls.txt"],
        &["probe", "calls.txt", "-o", "calls.txt"],
        &["kb", "diff", "builtin", "grants.yml", "-o", "grants.yml"],
    ] {
        let scene = Scene::new(&files);
        scene.check(verb, 2);
        for (name, text) in files {
            assert_eq!(fs::read_to_string(scene.path().join(name)).unwrap(), text, "{verb:?}");
        }
    }
}

#[test]
fn a_format_that_a_verb_has_not_is_said() {
    let scene = Scene::new(&[]);
    for format in ["sarif", "hcl"] {
        let (told, said) = scene.check(&["kb", "show", "createUser", "--format", format], 2);
        assert!(told.is_empty() && said.contains("--format text"), "{said}");
    }
}

#[test]
fn standard_input_is_a_path() {
    let scene = Scene::new(&[]);
    let mut command = scene.command(&["need", "--format", "json", "-"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"DELETE /api/v1/users/{id}\n").unwrap();
    let output = child.wait_with_output().unwrap();
    let told = text(output.stdout);
    assert!(told.starts_with(r#"{"schema":"keyward.privilege/1","verb":"need","#), "{told}");
    assert!(told.contains(r#""id":"deleteUser""#) && told.ends_with("\"exit\":0}\n"), "{told}");
}

#[test]
fn code_scanning_is_led_to_the_line() {
    let scene = Scene::new(&[(
        "calls.txt",
        "x\n\nsuspend PUT: /api/v1/users/{userId}/lifecycle/suspend\n",
    )]);
    let (told, _) = scene.check(&["need", "--format", "sarif", "calls.txt"], 0);
    assert!(told.contains(r#""ruleId":"privilege.need.wrong_verb""#), "{told}");
    assert!(told.contains(r#""startLine":3"#) && told.contains(r#""uri":"calls.txt""#), "{told}");
}

#[test]
fn a_page_shows_what_somebody_may_read_and_counts_the_rest() {
    let scene = Scene::new(&[("calls.txt", &"find GET: /api/v1/users/{userId}\n".repeat(600))]);
    let (told, _) = scene.check(&["need", "calls.txt"], 0);
    assert!(told.contains("600 calls to 1 operation."), "{told}");
    assert!(told.contains("100 more are not shown; `--format json` has all."), "{told}");
}

#[test]
fn a_call_to_a_custom_domain_is_not_dropped_in_silence() {
    let scene = Scene::new(&[("calls.txt", "x\nGET https://login.acme.io/api/v1/users\n")]);
    let (told, _) = scene.check(&["need", "calls.txt"], 3);
    for part in ["unknown host", "`login.acme.io`", "line 2", "--provider okta"] {
        assert!(told.contains(part.trim_matches('`')), "{part}: {told}");
    }
    let (told, _) = scene.check(&["need", "--format", "json", "calls.txt"], 3);
    assert!(told.contains(r#""verdict":"unknown host""#) && told.contains(r#""line":2"#), "{told}");
    let (told, _) = scene.check(&["need", "--provider", "okta", "calls.txt"], 0);
    assert!(told.contains("listUsers"), "{told}");
}

#[test]
fn what_has_no_call_at_all_is_no_clean_answer() {
    let log = "198.51.100.7 - - [16/Nov/2026:05:00:01 +0000] \"GET /index.html HTTP/1.1\" 200 1\n";
    let scene = Scene::new(&[("access.log", log)]);
    let (told, _) = scene.check(&["need", "access.log"], 3);
    assert!(told.contains("Nothing that was read is a call to an API of Okta or Auth0"), "{told}");
    let (told, _) = scene.check(&["need", "--format", "json", "access.log"], 3);
    assert!(told.contains(r#""warnings":["Nothing that was read"#), "{told}");
    let both = Scene::new(&[(
        "access.log",
        &format!("{log}{}", log.replace("index.html", "api/v1/users")),
    )]);
    both.check(&["need", "access.log"], 0);
}

#[test]
fn a_weak_edge_is_named_where_a_level_is_demanded() {
    let scene = Scene::new(&[("calls.txt", "POST /api/v1/users/{userId}/factors\n")]);
    scene.check(&["need", "calls.txt"], 0);
    let (told, _) = scene.check(&["need", "--min-confidence", "supported", "calls.txt"], 3);
    assert!(told.contains("What is not determined") && told.contains("is demanded"), "{told}");
}

#[test]
fn what_the_guide_publishes_is_what_the_calls_need() {
    let scene = Scene::new(&[]);
    let example = |name: &str| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/privilege");
        root.join(name).display().to_string()
    };
    let (calls, published) = (example("calls.txt"), example("permissions.yml"));
    let given = ["recovery=sent", "create_groups=yes", "privileged_group=no"];
    let given: Vec<_> = given.iter().flat_map(|answer| ["--assume", answer]).collect();
    let need = [&["need", "--format", "json"], &given[..], &[&calls]].concat();
    let told: serde_json::Value = serde_json::from_str(&scene.check(&need, 0).0).unwrap();
    let plan = &told["plans"][0];
    let page = fs::read_to_string(&published).unwrap();
    let items = |text: &str| -> Vec<String> {
        let items = text.lines().filter_map(|line| line.trim().strip_prefix("- "));
        items.filter(|item| !item.starts_with("label:")).map(str::to_owned).collect()
    };
    let names = |part: &str| {
        let part = plan[part].as_array().unwrap().iter();
        part.map(|one| one["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let paths: Vec<String> = serde_json::from_value(plan["resources"]["paths"].clone()).unwrap();
    assert_eq!(items(&page), [names("scopes"), names("permissions"), paths].concat());
    let compare = [&["compare", "--granted", &published], &given[..], &[&calls]].concat();
    let (told, _) = scene.check(&compare, 0);
    assert!(told.contains("nothing missing, nothing in excess"), "{told}");
}

#[test]
fn answers_that_make_no_sense_are_refused() {
    let scene = Scene::new(&[("calls.txt", "POST /api/v1/authn/recovery/password\n")]);
    let check = |given: &[&str], exit: i32, expected: &str| {
        for verb in ["need", "account", "plan"] {
            let given: Vec<_> = given.iter().flat_map(|answer| ["--assume", answer]).collect();
            let (_, said) = scene.check(&[&[verb], &given[..], &["calls.txt"]].concat(), exit);
            assert!(said.contains(expected), "{verb}: {said}");
        }
    };
    check(&["recovery=maybe"], 2, "no answer to recovery is called `maybe`: absent, sent");
    check(&["recovery=sent", "recovery=absent"], 2, "recovery has two answers");
    scene
        .check(&["need", "--assume", "recovery=sent", "--assume", "recovery=sent", "calls.txt"], 0);
}

#[test]
fn standard_input_cannot_be_read_twice() {
    let (_, said) = Scene::new(&[]).check(&["need", "-", "-"], 2);
    assert!(said.contains("once only"), "{said}");
}
