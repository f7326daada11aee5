//! What an interrupted run has examined, so that the next goes on from there.
//!
//! A line an origin: a blob's id, or a hash of a file's path, size and time of change. What holds a credential
//! is not noted: it is examined again, so that the run which comes to the end tells of everything.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, ThreadId};
use std::time::UNIX_EPOCH;

use anyhow::{Context, bail};
use sha2::{Digest, Sha256};
use source::{Account, Origin};

/// Origins that are remembered; those beyond are examined again.
const KNOWN_MAX: usize = 20_000_000;

/// What was examined, by this run and by those before.
#[derive(Debug)]
pub(crate) struct Resume {
    path: PathBuf,
    /// What the file must begin with: other rules would find other things.
    head: String,
    before: HashSet<u128>,
    now: Mutex<Now>,
}

#[derive(Debug, Default)]
struct Now {
    done: HashSet<u128>,
    /// What each thread is at, and whether it holds a credential: it may not have come to its end.
    current: HashMap<ThreadId, (Origin, bool)>,
}

impl Resume {
    /// Reads what earlier runs noted in the file; there may be none yet.
    ///
    /// Fails when it is something else, which is not to be overwritten. What rules of another
    /// version noted is left aside.
    pub(crate) fn open(path: &Path, rules: &str) -> anyhow::Result<Self> {
        let name = path.display();
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error).with_context(|| format!("failed to read `{name}`")),
        };
        if !text.is_empty() && !text.starts_with(HEAD) {
            bail!("`{name}` is not a file that an interrupted scan left");
        }
        let head = format!("{HEAD} {rules}");
        let mut lines = text.lines();
        let is_ours = lines.next() == Some(head.as_str());
        let known =
            lines.filter(|_| is_ours).filter_map(|line| u128::from_str_radix(line, 16).ok());
        let before = known.take(KNOWN_MAX).collect();
        Ok(Self { path: path.to_owned(), head, before, now: Mutex::default() })
    }

    /// Whether an earlier run examined it.
    pub(crate) fn knows(&self, origin: &Origin) -> bool {
        !self.before.is_empty() && self.before.contains(&id(origin))
    }

    /// Notes that a piece of `origin` was looked at: whatever the thread was at before has come to its end.
    pub(crate) fn note(&self, origin: &Origin, holds_any: bool) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        let thread = thread::current().id();
        match now.current.get_mut(&thread) {
            Some((current, holds)) if is_within(origin, current) => *holds |= holds_any,
            _ => {
                let ended = now.current.insert(thread, (whole(origin), holds_any));
                now.end(ended);
            }
        }
    }

    /// Writes down what was examined, for the next run: not what `account` says was not read, or not all.
    pub(crate) fn save(&self, account: &Account) -> anyhow::Result<()> {
        let now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        let unread: HashSet<u128> =
            account.unread.iter().flat_map(|unread| ids(&unread.what)).collect();
        let all = self.before.union(&now.done).filter(|id| !unread.contains(id));
        let mut known: Vec<u128> = all.copied().take(KNOWN_MAX).collect();
        known.sort_unstable();
        let mut text = format!("{}\n", self.head);
        for id in known {
            let _ = writeln!(text, "{id:032x}");
        }
        fs::write(&self.path, text)
            .with_context(|| format!("failed to write `{}`", self.path.display()))
    }

    /// Takes the file away: the run came to its end.
    pub(crate) fn delete(&self) -> anyhow::Result<()> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("failed to delete `{}`", self.path.display()))
            }
            _ => Ok(()),
        }
    }
}

const HEAD: &str = "keyward.scan.resume/1";

impl Now {
    fn end(&mut self, ended: Option<(Origin, bool)>) {
        let Some((origin, false)) = ended else { return };
        if self.done.len() < KNOWN_MAX {
            self.done.insert(id(&origin));
        }
    }
}

/// The file of what lies in an archive; anything else is its own whole.
fn whole(origin: &Origin) -> Origin {
    match origin {
        Origin::File { path } => Origin::File { path: file(path).to_owned() },
        other => other.clone(),
    }
}

fn is_within(origin: &Origin, whole: &Origin) -> bool {
    match (origin, whole) {
        (Origin::File { path }, Origin::File { path: whole }) => file(path) == whole,
        _ => origin == whole,
    }
}

fn file(path: &str) -> &str {
    path.split_once("!/").map_or(path, |(archive, _)| archive)
}

/// What the name of something that was not read may stand for.
fn ids(what: &str) -> [u128; 3] {
    let (path, name) = (file(what).to_owned(), what.to_owned());
    let blob = Origin::Blob { id: name.clone() };
    [Origin::File { path }, blob, Origin::Message { id: name }].map(|origin| id(&origin))
}

/// What tells an origin from others, and a file from what it was before it changed.
fn id(origin: &Origin) -> u128 {
    let text = match origin {
        Origin::Blob { id } => format!("blob\0{id}"),
        Origin::Message { id } => format!("message\0{id}"),
        Origin::Staged { path } => format!("staged\0{path}"),
        Origin::File { path } => {
            let state = fs::metadata(file(path)).ok().map(|data| {
                let changed =
                    data.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
                (data.len(), changed.map(|since| since.as_nanos()))
            });
            format!("file\0{}\0{state:?}", file(path))
        }
    };
    let hash: [u8; 32] = Sha256::digest(text).into();
    hash.iter().take(16).fold(0, |id, byte| id << 8 | u128::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blob(id: &str) -> Origin {
        Origin::Blob { id: id.to_owned() }
    }

    #[test]
    fn what_came_to_its_end_without_a_credential_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("resume");
        let first = Resume::open(&path, "rules 1").unwrap();
        for (id, holds) in [("a", false), ("b", true), ("b", false), ("c", false), ("d", false)] {
            first.note(&blob(id), holds);
        }
        let mut account = Account::default();
        account.miss("c", source::Why::Corrupt, "");
        first.save(&account).unwrap();

        let known = |rules: &str| {
            let resume = Resume::open(&path, rules).unwrap();
            ["a", "b", "c", "d"].map(|id| resume.knows(&blob(id)))
        };
        assert_eq!(known("rules 1"), [true, false, false, false]);
        assert_eq!(known("rules 2"), [false; 4]);
        first.delete().unwrap();
        assert_eq!(known("rules 1"), [false; 4]);
    }

    #[test]
    fn a_file_that_changed_is_another_and_an_archive_is_one() {
        let folder = tempfile::tempdir().unwrap();
        let (path, zip) = (folder.path().join("resume"), folder.path().join("a.zip"));
        fs::write(&zip, "one").unwrap();
        let at = |inner: &str| Origin::File { path: format!("{}{inner}", zip.display()) };
        let first = Resume::open(&path, "").unwrap();
        first.note(&at("!/x"), false);
        first.note(&at("!/y"), false);
        first.note(&blob("next"), false);
        first.save(&Account::default()).unwrap();
        let second = Resume::open(&path, "").unwrap();
        assert!(second.knows(&at("")) && second.knows(&at("!/x")));
        fs::write(&zip, "other").unwrap();
        assert!(!second.knows(&at("")));
    }

    #[test]
    fn what_is_something_else_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.txt");
        fs::write(&path, "my notes").unwrap();
        let error = Resume::open(&path, "").unwrap_err().to_string();
        assert!(error.ends_with("is not a file that an interrupted scan left"), "{error}");
    }
}
