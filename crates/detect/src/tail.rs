//! The last events of a run, which the next one puts in order with its own: some of those may be a little older.
//!
//! ```text
//!  excerpts in the order of time ──▶ engine, up to the lateness before the newest ──▶ saved
//!                                └─▶ tail ──▶ engine once that is saved;  kept for the next run
//! ```
//!
//! The bytes of a tail: "keyward tail\n", names of rules and fields by number, what was told, excerpts, a hash.

use std::collections::VecDeque;
use std::time::Duration;

use finding::Finding;
use rustc_hash::FxHashMap;

use crate::bytes::{Reader, put_number, put_text};
use crate::detector::Detector;
use crate::engine::Engine;
use crate::excerpt::{self, Excerpt, Slot, TIMELESS, Writer};
use crate::hash::Hash;
use crate::order::Sorter;
use crate::program::micros;

/// How every tail begins. The hash that ends it makes its version one with that of the fingerprints.
const MAGIC: &[u8] = b"keyward tail\n";

/// A finding as far as a run has told it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Told {
    /// The finding's id.
    pub id: String,
    /// Its revision.
    pub revision: u32,
    /// How many events made it.
    pub event_count: u64,
    /// Its level, 0 for the least.
    pub level: u8,
}

/// The last excerpts of a run, in the order of time.
#[derive(Debug, Default)]
pub struct Tail {
    rows: VecDeque<Box<[u8]>>,
    n_bytes: usize,
    /// Times that an event was taken early because too much waited.
    n_pushed: u64,
}

impl Tail {
    /// Gives the engine what cannot be followed by older events any more, and holds the rest, at most about `most_bytes`.
    pub fn take(
        &mut self,
        one: &[u8],
        engine: &mut Engine,
        lateness: Duration,
        most_bytes: usize,
        out: &mut dyn FnMut(Finding),
    ) {
        let time = excerpt::time(one);
        if time == TIMELESS {
            return engine.take(one, out);
        }
        self.rows.push_back(one.into());
        self.n_bytes += one.len();
        let watermark = time.saturating_sub(micros(lateness));
        while let Some(first) = self.rows.front() {
            let is_over = excerpt::time(first) < watermark;
            if !is_over && self.n_bytes <= most_bytes {
                break;
            }
            self.n_pushed += u64::from(!is_over);
            if let Some(first) = self.rows.pop_front() {
                self.n_bytes -= first.len();
                engine.take(&first, out);
            }
        }
    }

    /// Lets time pass for the engine up to where the tail begins: what comes before that later on is late.
    pub fn settle(&self, engine: &mut Engine, lateness: Duration, out: &mut dyn FnMut(Finding)) {
        if let Some(last) = self.rows.back() {
            engine.advance(excerpt::time(last).saturating_sub(micros(lateness)), out);
        }
    }

    /// Gives the engine everything that is held.
    pub fn finish(&self, engine: &mut Engine, out: &mut dyn FnMut(Finding)) {
        self.rows.iter().for_each(|one| engine.take(one, out));
    }

    /// How many events were taken early because too much waited.
    pub fn n_pushed(&self) -> u64 {
        self.n_pushed
    }

    /// What is held and what was told, as bytes for the next run.
    pub fn save(&self, detector: &Detector, told: &[Told]) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        put_names(&mut bytes, detector);
        put_number(&mut bytes, told.len() as u64);
        for one in told {
            put_text(&mut bytes, &one.id);
            put_number(&mut bytes, u64::from(one.revision));
            put_number(&mut bytes, one.event_count);
            bytes.push(one.level);
        }
        put_number(&mut bytes, self.rows.len() as u64);
        self.rows.iter().for_each(|one| bytes.extend_from_slice(one));
        let hash = Hash::new(5).bytes(&bytes).get();
        bytes.extend_from_slice(&hash.to_le_bytes());
        bytes
    }

    /// Adds what a tail held to a sorter, with the numbers that rules and fields have now. Returns what was told. `None`,
    /// and nothing is added, if the bytes are no tail or were damaged.
    pub fn restore(
        bytes: &[u8],
        detector: &Detector,
        sorter: &mut Sorter<'_>,
    ) -> Option<Vec<Told>> {
        let (sealed, seal) = bytes.split_last_chunk()?;
        if Hash::new(5).bytes(sealed).get() != u64::from_le_bytes(*seal) {
            return None;
        }
        let mut reader = Reader::new(sealed.strip_prefix(MAGIC)?);
        let Numbers { watches, slots, is_same } = numbers(&mut reader, detector)?;
        let told = (0..reader.number()?).map(|_| told(&mut reader)).collect::<Option<Vec<_>>>()?;
        let n_rows = reader.number()?;
        let (mut live, mut quiet) = (Vec::new(), Vec::new());
        let mut rest = reader.rest();
        for _ in 0..n_rows {
            let (one, more) = excerpt::split(rest)?;
            let excerpt = Excerpt::read(one);
            let row = if excerpt.quiet { &mut quiet } else { &mut live };
            if is_same {
                // Byte for byte, so that an event that is read again is known to be the same.
                row.extend_from_slice(one);
            } else {
                row.extend_from_slice(&translated(&excerpt, &watches, &slots));
            }
            rest = more;
        }
        // No input has that number, so that findings name no place for these.
        sorter.add(&live, u32::MAX, false).ok()?;
        sorter.add(&quiet, u32::MAX, true).ok()?;
        rest.is_empty().then_some(told)
    }
}

/// Writes the names of rules and fields by their numbers.
pub(crate) fn put_names(out: &mut Vec<u8>, detector: &Detector) {
    let watches = detector.watches();
    put_number(out, watches.len() as u64);
    for watch in watches {
        put_text(out, &watch.rule.id);
    }
    let slots = &detector.program().slots;
    put_number(out, slots.len() as u64);
    for asked in slots {
        put_text(out, &asked.name);
    }
}

/// The numbers that rules and fields have now, by those that they had.
pub(crate) struct Numbers {
    pub(crate) watches: Vec<Option<usize>>,
    pub(crate) slots: Vec<Option<usize>>,
    /// They have the same.
    pub(crate) is_same: bool,
}

/// Reads what [`put_names`] wrote.
pub(crate) fn numbers(reader: &mut Reader<'_>, detector: &Detector) -> Option<Numbers> {
    let watches = detector.watches().iter().map(|watch| &*watch.rule.id);
    let watches = numbers_of(reader, watches)?;
    let slots = &detector.program().slots;
    let n_slots = slots.len();
    let slots = numbers_of(reader, slots.iter().map(|asked| &*asked.name))?;
    let is_same = is_unchanged(&watches, detector.watches().len()) && is_unchanged(&slots, n_slots);
    Some(Numbers { watches, slots, is_same })
}

/// The number that each name of a list has now, if it is still there.
fn numbers_of<'n>(
    reader: &mut Reader<'_>,
    names: impl Iterator<Item = &'n str>,
) -> Option<Vec<Option<usize>>> {
    let now: FxHashMap<&str, usize> = names.enumerate().map(|(at, name)| (name, at)).collect();
    (0..reader.number()?).map(|_| Some(now.get(reader.text()?).copied())).collect()
}

fn is_unchanged(numbers: &[Option<usize>], n_now: usize) -> bool {
    numbers.len() == n_now && numbers.iter().enumerate().all(|(old, now)| *now == Some(old))
}

fn told(reader: &mut Reader<'_>) -> Option<Told> {
    Some(Told {
        id: reader.text()?.to_owned(),
        revision: u32::try_from(reader.number()?).ok()?,
        event_count: reader.number()?,
        level: reader.byte()?,
    })
}

/// An excerpt with other numbers; rules and fields that are gone are left out.
pub(crate) fn translated(
    excerpt: &Excerpt<'_>,
    watches: &[Option<usize>],
    slots: &[Option<usize>],
) -> Vec<u8> {
    let watch = |old: usize| watches.get(old).copied().flatten();
    let mut writer = Writer::default();
    for (slot, text) in excerpt.fields() {
        let slot = slots.get(usize::from(slot)).copied().flatten();
        if let Some(slot) = slot.and_then(|slot| Slot::try_from(slot).ok()) {
            writer.field(slot, text);
        }
    }
    for &old in &excerpt.rules {
        let Some(rule) = watch(old) else { continue };
        excerpt.evidence(old).for_each(|(field, text)| writer.evidence(rule, field, text));
    }
    let mut rules: Vec<usize> = excerpt.rules.iter().filter_map(|rule| watch(*rule)).collect();
    rules.sort_unstable();
    writer.close(excerpt.head(), &rules);
    writer.take()
}
