//! Rules with memory: excerpts in the order of time in, findings out.
//!
//! ```text
//!  excerpt ──▶ timers that are due ──▶ matches ──▶ feed ──▶ cell of the group ──holds──▶ episode ──▶ Finding
//!                                                    ▲                             │
//!                                                    └── rules over rules ◀────────┘
//! ```
//!
//! The caller sees to the order. An event that comes behind the time of the last one is late: rules without memory match it, and
//! its findings say so.

mod admins;
pub(crate) mod episode;
mod feed;
mod latest;
mod learning;
mod report;
mod room;
mod sequence;
mod settings;
mod tenants;
pub(crate) mod timers;

use std::cell::OnceCell;
use std::sync::Arc;

use finding::Finding;
use rustc_hash::FxHashMap;

use self::admins::Known;
use self::episode::{Ended, Episode};
use self::latest::Latest;
use self::learning::Learning;
pub use self::learning::RuleLearning;
pub use self::settings::{Admins, Settings};
use self::tenants::Tenants;
use self::timers::Timers;
use crate::detector::Detector;
use crate::excerpt::{Excerpt, Slot, TIMELESS};
use crate::groups::Groups;
use crate::program::{INHERITED, Program};

/// Findings as they come.
pub(crate) type Out<'o> = &'o mut dyn FnMut(Raised);

/// A finding, and what it rests on.
#[derive(Debug)]
pub(crate) struct Raised {
    pub(crate) finding: Finding,
    pub(crate) ground: Ground,
}

/// What a finding rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ground {
    /// One event, and nothing else.
    Event,
    /// One event, and what was known when it happened.
    Known,
    /// What is remembered: of which rule and group, and until when, in microseconds, it would go on.
    Episode { node: u16, key: u64, end: i64 },
}

/// When findings are raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Emit {
    /// Once they have ended, which is when they are final.
    Ended,
    /// When they begin and whenever they change, in the order of arrival: those of rules that stand on one event alone
    /// too, nothing that waits for what does not come.
    Arriving,
    /// When they begin and whenever they change, in the order of time.
    Settling,
}

/// The memory of all rules, and what it has concluded.
#[derive(Debug)]
pub struct Engine {
    pub(crate) detector: Arc<Detector>,
    pub(crate) settings: Settings,
    pub(crate) state: State,
    /// Names of the inputs of this run.
    inputs: Vec<String>,
    /// Whose events were taken in this run.
    tenants: Tenants,
    /// Reused from event to event.
    keys: Vec<Option<u64>>,
    room: Excerpt<'static>,
    emit: Emit,
    /// Nothing older comes any more where events come as they arrive, in microseconds.
    horizon: i64,
    /// Episodes that have ended and that nobody asked for yet, if findings settle.
    ended: Vec<Ended>,
}

/// What an engine remembers, and what has to be saved with it.
#[derive(Debug, Clone)]
pub(crate) struct State {
    /// The time of the last event, in microseconds.
    pub(crate) now: i64,
    pub(crate) groups: Groups,
    pub(crate) episodes: FxHashMap<(u16, u64), Episode>,
    /// Bytes that the episodes take, about.
    pub(crate) episode_bytes: usize,
    pub(crate) timers: Timers,
    pub(crate) latest: Latest,
    pub(crate) known: Known,
    pub(crate) learning: Learning,
    pub(crate) counts: Counts,
    /// Inputs of earlier runs, whose names are no longer known.
    pub(crate) n_inputs: u32,
}

/// What became of the events that an engine was given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Excerpts taken, those of events that some rule matches.
    pub taken: u64,
    /// Those that came behind the time of an earlier one, and were not remembered.
    pub late: u64,
    /// Those without a usable time, not remembered either.
    pub timeless: u64,
}

/// A match on its way through the rules.
#[derive(Clone, Copy)]
struct Step<'s> {
    excerpt: &'s Excerpt<'s>,
    /// The watch that matched.
    leaf: usize,
    kept: &'s OnceCell<Arc<[u8]>>,
    /// What the group of the rule with memory that matched holds; empty for events.
    inherited: &'s [String],
    /// See [`crate::memory::Hit::is_new`].
    is_new: bool,
    depth: u8,
}

impl<'s> Step<'s> {
    /// The first value of a field, or of a part of the group.
    fn first(&self, slot: Slot) -> Option<&'s str> {
        if slot & INHERITED == 0 {
            return self.excerpt.first(slot);
        }
        let part = self.inherited.get(usize::from(slot & !INHERITED))?;
        Some(part.as_str()).filter(|part| !part.is_empty())
    }

    /// Every value of a field.
    fn values(&self, slot: Slot) -> Vec<&'s str> {
        if slot & INHERITED == 0 {
            return self.excerpt.values(slot).collect();
        }
        self.first(slot).into_iter().collect()
    }
}

/// Rules over rules over rules …, at most.
const DEPTH_MAX: u8 = 16;

impl Engine {
    /// An engine that remembers nothing.
    pub fn new(detector: Arc<Detector>, settings: Settings) -> Self {
        let program = detector.program();
        let state = State {
            now: TIMELESS,
            groups: Groups::new(program.nodes.len()),
            episodes: FxHashMap::default(),
            episode_bytes: 0,
            timers: Timers::default(),
            latest: Latest::default(),
            known: Known::default(),
            learning: Learning::new(program.nodes.len()),
            counts: Counts::default(),
            n_inputs: 0,
        };
        let keys = vec![None; program.n_keys * 2];
        let (inputs, tenants) = (Vec::new(), Tenants::default());
        Self {
            detector,
            settings,
            state,
            inputs,
            tenants,
            keys,
            room: Excerpt::default(),
            emit: Emit::Ended,
            horizon: TIMELESS,
            ended: Vec::new(),
        }
    }

    /// Lets findings be raised at other times.
    pub(crate) fn emitting(mut self, emit: Emit) -> Self {
        self.emit = emit;
        self
    }

    /// Says that events come as they arrive, and none before that time any more.
    pub(crate) fn expect_from(&mut self, horizon: i64) {
        self.horizon = horizon;
    }

    /// What died before that time is dead for every event that may still come. An older one may arrive after a newer one, and what
    /// it finds must not depend on how soon the hand came by.
    fn dead_before(&self) -> i64 {
        if self.emit == Emit::Arriving { self.horizon } else { self.state.now }
    }

    /// Gives an input a number, under which its excerpts are added to a [`Sorter`](crate::Sorter). Findings name it.
    pub fn input(&mut self, name: &str) -> u32 {
        self.inputs.push(name.to_owned());
        let n_inputs = u32::try_from(self.inputs.len()).unwrap_or(u32::MAX);
        self.state.n_inputs.saturating_add(n_inputs).saturating_sub(1)
    }

    /// How many inputs this run has named.
    pub(crate) fn n_inputs_named(&self) -> usize {
        self.inputs.len()
    }

    /// The time of the last event, in microseconds since 1970; `i64::MIN` before the first.
    pub fn now(&self) -> i64 {
        self.state.now
    }

    /// What became of the events so far.
    pub fn counts(&self) -> Counts {
        self.state.counts
    }

    /// Tells anew who is an administrator.
    pub fn set_admins(&mut self, admins: Admins) {
        self.settings.admins = admins;
    }

    /// How many excerpts of this run are of each tenant that a log or its envelope names, in the order of names. Of more than
    /// 100 tenants the others are counted under the empty name.
    pub fn tenants(&self) -> Vec<(&str, u64)> {
        self.tenants.counted()
    }

    /// Bytes that the state takes, about.
    pub fn bytes(&self) -> usize {
        self.state.groups.bytes + self.state.episode_bytes
    }

    /// Groups forgotten for want of room, by rule; rules without any are left out.
    pub fn evicted(&self) -> Vec<(Arc<finding::Rule>, u64)> {
        let nodes = self.detector.program().nodes.iter().zip(&self.state.groups.evicted);
        nodes.filter(|(_, n)| **n > 0).map(|(node, n)| (Arc::clone(&node.rule), *n)).collect()
    }

    /// Takes the excerpt of one event, calls `out` with the findings that are final with it.
    pub fn take(&mut self, bytes: &[u8], out: &mut dyn FnMut(Finding)) {
        self.observe(bytes, &mut |raised| out(raised.finding));
    }

    /// [`Self::take`], with what findings rest on.
    pub(crate) fn observe(&mut self, bytes: &[u8], out: Out<'_>) {
        let detector = Arc::clone(&self.detector);
        let program = detector.program();
        let mut excerpt: Excerpt<'_> = std::mem::take(&mut self.room);
        excerpt.fill(bytes, program.slots.len());
        self.state.counts.taken += 1;
        let is_timeless = excerpt.time == TIMELESS;
        let is_behind = !is_timeless && excerpt.time < self.state.now;
        let is_behind = is_behind && self.emit != Emit::Arriving;
        let is_late = is_behind || (!is_timeless && self.state.latest.is_again(&excerpt));
        self.state.counts.late += u64::from(is_late);
        self.state.counts.timeless += u64::from(is_timeless);
        self.tenants.add(excerpt.tenant);
        if !is_timeless && !is_late {
            self.pass(excerpt.time, out);
        }
        self.keys.fill(None);
        let kept = OnceCell::new();
        for &leaf in &excerpt.rules {
            let Some(watch) = detector.watches().get(leaf) else { continue };
            if let Some(signal) = watch.signal {
                let roles = program.roles.get(leaf).map_or(&[][..], Vec::as_slice);
                self.state.known.learn(&excerpt, signal, roles);
            }
            if !watch.asks.iter().all(|ask| self.holds(ask, &excerpt)) {
                continue;
            }
            if watch.alerts && !excerpt.quiet {
                self.report_event(leaf, &excerpt, is_late, out);
            }
            if is_timeless || is_late {
                continue;
            }
            let (excerpt, kept) = (&excerpt, &kept);
            let step = Step { excerpt, leaf, kept, inherited: &[], is_new: true, depth: 0 };
            for feed in program.feeds.get(leaf).into_iter().flatten() {
                self.feed(program, *feed, step, out);
            }
        }
        if !is_timeless && !is_late {
            self.state.groups.sweep(self.dead_before(), &program.nodes);
            self.make_room(program, out);
        }
        self.room = excerpt.recycle();
    }

    /// Lets time pass up to that time, in microseconds since 1970: what was waited for and did not come is found.
    pub fn advance(&mut self, time: i64, out: &mut dyn FnMut(Finding)) {
        self.pass(time, &mut |raised| out(raised.finding));
    }

    /// [`Self::advance`], with what findings rest on.
    pub(crate) fn pass(&mut self, time: i64, out: Out<'_>) {
        let detector = Arc::clone(&self.detector);
        while let Some(timer) = self.state.timers.due_before(time) {
            self.state.now = self.state.now.max(timer.due);
            self.ring(detector.program(), timer, out);
        }
        self.state.now = self.state.now.max(time);
    }

    /// Reports what has begun and not ended, as far as it has come. The state goes on as if nothing had been asked.
    pub fn report_open(&mut self, out: &mut dyn FnMut(Finding)) {
        let detector = Arc::clone(&self.detector);
        let mut open: Vec<_> = self.state.episodes.keys().copied().collect();
        open.sort_by_key(|key| self.state.episodes.get(key).map(|it| (it.begin.time, it.number)));
        for key in open {
            if let Some(episode) = self.state.episodes.get(&key)
                && let Some(finding) = self.finding(detector.program(), episode)
            {
                out(finding);
            }
        }
    }

    /// How many events still wait for another that must follow.
    pub fn n_waiting(&self) -> usize {
        self.state.timers.n_absences()
    }
}

impl Detector {
    /// What the rules of this detector ask of events.
    pub(crate) fn program(&self) -> &Program {
        &self.program
    }
}
