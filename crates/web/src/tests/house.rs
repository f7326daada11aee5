//! A desk in memory, and the one who writes to it.

use std::sync::{Arc, Mutex};

use archive::{Batch, Done, Error, Position, Receipt, SourceId, Split, split};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::watch;

use crate::connection::{Admission, Guests, attend};
use crate::desk::Desk;
use crate::keep::Keep;
use crate::pages::{Form, Status};
use crate::secret::SecretText;
use crate::settings::{Kind, Limits, Receiver, Settings};

/// How the intake behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mood {
    Well,
    /// Takes batches and waits until it is told to go on.
    Slow,
    /// The disk is full.
    Full,
}

/// An intake in memory.
pub(super) struct Shelf {
    pub(super) mood: Mutex<Mood>,
    pub(super) batches: Mutex<Vec<Batch>>,
    waiting: Mutex<Vec<Done>>,
}

impl Shelf {
    pub(super) fn new(mood: Mood) -> Arc<Self> {
        let (batches, waiting) = (Mutex::default(), Mutex::default());
        Arc::new(Self { mood: Mutex::new(mood), batches, waiting })
    }

    /// Writes what waits.
    pub(super) fn go_on(&self) {
        for done in self.waiting.lock().unwrap().drain(..) {
            done(Ok(RECEIPT));
        }
    }

    pub(super) fn n_waiting(&self) -> usize {
        self.waiting.lock().unwrap().len()
    }

    /// Provider, tenant, transport and ids of all batches.
    pub(super) fn told(&self) -> Vec<String> {
        let tell = |batch: &Batch| {
            let ids: Vec<_> = batch.records.iter().map(|record| &*record.id).collect();
            let SourceId { provider, tenant } = &batch.source;
            let aside = if batch.notes.is_empty() { "" } else { " and some aside" };
            format!("{provider} {tenant} {:?} {}{aside}", batch.transport, ids.join(","))
        };
        self.batches.lock().unwrap().iter().map(tell).collect()
    }
}

const RECEIPT: Receipt = Receipt { position: Position(1), added: 1, repeated: 0 };

impl Keep for Shelf {
    fn split(&self, body: &[u8], _: &SourceId) -> Split {
        split(body, None)
    }

    fn keep(&self, batch: Batch, done: Done) {
        let mood = *self.mood.lock().unwrap();
        match mood {
            Mood::Full => return done(Err(Error::DiskFull { name: "1".to_owned() })),
            Mood::Slow => self.waiting.lock().unwrap().push(done),
            Mood::Well => done(Ok(RECEIPT)),
        }
        self.batches.lock().unwrap().push(batch);
    }
}

/// A program that is as ready as it says.
pub(super) struct Says(pub(super) Result<(), String>);

impl Status for Says {
    fn metrics(&self) -> String {
        "keyward_up 1\n".to_owned()
    }

    fn account(&self, form: Form) -> String {
        format!("{form:?}")
    }

    fn ready(&self) -> Result<(), String> {
        self.0.clone()
    }
}

/// A receiver for Okta's tenant of that name.
pub(super) fn receiver(path: &str, kind: Kind, tenant: &str, secrets: &[&str]) -> Receiver {
    let provider = if kind == Kind::Auth0 { "auth0" } else { "okta" };
    Receiver {
        path: path.to_owned(),
        kind,
        source: SourceId { provider: provider.to_owned(), tenant: tenant.to_owned() },
        secrets: secrets.iter().map(|&text| SecretText::new(text)).collect(),
        header: None,
    }
}

/// Two tenants with a hook each, a collector that both share, a stream and a bridge.
pub(super) fn settings() -> Settings {
    let mut bridge = receiver("/bridge", Kind::EventBridge, "acme", &["key of acme"]);
    bridge.header = Some("x-api-key".to_owned());
    Settings {
        listen: "127.0.0.1:0".parse().unwrap(),
        tls: None,
        allow_plain: false,
        page_secrets: Vec::new(),
        page_hosts: Vec::new(),
        limits: Limits { body_bytes: 4 << 10, pending_bytes: 16 << 10, ..Limits::default() },
        receivers: vec![
            receiver("/hooks/acme", Kind::Hook, "acme", &["hook of acme", "next of acme"]),
            receiver("/hooks/other", Kind::Hook, "other", &["hook of other"]),
            receiver("/streams/acme", Kind::Auth0, "acme", &["Bearer stream"]),
            receiver("/services/collector", Kind::Hec, "acme", &["token-of-acme"]),
            receiver("/services/collector", Kind::Hec, "other", &["token-of-other"]),
            bridge,
        ],
        clock: Arc::new(|| "2026-11-22T12:00:00Z".parse().unwrap()),
    }
}

/// What listens, with an intake.
pub(super) struct House {
    pub(super) shelf: Arc<Shelf>,
    pub(super) desk: Arc<Desk>,
    guests: Arc<Guests>,
    stop: watch::Sender<bool>,
}

impl House {
    pub(super) fn new(settings: &Settings, mood: Mood) -> Self {
        Self::saying(settings, mood, Ok(()))
    }

    pub(super) fn saying(settings: &Settings, mood: Mood, says: Result<(), String>) -> Self {
        settings.check().unwrap();
        let shelf = Shelf::new(mood);
        let keep = Arc::clone(&shelf) as Arc<dyn Keep>;
        let desk = Arc::new(Desk::new(settings, keep, Arc::new(Says(says))));
        let guests = Guests::new(settings.limits.connections);
        Self { shelf, desk, guests, stop: watch::Sender::new(false) }
    }

    /// Connects.
    pub(super) fn visit(&self) -> Visit {
        let (ours, theirs) = duplex(64 << 10);
        let peer = "192.0.2.1:4711".parse().unwrap();
        let (Admission::Free(seat) | Admission::Instead(seat)) = self.guests.admit(peer) else {
            panic!("there is no room");
        };
        let (desk, stop) = (Arc::clone(&self.desk), self.stop.subscribe());
        tokio::spawn(async move { attend(theirs, desk, &seat, stop).await });
        Visit { stream: ours }
    }

    pub(super) fn stop(&self) {
        self.stop.send(true).unwrap();
    }

    /// Sends one request on a connection of its own; the status, what matters of the headers, and the body.
    pub(super) async fn answer(&self, request: &[u8]) -> String {
        let mut visit = self.visit();
        visit.say(request).await;
        visit.answer().await
    }
}

/// One connection.
pub(super) struct Visit {
    pub(super) stream: DuplexStream,
}

impl Visit {
    pub(super) async fn say(&mut self, bytes: &[u8]) {
        // The other end may have gone in the middle of it.
        let _ = self.stream.write_all(bytes).await;
    }

    /// The next answer. Empty if the connection was closed instead.
    pub(super) async fn answer(&mut self) -> String {
        read_answer(&mut self.stream).await
    }

    /// Whether the other end has closed, and said nothing more.
    pub(super) async fn ends(mut self) -> bool {
        let mut rest = Vec::new();
        self.stream.read_to_end(&mut rest).await.unwrap();
        rest.is_empty()
    }
}

/// Reads one answer and tells of it.
pub(super) async fn read_answer(stream: &mut (impl AsyncReadExt + Unpin)) -> String {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => bytes.push(byte),
            Err(_) => return String::new(),
        }
    }
    let head = String::from_utf8(bytes).unwrap().to_lowercase();
    let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(name));
    let len = header("content-length: ").map_or(0, |len| len.parse().unwrap());
    let mut body = vec![0; len];
    stream.read_exact(&mut body).await.unwrap();
    let mut told = head.split(' ').nth(1).unwrap().to_owned();
    for name in ["connection: close", "retry-after: 1", "allow: "] {
        if let Some(rest) = header(name) {
            told.extend([", ", name, rest]);
        }
    }
    let body = String::from_utf8(body).unwrap();
    if body.is_empty() { told } else { format!("{told}\n{body}") }
}

/// A request with these header lines and this body, its length told.
pub(super) fn request(line: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let mut text = format!("{line} HTTP/1.1\r\nhost: localhost:8484\r\n");
    for header in headers {
        text.extend([*header, "\r\n"]);
    }
    if !line.starts_with("GET") {
        text.extend(["content-length: ", &body.len().to_string(), "\r\n"]);
    }
    [text.as_bytes(), b"\r\n", body].concat()
}

/// A post to acme's hook, with its secret.
pub(super) fn hook(body: &str) -> Vec<u8> {
    request("POST /hooks/acme", &["authorization: hook of acme"], body.as_bytes())
}
