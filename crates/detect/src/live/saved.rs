//! Detection of arriving events as bytes, to go on at another time or with other rules.
//!
//! ```text
//!  "keyward live\n" | u32 version | watermark, clock, record, counts | engine | engine | rules, fields | waiting | provisional | u64 hash
//! ```
//!
//! Rules and fields are known by their names, as in the snapshots of engines, which stand in it whole.

use std::sync::Arc;
use std::time::Duration;

use finding::{Evidence, Finding, Fingerprint, Kind, Level, Occurrence, State, Subject};
use jiff::Timestamp;
use rustc_hash::FxHashMap;

use super::Live;
use super::open::{At, Provisional};
use crate::bytes::Reader;
use crate::detector::Detector;
use crate::engine::{Admins, Emit, Engine, Settings};
use crate::excerpt;
use crate::pack::{Loading, Pack, Print, Saving, small};
use crate::sealed::Form;
use crate::snapshot::{Restored, SnapshotError};
use crate::tail::{Numbers, numbers, put_names, translated};

/// The version of the format. The engines in it have their own.
const VERSION: u32 = 2;

/// What stands around it.
const FORM: Form = Form { magic: b"keyward live\n", version: VERSION, salt: 7 };

impl Live {
    /// Everything, as bytes. Equal states are equal bytes.
    pub fn save(&self) -> Vec<u8> {
        let mut saving = Saving::default();
        FORM.begin(&mut saving.out);
        self.watermark.put(&mut saving);
        self.clock.put(&mut saving);
        self.has_record.put(&mut saving);
        saving.number(self.n_pushed);
        saving.number(self.open.n_unfollowed());
        for engine in [&self.settled, &self.fresh] {
            let snapshot = engine.save();
            saving.len(snapshot.len());
            saving.out.extend_from_slice(&snapshot);
        }
        put_names(&mut saving.out, &self.detector);
        saving.len(self.waiting.len());
        self.waiting.iter().for_each(|one| saving.out.extend_from_slice(one));
        self.put_open(&mut saving);
        FORM.seal(&mut saving.out);
        saving.out
    }

    /// Goes on where another left off, maybe with other rules: what they remembered is kept as far as they mean the same.
    ///
    /// A rule that is new sees nothing of the events that wait.
    ///
    /// # Errors
    /// When the bytes are nothing that was saved by this version, or were damaged.
    pub fn restore(
        detector: &Arc<Detector>,
        settings: &Settings,
        lateness: Duration,
        most_bytes: usize,
        bytes: &[u8],
    ) -> Result<(Self, Restored), SnapshotError> {
        let body = FORM.open(bytes)?;
        let mut loading = Loading { reader: Reader::new(body), events: Vec::new() };
        let mut live = Self::new(detector, settings, lateness, most_bytes);
        live.get(&mut loading, settings)?.ok_or(SnapshotError::Damaged).map(|it| (live, it))
    }

    /// Goes on with other rules or lists and keeps what is remembered.
    ///
    /// # Errors
    /// Never, unless memory is damaged; what was there before is in use then.
    pub fn reload(
        &mut self,
        detector: &Arc<Detector>,
        admins: Admins,
    ) -> Result<Restored, SnapshotError> {
        let settings = Settings { admins, ..self.settled.settings.clone() };
        let lateness = Duration::from_micros(self.lateness.unsigned_abs());
        let saved = self.save();
        let (live, restored) =
            Self::restore(detector, &settings, lateness, self.most_bytes, &saved)?;
        *self = live;
        Ok(restored)
    }

    fn get(
        &mut self,
        loading: &mut Loading<'_>,
        settings: &Settings,
    ) -> Result<Option<Restored>, SnapshotError> {
        let Some(()) = self.get_counts(loading) else { return Ok(None) };
        let mut engine = |emit| -> Result<_, SnapshotError> {
            let Some(snapshot) = loading.len().and_then(|len| loading.reader.bytes(len)) else {
                return Err(SnapshotError::Damaged);
            };
            let detector = Arc::clone(&self.detector);
            let (engine, restored) = Engine::restore(detector, settings.clone(), snapshot)?;
            Ok((engine.emitting(emit), restored))
        };
        let (settled, restored) = engine(Emit::Settling)?;
        let (fresh, _) = engine(Emit::Arriving)?;
        (self.settled, self.fresh) = (settled, fresh);
        self.fresh.expect_from(self.watermark);
        Ok(self.get_events(loading).map(|()| restored))
    }

    fn get_counts(&mut self, loading: &mut Loading<'_>) -> Option<()> {
        (self.watermark, self.clock) = (i64::get(loading)?, i64::get(loading)?);
        self.has_record = bool::get(loading)?;
        self.n_pushed = loading.number()?;
        self.open.set_unfollowed(loading.number()?);
        Some(())
    }

    fn get_events(&mut self, loading: &mut Loading<'_>) -> Option<()> {
        let detector = Arc::clone(&self.detector);
        let Numbers { watches, slots, is_same } = numbers(&mut loading.reader, &detector)?;
        for _ in 0..loading.number()? {
            let (one, rest) = excerpt::split(loading.reader.rest())?;
            loading.reader = Reader::new(rest);
            let time = excerpt::time(one);
            if is_same {
                self.waiting.add(time, one);
            } else {
                let one = translated(&excerpt::Excerpt::read(one), &watches, &slots);
                self.waiting.add(time, &one);
            }
        }
        self.get_open(loading)?;
        loading.reader.rest().is_empty().then_some(())
    }

    fn put_open(&self, saving: &mut Saving) {
        let nodes = &self.detector.program().nodes;
        saving.len(self.open.len());
        for one in self.open.iter() {
            let node = one.episode.and_then(|(node, _)| nodes.get(usize::from(node)));
            node.map(|node| Print(node.fingerprint)).put(saving);
            let (_, key) = one.episode.unwrap_or_default();
            Print(key).put(saving);
            for time in [one.end, one.span.0, one.span.1] {
                time.put(saving);
            }
            one.is_known.put(saving);
            one.finding.put(saving);
        }
    }

    fn get_open(&mut self, loading: &mut Loading<'_>) -> Option<()> {
        let nodes = &self.detector.program().nodes;
        let known: FxHashMap<u64, u16> =
            (0u16..).zip(nodes).map(|(number, node)| (node.fingerprint, number)).collect();
        for _ in 0..loading.len()? {
            let node = Option::<Print>::get(loading)?;
            let Print(key) = Print::get(loading)?;
            // Of a rule that is gone nothing will settle, so that its findings are taken back in time.
            let at = |Print(node)| -> At { (known.get(&node).copied().unwrap_or(u16::MAX), key) };
            let end = i64::get(loading)?;
            let span = (i64::get(loading)?, i64::get(loading)?);
            let (is_known, finding) = (bool::get(loading)?, Finding::get(loading)?);
            let episode = node.map(at);
            self.open.add(Provisional { finding, episode, end, span, is_known });
        }
        Some(())
    }
}

/// A provisional finding of a rule. Of other findings some of what they say would be lost.
impl Pack for Finding {
    fn put(&self, saving: &mut Saving) {
        let Self { rule, subject, .. } = self;
        for text in [&rule.id, &rule.name, &rule.title] {
            text.put(saving);
        }
        rule.status.put(saving);
        saving.all(rule.attack.len(), rule.attack.iter());
        self.id.as_str().to_owned().put(saving);
        self.case.as_str().to_owned().put(saving);
        saving.number(self.level as u64);
        for time in [self.time, self.first, self.last] {
            time.map(Timestamp::as_microsecond).put(saving);
        }
        let Subject { user, user_id, target, ip, session, token, client, device } = subject;
        let about = [user, user_id, target, ip, session, token, client, device];
        for text in about.into_iter().chain([&self.provider, &self.tenant]) {
            text.put(saving);
        }
        saving.number(u64::from(self.revision));
        saving.number(self.event_count);
        saving.all(self.events.len(), self.events.iter());
        let fields: Vec<_> = self.evidence.iter().collect();
        saving.len(fields.len());
        for (field, values) in fields {
            field.to_owned().put(saving);
            saving.all(values.len(), values.iter());
        }
    }

    fn get(loading: &mut Loading<'_>) -> Option<Self> {
        let mut text = || String::get(loading);
        let (id, name, title) = (text()?, text()?, text()?);
        let (status, attack) = (Option::get(loading)?, loading.all()?);
        let rule = Arc::new(finding::Rule { id, name, title, status, attack });
        let id = Fingerprint::parse(&String::get(loading)?)?;
        let case = Fingerprint::parse(&String::get(loading)?)?;
        let level = *Level::ALL.get(small::<usize>(loading)?)?;
        let mut time = || -> Option<Option<Timestamp>> {
            let time = Option::<i64>::get(loading)?;
            Some(time.and_then(|time| Timestamp::from_microsecond(time).ok()))
        };
        let (begin, first, last) = (time()?, time()?, time()?);
        let mut text = || Option::<String>::get(loading);
        let subject = Subject {
            user: text()?,
            user_id: text()?,
            target: text()?,
            ip: text()?,
            session: text()?,
            token: text()?,
            client: text()?,
            device: text()?,
        };
        let (provider, tenant) = (text()?, text()?);
        let (revision, event_count) = (small(loading)?, loading.number()?);
        let events = loading.all()?;
        let mut fields = Vec::new();
        for _ in 0..loading.len()? {
            fields.push((String::get(loading)?, loading.all()?));
        }
        let evidence = Evidence::as_shown(fields);
        let occurrence = Occurrence { time: begin, provider, evidence, ..Occurrence::default() };
        Some(Self {
            id,
            kind: Kind::Detection,
            case,
            tenant,
            state: State::Provisional,
            subject,
            revision,
            first,
            last,
            event_count,
            events,
            ..Self::of_event(rule, level, occurrence)
        })
    }
}
