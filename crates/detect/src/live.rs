//! Events as they arrive: provisional findings at once, settled ones when the watermark has passed.
//!
//! ```text
//!  bytes ──▶ excerpt ─┬─▶ engine in the order of arrival ──▶ provisional, withdrawn
//!                     └─▶ waits ──watermark──▶ engine in the order of time ──▶ settled, replaces
//! ```
//!
//! What is settled is what a saved log of the same events gives. Waiting costs memory up to a limit; when that is reached
//! the watermark is pushed, and that is counted. An episode is told of when it begins, when its level rises, whenever its events
//! have doubled, and, once settled, at its end.
//!
//! The last word about an id that ever settled is a settled one. What is added to it on arrival is provisional under the same id; if it
//! does not settle, the settled finding is raised again as it was, with its own revision. It is never withdrawn, nor replaced.

mod open;
mod reading;
mod saved;
mod waiting;

use std::sync::Arc;
use std::time::Duration;

use finding::{Finding, Fingerprint, State};
use jiff::Timestamp;
use rustc_hash::FxHashMap;

use self::open::{Open, Provisional};
pub use self::reading::Fed;
use self::reading::Reading;
use self::waiting::Waiting;
use crate::detector::Detector;
use crate::engine::{Emit, Engine, Ground, Raised, Settings};
use crate::excerpt::{self, TIMELESS};
use crate::program::micros;

/// Rules over events that come as they happen, about in order.
#[derive(Debug)]
pub struct Live {
    detector: Arc<Detector>,
    settled: Engine,
    fresh: Engine,
    waiting: Waiting,
    lateness: i64,
    most_bytes: usize,
    watermark: i64,
    /// What clocks are known to have reached, in microseconds; `TIMELESS` if nobody said.
    clock: i64,
    /// How far the farthest event lay ahead of all clocks, in microseconds, since the start.
    ahead: i64,
    /// Only what is read from the record of the source moves the watermark.
    has_record: bool,
    /// Times that the watermark was pushed because too much waited.
    n_pushed: u64,
    /// Provisional findings that nothing has settled yet.
    open: Open,
    reading: Reading,
}

/// How far ahead of all clocks the time of an event may be, in microseconds: a day.
const AHEAD: i64 = 86_400_000_000;

impl Live {
    /// Rules that have seen nothing. An event may come later than a newer one by `lateness`; what waits for that takes
    /// no more than `most_bytes`, about. Two engines remember, each as much as `settings` allow.
    pub fn new(
        detector: &Arc<Detector>,
        settings: &Settings,
        lateness: Duration,
        most_bytes: usize,
    ) -> Self {
        let engine = || Engine::new(Arc::clone(detector), settings.clone());
        Self {
            detector: Arc::clone(detector),
            settled: engine().emitting(Emit::Settling),
            fresh: engine().emitting(Emit::Arriving),
            waiting: Waiting::default(),
            lateness: micros(lateness),
            most_bytes,
            watermark: TIMELESS,
            clock: TIMELESS,
            ahead: 0,
            has_record: false,
            n_pushed: 0,
            open: Open::default(),
            reading: Reading::default(),
        }
    }

    /// Takes one event as it arrived: JSON, in one of the envelopes that providers use or without.
    pub fn feed(&mut self, event: &[u8], out: &mut dyn FnMut(Finding)) -> Fed {
        self.feed_as(event, true, out)
    }

    /// The same for an event that came beside the record of the source, as what is pushed does. It says nothing about what was
    /// read of the record, so that it does not move the watermark once there is one: see [`Self::follow_record`].
    pub fn feed_aside(&mut self, event: &[u8], out: &mut dyn FnMut(Finding)) -> Fed {
        self.feed_as(event, !self.has_record, out)
    }

    fn feed_as(&mut self, event: &[u8], moves: bool, out: &mut dyn FnMut(Finding)) -> Fed {
        let (fed, mut row) = self.reading.read(&self.detector, event);
        if self.clock != TIMELESS {
            let clock = self.clock;
            excerpt::each(&row, &mut |one| {
                self.ahead = self.ahead.max(excerpt::time(one).saturating_sub(clock));
            });
            excerpt::drop_times_after(&mut row, clock.saturating_add(AHEAD));
        }
        self.arrive_all(&row, moves, out);
        self.reading.give(row);
        fed
    }

    /// From now on the watermark follows the record of the source, which is read in its order: what comes beside it may be far
    /// ahead of what was read so far.
    pub fn follow_record(&mut self) {
        self.has_record = true;
    }

    /// How far the farthest event since the start lay ahead of all clocks that were told of when it came.
    pub fn ahead(&self) -> Duration {
        Duration::from_micros(u64::try_from(self.ahead).unwrap_or(0))
    }

    /// Says that a clock has reached that time: whatever claims to have happened a day later than any clock that was ever told
    /// of has no time that can be used, so that a forged one does not make all others late.
    pub fn tell(&mut self, clock: Timestamp) {
        self.clock = self.clock.max(clock.as_microsecond());
    }

    /// Takes a row of excerpts as they arrived.
    pub fn observe(&mut self, row: &[u8], out: &mut dyn FnMut(Finding)) {
        self.arrive_all(row, true, out);
    }

    fn arrive_all(&mut self, row: &[u8], moves: bool, out: &mut dyn FnMut(Finding)) {
        excerpt::each(row, &mut |one| self.arrive(one, moves, out));
    }

    fn arrive(&mut self, one: &[u8], moves: bool, out: &mut dyn FnMut(Finding)) {
        let time = excerpt::time(one);
        if time == TIMELESS || time < self.watermark {
            // Rules without memory match it; what is settled is not written anew.
            return self.settled.take(one, out);
        }
        if !self.waiting.add(time, one) {
            return;
        }
        let mut raised = Vec::new();
        self.fresh.observe(one, &mut |one| raised.push(one));
        for one in raised {
            self.raise(one, out);
        }
        if moves {
            // An event from ahead of all clocks must not make those late that are stamped right.
            let reached = if self.clock == TIMELESS { time } else { time.min(self.clock) };
            self.settle_before(reached.saturating_sub(self.lateness), out);
        }
        if self.waiting.bytes() > self.most_bytes
            && let Some(middle) = self.waiting.middle()
        {
            self.n_pushed += 1;
            self.settle_before(middle, out);
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
        let is_known = episode.is_some_and(|at| self.settled.raises_again(at, &finding));
        self.open.add(Provisional::new(finding.clone(), episode, end, is_known));
        out(finding);
    }

    /// The source was read to its end at that time, by a clock that its events are stamped by.
    pub fn caught_up(&mut self, at: Timestamp, out: &mut dyn FnMut(Finding)) {
        self.settle_before(at.as_microsecond().saturating_sub(self.lateness), out);
    }

    /// Lets the watermark pass up to a time: nothing older is still expected.
    pub fn settle(&mut self, watermark: Timestamp, out: &mut dyn FnMut(Finding)) {
        self.settle_before(watermark.as_microsecond(), out);
    }

    /// Up to where everything is settled; `None` before the first event.
    pub fn watermark(&self) -> Option<Timestamp> {
        (self.watermark != TIMELESS).then(|| Timestamp::from_microsecond(self.watermark).ok())?
    }

    fn settle_before(&mut self, watermark: i64, out: &mut dyn FnMut(Finding)) {
        if watermark <= self.watermark {
            return;
        }
        self.watermark = watermark;
        self.fresh.expect_from(watermark);
        let mut settled = Vec::new();
        while let Some(first) = self.waiting.next_before(watermark) {
            self.settled.observe(&first, &mut |raised| settled.push(raised));
        }
        self.settled.pass(watermark, &mut |raised| settled.push(raised));
        for raised in last_of_each(settled) {
            self.settle_one(raised, out);
        }
        for ended in self.settled.take_ended() {
            // What comes out of order may prolong it there, and nothing may be added to what is final.
            self.fresh.forget_episode(&ended);
        }
        self.withdraw(out);
    }

    /// A settled finding goes out, and says which provisional ones it takes the place of.
    fn settle_one(&mut self, raised: Raised, out: &mut dyn FnMut(Finding)) {
        let Raised { mut finding, ground } = raised;
        let episode = match ground {
            Ground::Episode { node, key, .. } => Some((node, key)),
            Ground::Event | Ground::Known => None,
        };
        finding.replaces = self.open.settled_by(&finding, episode);
        out(finding);
    }

    /// Takes back what did not settle in its time.
    fn withdraw(&mut self, out: &mut dyn FnMut(Finding)) {
        while let Some(one) = self.open.next_before(self.watermark) {
            if let Some(end) = one.episode.and_then(|at| self.fresh.end_of(at, &one.finding))
                && end >= self.watermark
            {
                // It went on without a word.
                self.open.add(Provisional { end, ..one });
            } else if !one.is_known {
                let revision = one.finding.revision.saturating_add(1);
                out(Finding { state: State::Withdrawn, revision, ..one.finding });
            }
        }
    }

    /// The engine that holds what is settled, for its account.
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

    /// Bytes of the events that wait, about.
    pub fn waiting_bytes(&self) -> usize {
        self.waiting.bytes()
    }

    /// Provisional findings that are not followed up any more because there were too many: they will neither be settled under
    /// another name nor withdrawn.
    pub fn n_unfollowed(&self) -> u64 {
        self.open.n_unfollowed()
    }

    /// Bytes that both engines and what waits take, about.
    pub fn bytes(&self) -> usize {
        self.settled.bytes() + self.fresh.bytes() + self.waiting.bytes()
    }
}

/// Of the findings that share an id only the last: what lies between was settled in one go.
fn last_of_each(raised: Vec<Raised>) -> impl Iterator<Item = Raised> {
    let mut last: FxHashMap<Fingerprint, usize> = FxHashMap::default();
    for (at, one) in raised.iter().enumerate() {
        last.insert(one.finding.id.clone(), at);
    }
    raised
        .into_iter()
        .enumerate()
        .filter(move |(at, one)| last.get(&one.finding.id) == Some(at))
        .map(|(_, one)| one)
}
