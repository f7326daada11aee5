//! Bodies of Okta's event hooks, made from a corpus by writing new ids and times over the old ones.

use anyhow::{Context, Result};
use jiff::Timestamp;

use crate::corpus::{self, KeyOrder, write_corpus};
use crate::repository;

/// Events that are sent over and over, each time as others.
const N_LINES: usize = 40_000;

/// One in so many events is one that a rule reports.
const PLANT_EVERY: u64 = 500;

const HEAD: &[u8] = br#"{"eventType":"com.okta.event_hook","eventTypeVersion":"1.0","cloudEventsVersion":"0.1","source":"https://acme.okta.com/api/v1/eventHooks/who1","eventId":"b5a188b9-5ece-4636-b041-482ffda96311","data":{"events":["#;
const TAIL: &[u8] = b"]}}";

/// What is sent.
pub(crate) struct Traffic {
    lines: Vec<Line>,
    planted: Line,
}

/// One event, and where in it its id and its time stand.
struct Line {
    bytes: Vec<u8>,
    id: usize,
    time: usize,
}

impl Line {
    fn new(bytes: &[u8]) -> Result<Self> {
        let at = |key: &[u8]| memchr::memmem::find(bytes, key).map(|at| at + key.len());
        let id = at(br#""uuid":""#).context("an event without an id")?;
        let time = at(br#""published":""#).context("an event without a time")?;
        Ok(Self { bytes: bytes.to_vec(), id, time })
    }
}

impl Traffic {
    pub(crate) fn new() -> Result<Self> {
        let mut text = Vec::new();
        write_corpus(&mut text, N_LINES, corpus::SEED, KeyOrder::Api)?;
        let lines = text.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
        let lines = lines.map(Line::new).collect::<Result<_>>()?;
        let path = repository::root().join("rules/samples/okta/system.api_token.create.json");
        let sample: serde_json::Value = serde_json::from_slice(&std::fs::read(path)?)?;
        Ok(Self { lines, planted: Line::new(sample.to_string().as_bytes())? })
    }

    /// Writes a body with events of these numbers. The ids of those that a rule reports are given to `plant`.
    pub(crate) fn body(
        &self,
        numbers: std::ops::Range<u64>,
        body: &mut Vec<u8>,
        mut plant: impl FnMut(String),
    ) {
        body.clear();
        body.extend_from_slice(HEAD);
        let now = format!("{:.3}", Timestamp::now());
        for (nth, number) in numbers.enumerate() {
            if nth > 0 {
                body.push(b',');
            }
            let is_planted = number % PLANT_EVERY == PLANT_EVERY / 2;
            let line = if is_planted {
                &self.planted
            } else {
                &self.lines[(number % self.lines.len() as u64) as usize]
            };
            let at = body.len();
            body.extend_from_slice(&line.bytes);
            let id = id(number);
            body[at + line.id..][..id.len()].copy_from_slice(id.as_bytes());
            body[at + line.time..][..now.len()].copy_from_slice(now.as_bytes());
            if is_planted {
                plant(id);
            }
        }
        body.extend_from_slice(TAIL);
    }
}

/// An id of its own for each number, in the form of a UUID.
fn id(number: u64) -> String {
    format!("{:08x}-0000-11f1-8000-{number:012x}", number & 0xffff_ffff)
}
