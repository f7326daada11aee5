//! Everything that is remembered, by group: the cells of all rules that tell groups apart by the same values lie together.
//!
//! Groups lie in a row; a table leads from the fingerprint of a key to its place in it. A hand goes round the row, a few
//! groups an event, and takes out what has died; when memory runs out it takes the one among the next few that was used
//! longest ago. The hand is part of the state, so that a restored state forgets the same as one that was never stopped.

use hashbrown::HashTable;

use crate::memory::Cell;
use crate::program::Node;

/// Groups that the hand passes at each event.
const STEPS: usize = 2;

/// Groups among which the one that is forgotten for want of room is chosen.
const CANDIDATES: usize = 16;

/// All groups.
#[derive(Debug, Clone, Default)]
pub(crate) struct Groups {
    pub(crate) row: Vec<Group>,
    /// Places in the row that are free, the last one to be used first.
    pub(crate) free: Vec<u32>,
    table: HashTable<u32>,
    pub(crate) hand: usize,
    /// Bytes that the cells take, about.
    pub(crate) bytes: usize,
    /// By rule: how many groups it remembers.
    pub(crate) n_by_rule: Vec<usize>,
    /// By rule: how many of its groups were forgotten for want of room.
    pub(crate) evicted: Vec<u64>,
}

/// What is remembered of one key.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) key: u64,
    /// No cell dies before this time, in microseconds; `i64::MAX` for a free place.
    pub(crate) look_after: i64,
    /// By number of the rule, in order.
    pub(crate) cells: Vec<(u16, Cell)>,
}

/// Bytes of a group without its cells, with its part of the table.
const GROUP_BYTES: usize = size_of::<Group>() + 24;

impl Groups {
    pub(crate) fn new(n_nodes: usize) -> Self {
        Self { n_by_rule: vec![0; n_nodes], evicted: vec![0; n_nodes], ..Self::default() }
    }

    /// The place of a key, if there is one.
    pub(crate) fn find(&self, key: u64) -> Option<usize> {
        let is = |at: &u32| self.row.get(*at as usize).is_some_and(|group| group.key == key);
        self.table.find(key, is).map(|at| *at as usize)
    }

    /// The place of a key, made if there is none.
    pub(crate) fn place(&mut self, key: u64) -> usize {
        if let Some(at) = self.find(key) {
            return at;
        }
        let group = Group { key, look_after: i64::MAX, cells: Vec::new() };
        self.bytes += GROUP_BYTES;
        let at = if let Some(at) = self.free.pop() {
            if let Some(place) = self.row.get_mut(at as usize) {
                *place = group;
            }
            at
        } else {
            self.row.push(group);
            u32::try_from(self.row.len() - 1).unwrap_or(u32::MAX)
        };
        self.insert(key, at);
        at as usize
    }

    fn insert(&mut self, key: u64, at: u32) {
        let Self { table, row, .. } = self;
        table.insert_unique(key, at, |at| row.get(*at as usize).map_or(0, |group| group.key));
    }

    /// Puts together what follows from a row that was restored. `None` if the row cannot be one.
    pub(crate) fn settle(&mut self, free: Vec<u32>, hand: usize) -> Option<()> {
        self.hand = if hand < self.row.len() { hand } else { 0 };
        self.free = free;
        let is_free = |at: &u32| self.row.get(*at as usize).is_some_and(|it| it.cells.is_empty());
        if !self.free.iter().all(is_free) {
            return None;
        }
        let mut is_listed = vec![false; self.row.len()];
        for at in &self.free {
            // A place that is free twice would be given to two groups.
            if std::mem::replace(is_listed.get_mut(*at as usize)?, true) {
                return None;
            }
        }
        self.table = HashTable::with_capacity(self.row.len());
        for at in 0..self.row.len() {
            let Some(group) = self.row.get_mut(at) else { continue };
            let number = u32::try_from(at).ok()?;
            if group.cells.is_empty() {
                // Its rules are gone. The hand must not find it dead, and free it once more.
                group.look_after = i64::MAX;
                if !is_listed.get(at).copied().unwrap_or_default() {
                    self.free.push(number);
                }
                continue;
            }
            let key = group.key;
            for (number, cell) in &group.cells {
                self.bytes += cell.bytes() + size_of::<(u16, Cell)>();
                *self.n_by_rule.get_mut(usize::from(*number))? += 1;
            }
            self.bytes += GROUP_BYTES;
            if self.find(key).is_some() {
                return None;
            }
            self.insert(key, number);
        }
        Some(())
    }

    /// A rule's cell in a group.
    pub(crate) fn cell(&mut self, key: u64, node: u16) -> Option<&mut Cell> {
        let at = self.find(key)?;
        let cells = &mut self.row.get_mut(at)?.cells;
        let at = cells.binary_search_by_key(&node, |(of, _)| *of).ok()?;
        cells.get_mut(at).map(|(_, cell)| cell)
    }

    /// Lets a rule's cell in a group be changed, and sees to what follows from it. A cell that is not there, or is dead at
    /// `time`, is `new`: what is found must not depend on how soon the hand came by.
    pub(crate) fn change<T>(
        &mut self,
        (key, number, time): (u64, u16, i64),
        node: &Node,
        new: impl FnOnce() -> Option<Cell>,
        change: impl FnOnce(&mut Cell) -> T,
    ) -> Option<T> {
        let at = self.place(key);
        let group = self.row.get_mut(at)?;
        let mut before = 0;
        let place = match group.cells.binary_search_by_key(&number, |(of, _)| *of) {
            Ok(place) => {
                let (_, cell) = group.cells.get_mut(place)?;
                before = cell.bytes();
                if group.look_after < time && cell.dead_after(node) < time {
                    *cell = new()?;
                }
                place
            }
            Err(place) => {
                let cell = new()?;
                group.cells.reserve_exact(1);
                group.cells.insert(place, (number, cell));
                self.bytes += size_of::<(u16, Cell)>();
                if let Some(n) = self.n_by_rule.get_mut(usize::from(number)) {
                    *n += 1;
                }
                place
            }
        };
        let (_, cell) = group.cells.get_mut(place)?;
        let changed = change(cell);
        let after = cell.bytes();
        group.look_after = group.look_after.min(cell.dead_after(node));
        self.bytes = (self.bytes + after).saturating_sub(before);
        Some(changed)
    }

    /// Moves the hand on and takes out what is dead at `now`.
    pub(crate) fn sweep(&mut self, now: i64, nodes: &[Node]) {
        for _ in 0..STEPS.min(self.row.len()) {
            self.hand = if self.hand + 1 < self.row.len() { self.hand + 1 } else { 0 };
            if self.row.get(self.hand).is_some_and(|group| group.look_after < now) {
                self.prune(self.hand, now, nodes);
            }
        }
    }

    fn prune(&mut self, at: usize, now: i64, nodes: &[Node]) {
        let Some(group) = self.row.get_mut(at) else { return };
        let mut look_after = i64::MAX;
        let (bytes, n_by_rule) = (&mut self.bytes, &mut self.n_by_rule);
        group.cells.retain(|(number, cell)| {
            let node = nodes.get(usize::from(*number));
            let dead_after = node.map_or(i64::MIN, |node| cell.dead_after(node));
            if dead_after < now {
                forget(*number, cell, bytes, n_by_rule);
                return false;
            }
            look_after = look_after.min(dead_after);
            true
        });
        group.look_after = look_after;
        if group.cells.is_empty() {
            self.release(at);
        }
    }

    fn release(&mut self, at: usize) {
        let Some(group) = self.row.get_mut(at) else { return };
        let key = group.key;
        group.look_after = i64::MAX;
        group.cells = Vec::new();
        self.bytes = self.bytes.saturating_sub(GROUP_BYTES);
        if let Ok(entry) = self.table.find_entry(key, |other| *other as usize == at) {
            entry.remove();
        }
        self.free.extend(u32::try_from(at));
    }

    /// Forgets groups until no more than `most` bytes are taken.
    pub(crate) fn shrink(&mut self, most: usize) {
        let mut n_tries = 0;
        while self.bytes > most && n_tries < self.row.len() {
            n_tries += 1;
            if let Some(at) = self.oldest() {
                self.evict(at);
            }
        }
    }

    /// Among the next groups with cells the one that would die first.
    fn oldest(&mut self) -> Option<usize> {
        let mut oldest: Option<(i64, usize)> = None;
        for _ in 0..CANDIDATES {
            self.hand = if self.hand + 1 < self.row.len() { self.hand + 1 } else { 0 };
            let Some(group) = self.row.get(self.hand).filter(|group| !group.cells.is_empty())
            else {
                continue;
            };
            if oldest.is_none_or(|(least, _)| group.look_after < least) {
                oldest = Some((group.look_after, self.hand));
            }
        }
        oldest.map(|(_, at)| at)
    }

    fn evict(&mut self, at: usize) {
        let Some(group) = self.row.get_mut(at) else { return };
        for (number, cell) in std::mem::take(&mut group.cells) {
            forget(number, &cell, &mut self.bytes, &mut self.n_by_rule);
            if let Some(n) = self.evicted.get_mut(usize::from(number)) {
                *n += 1;
            }
        }
        self.release(at);
    }

    /// Forgets one group of a rule that remembers too many: the first that dies among the next ones that the hand meets.
    pub(crate) fn evict_of(&mut self, number: u16) {
        let mut oldest: Option<(i64, usize)> = None;
        let mut n_met = 0;
        for _ in 0..self.row.len().min(256) {
            self.hand = if self.hand + 1 < self.row.len() { self.hand + 1 } else { 0 };
            let Some(group) = self.row.get(self.hand) else { continue };
            if group.cells.binary_search_by_key(&number, |(of, _)| *of).is_ok() {
                n_met += 1;
                if oldest.is_none_or(|(least, _)| group.look_after < least) {
                    oldest = Some((group.look_after, self.hand));
                }
            }
            if n_met == CANDIDATES {
                break;
            }
        }
        let Some(group) = oldest.and_then(|(_, at)| self.row.get_mut(at)) else { return };
        let Ok(place) = group.cells.binary_search_by_key(&number, |(of, _)| *of) else { return };
        let (_, cell) = group.cells.remove(place);
        forget(number, &cell, &mut self.bytes, &mut self.n_by_rule);
        if let Some(n) = self.evicted.get_mut(usize::from(number)) {
            *n += 1;
        }
        if group.cells.is_empty()
            && let Some((_, at)) = oldest
        {
            self.release(at);
        }
    }
}

fn forget(number: u16, cell: &Cell, bytes: &mut usize, n_by_rule: &mut [usize]) {
    *bytes = bytes.saturating_sub(cell.bytes() + size_of::<(u16, Cell)>());
    if let Some(n) = n_by_rule.get_mut(usize::from(number)) {
        *n = n.saturating_sub(1);
    }
}
