//! One pass over commits, tags and trees: who follows whom, and which folder holds what is looked for.

use gix_hash::{ObjectId, oid};
use gix_object::Kind;
use rustc_hash::{FxHashMap, FxHashSet};

use super::decode::Fault;
use super::walk::Visit;
use super::{BASE_BYTES, Repository, commit, tree};
use crate::limits::Limits;
use crate::piece::Stop;

/// Folders in folders that are remembered from the first pass, on all threads; where there are more, each level
/// of folders takes a pass of its own. One takes 12 bytes.
const EDGES_MAX: usize = 8 << 20;

/// A commit.
#[derive(Debug, Clone)]
pub(super) struct Commit {
    pub(super) id: ObjectId,
    pub(super) tree: Option<ObjectId>,
    pub(super) parents: Vec<ObjectId>,
    /// Seconds since 1970.
    pub(super) authored: i64,
    /// Seconds since 1970.
    pub(super) committed: i64,
}

/// A tag.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tag {
    pub(super) id: ObjectId,
    /// What it points at.
    pub(super) target: ObjectId,
    /// When it was made, seconds since 1970.
    pub(super) time: i64,
}

/// An entry of a tree: the tree, the name in it, and what is there.
#[derive(Debug, Clone)]
pub(super) struct Hit {
    pub(super) tree: ObjectId,
    pub(super) name: Box<[u8]>,
    pub(super) child: ObjectId,
}

/// What is looked for, by the first bytes of its id.
#[derive(Debug, Default)]
pub(super) struct Targets(FxHashMap<u64, ObjectId>);

impl Targets {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn find(&self, id: &[u8]) -> Option<ObjectId> {
        self.0.get(&prefix(id)).copied()
    }
}

impl FromIterator<ObjectId> for Targets {
    fn from_iter<I: IntoIterator<Item = ObjectId>>(ids: I) -> Self {
        Self(ids.into_iter().map(|id| (prefix(id.as_slice()), id)).collect())
    }
}

fn prefix(id: &[u8]) -> u64 {
    id.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

/// What the first pass came to.
pub(super) struct Pass {
    pub(super) commits: Vec<Commit>,
    pub(super) tags: Vec<Tag>,
    gathered: Vec<Gather>,
}

/// Goes through all commits, tags and trees.
pub(super) fn pass(
    repository: &Repository,
    targets: &Targets,
    limits: &Limits,
    stop: &Stop,
) -> Pass {
    gather(repository, Some(targets), limits, stop)
}

/// All commits and tags.
pub(super) fn commits(
    repository: &Repository,
    limits: &Limits,
    stop: &Stop,
) -> (Vec<Commit>, Vec<Tag>) {
    let pass = gather(repository, None, limits, stop);
    (pass.commits, pass.tags)
}

/// Goes through all commits and tags, and through trees if something is looked for in them.
fn gather(
    repository: &Repository,
    targets: Option<&Targets>,
    limits: &Limits,
    stop: &Stop,
) -> Pass {
    let threads = limits.threads.max(1);
    let mut seats: Vec<Seat<'_>> =
        (0..threads).map(|_| Seat::new(repository, targets, EDGES_MAX / threads)).collect();
    let loose = repository.loose();
    repository.each_object(&loose, &mut seats, BASE_BYTES, stop);
    let mut gathered: Vec<Gather> = seats.into_iter().map(|seat| seat.gather).collect();
    let commits =
        gathered.iter_mut().flat_map(|gather| std::mem::take(&mut gather.commits)).collect();
    let tags = gathered.iter_mut().flat_map(|gather| std::mem::take(&mut gather.tags)).collect();
    Pass { commits, tags, gathered }
}

impl Pass {
    /// The entries that the first pass was looking for.
    pub(super) fn hits(&mut self) -> Vec<Hit> {
        self.gathered.iter_mut().flat_map(|gather| std::mem::take(&mut gather.hits)).collect()
    }

    /// The entries for other trees: from memory, or by another pass.
    pub(super) fn look_for(
        &self,
        repository: &Repository,
        targets: &Targets,
        limits: &Limits,
        stop: &Stop,
    ) -> Vec<Hit> {
        if self.gathered.iter().all(|gather| gather.is_whole) {
            return self.gathered.iter().flat_map(|gather| gather.look_for(targets)).collect();
        }
        pass(repository, targets, limits, stop).hits()
    }
}

/// What one thread keeps.
#[derive(Default)]
struct Gather {
    commits: Vec<Commit>,
    tags: Vec<Tag>,
    hits: Vec<Hit>,
    /// Trees, and where the folders in each end in `edges`.
    trees: Vec<(ObjectId, u32)>,
    edges: Vec<Edge>,
    names: FxHashMap<Box<[u8]>, u32>,
    /// Whether the folders of all trees are in `edges`.
    is_whole: bool,
}

/// A folder in another: the first bytes of its id, and its name by number.
#[derive(Clone, Copy)]
#[repr(Rust, packed(4))]
struct Edge {
    child: u64,
    name: u32,
}

impl Gather {
    fn look_for(&self, targets: &Targets) -> Vec<Hit> {
        let mut names: Vec<&[u8]> = vec![&[]; self.names.len()];
        for (name, number) in &self.names {
            if let Some(place) = names.get_mut(*number as usize) {
                *place = name;
            }
        }
        let mut hits = Vec::new();
        let mut begin = 0;
        for (tree, end) in &self.trees {
            let edges = self.edges.get(begin..*end as usize).unwrap_or_default();
            begin = *end as usize;
            for edge in edges {
                let Edge { child, name } = *edge;
                if let Some(child) = targets.0.get(&child) {
                    let name = names.get(name as usize).copied().unwrap_or_default();
                    hits.push(Hit { tree: *tree, name: name.into(), child: *child });
                }
            }
        }
        hits
    }

    fn name(&mut self, name: &[u8]) -> u32 {
        if let Some(number) = self.names.get(name) {
            return *number;
        }
        let number = self.names.len() as u32;
        self.names.insert(name.into(), number);
        number
    }
}

/// One thread at work.
struct Seat<'a> {
    gather: Gather,
    targets: Option<&'a Targets>,
    id_bytes: usize,
    edges_max: usize,
}

impl<'a> Seat<'a> {
    fn new(repository: &Repository, targets: Option<&'a Targets>, edges_max: usize) -> Self {
        let gather = Gather { is_whole: true, ..Gather::default() };
        Self { gather, targets, id_bytes: repository.layout.hash.len_in_bytes(), edges_max }
    }

    fn tree(&mut self, id: &oid, object: &[u8]) {
        let Some(targets) = self.targets else { return };
        for entry in tree::entries(object, self.id_bytes) {
            if let Some(child) = targets.find(entry.id) {
                self.gather.hits.push(Hit { tree: id.to_owned(), name: entry.name.into(), child });
            }
            if entry.is_tree() && self.gather.is_whole {
                let name = self.gather.name(entry.name);
                self.gather.edges.push(Edge { child: prefix(entry.id), name });
            }
        }
        let n_edges = self.gather.edges.len();
        if n_edges > self.edges_max {
            self.gather.is_whole = false;
            (self.gather.edges, self.gather.trees) = <_>::default();
        } else if self.gather.is_whole {
            self.gather.trees.push((id.to_owned(), n_edges as u32));
        }
    }

    fn tag(&mut self, id: &oid, object: &[u8]) {
        let time = commit::Header::parse(object).committed();
        let tag = |target| Tag { id: id.to_owned(), target, time };
        self.gather.tags.extend(commit::target(object).map(tag));
    }

    fn commit(&mut self, id: &oid, object: &[u8]) {
        let header = commit::Header::parse(object);
        self.gather.commits.push(Commit {
            id: id.to_owned(),
            tree: header.tree,
            authored: header.authored(),
            committed: header.committed(),
            parents: header.parents,
        });
    }
}

impl Visit for Seat<'_> {
    fn wants(&mut self, _id: &oid, kind: Kind) -> bool {
        match kind {
            Kind::Blob => false,
            Kind::Tree => self.targets.is_some(),
            Kind::Commit | Kind::Tag => true,
        }
    }

    fn object(&mut self, id: &oid, kind: Kind, bytes: &[u8]) {
        match kind {
            Kind::Tree => self.tree(id, bytes),
            Kind::Commit => self.commit(id, bytes),
            Kind::Tag => self.tag(id, bytes),
            Kind::Blob => {}
        }
    }

    // What is broken was said by the sweep; places are then fewer.
    fn fault(&mut self, _id: &oid, _kind: Option<Kind>, _fault: Fault) {}

    fn progress(&mut self, _bytes: u64) {}

    fn is_welcome(&mut self, _id: &oid, _size: u64) -> bool {
        true
    }
}

/// Commits by id, and what is known of each by its place among them.
pub(super) struct Graph {
    pub(super) commits: Vec<Commit>,
    by_id: FxHashMap<ObjectId, u32>,
}

impl Graph {
    pub(super) fn new(commits: Vec<Commit>) -> Self {
        let by_id = commits.iter().enumerate().map(|(at, commit)| (commit.id, at as u32)).collect();
        Self { commits, by_id }
    }

    /// A commit's place.
    pub(super) fn find(&self, id: &ObjectId) -> Option<usize> {
        self.by_id.get(id).map(|at| *at as usize)
    }

    /// By which of the starts each commit is reached first; `None` if by none.
    pub(super) fn reached(&self, starts: impl Iterator<Item = ObjectId>) -> Vec<Option<u32>> {
        let mut reached = vec![None; self.commits.len()];
        let mut pending = Vec::new();
        for (number, start) in starts.enumerate() {
            pending.extend(self.find(&start));
            while let Some(at) = pending.pop() {
                if reached[at].is_none() {
                    reached[at] = Some(number as u32);
                    pending.extend(
                        self.commits[at].parents.iter().filter_map(|parent| self.find(parent)),
                    );
                }
            }
        }
        reached
    }
}

/// Ids that were met.
pub(super) type Ids = FxHashSet<ObjectId>;
