//! A log of the lab, ways in which it may arrive, and what becomes of it.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use archive::fault::FaultyDisk;
use archive::{Batch, Filter, Findings, Intake, Note, SourceId, Transport, Whether};
use detect::{
    Admins, Detector, Engine, Limits, MAX_EVENT_BYTES, PENDING_BYTES, Receiver, Sorter, Spill,
};
use finding::Finding;
use jiff::{SignedDuration, Timestamp};
use lab::random::Random;
use lab::{Entry, Options, Product};

use super::super::{Account, Begin, Detection, Look, Order, Settings, Work};
use super::frames;
use crate::config;
use crate::run::outlet::{FindingsFile, Outlets, Store};
use crate::run::rules::Rules;

/// How late events may be.
pub(super) const LATENESS: Duration = Duration::from_mins(10);

pub(super) const TENANT: &str = "acme";
const FILE: &str = "findings.jsonl";

static RULES: LazyLock<Arc<Rules>> = LazyLock::new(|| {
    let text = "[[tenant]]\nname = \"acme\"\nprovider = \"okta\"\nurl = \"https://acme.okta.com\"\n\
                read = { method = \"api-token\", token = { env = \"T\" } }\n";
    let config = config::parse(text, Path::new("")).unwrap();
    Arc::new(Rules::load(&config.detect).unwrap())
});

static DETECTOR: LazyLock<Arc<Detector>> = LazyLock::new(|| RULES.detector(TENANT));

/// The built-in rules, made ready once.
#[derive(Debug)]
struct Ready;

impl Look for Ready {
    fn detector(&self, tenant: &str) -> Arc<Detector> {
        assert_eq!(tenant, TENANT);
        Arc::clone(&DETECTOR)
    }

    fn admins(&self) -> Admins {
        RULES.admins()
    }
}

/// The built-in rules.
pub(super) fn rules() -> Arc<dyn Look> {
    Arc::new(Ready)
}

/// A day of few people in one tenant of Okta, with an attack at its end.
pub(super) fn lab_log(seed: u64) -> Vec<Entry> {
    let end = "2026-11-18T17:00:00Z".parse().unwrap();
    let attack = Some("cross-tenant-impersonation".to_owned());
    let options = Options { users: 20, days: 1, attack, ..Options::new(seed, end) };
    lab::entries(&options).filter(|entry| entry.product == Product::Okta).collect()
}

pub(super) fn source() -> SourceId {
    SourceId { provider: "okta".to_owned(), tenant: TENANT.to_owned() }
}

pub(super) fn ids(log: &[Entry]) -> Vec<String> {
    let mut ids: Vec<_> = log.iter().map(|entry| entry.id.clone()).collect();
    ids.sort();
    ids
}

/// Settled findings by id, as JSON without what they replaced, which depends on the order of arrival.
pub(super) type Settled = BTreeMap<String, String>;

fn stripped(finding: &mut serde_json::Value) -> String {
    finding["replaces"] = serde_json::json!([]);
    finding.to_string()
}

fn month_after(log: &[Entry]) -> Timestamp {
    let last = log.iter().map(|entry| entry.time).max().unwrap();
    last + SignedDuration::from_hours(40 * 24)
}

/// What a saved log gives.
pub(super) fn detect(rules: &dyn Look, log: &[Entry]) -> Settled {
    let text = log.iter().fold(String::new(), |text, entry| text + &entry.json + "\n");
    let detector = rules.detector(TENANT);
    let (mut row, mut nowhere) = (Row::default(), Nowhere);
    let limits = Limits { threads: 1, max_event_bytes: MAX_EVENT_BYTES };
    assert!(detector.sweep(&mut text.as_bytes(), limits, &mut row).is_complete());
    let mut sorter = Sorter::new(&mut nowhere, usize::MAX);
    sorter.add(&row.0, 0, false).unwrap();
    let mut engine = Engine::new(detector, detect::Settings::default());
    let mut settled = Settled::new();
    let mut keep = |finding: Finding| {
        let mut json = serde_json::to_value(&finding).unwrap();
        settled.insert(finding.id.to_string(), stripped(&mut json));
    };
    sorter.finish(&mut |one| engine.take(one, &mut keep)).unwrap();
    engine.advance(month_after(log).as_microsecond(), &mut keep);
    settled
}

#[derive(Default)]
struct Row(Vec<u8>);

impl Receiver for Row {
    fn excerpts(&mut self, row: &[u8]) {
        self.0.extend_from_slice(row);
    }

    fn progress(&mut self, _bytes: u64) {}
}

struct Nowhere;

impl Spill for Nowhere {
    fn write(&mut self, _run: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn open(&mut self) -> io::Result<Vec<Box<dyn Read>>> {
        Ok(Vec::new())
    }
}

/// A log on its way: in batches, out of order within the lateness, some of it twice, received by a clock that jumps.
pub(super) struct Arrivals {
    pub(super) batches: Vec<Batch>,
}

impl Arrivals {
    pub(super) fn new(log: &[Entry], seed: u64) -> Self {
        let mut random = Random::new(seed);
        let late = i64::try_from(LATENESS.as_millis()).unwrap();
        let mut arrivals: Vec<_> = log
            .iter()
            .map(|entry| {
                let delay = if random.chance(3) { random.between(0, late - 1000) } else { 0 };
                (entry.time + SignedDuration::from_millis(delay), entry)
            })
            .collect();
        arrivals.sort_by_key(|(at, _)| *at);
        let (mut batches, mut rest) = (Vec::new(), &arrivals[..]);
        while let [(at, _), ..] = rest {
            let (some, more) = rest.split_at((1 + random.below(60)).min(rest.len()));
            rest = more;
            let mut lines: Vec<&str> = some.iter().map(|(_, entry)| &*entry.json).collect();
            if random.chance(4) {
                lines.push(lines[random.below(lines.len())]);
            }
            // Everything that happened before has arrived by then, as far as it is not late.
            let reached = some.last().map_or(*at, |(at, _)| *at);
            let notes = vec![
                Note::Cursor { of: "poll".to_owned(), text: batches.len().to_string() },
                Note::CaughtUp { at: reached },
            ];
            batches.push(batch(&lines, jumping(reached, &mut random), notes));
            if random.chance(10) {
                batches.push(batches[random.below(batches.len())].clone());
            }
        }
        let end = month_after(log);
        batches.push(batch(&[], end, vec![Note::CaughtUp { at: end }]));
        Self { batches }
    }
}

/// A clock that is an hour or a year off now and then.
fn jumping(time: Timestamp, random: &mut Random) -> Timestamp {
    let hours = match random.below(20) {
        0 => -24 * 365,
        1 => 24 * 365,
        2 => -1,
        3 => 1,
        _ => 0,
    };
    time + SignedDuration::from_hours(hours)
}

fn batch(lines: &[&str], received: Timestamp, notes: Vec<Note>) -> Batch {
    let split = archive::split(lines.join("\n").as_bytes(), Some(Product::Okta));
    let source = source();
    Batch { source, transport: Transport::Poll, received, records: split.records, notes }
}

/// An event as a hook brings it.
pub(super) fn pushed(entry: &Entry) -> Batch {
    Batch { transport: Transport::Hook, ..batch(&[&entry.json], entry.time, Vec::new()) }
}

/// Disks, and a store that outlasts everything.
pub(super) struct Site {
    pub(super) intake_disk: FaultyDisk,
    pub(super) disk: FaultyDisk,
    rules: Arc<dyn Look>,
    store: Arc<Findings>,
}

/// The store, which is also looked at from outside.
struct Shared(Arc<Findings>);

impl Store for Shared {
    fn put_all(&mut self, findings: &[String]) -> anyhow::Result<Vec<bool>> {
        let puts = self.0.put_all(findings)?;
        Ok(puts.into_iter().map(|put| put != archive::Put::Kept).collect())
    }
}

impl Site {
    pub(super) fn new(rules: Arc<dyn Look>) -> Self {
        let store = Arc::new(Findings::in_memory().unwrap());
        Self { intake_disk: FaultyDisk::new(), disk: FaultyDisk::new(), rules, store }
    }

    pub(super) fn open_intake(&self) -> Result<Intake, archive::Error> {
        let settings = archive::Settings { segment_bytes: 100_000, ..archive::Settings::default() };
        Intake::open(Arc::new(self.intake_disk.clone()), settings)
    }

    /// The task and what orders it.
    pub(super) fn task(&self, intake: &Intake) -> (Detection, Sender<Order>) {
        let (sender, orders) = channel();
        let disk: Arc<dyn archive::Disk> = Arc::new(self.disk.clone());
        let file = FindingsFile::new(Arc::clone(&disk), FILE.to_owned(), FILE.to_owned());
        let store = Box::new(Shared(Arc::clone(&self.store)));
        let detection = Detection {
            intake: intake.clone(),
            disk,
            checkpoint: "checkpoint".to_owned(),
            rules: Arc::clone(&self.rules),
            awaited: None,
            settings: Settings {
                polled: [source()].into(),
                lateness: LATENESS,
                pending_bytes: PENDING_BYTES,
                memory: detect::Settings::default(),
                save_every: Duration::from_secs(1),
            },
            outlets: Outlets::new(store, Some(file), None),
            orders,
            account: Account::default(),
        };
        (detection, sender)
    }

    /// The task, to be led step by step.
    pub(super) fn detection(&self, intake: &Intake) -> Detection {
        self.task(intake).0
    }
}

/// Where the last checkpoint leaves off.
pub(super) fn begun(detection: &mut Detection) -> Work {
    match detection.begin() {
        Ok(work) => work,
        Err(Begin::Later(error) | Begin::Never(error)) => panic!("it does not begin: {error:#}"),
    }
}

/// Takes everything that is in the intake, and saves.
pub(super) fn to_the_end(detection: &mut Detection) -> anyhow::Result<()> {
    let mut work = begun(detection);
    while detection.step(&mut work, Duration::ZERO)? {}
    detection.save(&mut work)
}

/// What is there in the end.
#[derive(Debug)]
pub(super) struct Outcome {
    /// Ids in the intake, sorted, each as often as it is there.
    pub(super) events: Vec<String>,
    /// What the file says is settled.
    pub(super) settled: Settled,
    /// What the store says is settled.
    pub(super) stored: Settled,
}

impl Outcome {
    pub(super) fn of(site: &Site, intake: &Intake) -> Self {
        let mut events: Vec<_> = frames(intake)
            .into_iter()
            .flat_map(|frame| frame.records.into_iter().map(|record| record.id.to_string()))
            .collect();
        events.sort();
        Self { events, settled: in_file(&site.disk), stored: in_store(&site.store) }
    }
}

/// The last settled revision of each finding. No line may be there twice.
fn in_file(disk: &FaultyDisk) -> Settled {
    let blob = archive::Disk::open(disk, FILE).unwrap();
    let mut bytes = vec![0; usize::try_from(blob.size().unwrap()).unwrap()];
    blob.read_at(&mut bytes, 0).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'), "half a line");
    let (mut settled, mut said) = (Settled::new(), std::collections::BTreeSet::new());
    for line in text.lines() {
        let mut finding: serde_json::Value = serde_json::from_str(line).unwrap();
        let [id, state] = ["id", "state"].map(|key| finding[key].as_str().unwrap().to_owned());
        let revision = finding["revision"].as_u64();
        assert_eq!(finding["late"], false, "nothing comes too late: {line}");
        if state == "settled" {
            assert!(said.insert((id.clone(), revision)), "{id} {revision:?} is there twice");
            settled.insert(id, stripped(&mut finding));
        }
    }
    settled
}

fn in_store(store: &Findings) -> Settled {
    let state = Some("settled".to_owned());
    let filter = Filter { whether: Whether::Any, state, ..Filter::default() };
    let stored = store.list(&filter, Timestamp::MAX).unwrap();
    stored
        .into_iter()
        .map(|stored| {
            let mut finding: serde_json::Value = serde_json::from_str(&stored.json).unwrap();
            (finding["id"].as_str().unwrap().to_owned(), stripped(&mut finding))
        })
        .collect()
}
