//! The tenant's clients for machines.

use serde_json::Value;

use crate::serve::keys::Keys;
use crate::serve::store::{Store, text};

/// An application that signs in by itself, with a secret.
#[derive(Debug, Clone)]
pub(crate) struct MachineClient {
    /// Its id.
    pub(crate) client_id: String,
    /// Its name.
    pub(crate) name: String,
    /// Its secret.
    pub(crate) secret: String,
    /// Scopes of the Management API that it was granted; `None` if it has no grant at all.
    pub(crate) scopes: Option<Vec<String>>,
}

impl MachineClient {
    /// The client of that id, as the lists have it now.
    pub(super) fn of(store: &Store, client_id: &str) -> Option<Self> {
        let client = store.get("clients", client_id)?;
        let grants = store.list("client-grants").iter();
        let mut own = grants.filter(|grant| {
            text(grant, "client_id") == client_id && text(grant, "audience") == AUDIENCE
        });
        let scopes = own.next().map(|grant| {
            let scopes = grant["scope"].as_array().into_iter().flatten();
            scopes.filter_map(Value::as_str).map(str::to_owned).collect()
        });
        Some(Self {
            client_id: client_id.to_owned(),
            name: text(client, "name").to_owned(),
            secret: text(client, "client_secret").to_owned(),
            scopes,
        })
    }
}

/// The Management API's own name for itself, in grants.
pub(super) const AUDIENCE: &str = "https://acme.us.auth0.com/api/v2/";

/// What a program that only watches asks for.
const READ: [&str; 6] = [
    "read:logs",
    "read:log_streams",
    "read:clients",
    "read:client_grants",
    "read:resource_servers",
    "read:grants",
];

/// What one that acts asks for besides.
const MANAGE: [&str; 16] = [
    "create:clients",
    "update:clients",
    "delete:clients",
    "read:client_keys",
    "update:client_keys",
    "create:client_grants",
    "delete:client_grants",
    "delete:grants",
    "create:log_streams",
    "update:log_streams",
    "delete:log_streams",
    "read:users",
    "read:sessions",
    "delete:sessions",
    "read:refresh_tokens",
    "delete:refresh_tokens",
];

/// The clients that every served tenant has. They share one secret; what differs is what they may do.
pub(crate) fn clients(keys: &Keys) -> Vec<MachineClient> {
    let client = |client_id: &str, name: &str, scopes: Option<Vec<&str>>| MachineClient {
        client_id: client_id.to_owned(),
        name: name.to_owned(),
        secret: keys.auth0_client_secret.clone(),
        scopes: scopes.map(|scopes| scopes.into_iter().map(str::to_owned).collect()),
    };
    let mut all = READ.to_vec();
    all.extend(MANAGE);
    vec![
        client("keywardlabreader0000000000000001", "Keyward", Some(READ.to_vec())),
        client(
            "keywardlabnoscope000000000000001",
            "Keyward without the log",
            Some(vec!["read:clients"]),
        ),
        client("keywardlabnogrant000000000000001", "Keyward without a grant", None),
        client("keywardlabactor00000000000000001", "Keyward's response", Some(all)),
    ]
}
