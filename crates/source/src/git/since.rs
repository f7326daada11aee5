//! What commits since some time brought: their blobs and messages.

use std::path::Path;
use std::rc::Rc;
use std::time::UNIX_EPOCH;

use gix_hash::ObjectId;
use gix_object::Kind;
use rustc_hash::{FxHashMap, FxHashSet};

use super::decode::Buffer;
use super::graph::{Commit, Graph, Ids, commits, pass};
use super::read::Reader;
use super::sweep::why;
use super::{BASE_BYTES, Repository, tree};
use crate::account::Account;
use crate::limits::Limits;
use crate::piece::Stop;

/// Trees that are kept while commits are compared with their parents.
const KEPT_MAX: usize = 20_000;

/// The ids of commits and tags made at or after a time, and of the blobs that those commits have and their
/// parents have not at the same path; and of loose blobs of no commit that were written since.
pub(super) fn since(
    repository: &Repository,
    time: i64,
    limits: &Limits,
    stop: &Stop,
    account: &mut Account,
) -> Ids {
    let (commits, tags) = commits(repository, limits, stop);
    let graph = Graph::new(commits);
    let mut new: Vec<&Commit> =
        graph.commits.iter().filter(|commit| commit.committed >= time).collect();
    new.sort_by_key(|commit| commit.committed);
    let mut chosen: Ids = new.iter().map(|commit| commit.id).collect();
    chosen.extend(tags.iter().filter(|tag| tag.time >= time).map(|tag| tag.id));
    let dated = graph.commits.iter().map(|commit| commit.id).chain(tags.iter().map(|tag| tag.id));
    chosen.extend(unplaced(repository, time, &dated.collect(), limits, stop));
    let mut differ = Differ::new(repository, account);
    for commit in new {
        if stop.is_set() {
            break;
        }
        let parents =
            commit.parents.iter().filter_map(|parent| graph.commits[graph.find(parent)?].tree);
        if let Some(tree) = commit.tree {
            differ.compare(tree, parents.collect(), &mut chosen);
        }
    }
    chosen
}

/// Loose blobs written at or after a time that no tree has: they were staged, or nothing refers to them any more.
fn unplaced(repository: &Repository, time: i64, dated: &Ids, limits: &Limits, stop: &Stop) -> Ids {
    let mut reader = Reader::new(repository, BASE_BYTES);
    let mut object = Buffer::default();
    let loose = repository.loose().into_iter();
    let young = loose.filter(|loose| !dated.contains(&loose.id) && is_since(&loose.path, time));
    let mut blobs: Ids = young
        .map(|loose| loose.id)
        // What cannot be read is chosen, so that it is said.
        .filter(|id| !matches!(reader.read(id, &mut object), Ok(kind) if kind != Kind::Blob))
        .collect();
    if !blobs.is_empty() {
        let mut pass = pass(repository, &blobs.iter().copied().collect(), limits, stop);
        for hit in pass.hits() {
            blobs.remove(&hit.child);
        }
    }
    blobs
}

/// Whether a file was written at or after a time, as far as it can be told.
fn is_since(path: &Path, time: i64) -> bool {
    let written = path.metadata().and_then(|about| about.modified());
    let seconds = written.ok().and_then(|written| written.duration_since(UNIX_EPOCH).ok());
    seconds.is_none_or(|seconds| i64::try_from(seconds.as_secs()).is_ok_and(|at| at >= time))
}

/// The entries of a tree: name, whether it is a folder, id.
type Entries = Rc<[(Box<[u8]>, bool, ObjectId)]>;

/// Compares trees.
struct Differ<'a> {
    reader: Reader<'a>,
    object: Buffer,
    id_bytes: usize,
    kept: FxHashMap<ObjectId, Entries>,
    /// Trees that were taken as a whole.
    taken: FxHashSet<ObjectId>,
    account: &'a mut Account,
}

impl<'a> Differ<'a> {
    fn new(repository: &'a Repository, account: &'a mut Account) -> Self {
        Self {
            reader: Reader::new(repository, BASE_BYTES),
            object: Buffer::default(),
            id_bytes: repository.layout.hash.len_in_bytes(),
            kept: FxHashMap::default(),
            taken: FxHashSet::default(),
            account,
        }
    }

    /// Chooses the blobs that a tree has and the others have not at the same path.
    fn compare(&mut self, tree: ObjectId, others: Vec<ObjectId>, chosen: &mut Ids) {
        let mut pending = vec![(tree, others)];
        while let Some((tree, others)) = pending.pop() {
            // What two parents have, each at the same path, is nothing new either.
            if others.contains(&tree) || others.is_empty() && !self.taken.insert(tree) {
                continue;
            }
            let others: Vec<Entries> =
                others.into_iter().map(|other| self.entries(other)).collect();
            for (name, is_tree, id) in self.entries(tree).iter() {
                let same: Vec<(bool, ObjectId)> =
                    others.iter().filter_map(|other| entry(other, name)).collect();
                if same.contains(&(*is_tree, *id)) {
                    continue;
                }
                if *is_tree {
                    let folders =
                        same.into_iter().filter(|(is_tree, _)| *is_tree).map(|(_, id)| id);
                    pending.push((*id, folders.collect()));
                } else {
                    chosen.insert(*id);
                }
            }
        }
    }

    fn entries(&mut self, tree: ObjectId) -> Entries {
        if let Some(entries) = self.kept.get(&tree) {
            return Rc::clone(entries);
        }
        let entries: Entries = match self.reader.read(&tree, &mut self.object) {
            Ok(_) => sorted(self.object.get(), self.id_bytes),
            Err(fault) => {
                let (why, detail) = why(fault);
                self.account.miss(format!("tree {}", tree.to_hex()), why, detail);
                Rc::new([])
            }
        };
        if self.kept.len() >= KEPT_MAX {
            self.kept.clear();
        }
        self.kept.insert(tree, Rc::clone(&entries));
        entries
    }
}

/// The entries in order of their names, which is not quite that of git.
fn sorted(object: &[u8], id_bytes: usize) -> Entries {
    let entries = tree::entries(object, id_bytes).filter(|entry| !entry.is_submodule());
    let mut entries: Vec<_> = entries
        .filter_map(|entry| {
            Some((entry.name.into(), entry.is_tree(), ObjectId::try_from(entry.id).ok()?))
        })
        .collect();
    entries.sort_by(|a: &(Box<[u8]>, _, _), b| a.0.cmp(&b.0));
    entries.into()
}

fn entry(entries: &Entries, name: &[u8]) -> Option<(bool, ObjectId)> {
    let at = entries.binary_search_by(|(found, _, _)| found.as_ref().cmp(name)).ok()?;
    entries.get(at).map(|(_, is_tree, id)| (*is_tree, *id))
}
