//! Events as they arrive: provisional findings at once, settled ones when the watermark has passed.
//!
//! ```text
//!  excerpt ─┬─▶ engine in the order of arrival ──▶ provisional, withdrawn
//!           └─▶ waits ──watermark──▶ engine in the order of time ──▶ settled, replaces
//! ```
//!
//! What is settled is what a saved log of the same events gives. Waiting costs memory up to a limit; when that is reached
//! the watermark is pushed, and that is counted.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use finding::{Finding, Fingerprint, State};
use jiff::Timestamp;

use crate::detector::Detector;
use crate::engine::{Emit, Engine, Ground, Raised, Settings};
use crate::excerpt::{self, TIMELESS};
use crate::program::micros;

/// Rules over events that come as they happen, about in order.
#[derive(Debug)]
pub struct Live {
    settled: Engine,
    fresh: Engine,
    waiting: BTreeSet<Waiting>,
    waiting_bytes: usize,
    lateness: i64,
    most_bytes: usize,
    watermark: i64,
    /// Times that the watermark was pushed because too much waited.
    n_pushed: u64,
    /// Provisional findings that nothing has settled yet.
    provisional: Vec<Provisional>,
}

/// An event that waits for earlier ones.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Waiting {
    time: i64,
    content: Box<[u8]>,
    whole: Box<[u8]>,
}

/// A finding that was raised before it was certain.
#[derive(Debug, Clone)]
struct Provisional {
    finding: Finding,
    /// The rule and group of its episode; `None` if it rests on one event and what was known.
    episode: Option<(u16, u64)>,
    /// In microseconds: what is settled up to there has settled it, if anything does.
    end: i64,
}

impl Live {
    /// Rules that have seen nothing. An event may come later than a newer one by `lateness`; what waits for that takes
    /// no more than `most_bytes`, about.
    pub fn new(
        detector: &Arc<Detector>,
        settings: &Settings,
        lateness: Duration,
        most_bytes: usize,
    ) -> Self {
        let engine = || Engine::new(Arc::clone(detector), settings.clone());
        Self {
            settled: engine().emitting(Emit::Settling),
            fresh: engine().emitting(Emit::Arriving),
            waiting: BTreeSet::new(),
            waiting_bytes: 0,
            lateness: micros(lateness),
            most_bytes,
            watermark: TIMELESS,
            n_pushed: 0,
            provisional: Vec::new(),
        }
    }

    /// Takes a row of excerpts as they arrived.
    pub fn observe(&mut self, row: &[u8], out: &mut dyn FnMut(Finding)) {
        excerpt::each(row, &mut |one| self.arrive(one, out));
    }

    fn arrive(&mut self, one: &[u8], out: &mut dyn FnMut(Finding)) {
        let time = excerpt::time(one);
        if time == TIMELESS || time < self.watermark {
            // Rules without memory match it; what is settled is not written anew.
            return self.settled.take(one, out);
        }
        let waiting = Waiting { time, content: excerpt::content(one).into(), whole: one.into() };
        if !self.waiting.insert(waiting) {
            return;
        }
        self.waiting_bytes += one.len() * 2;
        let mut raised = Vec::new();
        self.fresh.observe(one, &mut |one| raised.push(one));
        for one in raised {
            self.raise(one, out);
        }
        self.settle_before(time.saturating_sub(self.lateness), out);
        if self.waiting_bytes > self.most_bytes
            && let Some(middle) = self.waiting.iter().nth(self.waiting.len() / 2)
        {
            self.n_pushed += 1;
            self.settle_before(middle.time, out);
        }
    }

    /// A finding goes out at once; if it is provisional it is remembered until it is settled.
    fn raise(&mut self, raised: Raised, out: &mut dyn FnMut(Finding)) {
        let Raised { finding, ground } = raised;
        let (episode, end) = match ground {
            Ground::Event => return out(finding),
            Ground::Known => (None, finding.time.map_or(TIMELESS, Timestamp::as_microsecond)),
            Ground::Episode { node, key, end } => (Some((node, key)), end),
        };
        self.provisional.retain(|other| other.finding.id != finding.id);
        self.provisional.push(Provisional { finding: finding.clone(), episode, end });
        out(finding);
    }

    /// Lets the watermark pass up to a time: the source has caught up with it.
    pub fn settle(&mut self, watermark: Timestamp, out: &mut dyn FnMut(Finding)) {
        self.settle_before(watermark.as_microsecond(), out);
    }

    fn settle_before(&mut self, watermark: i64, out: &mut dyn FnMut(Finding)) {
        if watermark <= self.watermark {
            return;
        }
        self.watermark = watermark;
        let mut settled = Vec::new();
        while self.waiting.first().is_some_and(|first| first.time < watermark) {
            let Some(first) = self.waiting.pop_first() else { break };
            self.waiting_bytes = self.waiting_bytes.saturating_sub(first.whole.len() * 2);
            self.settled.observe(&first.whole, &mut |raised| settled.push(raised));
        }
        self.settled.pass(watermark, &mut |raised| settled.push(raised));
        for raised in settled {
            self.settle_one(raised, out);
        }
        self.withdraw(out);
    }

    /// A settled finding goes out, and says which provisional ones it takes the place of.
    fn settle_one(&mut self, raised: Raised, out: &mut dyn FnMut(Finding)) {
        let Raised { mut finding, ground } = raised;
        let mut replaces: Vec<Fingerprint> = Vec::new();
        self.provisional.retain(|one| {
            let is_same = match (ground, one.episode) {
                (Ground::Episode { node, key, .. }, Some(episode)) => {
                    let meets =
                        one.finding.first <= finding.last && finding.first <= one.finding.last;
                    episode == (node, key) && meets
                }
                _ => one.finding.id == finding.id,
            };
            if is_same && one.finding.id != finding.id {
                replaces.push(one.finding.id.clone());
            }
            !is_same
        });
        finding.replaces = replaces;
        out(finding);
    }

    /// Takes back what did not settle in its time.
    fn withdraw(&mut self, out: &mut dyn FnMut(Finding)) {
        let watermark = self.watermark;
        for one in self.provisional.extract_if(.., |one| one.end < watermark) {
            let revision = one.finding.revision + 1;
            out(Finding { state: State::Withdrawn, revision, ..one.finding });
        }
    }

    /// The engine that holds what is settled, for its account and to be saved.
    pub fn settled(&self) -> &Engine {
        &self.settled
    }

    /// How often the watermark was pushed because too much waited.
    pub fn n_pushed(&self) -> u64 {
        self.n_pushed
    }

    /// How many events wait.
    pub fn n_waiting(&self) -> usize {
        self.waiting.len()
    }
}
