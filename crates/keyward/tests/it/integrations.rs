//! `integrations/`: files that others run, held to what `keyward scan` understands.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

const FILES: [&str; 7] = [
    ".pre-commit-hooks.yaml",
    "integrations/github/README.md",
    "integrations/github/action.yml",
    "integrations/gitlab/README.md",
    "integrations/gitlab/keyward.gitlab-ci.yml",
    "integrations/pre-commit/README.md",
    "integrations/pre-commit/pre-commit",
];

/// Options of other programs that those files run.
const OTHERS: [&str; 6] = ["--version", "--locked", "--path", "--root", "--slurp", "--no-verify"];

#[test]
fn options_that_integrations_use_are_understood() {
    let help =
        Command::new(env!("CARGO_BIN_EXE_keyward")).args(["scan", "--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let mut n_options = 0;
    for path in FILES {
        let text = text(path);
        let words = text.split(|c| !is_word(c)).filter(|word| {
            word.strip_prefix("--")
                .is_some_and(|name| name.starts_with(|c: char| c.is_ascii_lowercase()))
        });
        for option in words.filter(|word| !OTHERS.contains(word) && *word != "--global") {
            let is_known = help.split(|c| !is_word(c)).any(|word| word == option);
            assert!(is_known, "{path}: `keyward scan` has no {option}");
            n_options += 1;
        }
    }
    assert!(n_options > 10, "{n_options}");
}

#[test]
fn integrations_in_yaml_are_yaml() {
    for path in FILES.into_iter().filter(|path| path.ends_with("ml")) {
        let text = text(path);
        for event in saphyr_parser::Parser::new_from_str(&text) {
            assert!(event.is_ok(), "{path}: {event:?}");
        }
    }
}

/// Runs the hook with a program in place of keyward that ends with `status`.
fn hook(status: u8) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let keyward = folder.path().join("keyward");
    fs::write(&keyward, format!("#!/bin/sh\necho \"ran $*\"\nexit {status}\n")).unwrap();
    fs::set_permissions(&keyward, fs::Permissions::from_mode(0o755)).unwrap();
    let mut hook = Command::new("sh");
    hook.arg(root().join("integrations/pre-commit/pre-commit")).env("KEYWARD", &keyward);
    hook.env("KEYWARD_SCAN_ARGS", "--baseline keyward.baseline").output().unwrap()
}

#[test]
fn the_hook_refuses_what_is_not_known_to_be_clean() {
    for (status, said) in [(0, ""), (1, "end it"), (2, "status 2"), (3, "could not be read")] {
        let ended = hook(status);
        assert_eq!(ended.status.code(), Some(i32::from(status)));
        let output = String::from_utf8(ended.stdout).unwrap();
        assert_eq!(output, "ran scan --staged --baseline keyward.baseline\n");
        let complaint = String::from_utf8(ended.stderr).unwrap();
        assert!(complaint.contains(said) && complaint.is_empty() == said.is_empty(), "{complaint}");
    }
}

#[test]
fn the_hook_refuses_when_there_is_no_keyward() {
    let mut hook = Command::new("sh");
    hook.arg(root().join("integrations/pre-commit/pre-commit"));
    let ended = hook.env("KEYWARD", "no-such-program").output().unwrap();
    assert_eq!(ended.status.code(), Some(1));
    assert!(String::from_utf8(ended.stderr).unwrap().contains("nothing was looked through"));
}
