//! What the loaded rules read of one event, as bytes: it waits, is sorted, spilled and remembered instead of the event.
//!
//! ```text
//!  u32 length of what follows | u8 flags | u8 product | u32 input | u64 line | i64 time in microseconds
//!  id | tenant | n fields (number, text) | n rules | n evidence (rule, field, text)
//! ```
//!
//! Numbers behind the fixed part are LEB128, texts have their length before them. Excerpts are made and read by the same
//! process, or come out of a snapshot whose checksum held; a reader of other bytes gets less, never a panic.

use std::sync::Arc;

use crate::bytes::{Reader, put_number, put_text};

/// The time of an event that does not say when it was.
pub(crate) const TIMELESS: i64 = i64::MIN;

/// The times that a log can hold, in microseconds: from 2000 to 2100. Whatever says otherwise is mistaken or forged, and one
/// event of 2999 would make every other late.
const USABLE: std::ops::Range<i64> = 946_684_800_000_000..4_102_444_800_000_000;

/// The time, or none if no log can hold it.
pub(crate) fn usable(time: i64) -> i64 {
    if USABLE.contains(&time) { time } else { TIMELESS }
}

/// Most characters of a text that are kept; longer ones keep their beginning and a hash of the whole.
const TEXT_MAX: usize = 256;

/// Values of one field that are kept of an event.
pub(crate) const VALUES_MAX: usize = 256;

/// Learned from, without raising findings.
const QUIET: u8 = 1;

const FLAGS: usize = 4;
const PRODUCT: usize = 5;
const INPUT: usize = 6;
const LINE: usize = 10;
const TIME: usize = 18;
const FIXED: usize = 26;

/// The number of a field that excerpts may hold.
pub(crate) type Slot = u16;

/// Writes excerpts one behind the other.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
    start: usize,
    fields: Vec<u8>,
    n_fields: u64,
    evidence: Vec<u8>,
    n_evidence: u64,
}

/// What every excerpt says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head<'h> {
    pub(crate) product: u8,
    pub(crate) line: u64,
    pub(crate) time: i64,
    pub(crate) id: &'h str,
    pub(crate) tenant: &'h str,
}

impl Writer {
    /// Adds a value of a field to the excerpt that is being made.
    pub(crate) fn field(&mut self, slot: Slot, text: &str) {
        put_number(&mut self.fields, u64::from(slot));
        put_short(&mut self.fields, text);
        self.n_fields += 1;
    }

    /// Adds what made a rule match.
    pub(crate) fn evidence(&mut self, rule: usize, field: &str, text: &str) {
        put_number(&mut self.evidence, rule as u64);
        put_text(&mut self.evidence, field);
        put_text(&mut self.evidence, text);
        self.n_evidence += 1;
    }

    /// Closes the excerpt.
    pub(crate) fn close(&mut self, head: Head<'_>, rules: &[usize]) {
        let Self { bytes, start, fields, n_fields, evidence, n_evidence } = self;
        *start = bytes.len();
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(&[0, head.product]);
        bytes.extend_from_slice(&0u32.to_le_bytes());
        bytes.extend_from_slice(&head.line.to_le_bytes());
        bytes.extend_from_slice(&head.time.to_le_bytes());
        put_short(bytes, head.id);
        put_short(bytes, head.tenant);
        put_number(bytes, *n_fields);
        bytes.append(fields);
        put_number(bytes, rules.len() as u64);
        for rule in rules {
            put_number(bytes, *rule as u64);
        }
        put_number(bytes, *n_evidence);
        bytes.append(evidence);
        (*n_fields, *n_evidence) = (0, 0);
        let len = u32::try_from(bytes.len() - *start - 4).unwrap_or(u32::MAX);
        if let Some(place) = bytes.get_mut(*start..*start + 4) {
            place.copy_from_slice(&len.to_le_bytes());
        }
    }

    /// Takes what was written.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// Takes room to write into, in place of its own.
    pub(crate) fn give(&mut self, room: Vec<u8>) {
        self.bytes = room;
    }

    /// Bytes written.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }
}

/// Writes a text, or its beginning and a hash of the whole.
fn put_short(out: &mut Vec<u8>, text: &str) {
    if text.len() <= TEXT_MAX {
        return put_text(out, text);
    }
    let end = (0..=TEXT_MAX).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
    let hash = crate::hash::of_text(text);
    put_text(out, &format!("{}… ({} bytes, {hash:016x})", &text[..end], text.len()));
}

/// Calls `each` with every excerpt of a row of them.
pub(crate) fn each(row: &[u8], each: &mut dyn FnMut(&[u8])) {
    let mut rest = row;
    while let Some((one, more)) = split(rest) {
        each(one);
        rest = more;
    }
}

/// The first excerpt, its length included, and what follows.
pub(crate) fn split(row: &[u8]) -> Option<(&[u8], &[u8])> {
    let len = u32::from_le_bytes(row.get(..4)?.try_into().ok()?) as usize;
    row.split_at_checked(len + 4).filter(|(one, _)| one.len() >= FIXED)
}

/// Puts every excerpt of a row on its line: they were counted from the start of a piece.
pub(crate) fn move_lines(row: &mut [u8], by: u64) {
    patch(row, &mut |one| {
        let line = number_at::<8>(one, LINE).map_or(0, u64::from_le_bytes);
        put_at(one, LINE, &(line + by).to_le_bytes());
    });
}

/// Says of every excerpt of a row which input it is from, and whether it only teaches.
pub(crate) fn mark(row: &mut [u8], input: u32, quiet: bool) {
    patch(row, &mut |one| {
        put_at(one, INPUT, &input.to_le_bytes());
        put_at(one, FLAGS, &[if quiet { QUIET } else { 0 }]);
    });
}

/// Takes the time from every excerpt of a row that has one after that.
pub(crate) fn drop_times_after(row: &mut [u8], latest: i64) {
    patch(row, &mut |one| {
        if time(one) > latest {
            put_at(one, TIME, &TIMELESS.to_le_bytes());
        }
    });
}

fn patch(row: &mut [u8], change: &mut dyn FnMut(&mut [u8])) {
    let mut start = 0;
    while let Some((one, _)) = row.get(start..).and_then(split) {
        let end = start + one.len();
        if let Some(one) = row.get_mut(start..end) {
            change(one);
        }
        start = end;
    }
}

fn number_at<const N: usize>(one: &[u8], at: usize) -> Option<[u8; N]> {
    one.get(at..at + N)?.try_into().ok()
}

fn put_at(one: &mut [u8], at: usize, bytes: &[u8]) {
    if let Some(place) = one.get_mut(at..at + bytes.len()) {
        place.copy_from_slice(bytes);
    }
}

/// The time of an excerpt.
pub(crate) fn time(one: &[u8]) -> i64 {
    number_at(one, TIME).map_or(TIMELESS, i64::from_le_bytes)
}

/// What tells an excerpt from others of its time: its id and all that follows. Where it was read is left out.
pub(crate) fn content(one: &[u8]) -> &[u8] {
    one.get(FIXED..).unwrap_or_default()
}

/// The id of the event.
pub(crate) fn id(one: &[u8]) -> Option<&str> {
    Reader::new(content(one)).text()
}

/// Whether the provider gave the event an id.
pub(crate) fn has_id(one: &[u8]) -> bool {
    id(one).is_some_and(|id| !id.starts_with(finding::HASHED_ID))
}

/// Whose event it is.
pub(crate) fn product(one: &[u8]) -> u8 {
    one.get(PRODUCT).copied().unwrap_or_default()
}

/// Whether bytes that may be anything are an excerpt with fields of so many numbers, as it is remembered or in full.
pub(crate) fn is_sound(one: &[u8], n_slots: usize) -> bool {
    let mut reader = Reader::new(content(one));
    let mut check = || {
        reader.text()?;
        reader.text()?;
        for _ in 0..reader.number()? {
            let slot = usize::try_from(reader.number()?).ok()?;
            reader.text().filter(|_| slot < n_slots)?;
        }
        if reader.rest().is_empty() {
            return Some(());
        }
        for _ in 0..reader.number()? {
            reader.number()?;
        }
        for _ in 0..reader.number()? {
            reader.number()?;
            reader.text()?;
            reader.text()?;
        }
        Some(())
    };
    check().is_some() && reader.rest().is_empty()
}

/// An excerpt as it is read.
#[derive(Debug, Default)]
pub(crate) struct Excerpt<'e> {
    pub(crate) quiet: bool,
    pub(crate) product: u8,
    pub(crate) input: u32,
    pub(crate) line: u64,
    pub(crate) time: i64,
    pub(crate) id: &'e str,
    pub(crate) tenant: &'e str,
    /// What it came from, for those who keep it.
    pub(crate) bytes: &'e [u8],
    /// The rules that match, in the order of the rules.
    pub(crate) rules: Vec<usize>,
    /// The first value of each field, by number; empty for none.
    firsts: Vec<&'e str>,
    /// Further values.
    more: Vec<(Slot, &'e str)>,
    evidence: Vec<(usize, &'e str, &'e str)>,
    /// Where its fields end.
    fields_end: usize,
}

impl<'e> Excerpt<'e> {
    /// Reads an excerpt.
    pub(crate) fn read(bytes: &'e [u8]) -> Self {
        let mut excerpt = Self::default();
        excerpt.fill(bytes, 0);
        excerpt
    }

    /// Reads an excerpt in place of another, with room for `n_slots` fields.
    pub(crate) fn fill(&mut self, bytes: &'e [u8], n_slots: usize) {
        self.rules.clear();
        self.firsts.clear();
        self.firsts.resize(n_slots, "");
        self.more.clear();
        self.evidence.clear();
        self.bytes = bytes;
        self.quiet = bytes.get(FLAGS).is_some_and(|flags| flags & QUIET != 0);
        self.product = product(bytes);
        self.input = number_at(bytes, INPUT).map_or(0, u32::from_le_bytes);
        self.line = number_at(bytes, LINE).map_or(0, u64::from_le_bytes);
        self.time = time(bytes);
        (self.id, self.tenant) = ("", "");
        let _ = self.body(&mut Reader::new(content(bytes)));
    }

    fn body(&mut self, reader: &mut Reader<'e>) -> Option<()> {
        self.id = reader.text()?;
        self.tenant = reader.text()?;
        for _ in 0..reader.number()? {
            let slot = Slot::try_from(reader.number()?).ok()?;
            let text = reader.text()?;
            let at = usize::from(slot);
            if self.firsts.len() <= at {
                self.firsts.resize(at + 1, "");
            }
            match self.firsts.get_mut(at) {
                Some(first) if first.is_empty() => *first = text,
                _ => self.more.push((slot, text)),
            }
        }
        self.fields_end = self.bytes.len() - reader.rest().len();
        for _ in 0..reader.number()? {
            self.rules.push(usize::try_from(reader.number()?).ok()?);
        }
        for _ in 0..reader.number()? {
            let rule = usize::try_from(reader.number()?).ok()?;
            self.evidence.push((rule, reader.text()?, reader.text()?));
        }
        Some(())
    }

    /// The first value of a field.
    pub(crate) fn first(&self, slot: Slot) -> Option<&'e str> {
        self.firsts.get(usize::from(slot)).copied().filter(|text| !text.is_empty())
    }

    /// Every value of a field.
    pub(crate) fn values(&self, slot: Slot) -> impl Iterator<Item = &'e str> {
        let more = self.more.iter().filter(move |(other, _)| *other == slot);
        self.first(slot).into_iter().chain(more.map(|(_, text)| *text))
    }

    /// Whether the field has several values.
    pub(crate) fn has_several(&self, slot: Slot) -> bool {
        self.more.iter().any(|(other, _)| *other == slot)
    }

    /// What made a rule match.
    pub(crate) fn evidence(&self, rule: usize) -> impl Iterator<Item = (&'e str, &'e str)> {
        let own = self.evidence.iter().filter(move |(of, _, _)| *of == rule);
        own.map(|(_, field, text)| (*field, *text))
    }

    /// The excerpt as it is remembered: without the rules that matched and why.
    pub(crate) fn kept(&self) -> Arc<[u8]> {
        let mut kept: Arc<[u8]> = self.bytes.get(..self.fields_end).unwrap_or_default().into();
        let len = u32::try_from(self.fields_end.saturating_sub(4)).unwrap_or(u32::MAX);
        // Nobody else has it yet.
        if let Some(bytes) = Arc::get_mut(&mut kept) {
            put_at(bytes, 0, &len.to_le_bytes());
            put_at(bytes, TIME, &self.time.to_le_bytes());
        }
        kept
    }

    /// The room that it took, for the next one.
    pub(crate) fn recycle(mut self) -> Excerpt<'static> {
        self.firsts.clear();
        self.more.clear();
        self.evidence.clear();
        // Collecting in place keeps the room.
        let firsts = self.firsts.into_iter().map(|_| "").collect();
        let more = self.more.into_iter().map(|(slot, _)| (slot, "")).collect();
        let evidence = self.evidence.into_iter().map(|(rule, _, _)| (rule, "", "")).collect();
        Excerpt { rules: self.rules, firsts, more, evidence, ..Excerpt::default() }
    }

    fn closed(&self, mut writer: Writer) -> Vec<u8> {
        writer.close(self.head(), &[]);
        let mut bytes = writer.take();
        mark(&mut bytes, self.input, self.quiet);
        bytes
    }

    /// What it says before its fields.
    pub(crate) fn head(&self) -> Head<'e> {
        let Self { product, line, time, id, tenant, .. } = *self;
        Head { product, line, time, id, tenant }
    }

    /// The same with other numbers for its fields; fields without one are left out.
    pub(crate) fn renumbered(&self, number: &dyn Fn(Slot) -> Option<Slot>) -> Vec<u8> {
        let mut writer = Writer::default();
        for (slot, text) in self.fields() {
            if let Some(slot) = number(slot) {
                writer.field(slot, text);
            }
        }
        self.closed(writer)
    }

    /// Every field with its values.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (Slot, &'e str)> {
        let firsts = self.firsts.iter().enumerate().filter(|(_, text)| !text.is_empty());
        let firsts = firsts.filter_map(|(slot, text)| Some((Slot::try_from(slot).ok()?, *text)));
        firsts.chain(self.more.iter().copied())
    }
}
