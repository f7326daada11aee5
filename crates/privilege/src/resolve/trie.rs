//! The paths of one product's operations, by their segments.

use rustc_hash::FxHashSet;

use super::placeholder::is_placeholder;
use super::target::{Segments, decoded};
use crate::{Method, Operation, OperationId};

/// Parameters that a path may have; the vendors have five at most.
pub(crate) const MAX_PARAMS: usize = 8;

/// The number of a node; 0 is the root.
pub(crate) type NodeId = u32;

/// Nodes, each reached by the segments before it.
#[derive(Debug, Clone)]
pub(crate) struct Trie {
    nodes: Vec<Node>,
    /// Segments that are written out in some path.
    words: FxHashSet<Box<str>>,
}

impl Default for Trie {
    fn default() -> Self {
        Self { nodes: vec![Node::default()], words: FxHashSet::default() }
    }
}

/// What may follow after some segments, and the operations that end there.
#[derive(Debug, Clone, Default)]
pub(crate) struct Node {
    /// In order of head.
    literals: Vec<Literal>,
    param: Option<NodeId>,
    operations: [Option<OperationId>; Method::ALL.len()],
}

/// A segment that is written out, and what follows it.
#[derive(Debug, Clone)]
struct Literal {
    /// Its first eight bytes as a number, which is quicker to compare.
    head: u64,
    text: Box<str>,
    node: NodeId,
}

/// Where a path ends, and which of its segments stand for parameters.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Walk {
    /// The node.
    pub(crate) node: NodeId,
    n_params: u8,
    params: [u8; MAX_PARAMS],
}

impl Walk {
    pub(crate) const fn start(node: NodeId) -> Self {
        Self { node, n_params: 0, params: [0; MAX_PARAMS] }
    }

    /// The numbers of the segments that stand for parameters, in order.
    pub(crate) fn params(&self) -> &[u8] {
        &self.params[..usize::from(self.n_params).min(MAX_PARAMS)]
    }

    pub(crate) const fn to(mut self, node: NodeId) -> Self {
        self.node = node;
        self
    }

    #[expect(clippy::cast_possible_truncation, reason = "there are at most 16 segments")]
    pub(crate) fn through_param(mut self, node: NodeId, at: usize) -> Self {
        if let Some(slot) = self.params.get_mut(usize::from(self.n_params)) {
            *slot = at as u8;
            self.n_params += 1;
        }
        self.to(node)
    }
}

impl Node {
    /// The operation of that verb.
    pub(crate) const fn operation(&self, method: Method) -> Option<OperationId> {
        self.operations[method as usize]
    }

    /// Every operation, by verb.
    pub(crate) fn operations(&self) -> impl Iterator<Item = OperationId> {
        self.operations.iter().flatten().copied()
    }

    /// Segments that may follow as they are written.
    pub(crate) fn literals(&self) -> impl Iterator<Item = (&str, NodeId)> {
        self.literals.iter().map(|literal| (&*literal.text, literal.node))
    }

    /// The node behind a parameter.
    pub(crate) const fn param(&self) -> Option<NodeId> {
        self.param
    }

    /// The node behind a segment that is written so.
    pub(crate) fn literal(&self, text: &str) -> Option<NodeId> {
        let head = head(text);
        let begin = self.literals.partition_point(|literal| literal.head < head);
        let alike = self.literals[begin..].iter().take_while(|literal| literal.head == head);
        alike.filter(|literal| *literal.text == *text).map(|literal| literal.node).next()
    }

    fn fits(&self, method: Option<Method>) -> bool {
        match method {
            Some(method) => self.operation(method).is_some(),
            None => self.operations().next().is_some(),
        }
    }
}

impl Trie {
    pub(crate) fn new<'o>(operations: impl Iterator<Item = (OperationId, &'o Operation)>) -> Self {
        let mut trie = Self::default();
        for (id, operation) in operations {
            trie.insert(&operation.path, operation.method, id);
        }
        trie
    }

    /// Adds an operation; one of the same path and verb gives way.
    pub(crate) fn insert(&mut self, path: &str, method: Method, id: OperationId) {
        let node = self.reach(path);
        self.nodes[node as usize].operations[method as usize] = Some(id);
    }

    /// How many operations are at a node and below.
    pub(crate) fn n_below(&self, id: NodeId) -> usize {
        let node = self.node(id);
        let next = node.literals().map(|(_, next)| next).chain(node.param);
        node.operations().count() + next.map(|next| self.n_below(next)).sum::<usize>()
    }

    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }

    /// The node of a path that the vendor writes.
    pub(crate) fn template(&self, path: &str) -> Option<NodeId> {
        template_segments(path).try_fold(0, |node, segment| {
            let node = self.node(node);
            if segment.starts_with('{') { node.param } else { node.literal(segment) }
        })
    }

    /// Whether some path has this segment written out.
    pub(crate) fn is_word(&self, segment: &str) -> bool {
        self.words.contains(segment)
    }

    /// Where the segments lead from a node if an operation of that verb (or any) is there. What is written out
    /// comes before parameters.
    pub(crate) fn find(
        &self,
        from: NodeId,
        segments: &Segments<'_>,
        method: Option<Method>,
    ) -> Option<Walk> {
        self.step(Walk::start(from), segments, 0, method)
    }

    // INVARIANT: each step goes one level down the trie, whose depth the longest path bounds.
    fn step(
        &self,
        walk: Walk,
        segments: &Segments<'_>,
        at: usize,
        method: Option<Method>,
    ) -> Option<Walk> {
        let node = self.node(walk.node);
        let Some(segment) = segments.get(at) else {
            return node.fits(method).then_some(walk);
        };
        let literal = if segments.has_percent() {
            node.literal(&decoded(segment))
        } else {
            node.literal(segment)
        };
        let through_literal =
            literal.and_then(|next| self.step(walk.to(next), segments, at + 1, method));
        through_literal
            .or_else(|| self.step(walk.through_param(node.param?, at), segments, at + 1, method))
    }

    /// Operations of that verb (or any) that the segments lead to if placeholders stand for words where no parameter
    /// may be, as in `/users/{userId}/lifecycle/{action}`; in order of number.
    pub(crate) fn open(
        &self,
        from: NodeId,
        segments: &Segments<'_>,
        method: Option<Method>,
    ) -> Vec<(Walk, OperationId)> {
        let mut walks = vec![Walk::start(from)];
        for (at, segment) in segments.as_slice().iter().enumerate() {
            walks = walks.iter().flat_map(|walk| self.open_step(*walk, at, segment)).collect();
        }
        let ends = |walk: &Walk| {
            let node = self.node(walk.node);
            let found = method.map_or_else(
                || node.operations().collect::<Vec<_>>(),
                |method| node.operation(method).into_iter().collect(),
            );
            let walk = *walk;
            found.into_iter().map(move |id| (walk, id))
        };
        let mut found: Vec<_> = walks.iter().flat_map(ends).collect();
        found.sort_by_key(|(_, id)| *id);
        found
    }

    fn open_step(&self, walk: Walk, at: usize, segment: &str) -> Vec<Walk> {
        let node = self.node(walk.node);
        match (node.literal(segment), node.param) {
            (Some(next), _) => vec![walk.to(next)],
            (None, Some(next)) => vec![walk.through_param(next, at)],
            (None, None) if is_placeholder(segment) => {
                node.literals().map(|(_, next)| walk.to(next)).collect()
            }
            (None, None) => Vec::new(),
        }
    }

    fn reach(&mut self, path: &str) -> NodeId {
        let mut node = 0;
        for segment in template_segments(path) {
            node = if segment.starts_with('{') {
                self.param_of(node)
            } else {
                self.literal_of(node, segment)
            };
        }
        node
    }

    fn param_of(&mut self, node: NodeId) -> NodeId {
        if let Some(next) = self.node(node).param {
            return next;
        }
        let next = self.push();
        self.nodes[node as usize].param = Some(next);
        next
    }

    fn literal_of(&mut self, node: NodeId, text: &str) -> NodeId {
        self.words.insert(text.into());
        if let Some(next) = self.node(node).literal(text) {
            return next;
        }
        let next = self.push();
        let literals = &mut self.nodes[node as usize].literals;
        let head = head(text);
        let at = literals.partition_point(|literal| literal.head < head);
        literals.insert(at, Literal { head, text: text.into(), node: next });
        next
    }

    #[expect(clippy::cast_possible_truncation, reason = "a node takes more than a byte of a file")]
    fn push(&mut self) -> NodeId {
        self.nodes.push(Node::default());
        (self.nodes.len() - 1) as NodeId
    }
}

/// The first eight bytes of a text as a number.
fn head(text: &str) -> u64 {
    match text.as_bytes().first_chunk() {
        Some(bytes) => u64::from_be_bytes(*bytes),
        None => text.bytes().fold(0, |head, byte| head << 8 | u64::from(byte)),
    }
}

/// The segments of a path that the vendor writes; a slash at the end makes none.
pub(crate) fn template_segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}
