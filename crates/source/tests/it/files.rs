//! Files and folders: what is read, and what is left out and why.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use source::files::{Selection, sweep};
use source::{Limits, Piece, Stop, Taker, Why};
use tempfile::TempDir;

use crate::gathered::{self, Outcome, limits};
use crate::pack::{Entry, gzip, zip};

/// A folder with files in it; the content of each is its name.
fn folder(files: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        write(&folder, file, file);
    }
    folder
}

fn write(folder: &TempDir, name: &str, content: impl AsRef<[u8]>) {
    let path = folder.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// Sweeps a folder; paths are told from below it.
fn swept(folder: &TempDir, limits: &Limits) -> Outcome {
    below(folder, gathered::paths(&[folder.path().to_owned()], &Selection::default(), limits))
}

fn below(folder: &TempDir, mut outcome: Outcome) -> Outcome {
    let root = format!("{}/", folder.path().display());
    let short = |path: &str| path.strip_prefix(&root).unwrap_or(path).to_owned();
    outcome.contents =
        outcome.contents.into_iter().map(|(path, bytes)| (short(&path), bytes)).collect();
    outcome.done = outcome.done.iter().map(|path| short(path)).collect();
    for unread in &mut outcome.account.unread {
        unread.what = short(&unread.what);
    }
    outcome
}

/// Sweeps a folder and compares which files were read, and what was left out, of which reason how often.
#[track_caller]
fn check(folder: &TempDir, limits: &Limits, paths: &[&str], skipped: &[(Why, u64)]) {
    let outcome = swept(folder, limits);
    assert_eq!(outcome.paths(), paths);
    assert_eq!(outcome.account.skipped.into_iter().collect::<Vec<_>>(), skipped);
    assert_eq!(outcome.account.unread, []);
}

#[test]
fn everything_below_a_folder_is_read_once() {
    let files: Vec<String> = (0..500).map(|n| format!("{}/{}/{n}", n % 7, n % 3)).collect();
    let folder = folder(&files.iter().map(String::as_str).collect::<Vec<_>>());
    let outcome = swept(&folder, &limits());
    assert_eq!(outcome.account.files, 500);
    assert!(outcome.contents.iter().all(|(path, bytes)| path.as_bytes() == bytes));
    assert_eq!(outcome.done, outcome.paths());
    assert_eq!(outcome.progress.0, outcome.progress.1);
    assert_eq!(outcome.progress.0, outcome.account.bytes);
}

#[test]
fn large_files_come_in_pieces() {
    let folder = folder(&[]);
    let text: String = (0..20_000).map(|line| format!("{line}\n")).collect();
    write(&folder, "log", &text);
    let outcome = swept(&folder, &limits());
    assert_eq!(outcome.text("log"), text);
    assert_eq!(outcome.progress, (text.len() as u64, text.len() as u64));
}

#[test]
fn hidden_files_are_read_and_hidden_folders_only_if_they_hold_settings() {
    let folder = folder(&[
        ".env",
        "a/.npmrc",
        ".github/workflows/ci.yml",
        ".cache/x",
        "a/.venv/x",
        ".git/config",
    ]);
    let paths = [".env", ".github/workflows/ci.yml", "a/.npmrc"];
    check(&folder, &limits(), &paths, &[(Why::Hidden, 2), (Why::Repository, 1)]);
    let all = Limits { hidden: true, ..limits() };
    let paths = [".cache/x", ".env", ".github/workflows/ci.yml", "a/.npmrc", "a/.venv/x"];
    check(&folder, &all, &paths, &[(Why::Repository, 1)]);
}

#[test]
fn ignore_files_are_respected_unless_switched_off() {
    let folder = folder(&["a.log", "b/a.log", "b/keep.log", "b/out/x", "c/x", "d", "target/x"]);
    write(&folder, ".gitignore", "*.log\n/target/\n");
    write(&folder, "b/.gitignore", "!keep.log\nout/\n");
    write(&folder, ".ignore", "/d\n");
    let paths = [".gitignore", ".ignore", "b/.gitignore", "b/keep.log", "c/x"];
    check(&folder, &limits(), &paths, &[(Why::Ignored, 5)]);
    let all = Limits { ignores: false, ..limits() };
    assert_eq!(swept(&folder, &all).account.files, 10);
}

#[test]
fn ignore_files_above_what_is_asked_for_hold_within_a_repository() {
    let folder = folder(&["a/b/x.log", "a/b/x"]);
    write(&folder, ".gitignore", "*.log\n");
    let below_it = |path: &str| {
        let path = folder.path().join(path);
        below(&folder, gathered::paths(&[path], &Selection::default(), &limits()))
    };
    assert_eq!(below_it("a/b").paths(), ["a/b/x", "a/b/x.log"]);
    write(&folder, ".git/info/exclude", "x\n");
    assert_eq!(below_it("a/b").paths(), [""; 0]);
    // What is asked for by name is read.
    assert_eq!(below_it("a/b/x.log").paths(), ["a/b/x.log"]);
}

#[test]
fn what_is_not_there_is_said() {
    let folder = folder(&["x"]);
    let given = [folder.path().join("x"), folder.path().join("y")];
    let outcome = below(&folder, gathered::paths(&given, &Selection::default(), &limits()));
    assert_eq!((outcome.paths(), outcome.unread()), (vec!["x"], vec!["y: missing".to_owned()]));
}

#[test]
fn files_larger_than_allowed_are_said() {
    let folder = folder(&["small", "larger"]);
    let outcome = swept(&folder, &Limits { file_bytes: 5, ..limits() });
    assert_eq!(
        (outcome.paths(), outcome.unread()),
        (vec!["small"], vec!["larger: too large".to_owned()])
    );
    assert_eq!(outcome.progress, (11, 11));
}

#[test]
fn older_files_are_left_out_when_asked() {
    let folder = folder(&["new", "old"]);
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
    fs::File::options()
        .write(true)
        .open(folder.path().join("old"))
        .unwrap()
        .set_modified(long_ago)
        .unwrap();
    let selection = Selection { since: Some(long_ago + Duration::from_secs(1)) };
    let outcome =
        below(&folder, gathered::paths(&[folder.path().to_owned()], &selection, &limits()));
    assert_eq!((outcome.paths(), outcome.skipped(Why::Older)), (vec!["new"], 1));
}

#[test]
fn what_an_earlier_run_examined_is_not_read_again() {
    let folder = folder(&["a-known", "b"]);
    let outcome = swept(&folder, &limits());
    assert_eq!((outcome.paths(), outcome.skipped(Why::Known)), (vec!["b"], 1));
    assert_eq!((outcome.done, outcome.progress), (vec!["b".to_owned()], (8, 8)));
}

#[test]
fn a_file_of_which_something_was_not_read_is_not_done() {
    let folder = folder(&["fine"]);
    write(&folder, "cut.gz", &gzip(b"some text")[..15]);
    let outcome = swept(&folder, &limits());
    assert_eq!((outcome.done, outcome.account.unread_count), (vec!["fine".to_owned()], 1));
}

#[test]
fn archives_on_disk_are_read_where_they_lie() {
    let folder = folder(&[]);
    let text: String = (0..20_000).map(|line| format!("{line}\n")).collect();
    let archive =
        zip(&[Entry::deflated("x", text.as_bytes()), Entry::stored("y", text.as_bytes())]);
    write(&folder, "large", &archive);
    write(&folder, "program", [&[0; 9_000], archive.as_slice()].concat());
    let outcome = swept(&folder, &limits());
    assert_eq!(outcome.paths(), ["large!/x", "large!/y", "program!/x", "program!/y"]);
    assert!(outcome.contents.values().all(|content| content == text.as_bytes()));
    assert_eq!(outcome.progress.0, outcome.progress.1);
}

/// Asks for the end with the first piece.
struct Once<'s>(&'s Stop);

impl Taker for Once<'_> {
    fn take(&self, _piece: Piece<'_>) {
        self.0.set();
    }
}

#[test]
fn an_early_end_is_said_of_every_file() {
    let folder = folder(&["a", "b", "c", "d/e"]);
    write(&folder, "large.gz", gzip(&vec![0; 1 << 20]));
    let stop = Stop::default();
    let one = Limits { threads: 1, ..limits() };
    let account =
        sweep(&[folder.path().to_owned()], &Selection::default(), &one, &Once(&stop), &stop);
    assert_eq!(account.files, 1);
    assert!(account.unread_count >= 4, "{account:?}");
    assert!(account.unread.iter().all(|unread| unread.why == Why::Stopped));
}

/// Breaks at one file.
struct Breaks;

impl Taker for Breaks {
    fn take(&self, piece: Piece<'_>) {
        assert_ne!(piece.bytes, b"bad", "it is bad");
    }
}

#[test]
fn a_bug_that_one_file_brings_to_light_is_said_and_others_are_read() {
    let folder = folder(&["a", "bad", "c"]);
    let given = [folder.path().to_owned()];
    let account = sweep(&given, &Selection::default(), &limits(), &Breaks, &Stop::default());
    assert_eq!((account.files, account.unread_count), (3, 1));
    assert!(account.unread[0].what.ends_with("bad"));
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn pipe(path: &Path) {
        assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
    }

    #[test]
    fn links_are_not_followed_unless_asked_for() {
        let folder = folder(&["a/x"]);
        symlink("..", folder.path().join("a/up")).unwrap();
        symlink("x", folder.path().join("a/y")).unwrap();
        symlink("nowhere", folder.path().join("broken")).unwrap();
        check(&folder, &limits(), &["a/x"], &[(Why::Link, 3)]);
        let asked = |path: &str| {
            let path: PathBuf = folder.path().join(path);
            below(&folder, gathered::paths(&[path], &Selection::default(), &limits()))
        };
        assert_eq!(asked("a/y").paths(), ["a/y"]);
        assert_eq!(asked("a/up").paths(), ["a/up/a/x"]);
        assert_eq!(asked("broken").unread(), ["broken: missing"]);
    }

    #[test]
    fn pipes_are_never_opened() {
        let folder = folder(&["x"]);
        pipe(&folder.path().join("pipe"));
        check(&folder, &limits(), &["x"], &[(Why::Special, 1)]);
        let asked = [folder.path().join("pipe"), "/dev/null".into()];
        let outcome = below(&folder, gathered::paths(&asked, &Selection::default(), &limits()));
        assert_eq!(outcome.unread(), ["/dev/null: no regular file", "pipe: no regular file"]);
    }

    #[test]
    fn what_may_not_be_read_is_said() {
        let folder = folder(&["a", "b/x", "c"]);
        for path in ["a", "b"] {
            fs::set_permissions(folder.path().join(path), fs::Permissions::from_mode(0o000))
                .unwrap();
        }
        // Whoever may read anything cannot be refused.
        if fs::read(folder.path().join("a")).is_err() {
            let outcome = swept(&folder, &limits());
            assert_eq!(outcome.paths(), ["c"]);
            assert_eq!(outcome.unread(), ["a: permission denied", "b: permission denied"]);
        }
        fs::set_permissions(folder.path().join("b"), fs::Permissions::from_mode(0o700)).unwrap();
    }

    #[test]
    fn names_may_be_any_bytes() {
        let folder = folder(&["line\nbreak\u{1b}[31m"]);
        write(&folder, "x", "text");
        fs::rename(folder.path().join("x"), folder.path().join(OsStr::from_bytes(b"x\xff")))
            .unwrap();
        check(&folder, &limits(), &["line\nbreak\u{1b}[31m", "x\\xff"], &[]);
    }
}
