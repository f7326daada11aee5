//! Which of the wanted blobs a tree has in it, and where: the same set is kept once.

use std::rc::Rc;

use gix_hash::ObjectId;
use rustc_hash::FxHashMap;

use super::super::graph::{Hit, Ids};
use super::PLACES_MAX;
use super::join;

/// A set of pairs, by number.
pub(super) type SetId = u32;

/// Something in a tree: its name, and what it is.
type Held = (Box<[u8]>, ObjectId);

/// Sets of pairs of path and blob.
pub(super) struct Sets {
    wanted: Ids,
    /// What is known of trees: the names in each under which something wanted is.
    holders: FxHashMap<ObjectId, Vec<Held>>,
    of_tree: FxHashMap<ObjectId, SetId>,
    kept: Vec<Rc<[u32]>>,
    numbers: FxHashMap<Rc<[u32]>, SetId>,
    pairs: Vec<(String, ObjectId)>,
    pair_numbers: FxHashMap<(String, ObjectId), u32>,
    /// Sets as they look from the folder above, by name.
    lifted: FxHashMap<(Box<[u8]>, SetId), Vec<u32>>,
}

impl Sets {
    pub(super) fn new(wanted: &[ObjectId]) -> Self {
        Self {
            wanted: wanted.iter().copied().collect(),
            holders: FxHashMap::default(),
            of_tree: FxHashMap::default(),
            kept: Vec::new(),
            numbers: FxHashMap::default(),
            pairs: Vec::new(),
            pair_numbers: FxHashMap::default(),
            lifted: FxHashMap::default(),
        }
    }

    /// Adds entries of trees. Returns the trees that were not known before.
    pub(super) fn add(&mut self, hits: Vec<Hit>) -> Ids {
        let mut new = Ids::default();
        for Hit { tree, name, child } in hits {
            let entries = self.holders.entry(tree).or_insert_with(|| {
                new.insert(tree);
                Vec::new()
            });
            entries.push((name, child));
        }
        new
    }

    /// The set of a tree; `None` if nothing wanted is in it.
    pub(super) fn of_tree(&mut self, tree: &ObjectId) -> Option<SetId> {
        if !self.holders.contains_key(tree) {
            return None;
        }
        // Folders first, without recursion: the depth is somebody else's choice.
        let mut pending = vec![*tree];
        let mut begun = Ids::default();
        while let Some(tree) = pending.last().copied() {
            let is_first = begun.insert(tree);
            let inner = self.holders.get(&tree).into_iter().flatten().map(|(_, child)| *child);
            let is_open =
                |id: &ObjectId| self.holders.contains_key(id) && !self.of_tree.contains_key(id);
            let open: Vec<ObjectId> = inner.filter(is_open).collect();
            if is_first && !open.is_empty() {
                pending.extend(open);
                continue;
            }
            pending.pop();
            if !self.of_tree.contains_key(&tree) {
                let set = self.make(&tree);
                self.of_tree.insert(tree, set);
            }
        }
        self.of_tree.get(tree).copied()
    }

    /// The pairs of a set, in order.
    pub(super) fn pairs(&self, set: SetId) -> &[u32] {
        self.kept.get(set as usize).map(AsRef::as_ref).unwrap_or_default()
    }

    /// The path and the blob of a pair.
    pub(super) fn pair(&self, pair: u32) -> (String, ObjectId) {
        self.pairs[pair as usize].clone()
    }

    /// Paths of a blob in trees that no commit has, as far as they can be told.
    pub(super) fn left_behind(&mut self, blob: ObjectId) -> Vec<String> {
        let trees: Vec<ObjectId> = self.holders.keys().copied().collect();
        let inner: Ids = self.holders.values().flatten().map(|(_, child)| *child).collect();
        let mut paths = Vec::new();
        for tree in trees.iter().filter(|tree| !inner.contains(*tree)) {
            let Some(set) = self.of_tree(tree) else { continue };
            let of_blob = self.pairs(set).iter().map(|pair| &self.pairs[*pair as usize]);
            paths.extend(of_blob.filter(|(_, id)| *id == blob).map(|(path, _)| path.clone()));
        }
        paths.sort();
        paths.dedup();
        paths.truncate(PLACES_MAX);
        paths
    }

    /// Makes the set of a tree whose folders have theirs.
    fn make(&mut self, tree: &ObjectId) -> SetId {
        let entries = self.holders.get(tree).cloned().unwrap_or_default();
        let mut pairs = Vec::new();
        for (name, child) in entries {
            if self.wanted.contains(&child) {
                pairs.push(self.number(join(b"", &name), child));
            } else if let Some(set) = self.of_tree.get(&child).copied() {
                pairs.extend(self.lift(name, set));
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        self.keep(self.bounded(pairs))
    }

    /// The pairs of a folder as they look from above it.
    fn lift(&mut self, name: Box<[u8]>, set: SetId) -> Vec<u32> {
        let key = (name, set);
        if let Some(lifted) = self.lifted.get(&key) {
            return lifted.clone();
        }
        let inner: Vec<(String, ObjectId)> =
            self.pairs(set).iter().map(|pair| self.pair(*pair)).collect();
        let lifted: Vec<u32> = inner
            .into_iter()
            .map(|(path, blob)| self.number(join(&key.0, path.as_bytes()), blob))
            .collect();
        self.lifted.insert(key, lifted.clone());
        lifted
    }

    /// At most [`PLACES_MAX`] pairs a blob: folders can be made to hold each other a billion times.
    fn bounded(&self, pairs: Vec<u32>) -> Vec<u32> {
        if pairs.len() <= PLACES_MAX {
            return pairs;
        }
        let mut counts: FxHashMap<ObjectId, usize> = FxHashMap::default();
        let mut is_within = |pair: &u32| {
            let count = counts.entry(self.pairs[*pair as usize].1).or_default();
            *count += 1;
            *count <= PLACES_MAX
        };
        pairs.into_iter().filter(|pair| is_within(pair)).collect()
    }

    fn number(&mut self, path: String, blob: ObjectId) -> u32 {
        let key = (path, blob);
        if let Some(number) = self.pair_numbers.get(&key) {
            return *number;
        }
        let number = self.pairs.len() as u32;
        self.pairs.push(key.clone());
        self.pair_numbers.insert(key, number);
        number
    }

    fn keep(&mut self, pairs: Vec<u32>) -> SetId {
        let pairs: Rc<[u32]> = pairs.into();
        if let Some(number) = self.numbers.get(&pairs) {
            return *number;
        }
        let number = self.kept.len() as SetId;
        self.kept.push(Rc::clone(&pairs));
        self.numbers.insert(pairs, number);
        number
    }
}
