//! What is about to be committed: the entries of the index that the last commit does not have.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::path::Path;

use gix_hash::ObjectId;
use gix_index::entry::{Flags, Mode};
use gix_index::extension::Tree;
use gix_index::{Entry, State};
use gix_object::Kind;

use super::decode::Buffer;
use super::inner::{Inner, is_packed, unpack};
use super::read::Reader;
use super::sweep::{hand_over, why};
use super::{BASE_BYTES, GitError, Repository, commit, refs, tree};
use crate::account::{Account, Why};
use crate::limits::Limits;
use crate::piece::{Origin, Stop, Taker};

impl Repository {
    /// Hands over the content of every file that is staged and differs from the last commit, as it was staged:
    /// the working tree is not looked at. `index` is the index to read if it is not the usual one, as git tells
    /// hooks by `GIT_INDEX_FILE`. All sides of a conflict are read.
    pub fn staged(
        &self,
        index: Option<&Path>,
        limits: &Limits,
        taker: &dyn Taker,
        stop: &Stop,
    ) -> Result<Account, GitError> {
        let state = self.index(index)?;
        let mut account = Account::default();
        if refs::is_unreadable(&self.layout) {
            let said = "references are kept in a form that is not known; all of the index is read";
            account.miss(self.name(), Why::Unsupported, said);
        }
        let mut reader = Reader::new(self, limits.blob_bytes.max(BASE_BYTES));
        let staged = self.changed(&state, &mut reader, &mut account);
        taker.total(staged.iter().map(|entry| u64::from(entry.stat.size)).sum());
        let mut seen = HashSet::new();
        for entry in staged {
            let path = String::from_utf8_lossy(entry.path(&state)).into_owned();
            if stop.is_set() {
                account.miss(path, Why::Stopped, "");
            } else if seen.insert((entry.id, path.clone())) {
                hand_over_entry(entry, path, &mut reader, (limits, taker, stop), &mut account);
            }
            taker.progress(u64::from(entry.stat.size));
        }
        Ok(account)
    }

    fn index(&self, index: Option<&Path>) -> Result<State, GitError> {
        let usual = self.layout.git_dir.join("index");
        let path = index.unwrap_or(&usual);
        if !path.exists() {
            return Ok(State::new(self.layout.hash));
        }
        // The checksum would cost half the time, and git itself reads on without it where it is told to.
        let read = gix_index::File::at(
            path,
            self.layout.hash,
            true,
            gix_index::decode::Options::default(),
        );
        read.map(|file| file.into_parts().0)
            .map_err(|_| GitError::Broken { what: path.display().to_string() })
    }

    /// The paths at which a blob is staged.
    pub(super) fn staged_at(&self, blob: ObjectId) -> Vec<String> {
        let Ok(state) = self.index(None) else { return Vec::new() };
        let entries = state.entries().iter().filter(|entry| entry.id == blob);
        entries.map(|entry| String::from_utf8_lossy(entry.path(&state)).into_owned()).collect()
    }

    /// Entries that the last commit does not have. Folders whose tree is known to be that of the last commit are
    /// passed over without a look.
    fn changed<'s>(
        &self,
        state: &'s State,
        reader: &mut Reader<'_>,
        account: &mut Account,
    ) -> Vec<&'s Entry> {
        let entries = state.entries();
        let mut changed = Vec::new();
        let mut folders = vec![Folder {
            range: 0..entries.len(),
            prefix: 0,
            cached: state.tree(),
            tree: self.head_tree(reader, account),
        }];
        let mut object = Buffer::default();
        while let Some(folder) = folders.pop() {
            if folder.is_unchanged() {
                continue;
            }
            let there = folder.tree.map(|id| match reader.read(&id, &mut object) {
                Ok(_) => names(object.get(), self.layout.hash.len_in_bytes()),
                Err(fault) => {
                    let (why, detail) = why(fault);
                    account.miss(format!("tree {}", id.to_hex()), why, detail);
                    HashMap::new()
                }
            });
            folder.compare(state, &there.unwrap_or_default(), &mut changed, &mut folders);
        }
        changed.sort_by_key(|entry| entry.path(state));
        changed
    }

    /// The tree of the last commit.
    fn head_tree(&self, reader: &mut Reader<'_>, account: &mut Account) -> Option<ObjectId> {
        let head = refs::head(&self.layout)?;
        let mut object = Buffer::default();
        let kind = reader.read(&head, &mut object);
        let tree = match kind {
            Ok(Kind::Commit) => commit::Header::parse(object.get()).tree,
            Ok(_) => None,
            Err(fault) => {
                let (why, detail) = why(fault);
                account.miss(format!("commit {}", head.to_hex()), why, detail);
                return None;
            }
        };
        if tree.is_none() {
            account.miss(format!("commit {}", head.to_hex()), Why::Corrupt, "it names no tree");
        }
        tree
    }
}

/// Hands over what is staged at a path.
fn hand_over_entry(
    entry: &Entry,
    path: String,
    reader: &mut Reader<'_>,
    (limits, taker, stop): (&Limits, &dyn Taker, &Stop),
    account: &mut Account,
) {
    let mut object = Buffer::default();
    let found = reader.read(&entry.id, &mut object);
    let size = object.len() as u64;
    match found {
        Ok(Kind::Blob) if size > limits.blob_bytes => {
            account.miss(path, Why::TooLarge, format!("{size} bytes"));
        }
        Ok(Kind::Blob) => {
            if is_packed(object.get()) {
                let origin = |path| Origin::Staged { path };
                let inner = Inner { taker, origin: &origin };
                return account.add(unpack(object.get(), &path, limits, &inner, stop));
            }
            account.files += 1;
            account.bytes += size;
            hand_over(taker, limits, &Origin::Staged { path }, object.get());
        }
        Ok(_) => account.miss(path, Why::Corrupt, "it is no blob"),
        Err(fault) => {
            let (why, detail) = why(fault);
            account.miss(path, why, detail);
        }
    }
}

/// The entries of a tree by name: whether it is a folder, and the id.
type Names = HashMap<Vec<u8>, (bool, ObjectId)>;

fn names(object: &[u8], id_bytes: usize) -> Names {
    let entry = |entry: tree::Entry<'_>| {
        Some((entry.name.to_owned(), (entry.is_tree(), ObjectId::try_from(entry.id).ok()?)))
    };
    tree::entries(object, id_bytes).filter_map(entry).collect()
}

/// A folder of the index and its counterpart in the last commit.
struct Folder<'s> {
    /// Its entries, with those of folders in it.
    range: Range<usize>,
    /// Bytes of its path, with the slash.
    prefix: usize,
    /// What the index remembers of its tree.
    cached: Option<&'s Tree>,
    /// Its tree in the last commit.
    tree: Option<ObjectId>,
}

impl<'s> Folder<'s> {
    /// Whether the index says that it is what the last commit has.
    fn is_unchanged(&self) -> bool {
        self.cached.is_some_and(|cached| {
            cached.num_entries == Some(self.range.len() as u32) && Some(cached.id) == self.tree
        })
    }

    /// Compares files; leaves folders for later.
    fn compare(
        &self,
        state: &'s State,
        there: &Names,
        changed: &mut Vec<&'s Entry>,
        folders: &mut Vec<Self>,
    ) {
        let mut at = self.range.start;
        while at < self.range.end {
            let Some(entry) = state.entries().get(at) else { return };
            let path: &[u8] = entry.path(state);
            let rest = path.get(self.prefix..).unwrap_or_default();
            if let Some(end) = memchr::memchr(b'/', rest) {
                let folder = self.inner(
                    state,
                    at,
                    path.get(..=self.prefix + end).unwrap_or_default(),
                    there,
                );
                at = folder.range.end.max(at + 1);
                folders.push(folder);
            } else {
                let same = there.get(rest).is_some_and(|(is_tree, id)| !is_tree && *id == entry.id);
                if !same && is_content(entry) {
                    changed.push(entry);
                }
                at += 1;
            }
        }
    }

    /// The folder in this one whose path with the slash is `path`, and whose first entry is at `begin`.
    fn inner(&self, state: &'s State, begin: usize, path: &[u8], there: &Names) -> Self {
        let rest = state.entries().get(begin..self.range.end).unwrap_or_default();
        let length = rest.partition_point(|entry| entry.path(state).starts_with(path));
        let name = path.get(self.prefix..path.len().saturating_sub(1)).unwrap_or_default();
        let tree = there.get(name).filter(|(is_tree, _)| *is_tree).map(|(_, id)| *id);
        let cached = self
            .cached
            .and_then(|cached| cached.children.iter().find(|child| child.name[..] == *name));
        Self { range: begin..begin + length, prefix: path.len(), cached, tree }
    }
}

/// Whether an entry stands for the content of a file.
fn is_content(entry: &Entry) -> bool {
    let is_file = entry.mode != Mode::COMMIT && entry.mode != Mode::DIR;
    is_file && !entry.flags.contains(Flags::INTENT_TO_ADD)
}
