//! The interfaces of the tenants, over HTTP on loopback.
//!
//! ```text
//!  entries, by time ─▶ Journal, by when they are written ─┬─▶ /api/v1/logs, /api/v2/logs
//!             ▲                                           └─▶ hooks and streams that push
//!             └── what a change through the API leaves in the log
//! ```
//!
//! Nothing here runs ahead of its [`Clock`]: an event can be read once the clock has passed the moment at which it was written.

mod ask;
mod auth0;
mod chance;
mod clock;
mod fault;
mod journal;
mod keys;
mod mishap;
mod okta;
mod post;
mod push;
mod rate;
mod scribe;
mod socket;
mod store;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

use self::ask::{Answer, Ask};
use self::auth0::Tenant;
use self::chance::Chance;
pub use self::clock::{Clock, ManualClock, SystemClock};
use self::clock::{http_date, later};
pub use self::fault::{BadFault, Faults};
pub use self::journal::Entries;
use self::journal::Journal;
pub use self::keys::{KeyError, Keys};
use self::mishap::Mishaps;
use self::okta::Org;
pub use self::post::{BadReceiver, Receiver};
use self::push::{Loss, Outlet};
pub use self::push::{Push, PushKind};
pub use self::rate::Limits;
use self::rate::{Burst, Meter};
use self::scribe::{About, Author, Call, Scribe, kinds};
use self::socket::Gate;
use crate::{Options, Product, World};

/// How to serve.
#[derive(Clone)]
pub struct ServeOptions {
    /// Decides which requests and events faults befall.
    pub seed: u64,
    /// What goes wrong on purpose.
    pub faults: Faults,
    /// How much is answered.
    pub limits: Limits,
    /// How long a cursor can be followed. Okta does not say; here it is a day unless told.
    pub cursor_life: Duration,
    /// How long Auth0 keeps records: 1, 5, 10 or 30 days by plan.
    pub auth0_kept: Duration,
    /// Hooks and streams that are there from the start.
    pub push: Vec<Push>,
    /// Who and what there is to be asked for beside the log.
    pub world: Arc<World>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            seed: 1,
            faults: Faults::default(),
            limits: Limits::default(),
            cursor_life: Duration::from_hours(24),
            auth0_kept: Duration::from_hours(30 * 24),
            push: Vec::new(),
            world: Arc::new(World::new(1, Options::FEWEST_USERS)),
            clock: Arc::new(SystemClock),
        }
    }
}

/// Both tenants, ready to be served. Clones share them.
#[derive(Clone)]
pub struct Lab {
    shared: Arc<Shared>,
}

/// What all requests share.
pub(crate) struct Shared {
    pub(crate) options: ServeOptions,
    pub(crate) meter: Meter,
    pub(crate) burst: Burst,
    journal: Mutex<Journal>,
    org: Mutex<Org>,
    tenant: Mutex<Tenant>,
    outlets: Mutex<Vec<Outlet>>,
    scribe: Mutex<Scribe>,
    keys: Keys,
    /// Requests that Okta works on at a time.
    running: Semaphore,
    error: Chance,
    busy: Chance,
    cut: Arc<Chance>,
    pub(crate) stray: Chance,
    pub(crate) drop: Chance,
    pub(crate) repeat: Chance,
    pub(crate) swap: Chance,
}

impl Lab {
    /// Tenants whose log is `entries`, in the order of their time, as far as the clock has come.
    pub fn new(
        options: ServeOptions,
        keys: Keys,
        entries: impl Iterator<Item = crate::Entry> + Send + 'static,
    ) -> Self {
        let now = later_by(options.clock.now(), options.faults.skew);
        let revoked_from = options.faults.revoke.map(|after| later(now, after));
        let mishaps = Mishaps::new(options.seed, options.faults);
        let chance = |name| Chance::new(options.seed, name);
        let shared = Shared {
            meter: Meter::new(options.limits),
            burst: Burst::new(options.limits),
            journal: Mutex::new(Journal::new(Box::new(entries), mishaps)),
            org: Mutex::new(Org::new(&options.world, &keys, now, revoked_from)),
            tenant: Mutex::new(Tenant::new(&options.world, &keys, now, revoked_from)),
            outlets: Mutex::new(outlets(&options.push, &keys)),
            scribe: Mutex::new(Scribe::new(options.seed)),
            keys,
            running: Semaphore::new(options.limits.at_a_time),
            error: chance("error"),
            busy: chance("busy"),
            cut: Arc::new(chance("cut")),
            stray: chance("stray"),
            drop: chance("drop"),
            repeat: chance("repeat"),
            swap: chance("swap"),
            options,
        };
        Self { shared: Arc::new(shared) }
    }

    /// The credentials that open it.
    pub fn keys(&self) -> &Keys {
        &self.shared.keys
    }

    /// How many events the logs hold now: Okta's, Auth0's. Waits until they are written.
    pub fn len(&self) -> (usize, usize) {
        let journal = self.shared.journal_at(self.shared.now());
        (journal.log(Product::Okta).len(), journal.log(Product::Auth0).len())
    }

    /// Whether no log holds any event yet.
    pub fn is_empty(&self) -> bool {
        self.len() == (0, 0)
    }

    /// How much memory the logs take, in bytes.
    pub fn size(&self) -> usize {
        let journal = self.shared.journal_at(self.shared.now());
        journal.log(Product::Okta).size() + journal.log(Product::Auth0).size()
    }

    /// Writes everything that the logs hold now, Okta's and then Auth0's, each in the order in which it was written: JSON
    /// Lines, as the interfaces answer.
    pub fn write_logs(&self, out: &mut dyn io::Write) -> io::Result<()> {
        let journal = self.shared.journal_at(self.shared.now());
        for product in [Product::Okta, Product::Auth0] {
            let log = journal.log(product);
            let mut reader = log.reader();
            for number in 0..log.len() {
                reader.with(number, |line| writeln!(out, "{line}")).transpose()?;
            }
        }
        Ok(())
    }

    /// Serves until `shutdown` is done. Requests that run are answered first.
    pub async fn run(
        self,
        okta: TcpListener,
        auth0: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(async move {
            shutdown.await;
            let _ = stop.send(true);
        });
        let filling = Arc::clone(&self.shared);
        // The past is written while nobody asks; whoever asks early waits for it.
        tokio::task::spawn_blocking(move || drop(filling.journal_at(filling.now())));
        let pushing = tokio::spawn(push::run(Arc::clone(&self.shared)));
        let okta = serve(&self.shared, okta, Product::Okta, stopped.clone());
        let auth0 = serve(&self.shared, auth0, Product::Auth0, stopped);
        let served = tokio::try_join!(okta, auth0).map(|_| ());
        pushing.abort();
        served
    }
}

/// The ways out that are there from the start.
fn outlets(pushes: &[Push], keys: &Keys) -> Vec<Outlet> {
    let mut outlets = Vec::new();
    for (number, push) in pushes.iter().enumerate() {
        let (prefix, secret) = match push.kind {
            PushKind::Hook => ("who", keys.hook_secret.clone()),
            PushKind::EventBridge => ("0oa", keys.eventbridge_secret.clone()),
            PushKind::Hec => ("0oa", format!("Splunk {}", keys.hec_token)),
            PushKind::Auth0EventBridge => ("lst_", keys.eventbridge_secret.clone()),
            _ => ("lst_", keys.stream_secret.clone()),
        };
        let id = format!("{prefix}labpush{:0width$}", number + 1, width = 13 - prefix.len() % 4);
        let name = format!("Keyward {}", number + 1);
        outlets.push(Outlet::new(id, name, push.clone(), secret));
    }
    outlets
}

/// Opens a port on this machine; port 0 takes any.
pub async fn listen(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port))).await
}

async fn serve(
    shared: &Arc<Shared>,
    listener: TcpListener,
    product: Product,
    mut stopped: watch::Receiver<bool>,
) -> io::Result<()> {
    let state = Arc::clone(shared);
    let app = Router::new().fallback(move |request| respond(Arc::clone(&state), product, request));
    let gate = Gate { listener, rate: shared.options.faults.cut, chance: Arc::clone(&shared.cut) };
    axum::serve(gate, app)
        .with_graceful_shutdown(async move {
            let _ = stopped.wait_for(|stopped| *stopped).await;
        })
        .await
}

/// Answers one request, or does what faults make of it.
async fn respond(shared: Arc<Shared>, product: Product, request: Request) -> Answer {
    let now = shared.now();
    let mut answer = match Ask::read(request).await {
        Some(ask) => considered(shared, product, ask).await,
        None => ask::empty(StatusCode::MISDIRECTED_REQUEST),
    };
    ask::set(&mut answer, "date", &http_date(now));
    answer
}

async fn considered(shared: Arc<Shared>, product: Product, ask: Ask) -> Answer {
    let faults = shared.options.faults;
    let now = shared.now();
    if shared.error.strikes(faults.error) {
        return broken(product, shared.error.draw());
    }
    let running = shared.running.try_acquire();
    let is_busy = running.is_err() || shared.busy.strikes(faults.busy);
    if product == Product::Okta && is_busy {
        return okta::busy(now);
    }
    let work = {
        let shared = Arc::clone(&shared);
        tokio::task::spawn_blocking(move || match product {
            Product::Auth0 => auth0::answer(&shared, &ask),
            _ => okta::answer(&shared, &ask),
        })
    };
    work.await.unwrap_or_else(|_| ask::empty(StatusCode::INTERNAL_SERVER_ERROR))
}

fn broken(product: Product, draw: u64) -> Answer {
    match product {
        Product::Auth0 => auth0::broken(draw),
        _ => okta::broken(draw),
    }
}

impl Shared {
    /// What time it is in the tenants.
    pub(crate) fn now(&self) -> Timestamp {
        later_by(self.options.clock.now(), self.options.faults.skew)
    }

    /// The logs as they are at that moment.
    pub(crate) fn journal_at(&self, now: Timestamp) -> MutexGuard<'_, Journal> {
        let mut journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        journal.advance(now);
        journal
    }

    pub(crate) fn outlets(&self) -> MutexGuard<'_, Vec<Outlet>> {
        self.outlets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leaves a change in Okta's log.
    pub(crate) fn note(
        &self,
        kind: &'static crate::record::kind::Kind,
        author: &Author,
        about: &[About],
        outcome: (&'static str, Option<&str>),
    ) {
        let now = self.now();
        let mut scribe = self.scribe.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = scribe.event(kind, author, about, outcome, now);
        drop(scribe);
        self.journal_at(now).append(entry);
    }

    /// Leaves a call to Auth0's Management API in its log.
    pub(crate) fn record(&self, code: &'static str, call: &Call<'_>) {
        let now = self.now();
        let mut scribe = self.scribe.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = scribe.record(code, call, now);
        drop(scribe);
        self.journal_at(now).append(entry);
    }

    /// Leaves in the log what became of a way out. Auth0's streams lose nothing, so there is nothing to tell.
    fn note_of_outlet(&self, outlet: &Outlet, loss: Loss) {
        let (kind, what) = match loss {
            Loss::Delivery => (&kinds::HOOK_FAILED, "EventHook"),
            Loss::Stream => (&kinds::STREAM_OFF, "LogStream"),
        };
        let about = [About::new(what, &outlet.id, &outlet.name)];
        let outcome = match loss {
            Loss::Delivery => ("FAILURE", Some("The receiver did not take it")),
            Loss::Stream => ("SUCCESS", Some("The receiver did not take it")),
        };
        self.note(kind, &Author::platform(), &about, outcome);
    }

    pub(crate) fn tenant(&self) -> MutexGuard<'_, Tenant> {
        self.tenant.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn org(&self) -> MutexGuard<'_, Org> {
        self.org.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn later_by(time: Timestamp, by: jiff::SignedDuration) -> Timestamp {
    time.checked_add(by).unwrap_or(time)
}

#[cfg(test)]
mod tests;
