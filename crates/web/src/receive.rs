//! A post: who, what, and an answer once it is on the disk.

use std::sync::Arc;

use archive::{Batch, SourceId, Split};
use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method, Request, StatusCode};
use serde_json::{Map, Value, json};
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout_at};

use crate::answer::{Answer, Outcome, fault, json as json_answer, wants};
use crate::body::{Packed, Taken};
use crate::connection::Guest;
use crate::desk::Desk;
use crate::hec;
use crate::routes::{Door, Mount};
use crate::settings::Kind;

/// Bytes of a challenge, at most.
const MAX_CHALLENGE: usize = 1 << 10;

/// What was found in a body, and the room that it takes until it is written.
struct Found {
    split: Split,
    n_bytes: usize,
    room: Taken,
}

impl Desk {
    /// Takes a post, or answers Okta's verification of a hook.
    pub(crate) async fn receive(
        &self,
        mount: &Mount,
        request: Request<Incoming>,
        guest: &Guest,
    ) -> Answer {
        let begun = Instant::now();
        let (parts, body) = request.into_parts();
        match (mount.kind, &parts.method) {
            (_, &Method::POST) | (Kind::EventBridge, &Method::PUT) => {}
            (Kind::Hook, &Method::GET) => return verification(&parts.headers),
            (Kind::Hook, _) => return wants("GET, POST"),
            (Kind::EventBridge, _) => return wants("POST, PUT"),
            _ => return wants("POST"),
        }
        let by = begun + mount.kind.deadline();
        let (outcome, door) = match mount.enter(&parts.headers) {
            Ok(door) => {
                guest.show_secret();
                let taken = self.take(mount, door, &parts.headers, body);
                let ended = timeout_at(by, taken).await.unwrap_or(Err(Outcome::Late));
                (ended.err().unwrap_or(Outcome::Kept), Some(door))
            }
            Err(outcome) => (outcome, None),
        };
        self.meters.ended(&mount.path, outcome, begun.elapsed());
        self.tell(mount, door, outcome, guest);
        let ack = door.filter(|_| outcome == Outcome::Kept).and_then(|door| ack(door, &parts));
        outcome.answer(mount.kind, ack)
    }

    /// From the body to the disk.
    async fn take(
        &self,
        mount: &Mount,
        door: &Door,
        headers: &HeaderMap,
        body: Incoming,
    ) -> Result<(), Outcome> {
        if !door.rate.take() {
            return Err(Outcome::Busy);
        }
        let found = self.find(self.room.read(headers, body).await?, &door.source).await?;
        let Found { split, n_bytes, room } = found;
        self.meters.read(&mount.path, n_bytes, &split);
        if let Some(count) = door.foreign.count(split.foreign) {
            let (path, tenant) = (mount.path.as_str(), door.source.tenant.as_str());
            tracing::warn!(
                path,
                tenant,
                count,
                "events of another provider than the tenant's came, and were kept"
            );
        }
        let batch = Batch {
            source: door.source.clone(),
            transport: mount.kind.transport(),
            received: (self.clock)(),
            // What cannot be read is kept as well, as it is.
            notes: split.notes(),
            records: split.records,
        };
        if !batch.records.is_empty() || !batch.notes.is_empty() {
            self.write(batch, room).await?;
        }
        // What is kept aside is kept: a sender that were refused would send the same again for days.
        Ok(())
    }

    /// Unpacks a body and finds its events, where others need not wait for that.
    async fn find(&self, packed: Packed, source: &SourceId) -> Result<Found, Outcome> {
        let is_long = packed.is_long();
        let (room, keep, source) = (self.room.clone(), Arc::clone(&self.keep), source.clone());
        let work = move || {
            let (bytes, room) = room.open(packed)?;
            if bytes.trim_ascii().is_empty() {
                return Err(Outcome::NoData);
            }
            Ok(Found { split: keep.split(&bytes, &source), n_bytes: bytes.len(), room })
        };
        if !is_long {
            return work();
        }
        spawn_blocking(work).await.map_err(|_| Outcome::Failed)?
    }

    /// Ready when the batch is on the disk. Its room is given back then, even if nobody waits any more.
    async fn write(&self, batch: Batch, room: Taken) -> Result<(), Outcome> {
        let (tell, told) = oneshot::channel();
        let done = move |result: Result<_, archive::Error>| {
            drop(room);
            let _ = tell.send(result.map(drop));
        };
        self.keep.keep(batch, Box::new(done));
        match told.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(archive::Error::Busy)) => Err(Outcome::Busy),
            // The same post would be refused for ever.
            Ok(Err(archive::Error::TooLarge { .. })) => Err(Outcome::TooLarge),
            Ok(Err(err)) => {
                if self.hush.take() {
                    tracing::error!("a post could not be written: {err}");
                }
                Err(Outcome::Failed)
            }
            Err(_) => Err(Outcome::Failed),
        }
    }

    /// One line for what an operator should know of. What was refused for its secret names the address, never the secret.
    fn tell(&self, mount: &Mount, door: Option<&Door>, outcome: Outcome, guest: &Guest) {
        let path = mount.path.as_str();
        let tenant = door.map(|door| door.source.tenant.as_str());
        match outcome {
            Outcome::Kept | Outcome::Failed => {}
            Outcome::Nameless | Outcome::WrongSecret => {
                if self.hush.take() {
                    tracing::warn!(path, peer = %guest.peer, "a post was refused: {}", outcome.words());
                }
            }
            _ => {
                if self.hush.take() {
                    tracing::warn!(path, tenant, "a post was not kept: {}", outcome.words());
                }
            }
        }
    }

    /// Says which numbers of a channel are on the disk.
    pub(crate) async fn acks(
        &self,
        mount: &Mount,
        request: Request<Incoming>,
        guest: &Guest,
    ) -> Answer {
        let (parts, body) = request.into_parts();
        if parts.method != Method::POST {
            return wants("POST");
        }
        let door = match mount.enter(&parts.headers) {
            Ok(door) => door,
            Err(outcome) => return outcome.answer(Kind::Hec, None),
        };
        guest.show_secret();
        let Some(channel) = hec::channel(&parts.headers, parts.uri.query()) else {
            return hec::no_channel();
        };
        let by = Instant::now() + Kind::Hec.deadline();
        let read = timeout_at(by, self.room.read(&parts.headers, body)).await;
        let opened = read.unwrap_or(Err(Outcome::Late)).and_then(|packed| self.room.open(packed));
        match opened.map(|(bytes, _room)| asked(&bytes)) {
            Ok(Some(numbers)) => json_answer(StatusCode::OK, &acked(door, channel, &numbers)),
            Ok(None) => Outcome::Unreadable.answer(Kind::Hec, None),
            Err(outcome) => outcome.answer(Kind::Hec, None),
        }
    }

    /// Whether posts are taken.
    pub(crate) fn hec_health(&self, request: &Request<Incoming>) -> Answer {
        match *request.method() {
            Method::GET | Method::HEAD => hec::health(!self.room.is_full()),
            _ => wants("GET, HEAD"),
        }
    }
}

/// Okta's one-time question whether we are who was meant. It shows no secret, and is told its own words alone.
fn verification(headers: &HeaderMap) -> Answer {
    let challenge = headers.get("x-okta-verification-challenge");
    match challenge.map(|value| value.to_str()) {
        Some(Ok(text)) if text.len() <= MAX_CHALLENGE => {
            json_answer(StatusCode::OK, &json!({ "verification": text }))
        }
        Some(_) => fault(StatusCode::BAD_REQUEST, "the challenge is too long or not text"),
        None => wants("POST"),
    }
}

fn ack(door: &Door, parts: &Parts) -> Option<u64> {
    hec::channel(&parts.headers, parts.uri.query()).map(|channel| door.acks.give(channel))
}

/// The numbers in a question such as `{"acks": [0, 1]}`.
fn asked(bytes: &[u8]) -> Option<Vec<u64>> {
    let question: Value = serde_json::from_slice(bytes).ok()?;
    question.get("acks")?.as_array()?.iter().map(Value::as_u64).collect()
}

fn acked(door: &Door, channel: &str, numbers: &[u64]) -> Value {
    let is_kept = |number: &u64| (number.to_string(), door.acks.is_kept(channel, *number).into());
    json!({ "acks": numbers.iter().map(is_kept).collect::<Map<_, _>>() })
}
