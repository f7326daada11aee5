//! All rules with memory, compiled: which match feeds which of them, and which fields that asks of an event.

use std::collections::HashMap;
use std::sync::Arc;

use event::Field;
use finding::Level;
use rule::correlation::{Counted, Key, Memory, Raise};
use rule::{Ask, Rule};
use rustc_hash::FxHashMap;

use crate::excerpt::Slot;
use crate::hash::Hash;
use crate::watch::{self, Watch};

/// The fields that findings name as their subject, and what else every excerpt holds.
pub(crate) const COMMON: [&str; 10] = [
    "entity.user",
    "entity.user_id",
    "entity.target_user",
    "entity.ip",
    "entity.session",
    "entity.token",
    "entity.client",
    "entity.device",
    "entity.type",
    "entity.target_user_id",
];

/// The places of the common fields.
pub(crate) mod common {
    use crate::excerpt::Slot;

    pub(crate) const USER: Slot = 0;
    pub(crate) const USER_ID: Slot = 1;
    pub(crate) const TARGET_USER: Slot = 2;
    pub(crate) const IP: Slot = 3;
    pub(crate) const SESSION: Slot = 4;
    pub(crate) const TOKEN: Slot = 5;
    pub(crate) const CLIENT: Slot = 6;
    pub(crate) const DEVICE: Slot = 7;
    pub(crate) const TYPE: Slot = 8;
    pub(crate) const TARGET_USER_ID: Slot = 9;
}

/// Rules with memory and what feeds them.
#[derive(Debug, Default)]
pub(crate) struct Program {
    /// What excerpts hold, by number.
    pub(crate) slots: Vec<Asked>,
    pub(crate) nodes: Vec<Node>,
    /// By watch: what its matches feed.
    pub(crate) feeds: Vec<Vec<Feed>>,
    /// By watch: the slots that its matches need, in order.
    pub(crate) needs: Vec<Vec<Slot>>,
    /// How many different lists of slots make group keys.
    pub(crate) n_keys: usize,
    /// By watch: where its events name administrator roles, in order of preference.
    pub(crate) roles: Vec<Vec<Slot>>,
}

/// Set in the number of a slot that is none: it then is a part of the group of the correlation that is the source.
pub(crate) const INHERITED: Slot = 1 << 15;

/// A field that excerpts hold.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) name: String,
    pub(crate) field: Field,
}

/// A place that a match goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Feed {
    pub(crate) node: usize,
    pub(crate) source: usize,
}

/// A rule with memory.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) rule: Arc<finding::Rule>,
    pub(crate) level: Level,
    pub(crate) levels: Vec<(Vec<Ask>, Option<Level>)>,
    pub(crate) asks: Vec<Ask>,
    pub(crate) raise: Vec<Raise>,
    /// Whether it raises findings, or only feeds others.
    pub(crate) alerts: bool,
    pub(crate) test: Memory,
    /// In microseconds.
    pub(crate) timespan: i64,
    /// Names of the group key.
    pub(crate) names: Vec<String>,
    /// Names of what else it reads, by column.
    pub(crate) columns: Vec<String>,
    pub(crate) sources: Vec<Source>,
    /// The rules with memory that it stands on, near or far.
    pub(crate) inner: Vec<usize>,
    /// What it feeds in turn.
    pub(crate) feeds: Vec<Feed>,
    /// Whether tenants are kept apart.
    pub(crate) by_tenant: bool,
    /// Tells it from every other rule, and from itself once what it means has changed.
    pub(crate) fingerprint: u64,
}

/// A rule that feeds a node.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) name: String,
    /// Whether its events can bring a finding about.
    pub(crate) alerts: bool,
    /// What to read, by the watch that matched in the end.
    pub(crate) reads: Vec<(usize, Reads)>,
}

/// What a node reads of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reads {
    /// The group key.
    pub(crate) key: Box<[Slot]>,
    /// The number of this list of slots, among all lists.
    pub(crate) key_number: usize,
    /// What else, by column; `None` where this source is not asked.
    pub(crate) columns: Box<[Option<Slot>]>,
}

impl Source {
    /// What to read of an event that this watch matched.
    pub(crate) fn reads(&self, watch: usize) -> Option<&Reads> {
        self.reads.iter().find(|(leaf, _)| *leaf == watch).map(|(_, reads)| reads)
    }
}

/// Why a rule with memory cannot be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfed {
    /// The name of the rule.
    pub rule: String,
    /// The word by which it refers to a rule that is not there.
    pub source: String,
}

impl Program {
    /// Compiles the rules that have memory. Those that refer to a rule that is not there are left out and returned.
    pub(crate) fn new(rules: &[&Rule], watches: &[Watch]) -> (Self, Vec<Unfed>) {
        let mut compiler = Compiler::new(rules, watches);
        let order = compiler.order();
        for at in order {
            compiler.compile(at);
        }
        compiler.finish()
    }
}

struct Compiler<'r> {
    rules: &'r [&'r Rule],
    watches: &'r [Watch],
    program: Program,
    numbers: HashMap<String, Slot>,
    keys: HashMap<Box<[Slot]>, usize>,
    /// By id: the watch or the node.
    leaves: FxHashMap<&'r str, usize>,
    nodes: FxHashMap<&'r str, usize>,
    unfed: Vec<Unfed>,
}

impl<'r> Compiler<'r> {
    fn new(rules: &'r [&'r Rule], watches: &'r [Watch]) -> Self {
        let leaves = watches.iter().enumerate().map(|(number, watch)| (&*watch.rule.id, number));
        let mut compiler = Self {
            rules,
            watches,
            program: Program::default(),
            numbers: HashMap::new(),
            keys: HashMap::new(),
            leaves: leaves.collect(),
            nodes: FxHashMap::default(),
            unfed: Vec::new(),
        };
        for name in COMMON {
            if let Ok(field) = Field::parse(name) {
                compiler.slot(&field);
            }
        }
        compiler.program.needs = vec![Vec::new(); watches.len()];
        compiler.program.feeds = vec![Vec::new(); watches.len()];
        for (number, watch) in watches.iter().enumerate() {
            if watch.signal.is_some() || !watch.asks.is_empty() || !watch.levels.is_empty() {
                compiler.program.needs[number].push(common::TARGET_USER_ID);
            }
        }
        compiler.program.roles = vec![Vec::new(); watches.len()];
        let signals = watches.iter().enumerate();
        for (number, signal) in signals.filter_map(|(n, watch)| Some((n, watch.signal?))) {
            let paths = signal.roles.iter().map(|path| Field::Path(event::Path::parse(path)));
            let slots: Vec<Slot> = paths.map(|field| compiler.slot(&field)).collect();
            compiler.program.needs[number].extend_from_slice(&slots);
            compiler.program.roles[number] = slots;
        }
        compiler
    }

    /// The rules with memory, those that others refer to first.
    fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = Vec::new();
        let with_memory = self.rules.iter().enumerate().filter(|(_, r)| r.correlation.is_some());
        let mut left: Vec<usize> = with_memory.map(|(at, _)| at).collect();
        loop {
            let is_done = |id: &str| {
                !left.iter().any(|&at| self.rules.get(at).is_some_and(|rule| rule.id == id))
            };
            let is_ready = |at: &usize| {
                let rule = self.rules.get(*at).and_then(|rule| rule.correlation.as_ref());
                rule.is_some_and(|it| it.sources.iter().all(|source| is_done(&source.id)))
            };
            let (ready, rest): (Vec<_>, Vec<_>) = left.iter().partition(|at| is_ready(at));
            if ready.is_empty() {
                // Rules that refer to each other in a circle are refused when they are loaded.
                return order;
            }
            order.extend(ready);
            left = rest;
        }
    }

    fn compile(&mut self, at: usize) {
        let Some(rule) = self.rules.get(at) else { return };
        let Some(correlation) = &rule.correlation else { return };
        let known = |id: &str| self.leaves.contains_key(id) || self.nodes.contains_key(id);
        if let Some(missing) = correlation.sources.iter().find(|source| !known(&source.id)) {
            let (rule, source) = (rule.name.clone(), missing.word.clone());
            return self.unfed.push(Unfed { rule, source });
        }
        let number = self.program.nodes.len();
        let (mut products, mut inner) = (Vec::new(), Vec::new());
        let mut sources = Vec::new();
        let keys = columns(&correlation.test);
        for (place, source) in correlation.sources.iter().enumerate() {
            let feed = Feed { node: number, source: place };
            let mut reads = Vec::new();
            for leaf in self.leaves_of(&source.id) {
                products.extend(self.watches.get(leaf).map(|watch| watch.whose));
                let groups: Vec<&Key> = correlation.group_by.iter().collect();
                let group = self.slots(&groups, place).into_iter().flatten().collect();
                let columns = self.slots(&keys, place).into();
                reads.push((leaf, self.reads(leaf, group, columns)));
                let asks = !rule.asks.is_empty() || !rule.levels.is_empty();
                if let Some(needs) = self.program.needs.get_mut(leaf).filter(|_| asks) {
                    needs.push(common::TARGET_USER_ID);
                }
            }
            if let Some(at) = self.nodes.get(&*source.id).copied() {
                if let Some(node) = self.program.nodes.get_mut(at) {
                    node.feeds.push(feed);
                    inner.push(at);
                    inner.extend(&node.inner);
                }
            } else {
                let leaf = self.leaves.get(&*source.id).copied();
                if let Some(feeds) = leaf.and_then(|leaf| self.program.feeds.get_mut(leaf)) {
                    feeds.push(feed);
                }
            }
            sources.push(Source { name: source.word.clone(), alerts: source.alerts, reads });
        }
        products.dedup();
        let node = node(rule, sources, &keys, products.len() == 1);
        if let Some(mut node) = node {
            node.inner = inner;
            self.nodes.insert(&rule.id, number);
            self.program.nodes.push(node);
        }
    }

    /// The watches whose matches can end up in a rule.
    fn leaves_of(&self, id: &str) -> Vec<usize> {
        let Some(&node) = self.nodes.get(id) else {
            return self.leaves.get(id).copied().into_iter().collect();
        };
        let sources = self.program.nodes.get(node).map_or(&[][..], |node| &node.sources);
        let mut leaves: Vec<_> =
            sources.iter().flat_map(|source| source.reads.iter().map(|(leaf, _)| *leaf)).collect();
        leaves.sort_unstable();
        leaves.dedup();
        leaves
    }

    /// Where a source has what some keys name.
    fn slots(&mut self, keys: &[&Key], source: usize) -> Vec<Option<Slot>> {
        let slot = |key: &&Key| {
            if let Some(part) = key.inherited.get(source).copied().flatten() {
                return Slot::try_from(part).ok().map(|part| INHERITED | part);
            }
            let field = key.fields.get(source)?.as_ref()?;
            Some(self.slot(field))
        };
        keys.iter().map(slot).collect()
    }

    fn reads(&mut self, leaf: usize, key: Box<[Slot]>, columns: Box<[Option<Slot>]>) -> Reads {
        let needed = key.iter().copied().chain(columns.iter().flatten().copied());
        let needed = needed.filter(|slot| slot & INHERITED == 0);
        if let Some(needs) = self.program.needs.get_mut(leaf) {
            needs.extend(needed);
            needs.sort_unstable();
            needs.dedup();
        }
        let n_keys = self.keys.len();
        let key_number = *self.keys.entry(key.clone()).or_insert(n_keys);
        Reads { key, key_number, columns }
    }

    fn slot(&mut self, field: &Field) -> Slot {
        let name = field.name();
        if let Some(slot) = self.numbers.get(&name) {
            return *slot;
        }
        let slot = Slot::try_from(self.program.slots.len()).unwrap_or(Slot::MAX);
        self.program.slots.push(Asked { name: name.clone(), field: field.clone() });
        self.numbers.insert(name, slot);
        slot
    }

    fn finish(self) -> (Program, Vec<Unfed>) {
        let mut program = self.program;
        program.n_keys = self.keys.len();
        (program, self.unfed)
    }
}

fn node(rule: &Rule, sources: Vec<Source>, keys: &[&Key], by_tenant: bool) -> Option<Node> {
    let correlation = rule.correlation.as_deref()?;
    Some(Node {
        rule: watch::about(rule),
        level: watch::level(rule.level),
        levels: watch::levels(rule),
        asks: rule.asks.clone(),
        raise: correlation.raise.clone(),
        alerts: rule.alerts,
        test: correlation.test.clone(),
        timespan: micros(correlation.timespan),
        names: names(correlation),
        columns: keys.iter().map(|key| key.name.clone()).collect(),
        sources,
        inner: Vec::new(),
        feeds: Vec::new(),
        by_tenant,
        fingerprint: fingerprint(rule),
    })
}

/// What the parts of a group key are called.
fn names(correlation: &rule::Correlation) -> Vec<String> {
    if let Memory::Sequence(sequence) = &correlation.test {
        let names = sequence.group.iter().filter_map(|at| sequence.variables.get(*at));
        return names.cloned().collect();
    }
    correlation.group_by.iter().map(|key| key.name.clone()).collect()
}

/// Tells rules apart by what they mean; what only describes them, and levels, do not count.
fn fingerprint(rule: &Rule) -> u64 {
    let meant = format!("{:?}", rule.correlation);
    Hash::new(1).text(&rule.id).text(&meant).get()
}

/// A span of time in microseconds.
pub(crate) fn micros(span: std::time::Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX / 4)
}

/// What a rule reads besides its group key, in an order that its evaluation relies on.
fn columns(test: &Memory) -> Vec<&Key> {
    match test {
        Memory::Count(_)
        | Memory::Temporal { .. }
        | Memory::Absence { .. }
        | Memory::TimeSlot(_)
        | Memory::Score { .. } => Vec::new(),
        Memory::Distinct { values, .. } => values.iter().collect(),
        Memory::Aggregate { value, .. } => vec![value],
        Memory::NewValue(it) => it.values.iter().collect(),
        Memory::RareValue(it) => it.values.iter().collect(),
        Memory::Travel(it) => {
            [&it.latitude, &it.longitude].into_iter().chain(&it.except_same).collect()
        }
        Memory::Baseline(it) => it.values.iter().collect(),
        Memory::Ratio(it) => it.aggregates.iter().filter_map(|one| counted(&one.what)).collect(),
        Memory::Sequence(it) => {
            let stages = it.stages.iter();
            let keys = stages
                .flat_map(|stage| stage.matches.iter().chain(&stage.differs).chain(&stage.binds));
            keys.map(|(_, key)| key).collect()
        }
    }
}

fn counted(what: &Counted) -> Option<&Key> {
    match what {
        Counted::Events => None,
        Counted::Distinct(key) | Counted::Sum(key) => Some(key),
    }
}
