//! Where a blob stood: at which paths, since which commit, and until when.

use std::collections::HashMap;

use gix_hash::ObjectId;
use gix_object::Kind;
use rustc_hash::FxHashMap;

use self::sets::{SetId, Sets};
use super::decode::Buffer;
use super::graph::{Graph, Ids, Targets, pass};
use super::read::Reader;
use super::refs::{Tip, head, tips};
use super::{BASE_BYTES, Repository, commit, tree};
use crate::limits::Limits;
use crate::piece::Stop;

mod sets;

/// Places that are told of one blob.
pub const PLACES_MAX: usize = 50;

/// How deep folders are followed. Git itself stops at 2,048 (`core.maxTreeDepth`).
const DEPTH_MAX: usize = 2_048;

/// A path at which a blob stood, or the commit or tag that a message belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobPlace {
    /// The path in the repository, the folders above it missing if no commit has it. Empty if there is none.
    pub path: String,
    /// The commit that brought the blob to this path: the first by the authors' clocks, one that something
    /// points at before others. `None` if no commit has it.
    pub commit: Option<String>,
    /// Who wrote that commit, as `name <address>`; for the message of a tag, who tagged.
    pub author: String,
    /// When it was committed, seconds since 1970.
    pub time: Option<i64>,
    /// When it was first there by the committers' clocks, seconds since 1970.
    pub first_seen: Option<i64>,
    /// The time of the newest commit that has it there, seconds since 1970.
    pub last_seen: Option<i64>,
    /// What leads to that commit.
    pub on: On,
    /// Whether it is there in the commit that the working tree is at.
    pub is_current: bool,
}

impl BlobPlace {
    /// The place of what no commit has.
    pub fn unknown(path: String) -> Self {
        Self {
            path,
            commit: None,
            author: String::new(),
            time: None,
            first_seen: None,
            last_seen: None,
            on: On::Nothing,
            is_current: false,
        }
    }
}

/// What leads to an object.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum On {
    /// A reference that points there now, such as `refs/heads/main`, `refs/stash` or `HEAD`: the branch of the
    /// working tree before others, branches before tags.
    Ref(String),
    /// A reference that once pointed there, as its log tells.
    Past(String),
    /// The index: it was staged and not committed.
    Index,
    /// Nothing any more.
    Nothing,
}

impl Repository {
    /// Where blobs stood, and which commits and tags messages belong to; at most [`PLACES_MAX`] places each, the
    /// oldest first. An object without a place has an empty list. All ids are answered by one pass over the
    /// history, so ask for all at once. Ids are in hex;
    /// what follows a `!` in one, the path in an archive, is kept.
    pub fn places(
        &self,
        ids: &[String],
        limits: &Limits,
        stop: &Stop,
    ) -> HashMap<String, Vec<BlobPlace>> {
        let known: Vec<(&String, ObjectId)> =
            ids.iter().filter_map(|hex| Some((hex, self.id(hex)?))).collect();
        let mut found: FxHashMap<ObjectId, Vec<BlobPlace>> = FxHashMap::default();
        if !known.is_empty() {
            found =
                Search::new(self, known.iter().map(|(_, id)| *id).collect(), limits, stop).places();
        }
        let mut places: HashMap<String, Vec<BlobPlace>> =
            ids.iter().map(|hex| (hex.clone(), Vec::new())).collect();
        for (hex, id) in known {
            let mut of_one = found.get(&id).cloned().unwrap_or_default();
            of_one.sort_by(|a, b| (a.first_seen, &a.path).cmp(&(b.first_seen, &b.path)));
            of_one.truncate(PLACES_MAX);
            if let Some(inner) = hex.find('!') {
                for place in &mut of_one {
                    place.path.push_str(&hex[inner..]);
                }
            }
            places.insert(hex.clone(), of_one);
        }
        places
    }

    /// The files directly in a folder of a commit: their paths, and the ids of their blobs. The folder is given
    /// without slashes at its ends; the empty one is the root. Empty if there is no such folder.
    pub fn siblings(&self, commit: &str, folder: &str) -> Vec<(String, String)> {
        let mut reader = Reader::new(self, BASE_BYTES);
        let mut object = Buffer::default();
        let Some(mut tree) = self.tree_of(commit, &mut reader, &mut object) else {
            return Vec::new();
        };
        let id_bytes = self.layout.hash.len_in_bytes();
        for name in folder.split('/').filter(|name| !name.is_empty()) {
            if reader.read(&tree, &mut object).is_err() {
                return Vec::new();
            }
            let inner = tree::entries(object.get(), id_bytes)
                .find(|entry| entry.is_tree() && entry.name == name.as_bytes())
                .and_then(|entry| ObjectId::try_from(entry.id).ok());
            let Some(inner) = inner else { return Vec::new() };
            tree = inner;
        }
        if reader.read(&tree, &mut object).is_err() {
            return Vec::new();
        }
        let files = tree::entries(object.get(), id_bytes)
            .filter(|entry| !entry.is_tree() && !entry.is_submodule());
        files
            .filter_map(|entry| {
                Some((
                    join(folder.as_bytes(), entry.name),
                    hex(&ObjectId::try_from(entry.id).ok()?),
                ))
            })
            .collect()
    }

    /// The blob of that id in hex, of at most so many bytes. `None` if there is none that can be read.
    pub fn read(&self, id: &str, largest: u64) -> Option<Vec<u8>> {
        let mut object = Buffer::default();
        let kind =
            Reader::new(self, largest.max(BASE_BYTES)).read(&self.id(id)?, &mut object).ok()?;
        (kind == Kind::Blob && object.len() as u64 <= largest).then(|| object.get().to_owned())
    }

    fn tree_of(
        &self,
        commit: &str,
        reader: &mut Reader<'_>,
        object: &mut Buffer,
    ) -> Option<ObjectId> {
        let kind = reader.read(&self.id(commit)?, object).ok()?;
        commit::Header::parse(object.get()).tree.filter(|_| kind == Kind::Commit)
    }
}

/// One question about many objects.
struct Search<'a> {
    repository: &'a Repository,
    wanted: Vec<ObjectId>,
    stop: &'a Stop,
    graph: Graph,
    /// Tips, and by which of them each commit is reached.
    tips: Vec<Tip>,
    reached: Vec<Option<u32>>,
    tags: FxHashMap<ObjectId, ObjectId>,
    sets: Sets,
}

/// What is known of one blob at one path.
#[derive(Clone, Copy)]
struct Span {
    first: i64,
    last: i64,
    /// Order of the commit that brought it, and its place in the graph.
    brought: Option<((bool, i64, i64), usize)>,
}

impl<'a> Search<'a> {
    fn new(
        repository: &'a Repository,
        wanted: Vec<ObjectId>,
        limits: &'a Limits,
        stop: &'a Stop,
    ) -> Self {
        let targets: Targets = wanted.iter().copied().collect();
        let mut pass = pass(repository, &targets, limits, stop);
        let mut sets = Sets::new(&wanted);
        let mut hits = pass.hits();
        for _ in 0..DEPTH_MAX {
            let new: Ids = sets.add(hits);
            let targets: Targets = new.into_iter().collect();
            if targets.is_empty() || stop.is_set() {
                break;
            }
            hits = pass.look_for(repository, &targets, limits, stop);
        }
        let graph = Graph::new(std::mem::take(&mut pass.commits));
        let tips = tips(&repository.layout);
        let tags = pass.tags.iter().map(|tag| (tag.id, tag.target)).collect();
        let reached = graph.reached(tips.iter().map(|tip| peeled(&tags, tip.id)));
        Self { repository, wanted, stop, graph, tips, reached, tags, sets }
    }

    fn places(mut self) -> FxHashMap<ObjectId, Vec<BlobPlace>> {
        let of_commits: Vec<Option<SetId>> = self.sets_of_commits();
        let spans = self.spans(&of_commits);
        let current = head(&self.repository.layout)
            .and_then(|head| self.graph.find(&head))
            .and_then(|at| of_commits.get(at).copied().flatten())
            .map(|set| self.sets.pairs(set).to_vec())
            .unwrap_or_default();
        let mut places: FxHashMap<ObjectId, Vec<BlobPlace>> = FxHashMap::default();
        let mut reader = Reader::new(self.repository, BASE_BYTES);
        for (pair, span) in spans {
            let (path, blob) = self.sets.pair(pair);
            let list = places.entry(blob).or_default();
            let mut place = self.brought(path, span.brought.map(|(_, at)| at), &mut reader);
            place.first_seen = Some(span.first);
            place.last_seen = Some(span.last);
            place.is_current = current.binary_search(&pair).is_ok();
            list.push(place);
        }
        for id in self.wanted.clone() {
            if !places.contains_key(&id) && !self.stop.is_set() {
                places.insert(id, self.elsewhere(id, &mut reader));
            }
        }
        places
    }

    /// What of the wanted each commit has.
    fn sets_of_commits(&mut self) -> Vec<Option<SetId>> {
        let Self { graph, sets, .. } = self;
        graph.commits.iter().map(|commit| sets.of_tree(&commit.tree?)).collect()
    }

    /// Since when and until when each blob was at each path, and who brought it.
    fn spans(&self, of_commits: &[Option<SetId>]) -> FxHashMap<u32, Span> {
        let mut times: FxHashMap<SetId, (i64, i64)> = FxHashMap::default();
        let mut brought: FxHashMap<u32, ((bool, i64, i64), usize)> = FxHashMap::default();
        for (at, commit) in self.graph.commits.iter().enumerate() {
            let Some(set) = of_commits[at] else { continue };
            let (first, last) = times.entry(set).or_insert((i64::MAX, i64::MIN));
            *first = (*first).min(commit.committed);
            *last = (*last).max(commit.committed);
            let parents: Vec<SetId> = commit
                .parents
                .iter()
                .filter_map(|parent| of_commits[self.graph.find(parent)?])
                .collect();
            if parents.contains(&set) {
                continue;
            }
            let order = (self.reached[at].is_none(), commit.authored, commit.committed);
            for &pair in self.sets.pairs(set) {
                let was_there = parents
                    .iter()
                    .any(|parent| self.sets.pairs(*parent).binary_search(&pair).is_ok());
                if !was_there && brought.get(&pair).is_none_or(|(least, _)| order < *least) {
                    brought.insert(pair, (order, at));
                }
            }
        }
        let mut spans: FxHashMap<u32, Span> = FxHashMap::default();
        for (set, (first, last)) in times {
            for pair in self.sets.pairs(set) {
                let brought = brought.get(pair).copied();
                let span = spans.entry(*pair).or_insert(Span { first, last, brought });
                span.first = span.first.min(first);
                span.last = span.last.max(last);
            }
        }
        spans
    }

    /// A place that a commit of the graph brought.
    fn brought(&self, path: String, at: Option<usize>, reader: &mut Reader<'_>) -> BlobPlace {
        let mut place = BlobPlace::unknown(path);
        let Some((at, commit)) = at.and_then(|at| Some((at, self.graph.commits.get(at)?))) else {
            return place;
        };
        let mut object = Buffer::default();
        if reader.read(&commit.id, &mut object).is_ok() {
            place.author = commit::Header::parse(object.get()).author();
        }
        place.commit = Some(hex(&commit.id));
        place.time = Some(commit.committed);
        place.on = self.on(self.reached[at]);
        place
    }

    fn on(&self, tip: Option<u32>) -> On {
        match tip.and_then(|tip| self.tips.get(tip as usize)) {
            Some(tip) if tip.is_past => On::Past(tip.name.clone()),
            Some(tip) => On::Ref(tip.name.clone()),
            None => On::Nothing,
        }
    }

    /// Places of what no commit's tree has: a commit or tag itself, something in the index, in a tree that was
    /// left behind, or directly behind a reference.
    fn elsewhere(&mut self, id: ObjectId, reader: &mut Reader<'_>) -> Vec<BlobPlace> {
        if let Some(at) = self.graph.find(&id) {
            let mut place = self.brought(String::new(), Some(at), reader);
            (place.first_seen, place.last_seen) = (place.time, place.time);
            return vec![place];
        }
        let tip = self.tips.iter().position(|tip| tip.id == id).map(|tip| tip as u32);
        if let Some(target) = self.tags.get(&id).copied() {
            return vec![self.tagged(id, target, tip, reader)];
        }
        let mut paths: Vec<(String, On)> =
            self.repository.staged_at(id).into_iter().map(|path| (path, On::Index)).collect();
        if paths.is_empty() {
            paths = self.sets.left_behind(id).into_iter().map(|path| (path, On::Nothing)).collect();
        }
        if paths.is_empty() && tip.is_some() {
            paths.push((String::new(), self.on(tip)));
        }
        let place = |(path, on)| BlobPlace { on, ..self.brought(path, None, reader) };
        paths.into_iter().map(place).collect()
    }

    fn tagged(
        &self,
        id: ObjectId,
        target: ObjectId,
        tip: Option<u32>,
        reader: &mut Reader<'_>,
    ) -> BlobPlace {
        let mut place =
            self.brought(String::new(), self.graph.find(&peeled(&self.tags, target)), reader);
        let mut object = Buffer::default();
        if reader.read(&id, &mut object).is_ok() {
            let header = commit::Header::parse(object.get());
            place.author = header.author();
            place.time = Some(header.committed());
        }
        (place.first_seen, place.last_seen) = (place.time, place.time);
        place.on = self.on(tip);
        place
    }
}

/// What a chain of tags ends at.
fn peeled(tags: &FxHashMap<ObjectId, ObjectId>, mut id: ObjectId) -> ObjectId {
    for _ in 0..tags.len() {
        match tags.get(&id) {
            Some(target) => id = *target,
            None => break,
        }
    }
    id
}

fn hex(id: &ObjectId) -> String {
    id.to_hex().to_string()
}

/// A name in a folder as text.
fn join(folder: &[u8], name: &[u8]) -> String {
    let name = String::from_utf8_lossy(name);
    if folder.is_empty() {
        name.into_owned()
    } else {
        format!("{}/{name}", String::from_utf8_lossy(folder))
    }
}
