//! Collecting from tenants of the lab over HTTP, whose time is moved by hand. Every seventh event is written late, behind the end of what a
//! second look asks for.

use std::collections::BTreeSet;

use archive::{Ledger, Reader, SourceReport};
use idp::{Credential, Pace, Provider, Tenant};
use jiff::SignedDuration;
use lab::Entry;
use lab::serve::{Keys, Lab, Limits, ManualClock, ServeOptions, listen};
use outbound::{Outbound, Secret};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::super::sight::TenantLog;
use super::*;

/// When the record begins, and the time of the first look at it.
const RECORD: &str = "2026-11-16T18:00:00Z";
const START: &str = "2026-11-17T00:00:00Z";

/// How old times are that are asked for again.
const DELAY: SignedDuration = SignedDuration::from_hours(1);

/// How late the late ones are written.
const LATE: SignedDuration = SignedDuration::from_mins(90);

const TENANT: &str = "acme";

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// One every ten minutes, from two days before the start to a day after it.
fn entries(product: Product) -> Vec<Entry> {
    let begin = time(START) - SignedDuration::from_hours(48);
    let entry = |number: i64| {
        let at = begin + SignedDuration::from_mins(10 * number);
        let written = if number % 7 == 0 { at + LATE } else { at };
        let stamp = written.strftime("%Y%m%d%H%M%S");
        let (id, json) = if product == Product::Auth0 {
            let id = format!("900{stamp}000{number:018}");
            let json = format!(r#"{{"log_id":"{id}","date":"{at}","type":"s"}}"#);
            (id, json)
        } else {
            let (id, kind) = (format!("e{number:06}"), "user.session.start");
            let json = format!(r#"{{"uuid":"{id}","published":"{at}","eventType":"{kind}"}}"#);
            (id, json)
        };
        Entry { product, time: at, written, id, json }
    };
    (0..3 * 24 * 6).map(entry).collect()
}

/// A tenant that is served, and where what is read of it is kept.
struct House {
    product: Product,
    clock: Arc<ManualClock>,
    entries: Vec<Entry>,
    log: TenantLog,
    intake: Intake,
    condition: Condition,
    keeping: Keeping,
    stopper: Stopper,
    stop: Stop,
    ledger: Arc<Mutex<(Ledger, Reader)>>,
    tasks: JoinSet<()>,
    _folder: tempfile::TempDir,
}

impl House {
    async fn new(product: Product) -> Self {
        let clock = Arc::new(ManualClock::at(time(START)));
        let limits = Limits {
            logs_per_minute: 1_000_000,
            burst: 1_000_000,
            per_second: 1_000_000,
            ..Limits::default()
        };
        let options = ServeOptions { clock: Arc::clone(&clock) as _, limits, ..Default::default() };
        let (keys, entries) = (Keys::random().unwrap(), entries(product));
        let lab = Lab::new(options, keys.clone(), entries.clone().into_iter());
        let (okta, auth0) = (listen(0).await.unwrap(), listen(0).await.unwrap());
        let address = if product == Product::Auth0 { &auth0 } else { &okta }.local_addr().unwrap();
        let log = TenantLog::new(move || Ok(tenant(product, &address.to_string(), &keys))).unwrap();
        let mut tasks = JoinSet::new();
        let (stopper, stop) = stopping();
        let mut end = stop.clone();
        tasks.spawn(
            async move { lab.run(okta, auth0, async move { end.wait().await }).await.unwrap() },
        );
        let folder = tempfile::tempdir().unwrap();
        let disk = RealDisk::at(folder.path().to_owned()).unwrap();
        let intake = Intake::open(Arc::new(disk), Settings::default()).unwrap();
        let provider = product.name().to_owned();
        let condition = Condition::new(SourceId { provider, tenant: TENANT.to_owned() });
        let keeping = Keeping::new(&intake, product, &condition, &stop);
        let ledger = (Ledger::new(), intake.reader(Position(0)));
        let ledger = Arc::new(Mutex::new(ledger));
        Self {
            product,
            clock,
            entries,
            log,
            intake,
            condition,
            keeping,
            stopper,
            stop,
            ledger,
            tasks,
            _folder: folder,
        }
    }

    fn way(&self) -> Way {
        if self.product == Product::Auth0 { Way::Pass } else { Way::Slices }
    }

    /// Reads the record of the tenant, as a log tells of it.
    fn collect(&mut self, log: impl Log) {
        let poll = config::Poll {
            enabled: true,
            since: When::At(time(RECORD)),
            fastest: Duration::from_millis(1),
            slowest: Duration::from_millis(5),
            share: 1.0,
            overlap: Duration::from_hours(1),
            blind: Duration::from_mins(15),
        };
        let retention = Duration::from_hours(24 * 365 * 100);
        let (keeping, condition) = (self.keeping.clone(), self.condition.clone());
        let since = time(RECORD);
        let log = Arc::new(log);
        let collector =
            Collector::new(&log, keeping, condition, &self.stop, poll, retention, since);
        self.tasks.spawn(collector.run());
    }

    /// What the ledger says of everything that was kept so far.
    fn report(&self) -> Option<SourceReport> {
        report(&self.ledger)
    }

    /// The ids of what was kept, in order, by a way.
    fn held(&self, way: Option<Transport>) -> Vec<String> {
        let mut reader = self.intake.reader(Position(0));
        let frames = std::iter::from_fn(|| reader.next(Duration::ZERO).unwrap());
        let frames = frames.filter(|frame| way.is_none_or(|way| frame.transport == way));
        let mut ids: Vec<_> = frames
            .flat_map(|frame| frame.records.into_iter().map(|record| record.id.to_string()))
            .collect();
        ids.sort();
        ids
    }

    /// The ids of events for which something holds, in order, and that can be read now.
    fn readable(&self, holds: impl Fn(&Entry) -> bool) -> Vec<String> {
        let now = lab::serve::Clock::now(&*self.clock);
        let entries = self.entries.iter().filter(|entry| entry.written <= now && holds(entry));
        let mut ids: Vec<_> = entries.map(|entry| entry.id.clone()).collect();
        ids.sort();
        ids
    }

    async fn end(mut self) -> Vec<String> {
        self.stopper.stop();
        while let Some(ended) = self.tasks.join_next().await {
            ended.unwrap();
        }
        self.held(None)
    }
}

fn report(ledger: &Mutex<(Ledger, Reader)>) -> Option<SourceReport> {
    let mut ledger = ledger.lock().unwrap();
    let (ledger, reader) = &mut *ledger;
    while let Some(frame) = reader.next(Duration::ZERO).unwrap() {
        ledger.observe(&frame);
    }
    ledger.report(time(START)).pop()
}

fn tenant(product: Product, address: &str, keys: &Keys) -> Tenant {
    let (provider, credential) = if product == Product::Auth0 {
        let client_secret = Secret::new(keys.auth0_client_secret.as_str());
        let client_id = "keywardlabreader0000000000000001".to_owned();
        let audience = None;
        (Provider::Auth0, Credential::ClientCredentials { client_id, client_secret, audience })
    } else {
        (Provider::Okta, Credential::ApiToken(Secret::new(keys.okta_api_token.as_str())))
    };
    let outbound = Outbound::new(&outbound::Settings::default()).unwrap();
    let origin = format!("http://{address}").parse().unwrap();
    Tenant::new(provider, origin, credential, outbound, Pace { share: 1.0 }).unwrap()
}

/// Waits until something holds, a minute at most.
async fn until(what: &str, holds: impl Fn() -> bool) {
    let began = std::time::Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_mins(1), "no use waiting for {what}");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// A log that answers as often as it is let.
struct Gated {
    log: TenantLog,
    permits: Arc<Semaphore>,
}

impl Log for Gated {
    async fn page(&self, query: &Query) -> Result<Page, Error> {
        self.permits.acquire().await.unwrap().forget();
        self.log.page(query).await
    }

    fn renew(&self) {}

    fn skew_s(&self) -> i64 {
        0
    }
}

/// A log whose polling leaves out one event of eleven, as long as it is not late.
struct Forgetful(TenantLog);

fn is_forgotten(number: i64) -> bool {
    number % 11 == 3 && number % 7 != 0
}

impl Log for Forgetful {
    async fn page(&self, query: &Query) -> Result<Page, Error> {
        let mut page = self.0.page(query).await?;
        let mut events: Vec<serde_json::Value> = serde_json::from_slice(&page.body).unwrap();
        events.retain(|event| {
            let id = event["uuid"].as_str().or(event["log_id"].as_str()).unwrap();
            !is_forgotten(id[id.len() - 6..].parse().unwrap())
        });
        page.body = serde_json::to_vec(&events).unwrap();
        Ok(page)
    }

    fn renew(&self) {}

    fn skew_s(&self) -> i64 {
        0
    }
}

async fn back_fill(product: Product) {
    let mut house = House::new(product).await;
    let record = time(RECORD);
    house.collect(house.log.clone());
    let permits = Arc::new(Semaphore::new(0));
    let gated = Gated { log: house.log.background(), permits: Arc::clone(&permits) };
    let (keeping, condition) = (house.keeping.clone(), house.condition.clone());
    let (since, way) = (house.entries[0].time, house.way());
    let gated = Arc::new(gated);
    let job = Backfill::new(&gated, keeping, condition, &house.stop, way, since, record);
    house.tasks.spawn(job.unwrap().run());
    let state = || house.condition.state();
    until("the end of the log", || state().caught_up.is_some()).await;
    permits.add_permits(1);
    until("times past", || state().pages.get("backfill") == Some(&1)).await;

    // The record goes on while the other waits in the middle.
    house.clock.advance(Duration::from_hours(6));
    let is_new = |entry: &Entry| entry.time > time(START);
    let new = house.readable(is_new);
    assert!(new.len() > 20);
    let has_all = |ids: &[String]| {
        let held: BTreeSet<_> = house.held(Some(Transport::Poll)).into_iter().collect();
        ids.iter().all(|id| held.contains(id))
    };
    until("the record", || has_all(&new)).await;
    assert!(state().backfilled.unwrap() < 1.0);

    permits.add_permits(1_000);
    until("the end of times past", || state().backfilled == Some(1.0)).await;
    // A record of Auth0 begins a page early.
    assert!(house.held(Some(Transport::Backfill)).len() > 100);
    assert!(has_all(&house.readable(|entry| entry.time >= record)));
    let all = house.readable(|_| true);
    assert_eq!(house.end().await, all, "every event, once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_back_fill_beside_a_live_tenant_keeps_every_event_once() {
    back_fill(Product::Okta).await;
    back_fill(Product::Auth0).await;
}

/// Whether everything is held of what is said to be complete, as far as it could be read when that was asked last.
fn is_true(house: &House, report: &SourceReport) -> bool {
    let Some(verified) = &report.verified else { return true };
    let held: BTreeSet<_> = house.held(None).into_iter().collect();
    let is_meant = |entry: &Entry| {
        let is_within = verified.from <= entry.time && entry.time < verified.until;
        is_within && entry.written <= verified.asked
    };
    house.readable(is_meant).iter().all(|id| held.contains(id))
}

async fn sweeps(product: Product) {
    let mut house = House::new(product).await;
    house.collect(Forgetful(house.log.clone()));
    let every = Duration::from_millis(2);
    let settings = config::Sweep { enabled: true, every, delay: DELAY.unsigned_abs() };
    let ledger = Arc::clone(&house.ledger);
    let verified = Box::new(move || report(&ledger)?.verified_until);
    let (keeping, condition) = (house.keeping.clone(), house.condition.clone());
    let (log, way) = (Arc::new(house.log.background()), house.way());
    let sweep = Sweep::new(&log, keeping, condition, &house.stop, settings, way, verified);
    house.tasks.spawn(sweep.run());
    let state = || house.condition.state();
    for _ in 0..12 {
        let now = lab::serve::Clock::now(&*house.clock);
        until("a statement", || {
            // The record first: what it brings may move the statement back.
            state().caught_up == Some(now)
                && house.report().is_some_and(|report| report.verified_until == Some(now - DELAY))
        })
        .await;
        assert!(is_true(&house, &house.report().unwrap()), "as of {now}");
        house.clock.advance(Duration::from_mins(30));
    }
    let now = lab::serve::Clock::now(&*house.clock);
    let is_whole = |report: SourceReport| {
        report.verified_until == Some(now - DELAY) && state().caught_up == Some(now)
    };
    until("the last statement", || house.report().is_some_and(is_whole)).await;
    let is_past = |entry: &Entry| entry.time >= time(RECORD) && entry.time < now - DELAY;
    let forgotten = (0_i64..).zip(&house.entries);
    let forgotten = forgotten.filter(|(number, entry)| is_forgotten(*number) && is_past(entry));
    let forgotten: Vec<_> = forgotten.map(|(_, entry)| entry.id.clone()).collect();
    assert!(forgotten.len() > 3);
    let swept: BTreeSet<_> = house.held(Some(Transport::Sweep)).into_iter().collect();
    assert!(forgotten.iter().all(|id| swept.contains(id)), "what polling left out");
    assert!(state().missed >= forgotten.len() as u64);
    assert!(house.report().unwrap().n_corrections > 0, "late ones move the statement back");
    let expected: BTreeSet<_> = house.readable(is_past).into_iter().collect();
    let held = house.end().await;
    assert!(held.windows(2).all(|two| two[0] != two[1]), "once");
    let held: BTreeSet<_> = held.into_iter().collect();
    assert!(held.is_superset(&expected));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_said_to_be_complete_is_although_polling_leaves_events_out_and_others_are_late() {
    sweeps(Product::Okta).await;
    sweeps(Product::Auth0).await;
}
