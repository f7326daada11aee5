//! What goes into the intake in one piece, and what is said of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Whose log: a provider, and the tenant's name in the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SourceId {
    /// `okta` or `auth0`.
    pub provider: String,
    /// The name of the tenant.
    pub tenant: String,
}

/// The way by which an event came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    /// Pages of the log in the order in which it was written: the record.
    Poll,
    /// Bounded queries over times past.
    Backfill,
    /// Bounded queries, or a second pass, that look for what the record lacks.
    Sweep,
    /// Okta's event hooks.
    Hook,
    /// Amazon `EventBridge`, over HTTPS.
    EventBridge,
    /// Auth0's log streams.
    Stream,
    /// Posts in the form of Splunk's HTTP Event Collector.
    Hec,
}

/// One event as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The provider's id of the event, or a hash of its bytes if it has none.
    pub id: Box<str>,
    /// When it happened; `None` if the event does not say so in a way that can be used.
    pub time: Option<Timestamp>,
    /// The event, without envelopes: JSON on one line.
    pub bytes: Box<[u8]>,
}

/// What a record takes beside its bytes and its id.
const RECORD_BYTES: usize = 64;

impl Record {
    /// What it takes in a batch, in bytes, about.
    pub fn size(&self) -> usize {
        self.bytes.len() + self.id.len() + RECORD_BYTES
    }
}

/// What is known of a source beside its events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "note")]
pub enum Note {
    /// Where a collector goes on. It counts once everything before it is kept.
    Cursor {
        /// Whose: `poll`, or the name of a job.
        of: String,
        /// The provider's own, opaque.
        text: String,
    },
    /// The log was read to its end.
    CaughtUp {
        /// When that was asked, by the provider's clock.
        at: Timestamp,
    },
    /// A stretch of time was asked for again.
    Swept(Sweep),
    /// Something came that could not be read as an event. It is kept as it came.
    Rejected(Rejected),
    /// Events of a stretch of time may be lost.
    Gap {
        /// Its beginning.
        from: Timestamp,
        /// Its end.
        until: Timestamp,
        /// Why, for people.
        why: String,
    },
}

/// What came and could not be read as an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// Where it began in what was received, in bytes.
    pub offset: u64,
    /// Why it could not be read.
    pub why: String,
    /// How many there were: 1, or more of one record, or those at the end of a body, which are told together.
    #[serde(default = "one")]
    pub count: u64,
    /// Its length in bytes.
    pub bytes: u64,
    /// Its beginning, with U+FFFD for what is not UTF-8.
    pub text: String,
}

fn one() -> u64 {
    1
}

/// What a second look at a stretch of time found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sweep {
    /// From when, inclusive.
    pub from: Timestamp,
    /// Until when, exclusive.
    pub until: Timestamp,
    /// When that was asked, by the provider's clock.
    pub asked: Timestamp,
    /// How many events the answer held.
    pub seen: u64,
    /// How many of them the intake lacked.
    pub missing: u64,
    /// Whether the answer came to its end. One that did not proves nothing.
    pub is_complete: bool,
}

/// Events and notes that are kept together or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Whose.
    pub source: SourceId,
    /// How they came.
    pub transport: Transport,
    /// When, by the clock of this machine.
    pub received: Timestamp,
    /// The events.
    pub records: Vec<Record>,
    /// What was learned with them; it holds once they are kept.
    pub notes: Vec<Note>,
}

/// A place in the intake: how many batches lie before it.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
pub struct Position(pub u64);

/// What became of a batch that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// The place behind it.
    pub position: Position,
    /// Events that were new.
    pub added: u32,
    /// Events that were there already.
    pub repeated: u32,
}
