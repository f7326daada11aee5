//! A server on this machine that keeps what it was sent and answers by a script.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response};
use axum::{Router, body};
use outbound::{Outbound, Secret, Settings};
use serde_json::Value;
use sink::{Alert, Channel, Delivery, Endpoint, Failure, Guide, Key, Receipt, Turn};

/// One request.
#[derive(Clone)]
pub(crate) struct Received {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Received {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}

/// A status, headers and a body.
pub(crate) type Answer = (u16, Vec<(&'static str, &'static str)>, &'static str);

#[derive(Clone, Default)]
struct Shared {
    received: Arc<Mutex<Vec<Received>>>,
    answers: Arc<Mutex<VecDeque<Answer>>>,
}

/// The server.
pub(crate) struct Receiver {
    pub(crate) address: String,
    shared: Shared,
}

impl Receiver {
    /// Answers in that order, then with `200 ok`.
    pub(crate) async fn start(answers: &[Answer]) -> Self {
        let shared = Shared::default();
        shared.answers.lock().unwrap().extend(answers.iter().cloned());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, shared }
    }

    pub(crate) fn endpoint(&self, path: &str) -> Endpoint {
        Endpoint::parse(&Secret::new(format!("{}{path}", self.address))).unwrap()
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.shared.received.lock().unwrap().clone()
    }
}

async fn answer(State(shared): State<Shared>, request: Request) -> Response<body::Body> {
    let (head, body) = request.into_parts();
    let body = body::to_bytes(body, 1 << 20).await.unwrap();
    let path = head.uri.path_and_query().unwrap().to_string();
    shared.received.lock().unwrap().push(Received { path, headers: head.headers, body });
    let next = shared.answers.lock().unwrap().pop_front().unwrap_or((200, Vec::new(), "ok"));
    let (status, headers, body) = next;
    let start = Response::builder().status(status);
    let named =
        headers.into_iter().fold(start, |response, (name, value)| response.header(name, value));
    named.body(body.into()).unwrap()
}

/// A way out with the limits that tests can wait for.
pub(crate) fn outbound() -> Outbound {
    Outbound::new(&Settings { max_body: 64 << 10, ..Settings::default() }).unwrap()
}

/// What a sink is given when a finding is new.
pub(crate) fn delivery(finding: &finding::Finding, turn: Turn) -> Delivery {
    let alert = Alert::new(finding.clone(), guide());
    let key = Key::of(finding, turn);
    Delivery { alert, key, turn, folded: Vec::new(), sent: None, n_attempt: 1 }
}

/// Sends once.
pub(crate) async fn deliver(
    channel: &dyn Channel,
    delivery: &Delivery,
) -> Result<Receipt, Failure> {
    channel.deliver(delivery).await
}

fn guide() -> Guide {
    Guide {
        why: "A new token can do all that its owner can.".into(),
        innocent: vec!["A planned integration".into()],
        first: vec!["Ask its owner".into(), "Revoke the token".into()],
        tactics: vec!["persistence".into(), "exfiltration".into()],
    }
}

/// A clock that stands still.
pub(crate) struct Stopped;

impl sink::Clock for Stopped {
    fn now(&self) -> jiff::Timestamp {
        crate::stage::begin()
    }

    fn sleep(&self, _: std::time::Duration) -> sink::BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

/// What an event could hold to be taken for something else by whoever shows or passes it on.
pub(crate) const HOSTILE: &str = "<!channel> <https://evil.example.com|log in> [x](https://evil.example.com)\r\nBcc: all@example.com\r\n.\r\nQUIT\r\n<script>alert(1)</script> \u{202e}\u{1b}[2J =?utf-8?B?eA==?= *b* `c` \0";
