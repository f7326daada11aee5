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
mod rate;
mod socket;

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
pub use self::rate::Limits;
use self::rate::{Burst, Meter};
use self::socket::Gate;
use crate::Product;

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
            clock: Arc::new(SystemClock),
        }
    }
}

/// Both tenants, ready to be served.
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
    keys: Keys,
    /// Requests that Okta works on at a time.
    running: Semaphore,
    error: Chance,
    busy: Chance,
    cut: Arc<Chance>,
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
            org: Mutex::new(Org::new(&keys, revoked_from)),
            tenant: Mutex::new(Tenant::new(&keys, revoked_from)),
            keys,
            running: Semaphore::new(options.limits.at_a_time),
            error: chance("error"),
            busy: chance("busy"),
            cut: Arc::new(chance("cut")),
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
        let okta = serve(&self.shared, okta, Product::Okta, stopped.clone());
        let auth0 = serve(&self.shared, auth0, Product::Auth0, stopped);
        tokio::try_join!(okta, auth0).map(|_| ())
    }
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
