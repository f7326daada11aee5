//! A Slack on this machine that fails three times, each time in another way, before it takes a message.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// What opens it.
pub(super) const TOKEN: &str = "xoxb-fake-only-for-this-test";

/// How it fails, one after the other.
const FAILURES: [StatusCode; 3] = [
    StatusCode::INTERNAL_SERVER_ERROR,
    StatusCode::TOO_MANY_REQUESTS,
    StatusCode::SERVICE_UNAVAILABLE,
];

/// What was asked of it.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Keys of the messages that it failed to take, as often as it failed.
    pub(super) refused: Vec<String>,
    /// Messages that it took, each with its key.
    pub(super) posted: Vec<(String, Value)>,
    /// How often one of them was edited.
    pub(super) n_edits: usize,
}

/// The service, for as long as the runtime that serves it.
pub(super) struct Slack {
    pub(super) address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
}

impl Slack {
    pub(super) fn serve(runtime: &Runtime) -> Self {
        let seen = Arc::default();
        let app = axum::Router::new()
            .route("/api/chat.postMessage", post(post_message))
            .route("/api/chat.update", post(update))
            .with_state(Arc::clone(&seen));
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(async move { axum::serve(listener, app).await });
        Self { address, seen }
    }

    pub(super) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap()
    }
}

async fn post_message(
    State(seen): State<Arc<Mutex<Seen>>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !is_opened(&headers) {
        return said(&json!({"ok": false, "error": "invalid_auth"}));
    }
    let key = headers["idempotency-key"].to_str().unwrap().to_owned();
    let mut seen = seen.lock().unwrap();
    let n_refused = seen.refused.iter().filter(|refused| **refused == key).count();
    if let Some(status) = FAILURES.get(n_refused) {
        seen.refused.push(key);
        return (*status, [("retry-after", "1")]).into_response();
    }
    seen.posted.push((key, serde_json::from_slice(&body).unwrap()));
    let ts = format!("1700000000.{:06}", seen.posted.len());
    said(&json!({"ok": true, "channel": "C0ALERTS", "ts": ts}))
}

async fn update(State(seen): State<Arc<Mutex<Seen>>>, headers: HeaderMap) -> Response {
    if !is_opened(&headers) {
        return said(&json!({"ok": false, "error": "invalid_auth"}));
    }
    seen.lock().unwrap().n_edits += 1;
    said(&json!({"ok": true, "channel": "C0ALERTS", "ts": "1700000000.000001"}))
}

fn said(answer: &Value) -> Response {
    ([("content-type", "application/json")], answer.to_string()).into_response()
}

fn is_opened(headers: &HeaderMap) -> bool {
    headers.get("authorization").is_some_and(|value| value == format!("Bearer {TOKEN}").as_str())
}
