//! The tenants that are watched, each with rules and memory of its own.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use archive::{Frame, Note, SourceId, Transport};
use detect::{Fed, Live, SnapshotError};
use finding::Finding;

use super::account::TenantSeen;
use super::{Look, Settings};

/// All tenants of which something has come.
pub(super) struct Watched {
    tenants: BTreeMap<SourceId, Tenant>,
    rules: Arc<dyn Look>,
    settings: Settings,
    seed: u64,
}

struct Tenant {
    live: Live,
    /// Events that could not be read, since the start.
    n_unread: u64,
    /// It was said that an event came from ahead of all clocks.
    said_ahead: bool,
}

/// How far clocks are apart before that is said.
const APART: Duration = Duration::from_mins(5);

impl Watched {
    /// Nobody yet.
    pub(super) fn new(rules: Arc<dyn Look>, settings: Settings, seed: u64) -> Self {
        Self { tenants: BTreeMap::new(), rules, settings, seed }
    }

    pub(super) fn seed(&self) -> u64 {
        self.seed
    }

    fn memory(&self) -> detect::Settings {
        let memory = self.settings.memory.clone();
        // Two engines remember.
        let total_bytes = memory.total_bytes / 2;
        detect::Settings { seed: self.seed, admins: self.rules.admins(), total_bytes, ..memory }
    }

    /// A tenant goes on where its state left off.
    pub(super) fn restore(&mut self, source: &SourceId, state: &[u8]) -> Result<(), SnapshotError> {
        let Settings { lateness, pending_bytes, .. } = self.settings;
        let detector = self.rules.detector(&source.tenant);
        let (live, restored) =
            Live::restore(&detector, &self.memory(), lateness, pending_bytes, state)?;
        say_left_out(source, &restored);
        self.add(source, live);
        Ok(())
    }

    fn add(&mut self, source: &SourceId, mut live: Live) {
        if self.settings.polled.contains(source) {
            live.follow_record();
        }
        self.tenants.insert(source.clone(), Tenant::new(live));
    }

    /// Takes what came of one tenant in one go.
    pub(super) fn take(&mut self, frame: &Frame, out: &mut dyn FnMut(Finding)) {
        if !self.tenants.contains_key(&frame.source) {
            let Settings { lateness, pending_bytes, .. } = self.settings;
            let detector = self.rules.detector(&frame.source.tenant);
            let live = Live::new(&detector, &self.memory(), lateness, pending_bytes);
            self.add(&frame.source, live);
        }
        if let Some(tenant) = self.tenants.get_mut(&frame.source) {
            tenant.take(frame, out);
        }
    }

    /// All tenants go on with other rules.
    pub(super) fn reload(&mut self, rules: Arc<dyn Look>) -> Result<(), SnapshotError> {
        self.rules = rules;
        for (source, tenant) in &mut self.tenants {
            let detector = self.rules.detector(&source.tenant);
            let restored = tenant.live.reload(&detector, self.rules.admins())?;
            say_left_out(source, &restored);
        }
        Ok(())
    }

    /// The state of each tenant, and its length.
    pub(super) fn save(&self) -> (Vec<(SourceId, u64)>, Vec<Vec<u8>>) {
        let saved = self.tenants.iter().map(|(source, tenant)| {
            let state = tenant.live.save();
            ((source.clone(), state.len() as u64), state)
        });
        saved.unzip()
    }

    /// How each tenant does.
    pub(super) fn seen(&self) -> BTreeMap<SourceId, TenantSeen> {
        let seen = self.tenants.iter().map(|(source, tenant)| (source.clone(), tenant.seen()));
        seen.collect()
    }
}

impl Tenant {
    fn new(live: Live) -> Self {
        Self { live, n_unread: 0, said_ahead: false }
    }

    fn take(&mut self, frame: &Frame, out: &mut dyn FnMut(Finding)) {
        let ends = || {
            let at = |note: &Note| if let Note::CaughtUp { at } = note { Some(*at) } else { None };
            frame.notes.iter().filter_map(at)
        };
        // Before the events, which may come from ahead of our clock if that is wrong, but not of the provider's.
        ends().chain([frame.received]).for_each(|clock| self.live.tell(clock));
        let is_record = frame.transport == Transport::Poll;
        if is_record {
            self.live.follow_record();
        }
        for record in &frame.records {
            let fed = if is_record {
                self.live.feed(&record.bytes, out)
            } else {
                self.live.feed_aside(&record.bytes, out)
            };
            if let Fed::Rejected(why) = fed {
                self.n_unread += 1;
                tracing::warn!(position = frame.position.0, %why, "an event cannot be read");
            }
        }
        self.say_ahead(&frame.source);
        for at in ends() {
            // Of two clocks that differ the earlier one: too late a time would make events late that are not.
            self.live.caught_up(at.min(frame.received), out);
        }
    }

    /// Says once that an event claims to come from the future.
    fn say_ahead(&mut self, source: &SourceId) {
        if !self.said_ahead && self.live.ahead() > APART {
            self.said_ahead = true;
            let (tenant, minutes) = (&source.tenant, self.live.ahead().as_secs() / 60);
            tracing::warn!(
                tenant,
                minutes,
                "the time of an event lies ahead of all clocks: one of them is wrong, or it is forged"
            );
        }
    }

    fn seen(&self) -> TenantSeen {
        let counts = self.live.settled().counts();
        TenantSeen {
            watermark: self.live.watermark(),
            waiting: self.live.n_waiting() as u64,
            pushed: self.live.n_pushed(),
            late: counts.late,
            timeless: counts.timeless,
            unread: self.n_unread,
            memory_bytes: self.live.bytes() as u64,
        }
    }
}

fn say_left_out(source: &SourceId, restored: &detect::Restored) {
    if !restored.left_out.is_empty() {
        let (tenant, rules) = (&source.tenant, restored.left_out.join(", "));
        tracing::warn!(
            tenant,
            rules,
            "what rules remembered is left out: they are gone or mean something else now"
        );
    }
}
