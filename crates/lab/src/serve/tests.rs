//! The served interfaces, over real connections, by a clock that a test moves.

mod auth0_log;
mod auth0_manage;
mod client;
mod okta_log;
mod okta_manage;
mod okta_token;
mod pushes;

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::json;

use self::client::Client;
use crate::serve::{Faults, Keys, Lab, Limits, ManualClock, ServeOptions, listen};
use crate::{Entry, Product};

/// When tests begin.
pub(super) const START: &str = "2026-11-22T12:00:00Z";

/// A served lab and what a test needs of it.
pub(super) struct Served {
    pub(super) okta: Client,
    pub(super) auth0: Client,
    pub(super) clock: Arc<ManualClock>,
    pub(super) keys: Keys,
}

/// Serves those entries with those options; the clock stands at [`START`].
pub(super) async fn serve(entries: Vec<Entry>, set: impl FnOnce(&mut ServeOptions)) -> Served {
    let clock = Arc::new(ManualClock::at(at(0)));
    let mut options = ServeOptions { clock: clock.clone(), ..ServeOptions::default() };
    // Most tests are about something else.
    options.limits = Limits { logs_per_minute: 10_000, ..Limits::default() };
    set(&mut options);
    let keys = Keys::random().unwrap();
    let lab = Lab::new(options, keys.clone(), entries.into_iter());
    let okta = listen(0).await.unwrap();
    let auth0 = listen(0).await.unwrap();
    let clients = [&okta, &auth0].map(|listener| Client::new(listener.local_addr().unwrap()));
    tokio::spawn(lab.run(okta, auth0, std::future::pending()));
    let [okta, auth0] = clients;
    Served { okta, auth0, clock, keys }
}

/// That many seconds after [`START`].
pub(super) fn at(offset_s: i64) -> Timestamp {
    let start: Timestamp = START.parse().unwrap();
    start + jiff::SignedDuration::from_secs(offset_s)
}

/// An event of Okta that happened and was written that many seconds after [`START`].
pub(super) fn event(id: u32, time_s: i64, written_s: i64) -> Entry {
    let kind = if id.is_multiple_of(2) { "user.session.start" } else { "system.api_token.create" };
    let json = json!({
        "uuid": format!("e{id}"), "published": at(time_s).to_string(), "eventType": kind,
        "version": "0", "severity": "INFO", "actor": {"id": "00u1", "type": "User", "alternateId": "ada@example.com", "displayName": "Ada"},
        "outcome": {"result": "SUCCESS"},
    });
    Entry {
        product: Product::Okta,
        time: at(time_s),
        written: at(written_s),
        id: format!("e{id}"),
        json: json.to_string(),
    }
}

/// A fault by its flag.
pub(super) fn faults(text: &str) -> Faults {
    let mut faults = Faults::default();
    faults.add(text).unwrap();
    faults
}

#[test]
fn the_page_of_the_interfaces_names_every_flag_value_and_file() {
    let page = include_str!("../../../../docs/lab-interfaces.md");
    let pushes = crate::serve::PushKind::NAMES.iter().map(|(name, _)| format!("`{name}`"));
    let faults = Faults::KINDS.iter().map(|kind| format!("| `{kind}="));
    let files = Keys::FILES.iter().map(|file| format!("`{file}`"));
    for text in pushes.chain(faults).chain(files).chain([format!("`{}`", Keys::OKTA_KEY_ID)]) {
        assert!(page.contains(&text), "{text}");
    }
}
