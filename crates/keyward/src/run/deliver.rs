//! From the store of findings to sinks, in a thread of its own: nothing that sinks do holds detection up.
//!
//! ```text
//!  Findings::news ─▶ Alert ─▶ Queue ─▶ Dispatcher ─▶ channels
//! ```
//!
//! Where the news was accepted is kept in the queue, together with what it became there. Without any sink news is let go of, so
//! that a sink that is added later is told of what comes then.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::Context;
use archive::{Findings, NewsEvent};
use finding::Finding;
use jiff::Timestamp;
use outbound::chain;
use sink::{Alert, Clock, Counts, Dispatcher, Happened, News, Outlet, Plan, Queue, SystemClock};
use tokio::sync::Notify;

use super::guides::Guides;
use super::stop::{Stop, Stopper, stopping};
use crate::config::Config;
use crate::connect;

/// How often the store is looked at.
const LOOKED_AT: Duration = Duration::from_millis(500);

/// How long to wait after the store or the queue failed.
const FAILED_WAIT: Duration = Duration::from_secs(5);

/// News that are accepted at a time.
const AT_ONCE: u32 = 256;

/// How often what is long past is forgotten.
const PRUNED: Duration = Duration::from_hours(1);

/// Sinks as they are told.
pub(crate) struct Delivering {
    thread: JoinHandle<()>,
    stopper: Stopper,
    queue: Arc<Queue>,
    unreadable: Arc<AtomicU64>,
}

impl Delivering {
    /// Begins to tell sinks. Fails if one of their credentials cannot be had.
    pub(crate) fn begin(
        config: &Config,
        guides: Guides,
        everybody: Stopper,
    ) -> anyhow::Result<Self> {
        let queue = Arc::new(open_queue(config)?);
        let bell = Arc::new(Notify::new());
        let outlets = connect::outlets(config)?;
        say_beginning(&outlets, &queue)?;
        let unreadable = Arc::default();
        let feeding = Feeding {
            findings: open_findings(config)?,
            queue: Arc::clone(&queue),
            plan: config.sink_plan(),
            guides,
            bell: Arc::clone(&bell),
            unreadable: Arc::clone(&unreadable),
            pruned: None,
        };
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let random = Arc::new(share);
        let dispatcher = Dispatcher { queue: Arc::clone(&queue), outlets, clock, random, bell };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.context("failed to begin a thread for sinks")?;
        let (stopper, stop) = stopping();
        let thread = std::thread::Builder::new().name("sinks".to_owned());
        let thread = thread.spawn(move || {
            let _last = Last(everybody);
            runtime.block_on(run(feeding, dispatcher, stop));
        });
        let thread = thread.context("failed to begin a thread for sinks")?;
        Ok(Self { thread, stopper, queue, unreadable })
    }

    /// What can be asked about each sink.
    pub(crate) fn sinks(&self, config: &Config) -> Sinks {
        let names = config.sinks.iter().map(|sink| sink.name.clone()).collect();
        let unreadable = Arc::clone(&self.unreadable);
        Sinks { unreadable, ..Sinks::of(Arc::clone(&self.queue), names) }
    }

    /// Takes what was found last, and waits a little for what is under way; whether that went well, and everything that was found
    /// since the start could be told.
    pub(crate) fn end(self) -> bool {
        self.stopper.stop();
        let is_whole = self.thread.join().is_ok();
        let count = self.unreadable.load(Ordering::Relaxed);
        if count > 0 {
            tracing::error!(
                count,
                "findings of the store are unreadable: no sink was told of them"
            );
        }
        is_whole && count == 0
    }
}

/// Sinks as others ask about them.
pub(crate) struct Sinks {
    queue: Arc<Queue>,
    names: Vec<String>,
    unreadable: Arc<AtomicU64>,
}

impl Sinks {
    pub(crate) fn of(queue: Arc<Queue>, names: Vec<String>) -> Self {
        Self { queue, names, unreadable: Arc::default() }
    }

    /// Findings that no sink was told of since the start, because what the store has of them cannot be read.
    pub(crate) fn unreadable(&self) -> u64 {
        self.unreadable.load(Ordering::Relaxed)
    }

    /// How each does, as far as the queue can be read.
    pub(crate) fn counts(&self) -> impl Iterator<Item = (&str, Counts)> {
        self.names.iter().filter_map(|name| Some((name.as_str(), self.queue.counts(name).ok()?)))
    }
}

/// Tells everybody to stop if the thread dies: findings that nobody hears of would look like peace.
struct Last(Stopper);

impl Drop for Last {
    fn drop(&mut self) {
        if std::thread::panicking() {
            tracing::error!("nobody is told of findings any more; stopping");
            self.0.stop();
        }
    }
}

/// A number from 0 to below 1 that nobody can foretell. Where the system has none, waits are not spread.
fn share() -> f64 {
    getrandom::u32().map_or(0.0, |number| f64::from(number) / (f64::from(u32::MAX) + 1.0))
}

/// What waits for sinks, opened or begun.
pub(crate) fn open_queue(config: &Config) -> anyhow::Result<Queue> {
    let path = config.sinks_queue();
    Queue::open(&path)
        .with_context(|| format!("failed to open the queue of sinks `{}`", path.display()))
}

fn open_findings(config: &Config) -> anyhow::Result<Findings> {
    let path = config.findings_store();
    Findings::open(&path)
        .with_context(|| format!("failed to open the store of findings `{}`", path.display()))
}

fn say_beginning(outlets: &[Outlet], queue: &Queue) -> anyhow::Result<()> {
    for outlet in outlets {
        tracing::info!(sink = outlet.name, "tells findings: {}", outlet.channel.describe());
    }
    let names: Vec<_> = outlets.iter().map(|outlet| outlet.name.as_str()).collect();
    for (sink, count) in queue.waiting_for_others(&names).context("the queue of sinks")? {
        tracing::warn!(sink, count, "messages wait for a sink that the configuration has no more");
    }
    Ok(())
}

async fn run(mut feeding: Feeding, dispatcher: Dispatcher, stop: Stop) {
    let (mut fed, mut told) = (stop.clone(), stop);
    let feeding = async move {
        tokio::select! {
            () = feeding.run() => {}
            () = fed.wait() => {}
        }
        // What came last waits for the next start, if not for a sink that is quick.
        if let Err(error) = feeding.feed(Timestamp::now()) {
            tracing::error!("sinks were not told of the last findings: {error:#}");
        }
    };
    tokio::join!(feeding, dispatcher.run(async move { told.wait().await }));
}

/// Takes news out of the store and puts them into the queue.
struct Feeding {
    findings: Findings,
    queue: Arc<Queue>,
    plan: Plan,
    guides: Guides,
    bell: Arc<Notify>,
    /// Findings that could not be passed on.
    unreadable: Arc<AtomicU64>,
    /// When what is long past was forgotten last.
    pruned: Option<Instant>,
}

impl Feeding {
    async fn run(&mut self) {
        loop {
            let wait = match self.feed(Timestamp::now()) {
                Ok(0) => LOOKED_AT,
                Ok(_) => continue,
                Err(error) => {
                    tracing::error!("sinks cannot be told of findings: {error:#}");
                    FAILED_WAIT
                }
            };
            tokio::time::sleep(wait).await;
        }
    }

    /// Passes on what is new, up to a limit; how much that was.
    fn feed(&mut self, now: Timestamp) -> anyhow::Result<usize> {
        let source = self.findings.name()?;
        let position = self.queue.position(&source)?;
        let all = self.findings.news(position, AT_ONCE)?;
        if let Some(last) = all.last() {
            let news = all.iter().filter_map(|one| self.news(one, now)).collect::<Vec<_>>();
            self.queue.accept(&self.plan, &news, &source, last.seq, now)?;
            self.findings.forget_news(last.seq)?;
            self.bell.notify_one();
        }
        if self.pruned.is_none_or(|at| at.elapsed() > PRUNED) {
            self.queue.prune(now)?;
            self.pruned = Some(Instant::now());
        }
        Ok(all.len())
    }

    /// What sinks are told; nothing of a finding that is closed and was only revised.
    fn news(&self, one: &archive::News, now: Timestamp) -> Option<News> {
        let happened = match one.event {
            NewsEvent::Put => Happened::Found,
            NewsEvent::Closed => Happened::Closed,
            NewsEvent::Reopened => Happened::Reopened,
        };
        let stored = self.findings.get(&one.id).inspect_err(|error| {
            tracing::warn!(finding = one.id, "cannot be read again: {}", chain(error));
        });
        let is_closed = stored.ok().flatten().is_some_and(|stored| stored.is_closed(now));
        if is_closed && happened == Happened::Found {
            return None;
        }
        let finding: Finding = match serde_json::from_str(&one.json) {
            Ok(finding) => finding,
            Err(error) => {
                tracing::error!(finding = one.id, "cannot be told of, it is unreadable: {error}");
                self.unreadable.fetch_add(1, Ordering::Relaxed);
                return None;
            }
        };
        let guide = self.guides.of(&finding);
        Some(News { alert: Alert::new(finding, guide), happened })
    }
}

#[cfg(test)]
mod tests {
    use finding::{Level, Occurrence, Rule};

    use super::*;
    use crate::config;

    const CONFIG: &str = "[[tenant]]\nname = \"acme\"\nprovider = \"okta\"\nurl = \"https://acme.okta.com\"\n\
                          read = { method = \"api-token\", token = { env = \"T\" } }\n\
                          [[sink]]\nname = \"file\"\nkind = \"file\"\npath = \"alerts.jsonl\"\n";

    fn finding() -> String {
        let rule = Rule { name: "a_rule".into(), ..Rule::default() };
        let event = Occurrence { event_id: "e1".into(), ..Occurrence::default() };
        serde_json::to_string(&Finding::of_event(Arc::new(rule), Level::High, event)).unwrap()
    }

    #[test]
    fn an_unreadable_finding_is_counted_and_ends_in_a_failure_and_the_others_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let config = config::parse(&format!("data = \".\"\n{CONFIG}"), folder.path()).unwrap();
        // What the store reads of it is there, and the rest is of another version.
        let odd = r#"{"id": "x", "kind": "detection", "level": "high", "rule": {"name": "r"}, "state": "settled", "revision": 1}"#;
        open_findings(&config).unwrap().put_all(&[odd, &finding()]).unwrap();
        let begin = || {
            let (everybody, _) = stopping();
            Delivering::begin(&config, Guides::default(), everybody).unwrap()
        };
        let delivering = begin();
        let sinks = delivering.sinks(&config);
        assert!(!delivering.end());
        assert_eq!(sinks.unreadable(), 1);
        let counts: Vec<_> =
            sinks.counts().map(|(_, counts)| counts.waiting + counts.sent).collect();
        assert_eq!(counts, [1]);
        assert!(begin().end(), "it is passed over for good");
    }
}
