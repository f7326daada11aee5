//! An Okta organization and an Auth0 tenant of the lab, out of order, whose days pass fast. Both are polled, and both push by ways
//! that are tried until they arrive; a hook that meets nobody would leave a line of its own in the log.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use lab::serve::{Clock, Faults, Keys, Lab, Limits, ServeOptions, listen};
use lab::{Entry, Options, Product};

/// Whose they are, and their names in the configuration.
pub(super) const NAMES: [(Product, &str); 2] =
    [(Product::Okta, "acme"), (Product::Auth0, "acme-customers")];

/// How long ago its day is: longer than any rule remembers what it waits for.
const AGO: SignedDuration = SignedDuration::from_hours(50 * 24);

/// How long one of those that are killed lives, about.
const LIFE: Duration = Duration::from_millis(1500);

/// The tenants, served from a thread of this process.
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
        let mut entries = day(seed, end, Product::Okta, "cross-tenant-impersonation");
        entries.extend(day(seed, end, Product::Auth0, "api-explorer-token"));
        entries.sort_by_key(|entry| entry.time);
        let n_before = entries.len() / 10;
        let (begin, until) = (entries[n_before].time, entries[entries.len() - 3].time);
        let span = Duration::try_from(until.duration_since(begin)).unwrap();
        let pace = span.as_secs_f64() / (LIFE * n_kills.max(1)).as_secs_f64();
        let (started, put) = (Instant::now(), Mutex::default());
        let clock = Arc::new(FastClock { begin, started, pace, put });
        let keys = Keys::random().unwrap();
        keys.write(&folder.join("keys")).unwrap();
        let port = free_port();
        let lab = Lab::new(options_of(seed, &clock, port), keys, entries.clone().into_iter());
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.unwrap();
        let (okta, auth0) = runtime.block_on(async { (listen(0).await, listen(0).await) });
        let (okta, auth0) = (okta.unwrap(), auth0.unwrap());
        configure(folder, port, okta.local_addr().unwrap(), auth0.local_addr().unwrap());
        runtime.spawn(lab.run(okta, auth0, std::future::pending()));
        Self { entries, clock, _runtime: runtime }
    }

    /// The log of one of them, one event a line.
    pub(super) fn log(&self, product: Product) -> String {
        let entries = self.entries.iter().filter(|entry| entry.product == product);
        entries.fold(String::new(), |log, entry| log + &entry.json + "\n")
    }

    /// The ids of all events, sorted.
    pub(super) fn ids(&self) -> Vec<String> {
        let mut ids: Vec<_> = self.entries.iter().map(|entry| entry.id.clone()).collect();
        ids.sort();
        ids
    }
}

/// A day with an attack on one of them, and the last event.
fn day(seed: u64, end: Timestamp, product: Product, attack: &str) -> Vec<Entry> {
    let attack = Some(attack.to_owned());
    let options = Options { users: 20, days: 1, attack, ..Options::new(seed, end) };
    let entries = lab::entries(&options).filter(|entry| entry.product == product);
    let mut entries: Vec<Entry> = entries.collect();
    entries.push(if product == Product::Okta { last(&entries) } else { last_of_auth0(&entries) });
    entries
}

/// When an event happens that is long after all others, of a kind that nobody minds: it ends whatever goes on, in a saved log too.
fn latest() -> Timestamp {
    Timestamp::now() - SignedDuration::from_hours(6)
}

fn last_of_auth0(entries: &[Entry]) -> Entry {
    let time = latest();
    let base = entries.iter().find(|entry| entry.json.contains("\"seccft\"")).unwrap();
    let id = format!("900{}{}", time.strftime("%Y%m%d%H%M%S"), &base.id[17..]);
    let mut json: serde_json::Value = serde_json::from_str(&base.json).unwrap();
    for key in ["log_id", "_id"] {
        json[key] = id.clone().into();
    }
    json["date"] = format!("{time:.3}").into();
    Entry { product: base.product, time, written: time, id, json: json.to_string() }
}

fn last(entries: &[Entry]) -> Entry {
    let time = latest();
    let base = entries.iter().find(|entry| entry.json.contains("\"user.authentication.sso\""));
    let base = base.unwrap();
    let id = "ffffffff-0000-11f1-8000-000000000000".to_owned();
    let mut json: serde_json::Value = serde_json::from_str(&base.json).unwrap();
    json["uuid"] = id.clone().into();
    json["published"] = format!("{time:.3}").into();
    json["eventType"] = "system.agent.ad.read_ldap".into();
    Entry { product: base.product, time, written: time, id, json: json.to_string() }
}

/// One that nobody listens on: whoever is started anew listens there again.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn options_of(seed: u64, clock: &Arc<FastClock>, port: u16) -> ServeOptions {
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
        push: ["eventbridge=acme/eventbridge", "auth0-lines=acme-customers/auth0-stream"]
            .map(|push| push.replace('=', &format!("=http://127.0.0.1:{port}/")).parse().unwrap())
            .to_vec(),
        auth0_kept: Duration::from_hours(100 * 24),
        cursor_life: Duration::from_hours(100 * 24),
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        ..ServeOptions::default()
    }
}

fn configure(folder: &Path, port: u16, okta: SocketAddr, auth0: SocketAddr) {
    let [(_, organization), (_, customers)] = NAMES;
    let text = format!(
        r#"
data = "data"
listen = "127.0.0.1:{port}"
findings = {{ file = "findings.jsonl", stdout = "off" }}
detect = {{ lateness = "10m", save-every = "0s" }}

[[tenant]]
name = "{organization}"
provider = "okta"
url = "http://{okta}"
read = {{ method = "api-token", token = {{ file = "keys/okta-api-token" }} }}
poll = {{ since = "60d", fastest = "1s", slowest = "1s" }}
# What is weak is told once an hour, whatever the log says.
inventory = {{ enabled = false }}

[[tenant.receiver]]
kind = "eventbridge"
secrets = [{{ file = "keys/eventbridge-secret" }}]

[[tenant]]
name = "{customers}"
provider = "auth0"
url = "http://{auth0}"
retention = "100d"
poll = {{ since = "60d", fastest = "1s", slowest = "1s" }}
inventory = {{ enabled = false }}

[tenant.read]
method = "client-credentials"
client-id = "keywardlabreader0000000000000001"
secret = {{ file = "keys/auth0-client-secret" }}

[[tenant.receiver]]
kind = "auth0-stream"
secrets = [{{ file = "keys/stream-secret" }}]
"#
    );
    std::fs::write(folder.join("keyward.toml"), text).unwrap();
}
