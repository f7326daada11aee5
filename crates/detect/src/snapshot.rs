//! The state of an engine as bytes, to be restored by another run.
//!
//! ```text
//!  "keyward state\n" | u32 version | rules | fields | events | state | u64 hash of all before
//! ```
//!
//! A rule is known by a fingerprint of what it means: what a rule remembered that is no longer there, or means something
//! else now, is left out and said. Numbers of rules and of fields are translated. A snapshot that was damaged is refused.

use std::fmt;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::bytes::Reader;
use crate::detector::Detector;
use crate::engine::episode::Episode;
use crate::engine::timers::{Timer, What};
use crate::engine::{Engine, Settings};
use crate::excerpt::{self, Excerpt, Slot};
use crate::groups::Group;
use crate::memory::{Cell, Kept};
use crate::pack::{Loading, Pack, Print, Saving, small};
use crate::sealed::Form;

/// The version of the format.
pub const VERSION: u32 = 2;

/// What stands around it.
const FORM: Form = Form { magic: b"keyward state\n", version: VERSION, salt: 4 };

/// Why a snapshot cannot be restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SnapshotError {
    /// The bytes are no snapshot.
    NotOne,
    /// It is of another version.
    Version(u32),
    /// It was cut short or changed.
    Damaged,
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOne => write!(f, "is no saved state"),
            Self::Version(version) => {
                write!(f, "holds a state of version {version}, and only version {VERSION} is read")
            }
            Self::Damaged => {
                write!(f, "is damaged: it was cut short or changed since it was saved")
            }
        }
    }
}

impl std::error::Error for SnapshotError {}

/// What became of the rules of a snapshot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Restored {
    /// Names of rules whose memory was left out, since they are not there or mean something else now.
    pub left_out: Vec<String>,
    /// Names of rules that begin with nothing.
    pub new: Vec<String>,
}

impl Engine {
    /// The whole state, as bytes. Equal states are equal bytes.
    pub fn save(&self) -> Vec<u8> {
        let mut body = Saving::default();
        self.put_state(&mut body);
        let mut head = Saving::default();
        FORM.begin(&mut head.out);
        let program = self.detector.program();
        head.len(program.nodes.len());
        for node in &program.nodes {
            Print(node.fingerprint).put(&mut head);
            node.rule.name.put(&mut head);
        }
        head.len(program.slots.len());
        program.slots.iter().for_each(|asked| asked.name.put(&mut head));
        head.len(body.events.len());
        for event in &body.events {
            head.len(event.len());
            head.out.extend_from_slice(event);
        }
        head.out.append(&mut body.out);
        FORM.seal(&mut head.out);
        head.out
    }

    /// An engine that goes on where the one that was saved left off.
    ///
    /// # Errors
    /// When the bytes are no snapshot of this version, or were damaged.
    pub fn restore(
        detector: Arc<Detector>,
        settings: Settings,
        bytes: &[u8],
    ) -> Result<(Self, Restored), SnapshotError> {
        let body = FORM.open(bytes)?;
        let mut engine = Self::new(detector, settings);
        let mut loading = Loading { reader: Reader::new(body), events: Vec::new() };
        let restored = engine.get(&mut loading).ok_or(SnapshotError::Damaged)?;
        Ok((engine, restored))
    }

    fn get(&mut self, loading: &mut Loading<'_>) -> Option<Restored> {
        let detector = Arc::clone(&self.detector);
        let program = detector.program();
        let known: FxHashMap<u64, usize> =
            program.nodes.iter().enumerate().map(|(at, node)| (node.fingerprint, at)).collect();
        let mut restored = Restored::default();
        let mut numbers = Vec::new();
        for _ in 0..loading.len()? {
            let (Print(fingerprint), name) = (Print::get(loading)?, String::get(loading)?);
            let number = known.get(&fingerprint).and_then(|at| u16::try_from(*at).ok());
            if number.is_none() {
                restored.left_out.push(name);
            }
            numbers.push(number);
        }
        let is_known = |at: usize| numbers.iter().any(|number| number.map(usize::from) == Some(at));
        let new = program.nodes.iter().enumerate().filter(|(at, _)| !is_known(*at));
        restored.new = new.map(|(_, node)| node.rule.name.clone()).collect();
        let (n_slots, slots) = slots(loading, &detector)?;
        for _ in 0..loading.len()? {
            let len = loading.len()?;
            let event = loading.reader.bytes(len)?;
            loading.events.push(translated(event, n_slots, slots.as_deref())?);
        }
        self.get_state(loading, &numbers)?;
        loading.reader.rest().is_empty().then_some(restored)
    }

    fn put_state(&self, saving: &mut Saving) {
        let state = &self.state;
        state.now.put(saving);
        Print(self.settings.seed).put(saving);
        let inputs = u32::try_from(self.n_inputs_named()).unwrap_or(u32::MAX);
        saving.number(u64::from(state.n_inputs.saturating_add(inputs)));
        let counts = state.counts;
        for n in [counts.taken, counts.late, counts.timeless] {
            n.put(saving);
        }
        state.latest.time.put(saving);
        let mut latest: Vec<_> = state.latest.prints.iter().copied().map(Print).collect();
        latest.sort_unstable();
        saving.all(latest.len(), latest.iter());
        self.put_known(saving);
        self.put_groups(saving);
        let mut episodes: Vec<_> = state.episodes.iter().collect();
        episodes.sort_unstable_by_key(|(_, episode)| episode.number);
        saving.len(episodes.len());
        for ((_, key), episode) in episodes {
            Print(*key).put(saving);
            episode.put(saving);
        }
        saving.number(state.timers.n_set);
        let mut timers: Vec<Timer> = state.timers.heap.iter().map(|timer| timer.0).collect();
        timers.sort_unstable();
        saving.all(timers.len(), timers.iter());
    }

    fn get_state(&mut self, loading: &mut Loading<'_>, numbers: &[Option<u16>]) -> Option<()> {
        let number = |old: u16| numbers.get(usize::from(old)).copied().flatten();
        self.state.now = i64::get(loading)?;
        Print(self.settings.seed) = Print::get(loading)?;
        self.state.n_inputs = small(loading)?;
        let counts = &mut self.state.counts;
        for count in [&mut counts.taken, &mut counts.late, &mut counts.timeless] {
            *count = u64::get(loading)?;
        }
        self.state.latest.time = i64::get(loading)?;
        let latest: Vec<Print> = loading.all()?;
        self.state.latest.prints = latest.into_iter().map(|Print(print)| print).collect();
        self.get_known(loading, &number)?;
        self.get_groups(loading, &number)?;
        for _ in 0..loading.len()? {
            let (Print(key), mut episode) = (Print::get(loading)?, Episode::get(loading)?);
            if let Some(node) = number(episode.node) {
                episode.node = node;
                self.state.episode_bytes += episode.bytes();
                if self.state.episodes.insert((node, key), episode).is_some() {
                    return None;
                }
            }
        }
        self.state.timers.n_set = u64::get(loading)?;
        for mut timer in loading.all::<Timer>()? {
            if let Some(node) = number(timer.node) {
                timer.node = node;
                self.state.timers.heap.push(std::cmp::Reverse(timer));
            }
        }
        Some(())
    }

    fn put_known(&self, saving: &mut Saving) {
        let known = &self.state.known;
        saving.number(known.n_episodes);
        let mut users: Vec<_> = known.users.iter().collect();
        users.sort_unstable_by_key(|(key, _)| **key);
        saving.len(users.len());
        for (key, user) in users {
            Print(*key).put(saving);
            user.is_admin.put(saving);
            saving.all(user.roles.len(), user.roles.iter());
        }
        saving.len(self.state.learning.n_silent.len());
        for (n, groups) in self.state.learning.n_silent.iter().zip(&self.state.learning.silent) {
            saving.number(*n);
            let mut groups: Vec<_> = groups.iter().copied().map(Print).collect();
            groups.sort_unstable();
            saving.all(groups.len(), groups.iter());
        }
    }

    fn get_known(
        &mut self,
        loading: &mut Loading<'_>,
        number: &dyn Fn(u16) -> Option<u16>,
    ) -> Option<()> {
        self.state.known.n_episodes = u64::get(loading)?;
        for _ in 0..loading.len()? {
            let Print(key) = Print::get(loading)?;
            let user = self.state.known.users.entry(key).or_default();
            (user.is_admin, user.roles) = (bool::get(loading)?, loading.all()?);
        }
        for old in 0..u16::try_from(loading.len()?).ok()? {
            let (n, groups) = (u64::get(loading)?, loading.all::<Print>()?);
            let Some(at) = number(old).map(usize::from) else { continue };
            let groups: FxHashSet<u64> = groups.into_iter().map(|Print(key)| key).collect();
            *self.state.learning.n_silent.get_mut(at)? = n;
            *self.state.learning.silent.get_mut(at)? = groups;
        }
        Some(())
    }

    fn put_groups(&self, saving: &mut Saving) {
        let groups = &self.state.groups;
        saving.len(groups.hand);
        saving.len(groups.evicted.len());
        groups.evicted.iter().for_each(|n| n.put(saving));
        saving.len(groups.row.len());
        for group in &groups.row {
            saving.len(group.cells.len());
            if group.cells.is_empty() {
                continue;
            }
            Print(group.key).put(saving);
            group.look_after.put(saving);
            for (node, cell) in &group.cells {
                saving.number(u64::from(*node));
                cell.put(saving);
            }
        }
        saving.len(groups.free.len());
        groups.free.iter().for_each(|at| saving.number(u64::from(*at)));
    }

    fn get_groups(
        &mut self,
        loading: &mut Loading<'_>,
        number: &dyn Fn(u16) -> Option<u16>,
    ) -> Option<()> {
        let detector = Arc::clone(&self.detector);
        let nodes = &detector.program().nodes;
        let hand = usize::try_from(loading.number()?).ok()?;
        for old in 0..u16::try_from(loading.len()?).ok()? {
            let n = u64::get(loading)?;
            if let Some(at) = number(old) {
                *self.state.groups.evicted.get_mut(usize::from(at))? = n;
            }
        }
        let n_groups = loading.len()?;
        for _ in 0..n_groups {
            let n_cells = loading.len()?;
            let mut group = Group { key: 0, look_after: i64::MAX, cells: Vec::new() };
            if n_cells > 0 {
                let (Print(key), look_after) = (Print::get(loading)?, i64::get(loading)?);
                (group.key, group.look_after) = (key, look_after);
                for _ in 0..n_cells {
                    let (old, cell) = (small::<u16>(loading)?, Cell::get(loading)?);
                    let Some(at) = number(old) else { continue };
                    let node = nodes.get(usize::from(at))?;
                    if cell.fits(&node.test) {
                        group.cells.push((at, cell));
                    }
                }
                group.cells.sort_unstable_by_key(|(at, _)| *at);
                group.cells.dedup_by_key(|(at, _)| *at);
                group.cells.shrink_to_fit();
            }
            self.state.groups.row.push(group);
        }
        let mut free = Vec::new();
        for _ in 0..loading.len()? {
            free.push(small::<u32>(loading)?);
        }
        self.state.groups.settle(free, hand)
    }
}

/// The numbers that fields have now, by the number they had; `None` where they are the same.
type Translation = Option<Vec<Option<Slot>>>;

/// How many fields there were, and what their numbers are now.
fn slots(loading: &mut Loading<'_>, detector: &Detector) -> Option<(usize, Translation)> {
    let names: Vec<String> = loading.all()?;
    let now = &detector.program().slots;
    let is_same =
        names.len() == now.len() && names.iter().zip(now).all(|(name, asked)| *name == asked.name);
    let number = |name: &String| {
        let at = now.iter().position(|asked| asked.name == *name)?;
        Slot::try_from(at).ok()
    };
    Some((names.len(), (!is_same).then(|| names.iter().map(number).collect())))
}

/// An event with the numbers that its fields have now. `None` if the bytes are no event.
fn translated(event: &[u8], n_slots: usize, slots: Option<&[Option<Slot>]>) -> Option<Arc<[u8]>> {
    let (whole, rest) = excerpt::split(event)?;
    if !rest.is_empty() {
        return None;
    }
    if !excerpt::is_sound(whole, n_slots) {
        return None;
    }
    let Some(slots) = slots else { return Some(whole.into()) };
    let number = |old: Slot| slots.get(usize::from(old)).copied().flatten();
    Some(Excerpt::read(whole).renumbered(&number).into())
}

impl Pack for Episode {
    fn put(&self, saving: &mut Saving) {
        saving.number(self.number);
        saving.number(u64::from(self.node));
        saving.all(self.values.len(), self.values.iter());
        self.begin.put(saving);
        saving.all(self.events.len(), self.events.iter());
        saving.number(self.n_events);
        for time in [self.span.0, self.span.1, self.last_hold] {
            time.put(saving);
        }
        self.measure.put(saving);
        let level = self.level.map_or(0, |level| level as u64 + 1);
        saving.number(level);
        saving.number(u64::from(self.revision));
        for is in [self.is_unsure, self.is_quiet, self.is_cut, self.is_told] {
            is.put(saving);
        }
    }

    fn get(loading: &mut Loading<'_>) -> Option<Self> {
        let (number, node) = (loading.number()?, small(loading)?);
        let values = loading.all()?;
        let (begin, events) = (Kept::get(loading)?, loading.all()?);
        let n_events = u64::get(loading)?;
        let span = (i64::get(loading)?, i64::get(loading)?);
        let (last_hold, measure) = (i64::get(loading)?, f64::get(loading)?);
        let level: usize = small(loading)?;
        let level = match level {
            0 => None,
            level => Some(*finding::Level::ALL.get(level - 1)?),
        };
        let revision = small(loading)?;
        let (is_unsure, is_quiet) = (bool::get(loading)?, bool::get(loading)?);
        let (is_cut, is_told) = (bool::get(loading)?, bool::get(loading)?);
        Some(Self {
            number,
            node,
            values,
            begin,
            events,
            n_events,
            span,
            last_hold,
            measure,
            level,
            is_unsure,
            revision,
            is_quiet,
            is_cut,
            is_told,
        })
    }
}

impl Pack for Timer {
    fn put(&self, saving: &mut Saving) {
        self.due.put(saving);
        saving.number(self.serial);
        (self.what == What::Episode).put(saving);
        saving.number(u64::from(self.node));
        Print(self.key).put(saving);
    }

    fn get(loading: &mut Loading<'_>) -> Option<Self> {
        let (due, serial) = (i64::get(loading)?, loading.number()?);
        let what = if bool::get(loading)? { What::Episode } else { What::Absence };
        let (node, Print(key)) = (small(loading)?, Print::get(loading)?);
        Some(Self { due, serial, what, node, key })
    }
}
