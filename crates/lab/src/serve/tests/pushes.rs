//! What tenants push, to receivers of the test.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{at, event, faults};
use crate::serve::{Keys, Lab, ManualClock, Push, PushKind, ServeOptions};
use crate::{Entry, Product};

/// What a receiver got: method, headers and body in one text.
type Got = Arc<Mutex<Vec<String>>>;

/// A receiver that answers with those codes, one after the other, and then with 200.
async fn receiver(codes: &[u16]) -> (u16, Got) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let got = Got::default();
    let (kept, mut codes) = (Arc::clone(&got), VecDeque::from(codes.to_vec()));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Some((request, stream)) = read(stream).await else { continue };
            let code =
                if request.starts_with("GET") { 200 } else { codes.pop_front().unwrap_or(200) };
            answer(stream, code, &request).await;
            kept.lock().unwrap().push(request);
        }
    });
    (port, got)
}

async fn read(mut stream: TcpStream) -> Option<(String, TcpStream)> {
    let mut bytes = Vec::new();
    loop {
        let mut chunk = [0; 4096];
        let n = stream.read(&mut chunk).await.ok().filter(|n| *n > 0)?;
        bytes.extend_from_slice(&chunk[..n]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?;
        if body.len() == length.parse::<usize>().ok()? {
            return Some((text, stream));
        }
    }
}

async fn answer(mut stream: TcpStream, code: u16, request: &str) {
    let word =
        request.lines().find_map(|line| line.strip_prefix("x-okta-verification-challenge: "));
    let body = word.map(|word| format!("{{\"verification\":\"{word}\"}}")).unwrap_or_default();
    let text = format!("HTTP/1.1 {code} X\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let _ = stream.write_all(text.as_bytes()).await;
}

/// A lab that pushes.
struct Pushing {
    lab: Lab,
    clock: Arc<ManualClock>,
    got: Got,
}

impl Pushing {
    /// Two events of each tenant lie in the past, two a second ahead.
    async fn new(kind: PushKind, codes: &[u16], flags: &[&str]) -> Self {
        let (port, got) = receiver(codes).await;
        let clock = Arc::new(ManualClock::at(at(0)));
        let url = format!("http://127.0.0.1:{port}/x/y");
        let mut options = ServeOptions {
            clock: clock.clone(),
            push: vec![Push { kind, receiver: url.parse().unwrap() }],
            ..ServeOptions::default()
        };
        for flag in flags {
            options.faults = faults(flag);
        }
        let mut entries = vec![event(1, -9, -9), record(2, -8)];
        entries.extend([event(3, 1, 1), record(4, 1), event(6, 1, 1), record(5, 1)]);
        let lab = Lab::new(options, Keys::random().unwrap(), entries.into_iter());
        Self { lab, clock, got }
    }

    /// Lets everything happen that is due.
    async fn round(&self) {
        for work in crate::serve::push::round(&self.lab.shared) {
            work.await.unwrap();
        }
    }

    /// The bodies of what was posted in the second behind the start.
    async fn posted(&self) -> Vec<String> {
        self.round().await;
        self.clock.advance(Duration::from_secs(1));
        self.round().await;
        self.round().await;
        let got = self.got.lock().unwrap();
        let posts = got.iter().filter(|request| request.starts_with("POST /x/y "));
        posts.map(|request| request.split_once("\r\n\r\n").unwrap().1.to_owned()).collect()
    }

    /// The types of the events that the lab's own doings left in Okta's log.
    fn noted(&self) -> Vec<String> {
        let journal = self.lab.shared.journal_at(self.lab.shared.now());
        let log = journal.log(Product::Okta);
        let mut reader = log.reader();
        let mut kinds = Vec::new();
        for number in 3..log.len() {
            let event: Value =
                reader.with(number, |line| serde_json::from_str(line).unwrap()).unwrap();
            kinds.push(event["eventType"].as_str().unwrap().to_owned());
        }
        kinds
    }
}

fn record(number: u32, time_s: i64) -> Entry {
    let json = format!("{{\"log_id\":\"r{number}\",\"date\":\"{}\",\"type\":\"s\"}}", at(time_s));
    Entry {
        product: Product::Auth0,
        time: at(time_s),
        written: at(time_s),
        id: format!("r{number}"),
        json,
    }
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[tokio::test]
async fn hooks_are_verified_and_send_what_they_may() {
    let pushing = Pushing::new(PushKind::Hook, &[], &[]).await;
    let posts = pushing.posted().await;
    assert_eq!(posts.len(), 1);
    let body = json(&posts[0]);
    assert_eq!(
        (body["eventType"].as_str(), body["cloudEventsVersion"].as_str()),
        (Some("com.okta.event_hook"), Some("0.1"))
    );
    let uuids: Vec<_> =
        body["data"]["events"].as_array().unwrap().iter().map(|event| &event["uuid"]).collect();
    assert_eq!(uuids, ["e3", "e6"], "what happened before is not sent");
    let got = pushing.got.lock().unwrap();
    assert!(got[0].starts_with("GET /x/y "), "verified first");
    let secret = format!("\r\nauthorization: {}\r\n", pushing.lab.keys().hook_secret);
    assert!(got[1].contains(&secret) && !got[0].contains(&secret));
}

#[tokio::test]
async fn hooks_try_once_more_unless_they_are_refused() {
    for (codes, n_posts, noted) in [
        (&[500][..], 2, &[][..]),
        (&[500, 500], 2, &["event_hook.delivery"]),
        (&[403], 1, &["event_hook.delivery"]),
    ] {
        let pushing = Pushing::new(PushKind::Hook, codes, &[]).await;
        assert_eq!(pushing.posted().await.len(), n_posts, "{codes:?}");
        assert_eq!(pushing.noted(), noted, "{codes:?}");
    }
}

#[tokio::test]
async fn each_stream_has_its_form() {
    let posts = Pushing::new(PushKind::Lines, &[], &[]).await.posted().await;
    let lines: Vec<Value> = posts[0].lines().map(json).collect();
    assert_eq!(
        (lines.len(), &lines[0]["log_id"], &lines[1]["data"]["log_id"]),
        (2, &"r4".into(), &"r5".into())
    );
    let posts = Pushing::new(PushKind::Array, &[], &[]).await.posted().await;
    assert_eq!(json(&posts[0])[1]["data"]["type"], "s");
    let posts = Pushing::new(PushKind::Object, &[], &[]).await.posted().await;
    assert_eq!(json(&posts[0])["logs"][0]["log_id"], "r4");
    let posts = Pushing::new(PushKind::EventBridge, &[], &[]).await.posted().await;
    assert_eq!(posts.len(), 2);
    let body = json(&posts[0]);
    assert_eq!(
        (&body["detail-type"], &body["detail"]["uuid"]),
        (&"SystemLog".into(), &"e3".into())
    );
    let posts = Pushing::new(PushKind::Auth0EventBridge, &[], &[]).await.posted().await;
    assert_eq!(json(&posts[1])["detail"]["data"]["log_id"], "r5");
    let posts = Pushing::new(PushKind::Hec, &[], &[]).await.posted().await;
    let events: Vec<Value> =
        serde_json::Deserializer::from_str(&posts[0]).into_iter().map(Result::unwrap).collect();
    assert_eq!((events.len(), &events[1]["event"]["uuid"]), (2, &"e6".into()));
}

#[tokio::test]
async fn streams_that_fail_go_on_or_are_switched_off() {
    let pushing = Pushing::new(PushKind::Array, &[500, 500, 500, 500], &[]).await;
    assert_eq!(pushing.posted().await.len(), 5, "until it arrives");
    assert_eq!(pushing.noted(), [""; 0]);
    let pushing = Pushing::new(PushKind::Hec, &[500, 500], &[]).await;
    assert_eq!(pushing.posted().await.len(), 2);
    assert_eq!(pushing.noted(), ["system.log_stream.lifecycle.deactivate"]);
    pushing.round().await;
    assert_eq!(
        pushing.got.lock().unwrap().iter().filter(|got| got.starts_with("POST")).count(),
        2,
        "nothing more is sent"
    );
}

#[tokio::test]
async fn a_stream_that_fails_for_a_week_is_paused() {
    let pushing = Pushing::new(PushKind::Array, &[500; 64], &[]).await;
    let n_posts = pushing.posted().await.len();
    for days in [6, 2] {
        pushing.clock.advance(Duration::from_hours(24 * days));
        pushing.round().await;
    }
    let status = pushing.lab.shared.outlets()[0].status;
    assert_eq!((n_posts, status), (6, crate::serve::push::Status::Inactive));
}

#[tokio::test]
async fn faults_befall_what_is_pushed() {
    let posts = Pushing::new(PushKind::Array, &[], &["drop=1"]).await.posted().await;
    assert_eq!(posts.len(), 0);
    let posts = Pushing::new(PushKind::Array, &[], &["duplicate=1"]).await.posted().await;
    assert_eq!(json(&posts[0]).as_array().unwrap().len(), 4);
    let strangers = [
        "http://198.51.100.7/",
        "https://127.0.0.1/",
        "http://receiver.example.com/",
        "ftp://127.0.0.1/",
    ];
    for stranger in strangers {
        assert!(format!("hook={stranger}").parse::<Push>().is_err(), "{stranger}");
    }
}
