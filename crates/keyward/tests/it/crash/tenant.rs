//! An Okta organization of the lab, out of order, whose days pass fast.

use std::path::Path;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use lab::serve::{Clock, Faults, Keys, Lab, Limits, ServeOptions, listen};
use lab::{Entry, Options, Product};

/// Its name in the configuration.
pub(super) const NAME: &str = "acme";

/// How long ago its day is: longer than any rule remembers what it waits for.
const AGO: SignedDuration = SignedDuration::from_hours(50 * 24);

/// How long one of those that are killed lives, about.
const LIFE: Duration = Duration::from_millis(1500);

/// The tenant, served from a thread of this process.
pub(super) struct Tenant {
    entries: Vec<Entry>,
    pub(super) clock: Arc<FastClock>,
    _runtime: tokio::runtime::Runtime,
}

/// A clock that runs through a day in so many lives, until it is put elsewhere.
#[derive(Debug)]
pub(super) struct FastClock {
    begin: Timestamp,
    started: Instant,
    pace: f64,
    put: Mutex<Option<Timestamp>>,
}

impl FastClock {
    /// Puts it to so many days before the present, where it stands still; on no day before, to the present.
    pub(super) fn put(&self, days_ago: i64) {
        let time = Timestamp::now() - SignedDuration::from_hours(24 * days_ago);
        *self.put.lock().unwrap() = Some(time);
    }
}

impl Clock for FastClock {
    fn now(&self) -> Timestamp {
        let put = *self.put.lock().unwrap();
        put.unwrap_or_else(|| self.begin + fast(self.started.elapsed(), self.pace))
    }
}

fn fast(passed: Duration, pace: f64) -> SignedDuration {
    SignedDuration::try_from(passed.mul_f64(pace)).unwrap()
}

impl Tenant {
    /// Serves an organization, and writes a configuration that watches it.
    pub(super) fn serve(seed: u64, n_kills: u32, folder: &Path) -> Self {
        let end = Timestamp::now() - AGO;
        let attack = Some("cross-tenant-impersonation".to_owned());
        let options = Options { users: 20, days: 1, attack, ..Options::new(seed, end) };
        let mut entries: Vec<Entry> =
            lab::entries(&options).filter(|entry| entry.product == Product::Okta).collect();
        entries.push(last(&entries));
        let n_before = entries.len() / 10;
        let (begin, until) = (entries[n_before].time, entries[entries.len() - 2].time);
        let span = Duration::try_from(until.duration_since(begin)).unwrap();
        let pace = span.as_secs_f64() / (LIFE * n_kills.max(1)).as_secs_f64();
        let (started, put) = (Instant::now(), Mutex::default());
        let clock = Arc::new(FastClock { begin, started, pace, put });
        let keys = Keys::random().unwrap();
        keys.write(&folder.join("keys")).unwrap();
        let lab = Lab::new(options_of(seed, &clock), keys, entries.clone().into_iter());
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.unwrap();
        let (okta, auth0) = runtime.block_on(async { (listen(0).await, listen(0).await) });
        let (okta, auth0) = (okta.unwrap(), auth0.unwrap());
        configure(folder, &okta.local_addr().unwrap().to_string());
        runtime.spawn(lab.run(okta, auth0, std::future::pending()));
        Self { entries, clock, _runtime: runtime }
    }

    /// The log, one event a line.
    pub(super) fn log(&self) -> String {
        self.entries.iter().fold(String::new(), |log, entry| log + &entry.json + "\n")
    }

    /// The ids of its events, sorted.
    pub(super) fn ids(&self) -> Vec<String> {
        let mut ids: Vec<_> = self.entries.iter().map(|entry| entry.id.clone()).collect();
        ids.sort();
        ids
    }
}

/// An event long after all others, of a kind that nobody minds: it ends whatever goes on, in a saved log too.
fn last(entries: &[Entry]) -> Entry {
    let time = Timestamp::now() - SignedDuration::from_hours(6);
    let base = entries.iter().find(|entry| entry.json.contains("\"user.authentication.sso\""));
    let base = base.unwrap();
    let id = "ffffffff-0000-11f1-8000-000000000000".to_owned();
    let mut json: serde_json::Value = serde_json::from_str(&base.json).unwrap();
    json["uuid"] = id.clone().into();
    json["published"] = format!("{time:.3}").into();
    json["eventType"] = "system.agent.ad.read_ldap".into();
    Entry { product: base.product, time, written: time, id, json: json.to_string() }
}

fn options_of(seed: u64, clock: &Arc<FastClock>) -> ServeOptions {
    let faults = Faults {
        delay: 0.1,
        delay_most: Duration::from_mins(5),
        duplicate: 0.05,
        reorder: 0.3,
        error: 0.05,
        busy: 0.05,
        cut: 0.05,
        ..Faults::default()
    };
    ServeOptions {
        seed,
        faults,
        limits: Limits { logs_per_minute: 100_000, ..Limits::default() },
        cursor_life: Duration::from_hours(100 * 24),
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        ..ServeOptions::default()
    }
}

fn configure(folder: &Path, okta: &str) {
    let text = format!(
        r#"
data = "data"
listen = "127.0.0.1:0"
findings = {{ file = "findings.jsonl", stdout = "off" }}
detect = {{ lateness = "10m", save-every = "0s" }}

[[tenant]]
name = "{NAME}"
provider = "okta"
url = "http://{okta}"
read = {{ method = "api-token", token = {{ file = "keys/okta-api-token" }} }}
poll = {{ since = "60d", fastest = "1s", slowest = "1s" }}
"#
    );
    std::fs::write(folder.join("keyward.toml"), text).unwrap();
}
