//! What was kept of one batch, and how it is written.

use jiff::Timestamp;

use crate::batch::{Batch, Note, Position, Record, SourceId, Transport};
use crate::varint::{Bytes, put, put_bytes, put_signed};

/// What was kept of one batch: its new events, and what was said with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// How many frames lie before it.
    pub position: Position,
    /// Whose.
    pub source: SourceId,
    /// How its events came.
    pub transport: Transport,
    /// When, by the clock of the machine that received them.
    pub received: Timestamp,
    /// The events that were new.
    pub records: Vec<Record>,
    /// Those that were there already, by the minute in which they happened, in that order.
    pub repeats: Vec<Repeat>,
    /// What was learned with them.
    pub notes: Vec<Note>,
}

/// Events of one minute that came again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repeat {
    /// Minutes since 1970; `None` for events without a time.
    pub minute: Option<i64>,
    /// How many.
    pub count: u32,
}

impl Frame {
    /// The place behind it.
    pub fn end(&self) -> Position {
        Position(self.position.0 + 1)
    }
}

/// The minute of a time, since 1970.
pub(crate) fn minute(time: Timestamp) -> i64 {
    time.as_second().div_euclid(60)
}

/// Appends a frame. `is_new` tells of each record whether it is to be kept.
pub(crate) fn write(batch: &Batch, is_new: &[bool], notes: &[Vec<u8>], out: &mut Vec<u8>) {
    put_bytes(out, batch.source.provider.as_bytes());
    put_bytes(out, batch.source.tenant.as_bytes());
    out.push(code(batch.transport));
    put_time(out, batch.received);
    put(out, is_new.iter().filter(|&&is_new| is_new).count() as u64);
    for (record, _) in batch.records.iter().zip(is_new).filter(|(_, is_new)| **is_new) {
        put_bytes(out, record.id.as_bytes());
        out.push(u8::from(record.time.is_some()));
        if let Some(time) = record.time {
            put_time(out, time);
        }
        put_bytes(out, &record.bytes);
    }
    let repeats = repeats(batch, is_new);
    put(out, repeats.len() as u64);
    for repeat in repeats {
        out.push(u8::from(repeat.minute.is_some()));
        put_signed(out, repeat.minute.unwrap_or_default());
        put(out, u64::from(repeat.count));
    }
    put(out, notes.len() as u64);
    for note in notes {
        put_bytes(out, note);
    }
}

fn repeats(batch: &Batch, is_new: &[bool]) -> Vec<Repeat> {
    let again = batch.records.iter().zip(is_new).filter(|(_, is_new)| !**is_new);
    let mut minutes: Vec<_> = again.map(|(record, _)| record.time.map(minute)).collect();
    minutes.sort_unstable();
    let of_one_minute = minutes.chunk_by(|a, b| a == b);
    of_one_minute
        .filter_map(|chunk| Some(Repeat { minute: *chunk.first()?, count: chunk.len() as u32 }))
        .collect()
}

/// What bytes hold that begin as a frame.
pub(crate) enum Read {
    /// A frame.
    Known(Frame),
    /// One with a way or a note that this version does not know. What follows it can be read.
    Unknown,
}

/// Reads the next frame. `None` if the bytes are no frame, so that its end is unknown.
pub(crate) fn read(bytes: &mut Bytes<'_>, position: Position) -> Option<Read> {
    let provider = bytes.text()?.to_owned();
    let tenant = bytes.text()?.to_owned();
    let transport = transport(bytes.byte()?);
    let received = time(bytes)?;
    let records = (0..bytes.count()?).map(|_| record(bytes)).collect::<Option<_>>()?;
    let repeats = (0..bytes.count()?).map(|_| repeat(bytes)).collect::<Option<_>>()?;
    let notes = (0..bytes.count()?).map(|_| bytes.bytes()).collect::<Option<Vec<_>>>()?;
    let notes = notes.into_iter().map(|note| serde_json::from_slice(note).ok());
    let notes = notes.collect::<Option<Vec<_>>>();
    let source = SourceId { provider, tenant };
    let (Some(transport), Some(notes)) = (transport, notes) else { return Some(Read::Unknown) };
    Some(Read::Known(Frame { position, source, transport, received, records, repeats, notes }))
}

fn record(bytes: &mut Bytes<'_>) -> Option<Record> {
    let id = bytes.text()?.into();
    let time = match bytes.byte()? {
        0 => None,
        _ => Some(time(bytes)?),
    };
    Some(Record { id, time, bytes: bytes.bytes()?.into() })
}

fn repeat(bytes: &mut Bytes<'_>) -> Option<Repeat> {
    let has_minute = bytes.byte()? != 0;
    let minute = bytes.signed()?;
    Some(Repeat { minute: has_minute.then_some(minute), count: bytes.small()? })
}

fn put_time(out: &mut Vec<u8>, time: Timestamp) {
    put_signed(out, time.as_second());
    put_signed(out, i64::from(time.subsec_nanosecond()));
}

fn time(bytes: &mut Bytes<'_>) -> Option<Timestamp> {
    let second = bytes.signed()?;
    Timestamp::new(second, bytes.signed()?.try_into().ok()?).ok()
}

/// All ways, at the place of their code, which is for good.
const TRANSPORTS: [Transport; 7] = [
    Transport::Poll,
    Transport::Backfill,
    Transport::Sweep,
    Transport::Hook,
    Transport::EventBridge,
    Transport::Stream,
    Transport::Hec,
];

fn code(transport: Transport) -> u8 {
    TRANSPORTS.iter().position(|one| *one == transport).unwrap_or_default() as u8
}

fn transport(code: u8) -> Option<Transport> {
    TRANSPORTS.get(usize::from(code)).copied()
}
