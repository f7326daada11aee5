//! Events that tenants push: hooks, streams, and what carries them on.
//!
//! ```text
//!  Journal ─▶ Outlet: where it is ─▶ parcel, by the provider's form ─▶ Receiver
//!                 ▲                                                       │
//!                 └────── delivered, lost, again, switched off ◀──────────┘
//! ```

mod form;
mod outlet;

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

pub(crate) use self::outlet::{Loss, Outlet, Status};
pub use self::outlet::{Push, PushKind};
use crate::Product;
use crate::serve::Shared;
use crate::serve::keys::random_text;
use crate::serve::push::form::Parcel;

/// Events of one delivery at most. Providers do not say; Auth0's batches are of this size by default.
const MOST: usize = 100;

/// How long an event hook waits for an answer. Source: Okta event hooks, checked 2026-11-22.
const HOOK_WAITS: Duration = Duration::from_secs(3);

/// How long others wait. Source: Amazon `EventBridge` API destinations, checked 2026-11-22.
const OTHERS_WAIT: Duration = Duration::from_secs(5);

/// Between two looks at the log.
const PAUSE: Duration = Duration::from_millis(200);

/// Pushes until the program ends.
pub(crate) async fn run(shared: Arc<Shared>) {
    loop {
        drop(round(&shared));
        tokio::time::sleep(PAUSE).await;
    }
}

/// Starts what is due for every outlet that is not at work already.
pub(crate) fn round(shared: &Arc<Shared>) -> Vec<JoinHandle<()>> {
    let mut outlets = shared.outlets();
    let take = |outlet: &mut Outlet| outlet.begin_work().then(|| outlet.clone());
    let due: Vec<Outlet> = outlets.iter_mut().filter_map(take).collect();
    drop(outlets);
    let start = |outlet| tokio::spawn(work(Arc::clone(shared), outlet));
    due.into_iter().map(start).collect()
}

async fn work(shared: Arc<Shared>, mut outlet: Outlet) {
    if outlet.status == Status::Waiting {
        begin(&shared, &mut outlet).await;
    } else {
        deliver(&shared, &mut outlet).await;
    }
    let lost = outlet.finish_work(&mut shared.outlets());
    if let Some(lost) = lost {
        shared.note_of_outlet(&outlet, lost);
    }
}

/// Begins once the receiver stands: a hook when it has repeated a word, others when somebody listens. What happened before
/// is not pushed.
async fn begin(shared: &Shared, outlet: &mut Outlet) {
    let stands = match outlet.kind {
        PushKind::Hook => verify(outlet).await,
        _ => outlet.receiver.is_there().await,
    };
    if stands {
        let product = outlet.kind.product();
        outlet.position = shared.journal_at(shared.now()).log(product).len();
        outlet.status = Status::Active;
    }
}

/// The one request with a GET that Okta sends: a word to be repeated.
pub(crate) async fn verify(outlet: &Outlet) -> bool {
    let Ok(word) = random_text(18) else { return false };
    let headers =
        [("x-okta-verification-challenge", word.as_str()), ("accept", "application/json")];
    let reply = outlet.receiver.send("GET", &headers, b"", HOOK_WAITS).await;
    let Some((200, body)) = reply else { return false };
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
    body["verification"] == word.as_str()
}

/// Delivers what was written since the last time.
async fn deliver(shared: &Shared, outlet: &mut Outlet) {
    let (lines, behind) = pick(shared, outlet);
    let host = host(outlet.kind.product());
    let mut all_arrived = true;
    for parcel in form::parcels(outlet, &lines, host, shared.now()) {
        all_arrived &= hand_over(outlet, &parcel).await;
        if !all_arrived && outlet.kind.is_kept() {
            outlet.fare(false, shared.now());
            return;
        }
    }
    outlet.fare(true, shared.now());
    if !all_arrived {
        outlet.lose();
    }
    outlet.position = behind;
}

/// Lines that are due, and the place behind them. Faults drop, repeat and reorder them.
fn pick(shared: &Shared, outlet: &Outlet) -> (Vec<String>, usize) {
    let faults = shared.options.faults;
    let journal = shared.journal_at(shared.now());
    let log = journal.log(outlet.kind.product());
    let behind = log.len().min(outlet.position + MOST);
    let mut reader = log.reader();
    let mut lines = Vec::new();
    for number in outlet.position..behind {
        let line = reader.with(number, str::to_owned).filter(|line| outlet.takes(line));
        let Some(line) = line else { continue };
        if shared.drop.strikes(faults.drop) {
            continue;
        }
        if shared.repeat.strikes(faults.duplicate) {
            lines.push(line.clone());
        }
        lines.push(line);
    }
    if shared.swap.strikes(faults.reorder) {
        lines.reverse();
    }
    (lines, behind)
}

/// Sends one parcel, as often as that provider tries; whether it arrived.
async fn hand_over(outlet: &Outlet, parcel: &Parcel) -> bool {
    let within = if outlet.kind == PushKind::Hook { HOOK_WAITS } else { OTHERS_WAIT };
    for _ in 0..outlet.kind.attempts() {
        let headers: Vec<(&str, &str)> =
            parcel.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let reply = outlet.receiver.send("POST", &headers, &parcel.body, within).await;
        match reply {
            Some((200..=299, _)) => return true,
            // A hook takes what the receiver refuses for its last word.
            Some((400..=499, _)) if outlet.kind == PushKind::Hook => return false,
            _ => {}
        }
    }
    false
}

/// What a tenant calls itself in what it pushes.
fn host(product: Product) -> &'static str {
    match product {
        Product::Auth0 => crate::record::auth0::TENANT,
        _ => crate::org::TENANT,
    }
}
