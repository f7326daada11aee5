//! The objects of a pack as trees: each delta below the object that it is made against.

use gix_hash::oid;
use gix_object::Kind;
use gix_pack::data::entry::Header;

use super::decode::Fault;
use super::pack::{Base, Pack, base};

/// Stands for no object.
const NONE: u32 = u32::MAX;

/// The trees of one pack. Nodes are numbered by where their objects begin.
pub(super) struct Forest {
    /// Places among the ids, by node.
    places: Vec<u32>,
    /// What each node is made against, or [`NONE`].
    parents: Vec<u32>,
    /// Objects that are wanted in the tree below and with each node.
    weights: Vec<u32>,
    /// Whether the node itself is wanted.
    wanted: Vec<bool>,
    kinds: Vec<Option<Kind>>,
    /// Where each node's children begin in `children`, and where the last one's end.
    first_child: Vec<u32>,
    /// Those that have something wanted in them, the lightest first.
    children: Vec<u32>,
    /// Nodes that cannot be placed.
    pub(super) faults: Vec<(u32, Fault)>,
}

impl Forest {
    /// Finds the trees, and marks the objects that `choose` wants by kind and id.
    pub(super) fn plant(pack: &Pack, mut choose: impl FnMut(Kind, &oid) -> bool) -> Self {
        let places = pack.by_offset();
        let n_nodes = places.len();
        let mut forest = Self {
            parents: vec![NONE; n_nodes],
            weights: vec![0; n_nodes],
            wanted: vec![false; n_nodes],
            kinds: vec![None; n_nodes],
            first_child: Vec::new(),
            children: Vec::new(),
            faults: Vec::new(),
            places,
        };
        let forward = forest.find_parents(pack);
        forest.settle_kinds(&forward);
        for node in 0..n_nodes {
            if let Some(kind) = forest.kinds[node] {
                forest.wanted[node] = choose(kind, pack.id(forest.places[node]));
            }
        }
        forest.weigh();
        forest.link();
        forest
    }

    /// Reads all headers. Returns the nodes whose parent begins after them.
    fn find_parents(&mut self, pack: &Pack) -> Vec<u32> {
        let mut forward = Vec::new();
        for node in 0..self.places.len() as u32 {
            match self.parent(pack, node) {
                Ok(Ok(kind)) => self.kinds[node as usize] = Some(kind),
                Ok(Err(parent)) => {
                    self.parents[node as usize] = parent;
                    if parent < node {
                        self.kinds[node as usize] = self.kinds[parent as usize];
                    }
                    if self.kinds[node as usize].is_none() {
                        forward.push(node);
                    }
                }
                Err(fault) => self.faults.push((node, fault)),
            }
        }
        forward
    }

    /// What a node is, or which node it is made against.
    fn parent(&self, pack: &Pack, node: u32) -> Result<Result<Kind, u32>, Fault> {
        let offset = pack.offset_at(self.places[node as usize]);
        let entry = pack.header(offset)?;
        let at = match base(&entry, offset)? {
            Base::At(at) => at,
            Base::Id(id) => pack.offset_of(&id).ok_or(Fault::Missing)?,
            Base::None => return Ok(Ok(kind(entry.header))),
        };
        let found = self.places.binary_search_by_key(&at, |place| pack.offset_at(*place));
        match found {
            Ok(parent) => Ok(Err(parent as u32)),
            Err(_) => Err(Fault::Corrupt("its base is no object")),
        }
    }

    /// Hands kinds down to those whose parents come after them. What rests on nothing at last is a fault:
    /// its base is one, or it rests on itself.
    fn settle_kinds(&mut self, forward: &[u32]) {
        let mut path = Vec::new();
        for &start in forward {
            let mut node = start;
            path.clear();
            while self.kinds[node as usize].is_none() && path.len() <= forward.len() {
                path.push(node);
                node = self.parents[node as usize];
                if node == NONE {
                    break;
                }
            }
            let kind = self.kinds.get(node as usize).copied().flatten();
            for &node in &path {
                if kind.is_none() && !self.is_fault(node) {
                    self.faults.push((node, Fault::Corrupt("it rests on nothing")));
                    self.parents[node as usize] = NONE;
                }
                self.kinds[node as usize] = kind;
            }
        }
    }

    fn is_fault(&self, node: u32) -> bool {
        self.parents[node as usize] == NONE
    }

    /// Sums up from the leaves. Children may lie before their parents, so leaves are found by counting.
    fn weigh(&mut self) {
        let mut pending = vec![0_u32; self.places.len()];
        for &parent in self.parents.iter().filter(|parent| **parent != NONE) {
            pending[parent as usize] += 1;
        }
        let mut ready: Vec<u32> =
            (0..self.places.len() as u32).filter(|node| pending[*node as usize] == 0).collect();
        while let Some(node) = ready.pop() {
            let weight = self.weights[node as usize] + u32::from(self.wanted[node as usize]);
            self.weights[node as usize] = weight;
            let parent = self.parents[node as usize];
            if parent != NONE {
                self.weights[parent as usize] += weight;
                pending[parent as usize] -= 1;
                if pending[parent as usize] == 0 {
                    ready.push(parent);
                }
            }
        }
    }

    /// Lists the children of each node.
    fn link(&mut self) {
        let n_nodes = self.places.len();
        let mut ends = vec![0_u32; n_nodes + 1];
        let linked = |node: usize| self.parents[node] != NONE && self.weights[node] > 0;
        for node in (0..n_nodes).filter(|node| linked(*node)) {
            ends[self.parents[node] as usize + 1] += 1;
        }
        for node in 0..n_nodes {
            ends[node + 1] += ends[node];
        }
        let mut next = ends.clone();
        let mut children = vec![0_u32; ends[n_nodes] as usize];
        for node in (0..n_nodes).filter(|node| linked(*node)) {
            let place = &mut next[self.parents[node] as usize];
            children[*place as usize] = node as u32;
            *place += 1;
        }
        for node in 0..n_nodes {
            let range = ends[node] as usize..ends[node + 1] as usize;
            children[range].sort_by_key(|child| self.weights[*child as usize]);
        }
        self.first_child = ends;
        self.children = children;
    }

    /// The roots that have something wanted below or with them, by offset.
    pub(super) fn roots(&self) -> Vec<u32> {
        let is_root = |node: &u32| {
            let node = *node as usize;
            self.parents[node] == NONE && self.kinds[node].is_some() && self.weights[node] > 0
        };
        (0..self.places.len() as u32).filter(is_root).collect()
    }

    /// The children of a node that are to be decoded.
    pub(super) fn children(&self, node: u32) -> &[u32] {
        let node = node as usize;
        &self.children[self.first_child[node] as usize..self.first_child[node + 1] as usize]
    }

    /// What a node is made against.
    pub(super) fn parent_of(&self, node: u32) -> Option<u32> {
        Some(self.parents[node as usize]).filter(|parent| *parent != NONE)
    }

    /// A node's place among the ids.
    pub(super) fn place(&self, node: u32) -> u32 {
        self.places[node as usize]
    }

    /// Whether a node is wanted itself.
    pub(super) fn is_wanted(&self, node: u32) -> bool {
        self.wanted[node as usize]
    }

    /// What a node is. `None` for those that cannot be placed.
    pub(super) fn kind(&self, node: u32) -> Option<Kind> {
        self.kinds[node as usize]
    }

    /// Bytes that a node takes in its pack.
    pub(super) fn packed_bytes(&self, pack: &Pack, node: u32) -> u64 {
        let begin = pack.offset_at(self.place(node));
        let end =
            self.places.get(node as usize + 1).map_or(pack.end(), |place| pack.offset_at(*place));
        end.saturating_sub(begin)
    }
}

fn kind(header: Header) -> Kind {
    header.as_kind().unwrap_or(Kind::Blob)
}
