//! The lab's tenants, read to the end: every event, once, whatever goes wrong on the way.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use idp::{Credential, Error, Pace, Page, Provider, Query, Tenant};
use jiff::{SignedDuration, Timestamp};
use lab::serve::{Keys, Lab, Limits, ManualClock, ServeOptions, listen};
use lab::{Entry, Product};
use outbound::{Origin, Outbound, Secret, Settings};

const START: &str = "2026-11-22T12:00:00Z";

/// A served lab.
pub(crate) struct Served {
    pub(crate) okta: Origin,
    pub(crate) auth0: Origin,
    pub(crate) keys: Keys,
    clock: Arc<ManualClock>,
}

/// Serves a log of so many events a provider, all of which were written by [`START`].
pub(crate) async fn serve(n: u32, set: impl FnOnce(&mut ServeOptions)) -> Served {
    let clock = Arc::new(ManualClock::at(START.parse().unwrap()));
    let limits = Limits { logs_per_minute: 100_000, ..Limits::default() };
    let mut options = ServeOptions { clock: clock.clone(), limits, ..ServeOptions::default() };
    set(&mut options);
    let keys = Keys::random().unwrap();
    let lab = Lab::new(options, keys.clone(), entries(n).into_iter());
    let (okta, auth0) = (listen(0).await.unwrap(), listen(0).await.unwrap());
    let at = |listener: &tokio::net::TcpListener| {
        format!("http://{}", listener.local_addr().unwrap()).parse().unwrap()
    };
    let served = Served { okta: at(&okta), auth0: at(&auth0), keys, clock };
    tokio::spawn(lab.run(okta, auth0, std::future::pending()));
    served
}

/// One event of each provider every ten seconds; every seventh is written a minute late.
fn entries(n: u32) -> Vec<Entry> {
    let last: Timestamp = START.parse().unwrap();
    let mut entries = Vec::new();
    for number in 0..n {
        let time = last - SignedDuration::from_secs(i64::from(n - number) * 10 + 60);
        let late = if number.is_multiple_of(7) { 60 } else { 0 };
        let written = time + SignedDuration::from_secs(late);
        let stamp = written.strftime("%Y%m%d%H%M%S");
        let ids = [format!("e{number:06}"), format!("900{stamp}000{number:018}")];
        let texts = [
            format!(
                r#"{{"uuid":"{}","published":"{time}","eventType":"user.session.start"}}"#,
                ids[0]
            ),
            format!(r#"{{"log_id":"{}","date":"{time}","type":"s"}}"#, ids[1]),
        ];
        let products = [Product::Okta, Product::Auth0];
        for ((id, json), product) in ids.into_iter().zip(texts).zip(products) {
            entries.push(Entry { product, time, written, id, json });
        }
    }
    entries
}

impl Served {
    pub(crate) fn app(&self, client_id: &str, scopes: &[&str], dpop: bool) -> Tenant {
        let credential = Credential::ServiceApp {
            client_id: client_id.to_owned(),
            key: Secret::new(self.keys.okta_key_pem.as_str()),
            key_id: None,
            scopes: scopes.iter().map(|&scope| scope.to_owned()).collect(),
            dpop,
        };
        tenant(Provider::Okta, &self.okta, credential)
    }

    pub(crate) fn token(&self, token: &str) -> Tenant {
        tenant(Provider::Okta, &self.okta, Credential::ApiToken(Secret::new(token)))
    }

    pub(crate) fn client(&self, client_id: &str, secret: &str) -> Tenant {
        let credential = Credential::ClientCredentials {
            client_id: client_id.to_owned(),
            client_secret: Secret::new(secret),
            audience: None,
        };
        tenant(Provider::Auth0, &self.auth0, credential)
    }

    fn reader(&self) -> Tenant {
        self.app("0oalabreader00000001", &[], true)
    }
}

fn tenant(provider: Provider, origin: &Origin, credential: Credential) -> Tenant {
    let outbound = Outbound::new(&Settings::default()).unwrap();
    Tenant::new(provider, origin.clone(), credential, outbound, Pace { share: 1.0 }).unwrap()
}

/// How often each id is on the pages of a query, in the order of the ids, and the last page.
async fn read(tenant: &Tenant, mut query: Query, seen: &mut BTreeMap<String, u32>) -> Page {
    loop {
        let page = match tenant.page(&query).await {
            Ok(page) => page,
            // What is worth asking again is asked again, at once: the lab's mishaps do not pass with time.
            Err(error) if error.retry() != idp::Retry::Never => continue,
            Err(error) => panic!("{error}"),
        };
        let events: Vec<serde_json::Value> = serde_json::from_slice(&page.body).unwrap();
        assert_eq!(events.len(), page.count);
        for event in events {
            let id = event["uuid"].as_str().or(event["log_id"].as_str()).unwrap().to_owned();
            *seen.entry(id).or_default() += 1;
        }
        match page.next.clone().filter(|_| !page.is_last) {
            Some(next) => query = Query::Next(next),
            None => return page,
        }
    }
}

fn since(hours: i64) -> Timestamp {
    let start: Timestamp = START.parse().unwrap();
    start - SignedDuration::from_hours(hours)
}

/// Polls from a time before the first event to the end, and returns how often each of `n` came.
async fn polled(tenant: &Tenant, n: usize) -> Vec<u32> {
    let mut seen = BTreeMap::new();
    let query = Query::Poll { since: Some(since(24)), filter: None };
    let last = read(tenant, query, &mut seen).await;
    assert_eq!(last.asked.to_string(), START, "the provider's clock, not ours");
    assert_eq!(seen.len(), n, "events are missing");
    seen.into_values().collect()
}

#[tokio::test]
async fn okta_is_polled_to_its_end_with_bound_tokens() {
    let lab = serve(2500, |_| {}).await;
    let tenant = lab.reader();
    assert!(polled(&tenant, 2500).await.iter().all(|&n| n == 1));
    let skew = Timestamp::now().duration_since(START.parse().unwrap());
    assert!((tenant.skew() + skew).unsigned_abs().as_secs() <= 2, "{}", tenant.skew());
}

#[tokio::test]
async fn nothing_is_lost_where_the_provider_fails_now_and_then() {
    let fail = |options: &mut ServeOptions| {
        for fault in ["5xx=0.2", "busy=0.1", "cut=0.1"] {
            options.faults.add(fault).unwrap();
        }
    };
    let lab = serve(6000, fail).await;
    assert!(polled(&lab.reader(), 6000).await.iter().all(|&n| n == 1));
}

#[tokio::test]
async fn what_is_written_late_comes_behind_the_cursor() {
    let lab = serve(100, |options| options.faults.add("delay=1:30m").unwrap()).await;
    let tenant = lab.reader();
    let mut seen = BTreeMap::new();
    let first = Query::Poll { since: Some(since(24)), filter: None };
    let page = read(&tenant, first, &mut seen).await;
    assert!(seen.len() < 100, "some are not written yet");
    lab.clock.advance(Duration::from_hours(1));
    read(&tenant, Query::Next(page.next.unwrap()), &mut seen).await;
    assert_eq!(seen.len(), 100);
    assert!(seen.values().all(|&n| n == 1));
}

#[tokio::test]
async fn a_stretch_of_time_is_asked_for_with_a_filter() {
    let lab = serve(2500, |_| {}).await;
    let tenant = lab.reader();
    let bounded = |filter: Option<&str>| {
        let filter = filter.map(str::to_owned);
        Query::Bounded { since: since(5), until: since(1), filter }
    };
    let mut seen = BTreeMap::new();
    read(&tenant, bounded(None), &mut seen).await;
    assert_eq!(seen.len(), 4 * 360);
    let mut none = BTreeMap::new();
    read(&tenant, bounded(Some("eventType sw \"policy.\"")), &mut none).await;
    assert_eq!(none.len(), 0);
    let error = tenant.page(&bounded(Some("published gt 1"))).await.unwrap_err();
    assert!(matches!(error, Error::Invalid { code: Some(_), .. }), "{error:?}");
}

#[tokio::test]
async fn a_cursor_that_is_forgotten_is_known_as_such() {
    let lab = serve(1500, |options| options.cursor_life = Duration::from_mins(1)).await;
    let tenant = lab.reader();
    let page = tenant.page(&Query::Poll { since: Some(since(24)), filter: None }).await.unwrap();
    lab.clock.advance(Duration::from_mins(2));
    let error = tenant.page(&Query::Next(page.next.unwrap())).await.unwrap_err();
    assert!(matches!(error, Error::CursorExpired { .. }), "{error:?}");
    let old = Query::Poll { since: Some(since(24 * 181)), filter: None };
    let error = tenant.page(&old).await.unwrap_err();
    assert!(matches!(&error, Error::Invalid { code: Some(code), .. } if code == "E0000053"));
}

#[tokio::test]
async fn the_lab_never_has_to_refuse_for_the_rate() {
    let limits = Limits { logs_per_minute: 10, ..Limits::default() };
    let lab = serve(2500, |options| options.limits = limits).await;
    let tenant = lab.reader();
    let page = tenant.page(&Query::Poll { since: Some(since(24)), filter: None }).await.unwrap();
    let share = page.share.unwrap();
    assert_eq!((share.limit, share.remaining), (5, 4));
}

#[tokio::test]
async fn auth0_is_read_in_the_order_in_which_it_was_written() {
    let lab = serve(450, |_| {}).await;
    let tenant = lab.client("keywardlabreader0000000000000001", &lab.keys.auth0_client_secret);
    assert!(polled(&tenant, 450).await.iter().all(|&n| n == 1));
    let mut seen = BTreeMap::new();
    let half = Query::Poll { since: Some(since(1)), filter: None };
    read(&tenant, half, &mut seen).await;
    let first = seen.keys().next().unwrap();
    // All of the last hour, behind the hundred events before it.
    assert!((354..=460).contains(&seen.len()) && first.as_str() < "90020261122110000", "{first}");
}

#[tokio::test]
async fn an_event_of_the_very_moment_that_is_asked_from_is_read() {
    let lab = serve(20, |_| {}).await;
    let first = START.parse::<Timestamp>().unwrap() - SignedDuration::from_secs(20 * 10 + 60);
    let client = lab.client("keywardlabreader0000000000000001", &lab.keys.auth0_client_secret);
    for tenant in [lab.reader(), client] {
        let mut seen = BTreeMap::new();
        read(&tenant, Query::Poll { since: Some(first), filter: None }, &mut seen).await;
        assert_eq!(seen.len(), 20);
    }
}
