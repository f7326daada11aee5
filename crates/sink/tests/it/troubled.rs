//! The same over HTTP: a receiver on this machine that is down, slow, lies, hangs up, and kills who sends.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use finding::{Finding, Level, State};
use outbound::{Outbound, Secret, Settings};
use serde_json::Value;
use sink::{Clock, Dispatcher, Endpoint, Happened, News, Outlet, Patience, Queue, Webhook};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use crate::stage::{FastClock, after, finding, news, plan, revised};

/// An hour passes in three seconds.
const TIMES: u32 = 1200;

/// What the receiver does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Does {
    Takes,
    IsDown,
    TakesAndFails,
    TakesSlowly,
    TakesAndHangsUp,
    TakesAndKills,
    Kills,
}

fn does(request: usize) -> Does {
    match request % 16 {
        1 | 9 => Does::IsDown,
        3 | 10 => Does::TakesAndFails,
        5 => Does::TakesSlowly,
        7 => Does::TakesAndHangsUp,
        12 if request % 64 == 12 => Does::TakesAndKills,
        14 if request % 64 == 14 => Does::Kills,
        _ => Does::Takes,
    }
}

#[derive(Default)]
struct Seen {
    keys: HashSet<String>,
    by_case: ByCase,
    n_requests: usize,
}

#[derive(Clone, Default)]
struct Receiver {
    seen: Arc<Mutex<Seen>>,
    killed: Arc<Notify>,
}

impl Receiver {
    async fn serve(self, listener: TcpListener) {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let one = self.clone();
            tokio::spawn(async move { one.converse(stream).await });
        }
    }

    /// Answers requests of a connection until one of both ends it.
    async fn converse(&self, mut stream: TcpStream) {
        while let Some((key, body)) = read(&mut stream).await {
            let does = {
                let mut seen = self.seen.lock().unwrap();
                seen.n_requests += 1;
                does(seen.n_requests)
            };
            if !matches!(does, Does::IsDown | Does::Kills) {
                self.take(&key, &body);
            }
            match does {
                Does::IsDown => answer(&mut stream, "503 Service Unavailable").await,
                Does::TakesAndFails => answer(&mut stream, "500 Internal Server Error").await,
                Does::TakesSlowly => {
                    tokio::time::sleep(Duration::from_mins(1) / TIMES).await;
                    answer(&mut stream, "200 OK").await;
                }
                Does::TakesAndHangsUp => return,
                Does::TakesAndKills | Does::Kills => {
                    self.killed.notify_one();
                    return std::future::pending().await;
                }
                Does::Takes => answer(&mut stream, "202 Accepted").await,
            }
        }
    }

    fn take(&self, key: &str, body: &Value) {
        let mut seen = self.seen.lock().unwrap();
        if seen.keys.insert(key.to_owned()) {
            let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str).unwrap();
            let revision = body.pointer("/finding/revision").unwrap();
            let message = format!("{}.{revision} {}", text("/finding/id"), text("/turn"));
            seen.by_case.entry(text("/finding/case").to_owned()).or_default().push(message);
        }
    }
}

/// The key and the body of the next request; `None` when the other side ends.
async fn read(stream: &mut TcpStream) -> Option<(String, Value)> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..head_end].to_vec()).unwrap();
    let header = |name: &str| {
        let found = head.lines().filter_map(|line| line.split_once(": "));
        found
            .into_iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    };
    let length: usize = header("content-length").unwrap().parse().unwrap();
    while bytes.len() < head_end + 4 + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let body = serde_json::from_slice(&bytes[head_end + 4..]).unwrap();
    Some((header("idempotency-key").unwrap().to_owned(), body))
}

async fn answer(stream: &mut TcpStream, status: &str) {
    let text = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
    // The sender may be gone.
    let _ = stream.write_all(text.as_bytes()).await;
}

/// What was taken, or should be, of each case, in order.
type ByCase = BTreeMap<String, Vec<String>>;

/// An hour of findings about five users, each raised and then revised or closed.
fn script() -> (Vec<(u64, News)>, ByCase) {
    let (mut script, mut expected) = (Vec::new(), ByCase::new());
    let mut tell = |at, finding: &Finding, happened, turn: &str| {
        script.push((at, news(finding, happened)));
        let message = format!("{}.{} {turn}", finding.id, finding.revision);
        expected.entry(finding.case.to_string()).or_default().push(message);
    };
    for number in 0..60_u64 {
        let one = finding("r", &format!("user{}", number % 5), &number.to_string());
        tell(number * 60, &one, Happened::Found, "raised");
        let changed = revised(&one, 2, State::Settled, Level::Critical);
        match number % 3 {
            0 => tell(number * 60 + 5, &changed, Happened::Found, "changed"),
            1 => tell(number * 60 + 10, &one, Happened::Closed, "closed"),
            _ => {}
        }
    }
    (script, expected)
}

/// Accepts news in their time, from where the queue is, and waits until nothing waits.
async fn feed(queue: &Queue, script: &[(u64, News)], clock: FastClock, bell: &Notify) {
    let begun = queue.position("test").unwrap();
    for (number, (at, news)) in (1..).zip(script).skip(usize::try_from(begun).unwrap()) {
        let wait = after(*at).duration_since(clock.now());
        clock.sleep(wait.try_into().unwrap_or_default()).await;
        let news = std::slice::from_ref(news);
        queue.accept(&plan(&["hook"]), news, "test", number, clock.now()).unwrap();
        bell.notify_one();
    }
    while queue.counts("hook").unwrap().waiting > 0 {
        clock.sleep(Duration::from_secs(10)).await;
    }
}

#[tokio::test]
async fn an_hour_over_http_loses_nothing_and_repeats_nothing() {
    let (listener, receiver) =
        (TcpListener::bind("127.0.0.1:0").await.unwrap(), Receiver::default());
    let url = format!("http://{}/hook?team=keys", listener.local_addr().unwrap());
    tokio::spawn(receiver.clone().serve(listener));
    let (folder, clock) = (tempfile::tempdir().unwrap(), FastClock::new(TIMES));
    let (script, expected) = script();
    let mut n_deaths = 0;
    loop {
        // All of it is begun anew after a death, as a process would.
        let queue = Arc::new(Queue::open(&folder.path().join("sinks.db")).unwrap());
        let outbound = Outbound::new(&Settings::default()).unwrap();
        let endpoint = Endpoint::parse(&Secret::new(url.as_str())).unwrap();
        let hook =
            Webhook::new(outbound, Arc::new(clock), endpoint).signed(Secret::new("a secret"));
        let patience = Patience {
            attempts: u32::MAX,
            deadline: Duration::from_mins(20),
            ..Patience::default()
        };
        let bell = Arc::new(Notify::new());
        let dispatcher = Dispatcher {
            queue: Arc::clone(&queue),
            outlets: vec![Outlet { name: "hook".to_owned(), channel: Arc::new(hook), patience }],
            clock: Arc::new(clock),
            random: Arc::new(|| 0.5),
            bell: Arc::clone(&bell),
        };
        tokio::select! {
            () = dispatcher.run(std::future::pending()) => unreachable!("nobody stops it"),
            () = receiver.killed.notified() => n_deaths += 1,
            () = feed(&queue, &script, clock, &bell) => break,
        }
    }
    assert!(n_deaths > 1, "it died {n_deaths} times");
    let seen = receiver.seen.lock().unwrap();
    assert_eq!(seen.by_case, expected);
    assert!(seen.n_requests > script.len(), "nothing was sent again");
}
