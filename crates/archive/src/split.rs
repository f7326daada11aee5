//! From what was received to events, whatever is around them.

use std::borrow::Cow;

use catalog::Product;
use event::{End, Event, Form, Framer, Place, Sink};

use crate::batch::{Note, Record, Rejected};

/// Of something that could not be read, so much is kept, in bytes.
const KEPT_BYTES: usize = 64 << 10;

/// Of all in one body together so much is kept, in bytes: six times that, as JSON, must fit into a batch beside events.
const KEPT_IN_ALL: usize = 6 << 20;

/// So many in one body are told one by one; the rest is told together.
const MOST_REJECTED: usize = 1000;

/// What was received, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Split {
    /// The events, in the order in which they stood there.
    pub records: Vec<Record>,
    /// What is none; as [`Note::Rejected`] it can be kept beside them. The last may stand for many, and reach to the end of the body.
    pub rejected: Vec<Rejected>,
    /// How many of the events are not of the product that was expected: of another, or of none that is known.
    pub foreign: u64,
}

impl Split {
    /// How many things could not be read.
    pub fn n_rejected(&self) -> u64 {
        self.rejected.iter().map(|one| one.count).sum()
    }

    /// What could not be read, as notes.
    pub fn notes(&self) -> Vec<Note> {
        self.rejected.iter().cloned().map(Note::Rejected).collect()
    }
}

/// Takes a body apart: an array, lines, a page of Auth0's log, an event hook's, `EventBridge`'s or a log stream's envelope, posts of
/// Splunk's collector. Events are as they were written, on one line; records of Auth0's Management API get the `log_id` and `data`
/// that its streams put around them.
pub fn split(body: &[u8], provider: Option<Product>) -> Split {
    let mut desk = Desk { body, provider, split: Split::default(), places: Vec::new() };
    let mut framer = Framer::new(Form::recognize(body));
    framer.feed(body, End::Here, &mut desk);
    desk.finish()
}

/// Takes what the framer finds.
struct Desk<'b> {
    body: &'b [u8],
    provider: Option<Product>,
    split: Split,
    /// Where things begin in the body.
    places: Vec<u64>,
}

impl Sink for Desk<'_> {
    fn event(&mut self, event: Event<'_>, place: Place) {
        self.places.push(place.offset);
        let is_foreign = self.provider.is_some() && event.product() != self.provider;
        self.split.foreign += u64::from(is_foreign);
        self.split.records.push(record(&event));
    }

    fn rejected(&mut self, rejected: event::Rejected) {
        let (offset, why) = (rejected.place.offset, rejected.why.to_string());
        let is_full = self.split.rejected.len() > MOST_REJECTED;
        let same = self.split.rejected.last_mut();
        // Of one record several things may be wrong.
        if let Some(last) = same.filter(|it| is_full || (it.offset, &it.why) == (offset, &why)) {
            last.count += 1;
            return;
        }
        self.places.push(offset);
        self.split.rejected.push(Rejected { offset, why, count: 1, bytes: 0, text: String::new() });
    }
}

impl Desk<'_> {
    /// What could not be read reaches to where the next thing begins.
    fn finish(mut self) -> Split {
        self.places.sort_unstable();
        let mut left = KEPT_IN_ALL;
        for (number, one) in self.split.rejected.iter_mut().enumerate() {
            let behind = self.places.partition_point(|place| *place <= one.offset);
            let next = self.places.get(behind).filter(|_| number < MOST_REJECTED).copied();
            let end = next.unwrap_or(self.body.len() as u64);
            let bytes = self.body.get(one.offset as usize..end as usize).unwrap_or_default();
            one.bytes = bytes.len() as u64;
            let kept = &bytes[..bytes.len().min(KEPT_BYTES).min(left)];
            left -= kept.len();
            one.text = String::from_utf8_lossy(kept).into_owned();
        }
        self.split
    }
}

fn record(event: &Event<'_>) -> Record {
    let text = on_one_line(event.text());
    let id = event.id();
    let bytes = match &id {
        Some(id) if is_bare_auth0(event) => wrap(id, &text).into(),
        _ => text.as_bytes().into(),
    };
    let id = id.unwrap_or_else(|| finding::event_id(text.as_bytes()));
    Record { id: id.into(), time: event.time(), bytes }
}

/// A record as Auth0's Management API returns it, without what its streams put around it.
fn is_bare_auth0(event: &Event<'_>) -> bool {
    let is_data = |member: Result<event::Member<'_>, _>| member.is_ok_and(|one| one.key == "data");
    event.product() == Some(Product::Auth0) && !event.root().members().any(is_data)
}

fn wrap(id: &str, text: &str) -> Vec<u8> {
    let mut bytes = b"{\"log_id\":".to_vec();
    // An id is text; writing text as JSON into memory cannot fail.
    bytes.extend_from_slice(serde_json::Value::from(id).to_string().as_bytes());
    bytes.extend_from_slice(b",\"data\":");
    bytes.extend_from_slice(text.as_bytes());
    bytes.push(b'}');
    bytes
}

/// Line breaks mean nothing between the tokens of JSON, and cannot stand in its strings.
fn on_one_line(text: &str) -> Cow<'_, str> {
    if memchr::memchr2(b'\n', b'\r', text.as_bytes()).is_some() {
        // A carriage return may stand alone.
        let lines = text.lines().flat_map(|line| line.split('\r'));
        Cow::Owned(lines.map(str::trim).collect::<Vec<_>>().join(" "))
    } else {
        Cow::Borrowed(text)
    }
}
