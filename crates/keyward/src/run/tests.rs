//! Collecting against a log that follows a script, into a real intake, in a time that passes by itself.

mod served;

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use archive::{Frame, Intake, Note, Position, RealDisk, Record, Settings, SourceId, Transport};
use catalog::Product;
use idp::{Error, Page, Query};
use jiff::Timestamp;

use super::backfill::{Backfill, Way};
use super::collector::Collector;
use super::condition::{Condition, State};
use super::keeping::{Found, Keeping};
use super::sight::Log;
use super::stop::{Stop, Stopper, stopping};
use super::sweep::Sweep;
use crate::args::When;
use crate::config;

/// A log that gives its answers in a row, then tells everybody to stop.
struct Script {
    answers: Mutex<VecDeque<Result<Page, Error>>>,
    asked: Mutex<Vec<String>>,
    renewed: Mutex<u32>,
    stopper: Stopper,
}

impl Log for Script {
    async fn page(&self, query: &Query) -> Result<Page, Error> {
        let asked = match query {
            Query::Poll { since, .. } => format!("poll since {}", since.unwrap()),
            Query::Bounded { since, until, .. } => format!("from {since} until {until}"),
            Query::Next(cursor) => cursor.to_string(),
            Query::From { log_id } => format!("after {log_id}"),
        };
        let answer = self.answers.lock().unwrap().pop_front();
        if let Some(answer) = answer {
            self.asked.lock().unwrap().push(asked);
            return answer;
        }
        self.stopper.stop();
        std::future::pending().await
    }

    fn renew(&self) {
        *self.renewed.lock().unwrap() += 1;
    }

    fn skew_s(&self) -> i64 {
        0
    }
}

fn at(time: &str) -> Timestamp {
    format!("2026-11-20T{time}Z").parse().unwrap()
}

/// A page of events that happened at these times, asked for then.
#[expect(clippy::unnecessary_wraps, reason = "answers that fail stand beside it")]
fn page(times: &[&str], asked: &str, next: Option<&str>, is_last: bool) -> Result<Page, Error> {
    let events = times.iter().map(|time| {
        let published = at(time);
        format!(r#"{{"uuid":"{time}","published":"{published}","eventType":"user.session.start","version":"0"}}"#)
    });
    let body = format!("[{}]", events.collect::<Vec<_>>().join(","));
    Ok(Page {
        body: body.into_bytes(),
        count: times.len(),
        next: next.map(|after| format!("/api/v1/logs?after={after}").parse().unwrap()),
        is_last,
        asked: at(asked),
        share: None,
    })
}

fn host() -> String {
    "acme.okta.com".to_owned()
}

fn source() -> SourceId {
    SourceId { provider: "okta".to_owned(), tenant: "acme".to_owned() }
}

/// One run over an intake: what was asked, and how it went.
struct Outcome {
    asked: Vec<String>,
    state: State,
    renewed: u32,
    frames: Vec<Frame>,
    took: Duration,
}

/// What every part of collecting needs.
struct Parts {
    log: Arc<Script>,
    keeping: Keeping,
    condition: Condition,
    stop: Stop,
}

async fn run<F: Future<Output = ()>>(
    folder: &Path,
    answers: Vec<Result<Page, Error>>,
    task: impl FnOnce(Parts) -> F,
) -> Outcome {
    let disk = RealDisk::at(folder.to_owned()).unwrap();
    let intake = Intake::open(Arc::new(disk), Settings::default()).unwrap();
    let (stopper, stop) = stopping();
    let (answers, asked) = (Mutex::new(answers.into()), Mutex::default());
    let log = Arc::new(Script { answers, asked, renewed: Mutex::default(), stopper });
    let condition = Condition::new(source());
    let keeping = Keeping::new(&intake, Product::Okta, &condition, &stop);
    let began = tokio::time::Instant::now();
    task(Parts { log: Arc::clone(&log), keeping, condition: condition.clone(), stop }).await;
    intake.close();
    let mut reader = intake.reader(Position(0));
    let frames = std::iter::from_fn(|| reader.next(Duration::ZERO).unwrap()).collect();
    Outcome {
        asked: log.asked.lock().unwrap().clone(),
        state: condition.state(),
        renewed: *log.renewed.lock().unwrap(),
        frames,
        took: began.elapsed(),
    }
}

async fn collect(folder: &Path, answers: Vec<Result<Page, Error>>) -> Outcome {
    run(folder, answers, |Parts { log, keeping, condition, stop }| {
        let poll = config::Poll {
            enabled: true,
            since: When::At(at("08:00:00")),
            fastest: Duration::from_secs(10),
            slowest: Duration::from_mins(1),
            share: 0.4,
            overlap: Duration::from_hours(1),
            blind: Duration::from_mins(15),
        };
        // Longer than this test will be run for.
        let retention = Duration::from_hours(24 * 365 * 100);
        Collector::new(&log, keeping, condition, &stop, poll, retention, at("08:00:00")).run()
    })
    .await
}

fn ids(frames: &[Frame]) -> Vec<&str> {
    frames.iter().flat_map(|frame| frame.records.iter().map(|record| &*record.id)).collect()
}

#[tokio::test(start_paused = true)]
async fn a_record_goes_on_where_it_was_left() {
    let folder = tempfile::tempdir().unwrap();
    let first = vec![
        page(&["08:01:00", "08:02:00"], "09:00:00", Some("1"), false),
        page(&["08:03:00"], "09:00:01", Some("2"), true),
    ];
    let first = collect(folder.path(), first).await;
    assert_eq!(first.asked, ["poll since 2026-11-20T08:00:00Z", "/api/v1/logs?after=1"]);
    assert_eq!(ids(&first.frames), ["08:01:00", "08:02:00", "08:03:00"]);
    assert!(first.frames[1].notes.contains(&Note::CaughtUp { at: at("09:00:01") }));
    assert_eq!(first.state.caught_up, Some(at("09:00:01")));

    let second = vec![page(&["08:03:00", "09:00:30"], "09:01:00", Some("3"), true)];
    let second = collect(folder.path(), second).await;
    assert_eq!(second.asked, ["/api/v1/logs?after=2"]);
    assert_eq!(ids(&second.frames), ["08:01:00", "08:02:00", "08:03:00", "09:00:30"]);
}

#[tokio::test(start_paused = true)]
async fn an_expired_cursor_is_followed_by_a_second_look() {
    let folder = tempfile::tempdir().unwrap();
    let answers = vec![
        page(&["08:01:00"], "09:00:00", Some("1"), true),
        Err(Error::CursorExpired { host: host() }),
        page(&["08:01:00", "08:30:00"], "10:00:00", Some("2"), true),
    ];
    let outcome = collect(folder.path(), answers).await;
    assert_eq!(outcome.asked[2], "poll since 2026-11-20T08:00:00Z");
    assert_eq!(ids(&outcome.frames), ["08:01:00", "08:30:00"]);
    assert_eq!(outcome.frames[1].repeats[0].count, 1);
}

#[tokio::test(start_paused = true)]
async fn a_refused_credential_is_tried_slowly_and_read_anew() {
    let folder = tempfile::tempdir().unwrap();
    let refused = || Err(Error::Refused { host: host(), code: Some("E0000011".to_owned()) });
    let outcome = collect(folder.path(), vec![refused(), refused(), refused(), refused()]).await;
    assert_eq!(outcome.renewed, 4);
    assert_eq!(outcome.took, Duration::from_mins(20));
    assert!(outcome.state.is_blind);
    assert!(outcome.state.trouble().unwrap().contains("E0000011"));

    let mended = vec![refused(), page(&["08:01:00"], "09:00:00", Some("1"), true)];
    let mended = collect(folder.path(), mended).await;
    assert_eq!(mended.state.trouble(), None);
    assert_eq!(mended.state.failures["refused"], 1);
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_is_waited_for_and_a_quiet_log_asked_less() {
    let folder = tempfile::tempdir().unwrap();
    let limited = Err(Error::RateLimited { host: host(), reset: Duration::from_secs(40) });
    let outcome =
        collect(folder.path(), vec![limited, page(&[], "09:00:00", Some("1"), false)]).await;
    assert_eq!(outcome.took, Duration::from_secs(40));
    let quiet = (0..6).map(|_| page(&[], "09:00:00", Some("1"), true)).collect();
    let outcome = collect(folder.path(), quiet).await;
    // 15, 22.5, 33.75, 50.6, 60 and 60 seconds.
    assert_eq!(outcome.took.as_secs(), 241);
}

#[tokio::test(start_paused = true)]
async fn a_sweep_tells_what_was_missing_and_asks_again() {
    let folder = tempfile::tempdir().unwrap();
    collect(folder.path(), vec![page(&["08:10:00"], "09:30:00", Some("1"), true)]).await;
    let answers = vec![
        page(&["08:10:00", "08:20:00"], "09:40:00", None, true),
        page(&["08:10:00", "08:20:00"], "10:40:00", None, true),
    ];
    let outcome = run(folder.path(), answers, |Parts { log, keeping, condition, stop }| {
        condition.change(|state| state.caught_up = Some(at("20:00:00")));
        let (every, delay) = (Duration::from_hours(1), Duration::from_hours(1));
        let settings = config::Sweep { enabled: true, every, delay };
        Sweep::new(&log, keeping, condition, &stop, settings, Way::Slices, Box::new(|| None)).run()
    })
    .await;
    let slice = "from 2026-11-20T08:00:00Z until 2026-11-20T14:00:00Z";
    assert_eq!(outcome.asked, [slice, slice]);
    assert_eq!(outcome.took, Duration::from_hours(2));
    assert_eq!(outcome.state.missed, 1);
    let swept =
        outcome.frames.iter().flat_map(|frame| &frame.notes).filter_map(|note| match note {
            Note::Swept(sweep) => Some((sweep.seen, sweep.missing, sweep.is_complete)),
            _ => None,
        });
    assert_eq!(swept.collect::<Vec<_>>(), [(2, 1, true), (2, 0, true)]);
}

#[tokio::test(start_paused = true)]
async fn a_sweep_begins_where_the_ledger_went_back_to() {
    let folder = tempfile::tempdir().unwrap();
    collect(folder.path(), vec![page(&["08:10:00"], "09:30:00", Some("1"), true)]).await;
    let sweep = async |verified: Option<Timestamp>| {
        let answers = vec![page(&["08:10:00"], "19:40:00", None, true)];
        let outcome = run(folder.path(), answers, |Parts { log, keeping, condition, stop }| {
            condition.change(|state| state.caught_up = Some(at("20:00:00")));
            let (every, delay) = (Duration::from_hours(1), Duration::from_hours(1));
            let settings = config::Sweep { enabled: true, every, delay };
            let verified = Box::new(move || verified);
            Sweep::new(&log, keeping, condition, &stop, settings, Way::Slices, verified).run()
        });
        outcome.await.asked
    };
    let begun = "from 2026-11-20T08:00:00Z until 2026-11-20T14:00:00Z";
    assert_eq!(sweep(None).await, [begun]);
    let back = "from 2026-11-20T08:30:00Z until 2026-11-20T14:30:00Z";
    assert_eq!(sweep(Some(at("08:30:00"))).await, [back]);
}

#[tokio::test(start_paused = true)]
async fn cursors_that_are_all_refused_are_tried_slowly() {
    let folder = tempfile::tempdir().unwrap();
    let expired = || Err(Error::CursorExpired { host: host() });
    let mut answers = Vec::new();
    for n in 0..4 {
        answers.push(page(&["08:01:00"], "09:00:00", Some(&n.to_string()), false));
        answers.push(expired());
    }
    let outcome = collect(folder.path(), answers).await;
    // 10, 20 and 40 seconds; the first is read again at once.
    assert_eq!(outcome.took.as_secs(), 70);
    assert!(outcome.state.trouble().unwrap().contains("refuses the cursors"));
}

#[tokio::test(start_paused = true)]
async fn a_date_in_the_future_is_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    let mut ahead = page(&["08:01:00"], "09:00:00", Some("1"), true).unwrap();
    ahead.asked = Timestamp::now().checked_add(Duration::from_hours(48)).unwrap();
    let outcome = collect(folder.path(), vec![Ok(ahead)]).await;
    let now = Timestamp::now();
    assert!(outcome.state.caught_up.unwrap() <= now && outcome.state.reached.unwrap() <= now);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_or_never_was_is_trouble() {
    let folder = tempfile::tempdir().unwrap();
    let mut garbled = page(&[], "09:00:00", Some("1"), true).unwrap();
    garbled.body = b"[1]".to_vec();
    let outcome = collect(folder.path(), vec![Ok(garbled)]).await;
    assert_eq!(outcome.state.rejected, 1);
    let unread = collect(tempfile::tempdir().unwrap().path(), Vec::new()).await;
    assert_eq!(unread.state.trouble().as_deref(), Some("the log was not read yet"));
    let invalid = Err(Error::Invalid { host: host(), code: None });
    let invalid = collect(tempfile::tempdir().unwrap().path(), vec![invalid]).await;
    assert!(invalid.state.trouble().unwrap().contains("refuses the question"));
}

/// What no batch can hold is not tried for ever.
#[tokio::test(start_paused = true)]
async fn an_event_that_is_too_large_is_counted_and_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = vec![b'x'; archive::MOST_BATCH_BYTES].into();
    let large = Record { id: "1".into(), time: None, bytes };
    let end = Note::CaughtUp { at: at("09:00:00") };
    let outcome = run(folder.path(), Vec::new(), |Parts { keeping, .. }| async move {
        let found = Found { records: vec![large], notes: Vec::new() };
        assert!(keeping.keep(Transport::Poll, found, vec![end]).await.is_ok());
    });
    let outcome = outcome.await;
    assert_eq!((outcome.state.rejected, ids(&outcome.frames).len()), (1, 0));
    assert_eq!(outcome.frames[0].notes[0], Note::CaughtUp { at: at("09:00:00") });
}

#[tokio::test(start_paused = true)]
async fn a_back_fill_goes_on_within_its_slice() {
    let folder = tempfile::tempdir().unwrap();
    let begin = |Parts { log, keeping, condition, stop }: Parts| {
        let (since, until) = (at("00:00:00"), at("08:00:00"));
        let job = Backfill::new(&log, keeping, condition, &stop, Way::Slices, since, until);
        async move {
            if let Some(job) = job {
                job.run().await;
            }
        }
    };
    let half = vec![page(&["02:00:00", "04:00:00"], "09:00:00", Some("b1"), false)];
    let half = run(folder.path(), half, begin).await;
    assert_eq!(half.asked, ["from 2026-11-20T00:00:00Z until 2026-11-20T08:00:00Z"]);
    assert_eq!(half.state.backfilled, Some(0.5));
    let rest = vec![
        Err(Error::CursorExpired { host: host() }),
        page(&["04:00:00", "06:00:00"], "09:10:00", None, true),
    ];
    let rest = run(folder.path(), rest, begin).await;
    let again = "from 2026-11-20T04:00:00Z until 2026-11-20T08:00:00Z";
    assert_eq!(rest.asked, ["/api/v1/logs?after=b1", again]);
    assert_eq!(rest.state.backfilled, Some(1.0));
    assert_eq!(ids(&rest.frames), ["02:00:00", "04:00:00", "06:00:00"]);
    assert!(rest.frames.iter().all(|frame| frame.transport == Transport::Backfill));
    assert!(run(folder.path(), Vec::new(), begin).await.asked.is_empty());
}
