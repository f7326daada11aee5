//! Looking a few credentials up, with as few requests as that takes.

use std::collections::{BTreeMap, BTreeSet};

use inventory::{Card, Gap, Snapshot};
use outbound::Secret;
use serde::Deserialize;

use super::people::People;
use super::reading::{Question, Reading};
use super::row::App;
use super::{auth0, begun, okta};
use crate::{Error, Provider, Tenant};

/// Tokens of which owners are read; of more only those that are wanted are named.
const OWNERS_MAX: usize = 100;

/// What is to be looked up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The list of API tokens.
    pub tokens: bool,
    /// With them, who their owners are and what these may.
    pub owners: bool,
    /// The same of one token alone, by its id, however many there are.
    pub owner_of: Option<String>,
    /// Clients, by id.
    pub clients: BTreeSet<String>,
    /// The keys of every service app, for a key of which nothing says whose it is.
    pub keys: bool,
    /// Requests that may be made.
    pub most: usize,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Lookup {
    /// What the tenant holds of it; what could not be read is a gap.
    pub snapshot: Snapshot,
    /// Clients that the tenant says it has not.
    pub absent: BTreeSet<String>,
    /// The requests that were made: path and query.
    pub asked: Vec<String>,
    /// What came instead of what was asked for, as a fragment, by path and query; those that are not here were read.
    pub failed: BTreeMap<String, String>,
}

/// Looks credentials up. What could not be read, for want of a scope or of an answer, is a gap.
pub async fn look_up(tenant: &Tenant, label: &str, wanted: &Wanted) -> Lookup {
    let mut snapshot = begun(tenant, label);
    let mut reading = Reading::new(tenant).limited(wanted.most);
    let mut absent = BTreeSet::new();
    if wanted.tokens && tenant.provider() == Provider::Okta {
        okta::tokens(&mut reading, &mut snapshot).await;
        if wanted.owners {
            owners(&mut reading, &mut snapshot.cards).await;
        } else if let Some(id) = &wanted.owner_of {
            let cards = snapshot.cards.iter_mut().filter(|card| card.id == *id);
            People::default().read_owners(&mut reading, cards).await;
        }
    }
    for id in &wanted.clients {
        match client(&mut reading, &snapshot, id).await {
            Some(Some(card)) => snapshot.cards.push(card),
            Some(None) => drop(absent.insert(id.clone())),
            None => {}
        }
    }
    if wanted.keys {
        everybody(&mut reading, &mut snapshot).await;
    }
    let (gaps, asked, failed) = reading.told();
    snapshot.gaps = gaps;
    Lookup { snapshot, absent, asked, failed }
}

async fn owners(reading: &mut Reading<'_>, cards: &mut [Card]) {
    if cards.len() <= OWNERS_MAX {
        return People::default().read_owners(reading, cards).await;
    }
    let why = format!("there are more than {OWNERS_MAX} tokens");
    reading.lacks("owners of api tokens", &why, None);
}

/// A client; `Some(None)` where the tenant has none of that id.
async fn client(reading: &mut Reading<'_>, snapshot: &Snapshot, id: &str) -> Option<Option<Card>> {
    let question = |what, operation, query| Question {
        what,
        operation,
        ids: std::slice::from_ref(&id),
        query,
    };
    match reading.provider() {
        Provider::Okta => {
            let found = reading.maybe::<App>(question("apps", "getApplication", "")).await?;
            let Some(app) = found else { return Some(None) };
            Some(Some(okta::service_app(reading, snapshot, &app).await))
        }
        Provider::Auth0 => {
            let asked = question("clients", "get_clients_by_id", auth0::FIELDS);
            let found = reading.maybe::<auth0::Client>(asked).await?;
            let Some(client) = found else { return Some(None) };
            Some(Some(auth0::client(reading, snapshot, client).await))
        }
    }
}

/// All that signs in by itself, with its keys.
async fn everybody(reading: &mut Reading<'_>, snapshot: &mut Snapshot) {
    match reading.provider() {
        Provider::Okta => okta::service_apps(reading, snapshot).await,
        Provider::Auth0 => auth0::clients(reading, snapshot).await,
    }
    let mut seen = BTreeSet::new();
    snapshot.cards.retain(|card| seen.insert(card.id.clone()));
}

#[derive(Deserialize)]
struct Shown {
    client_secret: Option<String>,
}

/// Whether a secret is the present one of a client of Auth0. `Ok(None)` where there is no such client, `Ok(Some(None))` where the
/// tenant does not show it. Leaves a record in the log (`mgmt_api_read`), and the present secret goes no further than this.
pub async fn is_secret_of(
    tenant: &Tenant,
    client_id: &str,
    secret: &Secret,
) -> Result<Option<Option<bool>>, Error> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if !client_id.bytes().all(plain) || tenant.provider() != Provider::Auth0 {
        return Ok(Some(None));
    }
    let path =
        format!("/api/v2/clients/{client_id}?fields=client_id,client_secret&include_fields=true");
    let Some(answer) = tenant.find(&path).await? else { return Ok(None) };
    let shown: Option<Shown> = serde_json::from_slice(&answer.body).ok();
    let shown = shown.and_then(|shown| shown.client_secret).map(Secret::new);
    Ok(Some(shown.map(|shown| shown == *secret)))
}

/// Whether a gap is that the requests were used up.
pub fn is_budget(gap: &Gap) -> bool {
    gap.why == super::reading::USED_UP
}
