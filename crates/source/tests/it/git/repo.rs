//! A repository in a folder of its own, made by running git without any setting of the machine.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

use source::git::{Repository, Selection};
use source::{Account, Limits, Origin, Piece, Stop, Taker};
use tempfile::TempDir;

/// A repository.
pub(crate) struct Repo {
    pub(crate) path: PathBuf,
    _folder: Option<TempDir>,
}

impl Repo {
    /// An empty repository.
    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    /// An empty repository, with options of `git init`.
    pub(crate) fn with(options: &[&str]) -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("repo");
        fs::create_dir(&path).unwrap();
        let repo = Self { path, _folder: Some(folder) };
        repo.git(&[&["init", "-q", "-b", "main"], options].concat());
        repo
    }

    /// A repository that lies somewhere already.
    pub(crate) fn at(path: PathBuf) -> Self {
        Self { path, _folder: None }
    }

    /// The folder beside the repository, for clones.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.path.parent().unwrap().join(name)
    }

    /// Runs git. Returns what it prints, without the last line end.
    pub(crate) fn git(&self, words: &[&str]) -> String {
        self.git_with(words, b"")
    }

    /// Runs git with something on standard input.
    pub(crate) fn git_with(&self, words: &[&str], input: &[u8]) -> String {
        let mut child = command(&self.path, words).spawn().expect("git runs");
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(
            output.status.success(),
            "git {words:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned()
    }

    /// Writes a file of the working tree.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Commits files, `day` days after the first of January 2026. Returns the commit's id.
    pub(crate) fn commit(&self, day: u32, message: &str, files: &[(&str, &str)]) -> String {
        for (path, text) in files {
            self.write(path, text);
        }
        self.git(&["add", "-A"]);
        self.commit_staged(day, message)
    }

    /// Commits what is staged.
    pub(crate) fn commit_staged(&self, day: u32, message: &str) -> String {
        let date = format!("{} +0000", 1_767_225_600 + u64::from(day) * 86_400);
        let mut command = command(&self.path, &["commit", "-q", "--allow-empty", "-m", message]);
        command.env("GIT_AUTHOR_DATE", &date).env("GIT_COMMITTER_DATE", &date);
        let output = command.stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        self.git(&["rev-parse", "HEAD"])
    }

    /// Every blob that git finds, with its size; each message as git sees it.
    pub(crate) fn objects(&self) -> BTreeMap<String, u64> {
        let listed = self.git(&[
            "cat-file",
            "--batch-all-objects",
            "--batch-check=%(objecttype) %(objectname) %(objectsize)",
        ]);
        let blob = |line: &str| {
            let mut words = line.strip_prefix("blob ")?.split(' ');
            Some((words.next()?.to_owned(), words.next()?.parse().unwrap()))
        };
        listed.lines().filter_map(blob).collect()
    }

    /// Reads everything.
    pub(crate) fn sweep(&self) -> Taken {
        self.sweep_with(&Selection::All, &Limits { threads: 2, ..Limits::default() })
    }

    /// Reads with limits.
    pub(crate) fn sweep_with(&self, selection: &Selection, limits: &Limits) -> Taken {
        let repository = Repository::open(&self.path).unwrap();
        let taker = Collect::default();
        let account = repository.sweep(selection, limits, &taker, &Stop::default());
        taker.into_taken(account)
    }

    /// Files of the object database with an extension.
    pub(crate) fn packs(&self, extension: &str) -> Vec<PathBuf> {
        let folder = self.git_dir().join("objects/pack");
        let mut found: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|found| found == extension))
            .collect();
        found.sort();
        found
    }

    /// The `.git` folder.
    pub(crate) fn git_dir(&self) -> PathBuf {
        self.path.join(self.git(&["rev-parse", "--git-common-dir"]))
    }
}

/// Git with nothing from the machine, and people and times that do not change.
fn command(path: &Path, words: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.env_clear().args(words).current_dir(path);
    for name in ["PATH", "SYSTEMROOT", "TMPDIR"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    for (name, value) in [
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_SYSTEM", "/dev/null"),
        ("GIT_CONFIG_COUNT", "3"),
        ("GIT_CONFIG_KEY_0", "protocol.file.allow"),
        ("GIT_CONFIG_VALUE_0", "always"),
        ("GIT_CONFIG_KEY_1", "gc.auto"),
        ("GIT_CONFIG_VALUE_1", "0"),
        ("GIT_CONFIG_KEY_2", "maintenance.auto"),
        ("GIT_CONFIG_VALUE_2", "false"),
        ("GIT_AUTHOR_NAME", "Ada"),
        ("GIT_AUTHOR_EMAIL", "ada@example.com"),
        ("GIT_AUTHOR_DATE", "1767225600 +0000"),
        ("GIT_COMMITTER_NAME", "Bob"),
        ("GIT_COMMITTER_EMAIL", "bob@example.com"),
        ("GIT_COMMITTER_DATE", "1767225600 +0000"),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("LC_ALL", "C"),
    ] {
        command.env(name, value);
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A piece: origin, offset, line, bytes.
type Taking = (Origin, u64, u64, Vec<u8>);

/// Keeps what is handed over.
#[derive(Default)]
pub(crate) struct Collect {
    pub(crate) pieces: Mutex<Vec<Taking>>,
    pub(crate) done: Mutex<(u64, u64)>,
    /// Blobs that an earlier run took.
    pub(crate) known: Vec<String>,
}

/// What was handed over.
pub(crate) struct Taken {
    /// Texts by blob.
    pub(crate) blobs: BTreeMap<String, Vec<u8>>,
    /// Texts by commit or tag.
    pub(crate) messages: BTreeMap<String, String>,
    /// Texts by path.
    pub(crate) staged: BTreeMap<String, String>,
    /// Times that something was handed over.
    pub(crate) n_pieces: usize,
    pub(crate) account: Account,
    /// Bytes that were announced, and that were said to be done.
    pub(crate) total: u64,
    pub(crate) done: u64,
}

impl Taker for Collect {
    fn take(&self, piece: Piece<'_>) {
        let taken = (piece.origin.clone(), piece.offset, piece.line, piece.bytes.to_vec());
        self.pieces.lock().unwrap().push(taken);
    }

    fn knows(&self, origin: &Origin) -> bool {
        matches!(origin, Origin::Blob { id } if self.known.contains(id))
    }

    fn progress(&self, bytes: u64) {
        self.done.lock().unwrap().1 += bytes;
    }

    fn total(&self, bytes: u64) {
        self.done.lock().unwrap().0 = bytes;
    }
}

impl Collect {
    pub(crate) fn into_taken(self, account: Account) -> Taken {
        let pieces = self.pieces.into_inner().unwrap();
        let (total, done) = self.done.into_inner().unwrap();
        let n_pieces = pieces.len();
        let (blobs, messages, staged) = <_>::default();
        let mut taken = Taken { blobs, messages, staged, n_pieces, account, total, done };
        for (origin, offset, line, bytes) in pieces {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            match origin {
                Origin::Blob { id } => {
                    let whole = taken.blobs.entry(id).or_default();
                    whole.truncate(usize::try_from(offset).unwrap());
                    let lines = whole.split(|byte| *byte == b'\n').count() as u64;
                    assert_eq!(
                        (whole.len() as u64, lines),
                        (offset, line),
                        "a piece begins elsewhere"
                    );
                    whole.extend(bytes);
                }
                Origin::Message { id } => {
                    assert!(taken.messages.insert(id, text).is_none(), "twice");
                }
                Origin::Staged { path } => {
                    assert!(taken.staged.insert(path, text).is_none(), "twice");
                }
                origin @ Origin::File { .. } => panic!("{origin:?}"),
            }
        }
        taken
    }
}

impl Taken {
    /// Sizes by blob, as [`Repo::objects`] lists them.
    pub(crate) fn sizes(&self) -> BTreeMap<String, u64> {
        self.blobs.iter().map(|(id, bytes)| (id.clone(), bytes.len() as u64)).collect()
    }

    /// Whether one of the blobs has that text.
    pub(crate) fn has(&self, text: &str) -> bool {
        self.blobs.values().any(|blob| blob == text.as_bytes())
    }
}
