//! A rule that holds for a group: from the event at which it first holds until none follows within its timespan.

use finding::{EVENTS_MAX, Finding, Level};

use super::feed::{Place, values};
use super::timers::{Timer, What};
use super::{Emit, Engine, Ground, Out, Raised, Step};
use crate::excerpt;
use crate::memory::Kept;
use crate::program::{Feed, Node, Program};

/// A rule holding for a group.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "they have nothing to do with each other")]
pub(crate) struct Episode {
    /// Counts the episodes of the engine, so that they have an order.
    pub(crate) number: u64,
    pub(crate) node: u16,
    /// What the names of the group key hold.
    pub(crate) values: Vec<String>,
    /// The event at which the rule first held.
    pub(crate) begin: Kept,
    /// The events, the earliest first, as many as findings name.
    pub(crate) events: Vec<Kept>,
    /// All of them.
    pub(crate) n_events: u64,
    /// The time of the earliest and of the latest.
    pub(crate) span: (i64, i64),
    /// When it last held.
    pub(crate) last_hold: i64,
    /// The most that was measured.
    pub(crate) measure: f64,
    /// `None` while it is to raise no finding.
    pub(crate) level: Option<Level>,
    /// The default level was taken because it is not known whether somebody is an administrator.
    pub(crate) is_unsure: bool,
    pub(crate) revision: u32,
    /// Only events to learn from have made it hold so far.
    pub(crate) is_quiet: bool,
    /// Something that it may have rested on was forgotten for want of room.
    pub(crate) is_cut: bool,
    /// Its last change was told.
    pub(crate) is_told: bool,
}

/// An episode that has ended: of which rule and group, and the event at which it began.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(super) at: (u16, u64),
    pub(super) begin: Kept,
}

/// What a rule holds on.
pub(super) struct Held {
    pub(super) measure: f64,
    /// Its events, the one that made it hold last.
    pub(super) events: Vec<Kept>,
    /// What the names of the group key hold, where that is not read from the event.
    pub(super) values: Option<Vec<String>>,
    /// Something of the kind was forgotten for want of room.
    pub(super) is_cut: bool,
}

impl Held {
    pub(super) fn new(measure: f64, events: Vec<Kept>) -> Self {
        Self { measure, events, values: None, is_cut: false }
    }
}

/// How often a number has doubled, about.
fn doublings(n: u64) -> u32 {
    u64::BITS - n.leading_zeros()
}

impl Episode {
    /// Adds an event; returns the bytes that it takes.
    fn add(&mut self, kept: Kept) -> usize {
        let is_same = |other: &Kept| other.time == kept.time && other.event == kept.event;
        if self.events.iter().rev().any(is_same) {
            return 0;
        }
        self.n_events += 1;
        self.span = (self.span.0.min(kept.time), self.span.1.max(kept.time));
        if self.events.len() >= EVENTS_MAX {
            return 0;
        }
        let n_bytes = kept.bytes();
        let at = self.events.partition_point(|other| other.time <= kept.time);
        self.events.insert(at, kept);
        n_bytes
    }

    fn begins_with(&self, begin: &Kept) -> bool {
        let is_same_event = excerpt::id(&self.begin.event) == excerpt::id(&begin.event);
        is_same_event && self.begin.time == begin.time
    }

    /// About how many bytes it takes, with its timer.
    pub(crate) fn bytes(&self) -> usize {
        let values: usize = self.values.iter().map(|value| value.len() + size_of::<String>()).sum();
        let events: usize = self.events.iter().map(Kept::bytes).sum();
        size_of::<Self>() + size_of::<Timer>() + 32 + self.begin.bytes() + values + events
    }
}

impl Engine {
    /// A rule holds for a group: its episode begins or goes on, and the rules over it are fed.
    pub(super) fn hold(
        &mut self,
        program: &Program,
        at: Place,
        step: Step<'_>,
        held: Held,
        out: Out<'_>,
    ) {
        let Some(node) = program.nodes.get(usize::from(at.number)) else { return };
        let is_new = !self.state.episodes.contains_key(&(at.number, at.key));
        if is_new {
            let Some(begin) = self.begin(node, at, step, &held) else { return };
            self.state.episode_bytes += begin.bytes();
            self.state.episodes.insert((at.number, at.key), begin);
            let due = self.state.now.saturating_add(node.timespan);
            self.state.timers.set(due, What::Episode, at.number, at.key);
            self.tidy_timers(program);
        }
        let is_cut = self.is_cut(node, at, &held);
        let (level, is_unsure) = self.level(node, step.excerpt, held.measure);
        let now = self.state.now;
        if let Some(episode) = self.state.episodes.get_mut(&(at.number, at.key)) {
            let before = (episode.n_events, episode.level);
            let added = held.events.into_iter().map(|kept| episode.add(kept));
            self.state.episode_bytes += added.sum::<usize>();
            episode.revision = episode.revision.saturating_add(u32::from(!is_new));
            episode.is_cut |= is_cut;
            episode.last_hold = episode.last_hold.max(now);
            episode.measure = episode.measure.max(held.measure);
            episode.is_unsure &= is_unsure;
            episode.level = episode.level.max(level);
            episode.is_quiet &= step.excerpt.quiet;
            let has_doubled = doublings(episode.n_events) > doublings(before.0);
            let is_news = is_new || has_doubled || episode.level != before.1;
            episode.is_told = is_news && self.emit != Emit::Ended;
        }
        self.tell(program, node, at, out);
        if step.depth >= super::DEPTH_MAX {
            return;
        }
        let inherited = match self.state.episodes.get(&(at.number, at.key)) {
            Some(episode) if !node.feeds.is_empty() => episode.values.clone(),
            _ => Vec::new(),
        };
        let step = Step { inherited: &inherited, is_new, depth: step.depth + 1, ..step };
        for &Feed { node, source } in &node.feeds {
            self.feed(program, Feed { node, source }, step, out);
        }
    }

    /// Raises the finding of an episode that is to be told of.
    fn tell(&self, program: &Program, node: &Node, at: Place, out: Out<'_>) {
        let Some(episode) = self.state.episodes.get(&(at.number, at.key)) else { return };
        if let Some(finding) = Some(episode)
            .filter(|episode| episode.is_told)
            .and_then(|episode| self.finding(program, episode))
        {
            let end = episode.last_hold.saturating_add(node.timespan);
            out(Raised { finding, ground: Ground::Episode { node: at.number, key: at.key, end } });
        }
    }

    /// Whether the episode of a finding goes on and raises one itself. If so its finding is raised with the next change that is
    /// told, or at the end even if nothing changes: something else was said under its id.
    pub(crate) fn raises_again(&mut self, at: (u16, u64), finding: &Finding) -> bool {
        let is_it = self.end_of(at, finding).is_some();
        let detector = std::sync::Arc::clone(&self.detector);
        let Some(episode) = self.state.episodes.get(&at).filter(|_| is_it) else { return false };
        if self.finding(detector.program(), episode).is_none() {
            return false;
        }
        if let Some(episode) = self.state.episodes.get_mut(&at) {
            episode.is_told = false;
        }
        true
    }

    /// Until when, in microseconds, the episode of a finding goes on as far as it has come; `None` if it has ended.
    pub(crate) fn end_of(&self, at: (u16, u64), finding: &Finding) -> Option<i64> {
        let node = self.detector.program().nodes.get(usize::from(at.0))?;
        let episode = self.state.episodes.get(&at)?;
        let is_it = super::report::id(node, episode) == finding.id;
        is_it.then(|| episode.last_hold.saturating_add(node.timespan))
    }

    /// The episodes that have ended since this was asked last. Only where findings settle they are noted.
    pub(crate) fn take_ended(&mut self) -> Vec<Ended> {
        std::mem::take(&mut self.ended)
    }

    /// Forgets an episode that has ended for another engine, which knows better: what holds from now on is another.
    pub(crate) fn forget_episode(&mut self, ended: &Ended) {
        let Ended { at, begin } = ended;
        let is_it = self.state.episodes.get(at).is_some_and(|episode| episode.begins_with(begin));
        if is_it && let Some(episode) = self.state.episodes.remove(at) {
            self.state.episode_bytes = self.state.episode_bytes.saturating_sub(episode.bytes());
        }
    }

    /// Whether the rule holds for the group already.
    pub(super) fn is_holding(&self, at: Place) -> bool {
        self.state.episodes.contains_key(&(at.number, at.key))
    }

    /// Whether something that the rule, or one that it stands on, may have rested on was forgotten.
    fn is_cut(&mut self, node: &Node, at: Place, held: &Held) -> bool {
        let groups = &mut self.state.groups;
        held.is_cut
            || groups.cell(at.key, at.number).is_some_and(|cell| cell.is_cut())
            || [usize::from(at.number)]
                .iter()
                .chain(&node.inner)
                .any(|number| groups.evicted.get(*number).is_some_and(|n| *n > 0))
    }

    fn begin(&mut self, node: &Node, at: Place, step: Step<'_>, held: &Held) -> Option<Episode> {
        let begin = held.events.last()?.clone();
        self.state.known.n_episodes += 1;
        Some(Episode {
            number: self.state.known.n_episodes,
            node: at.number,
            values: held.values.clone().unwrap_or_else(|| values(node, at, step)),
            span: (begin.time, begin.time),
            begin,
            events: Vec::new(),
            n_events: 0,
            last_hold: self.state.now,
            measure: held.measure,
            level: None,
            is_unsure: true,
            revision: 1,
            is_quiet: true,
            is_cut: false,
            is_told: false,
        })
    }
}
