//! The service apps of the organization.

use std::collections::BTreeSet;

use jsonwebtoken::jwk::Jwk;
use serde_json::Value;

use crate::serve::store::{Store, text};

/// An app that signs in by itself, with a key.
#[derive(Debug, Clone)]
pub(crate) struct ServiceApp {
    /// Its client id.
    pub(crate) client_id: String,
    /// Its name.
    pub(crate) name: String,
    /// Scopes of Okta's API that an administrator granted.
    pub(crate) scopes: BTreeSet<String>,
    /// The administrator role it is given; without one no scope opens anything.
    pub(crate) role: Option<String>,
    /// Whether tokens must be bound to a key of the client.
    pub(crate) needs_dpop: bool,
    /// Whether it may ask for tokens.
    pub(crate) is_active: bool,
    /// Its public keys, each with whether it is active.
    pub(crate) keys: Vec<(Jwk, bool)>,
}

impl ServiceApp {
    /// The service app of that client id, as the lists have it now.
    pub(crate) fn of(store: &Store, client_id: &str) -> Option<Self> {
        let app = store.get("apps", client_id)?;
        let settings = &app["settings"]["oauthClient"];
        if settings["application_type"] != "service" {
            return None;
        }
        let below = |list: &str| store.list(&format!("apps/{client_id}/{list}")).iter();
        let scopes = below("grants").filter(|grant| text(grant, "status") == "ACTIVE");
        let role = store.list(&format!("clients/{client_id}/roles")).first();
        let key = |item: &Value| {
            let key = serde_json::from_value::<Jwk>(item.clone()).ok()?;
            Some((key, text(item, "status") == "ACTIVE"))
        };
        Some(Self {
            client_id: client_id.to_owned(),
            name: text(app, "label").to_owned(),
            scopes: scopes.map(|grant| text(grant, "scopeId").to_owned()).collect(),
            role: role.map(|role| text(role, "type").to_owned()),
            needs_dpop: settings["dpop_bound_access_tokens"] == true,
            is_active: text(app, "status") == "ACTIVE",
            keys: below("credentials/jwks").filter_map(key).collect(),
        })
    }
}

/// What a program that only watches asks for.
const READ: [&str; 14] = [
    "okta.logs.read",
    "okta.apiTokens.read",
    "okta.users.read",
    "okta.roles.read",
    "okta.apps.read",
    "okta.appGrants.read",
    "okta.orgs.read",
    "okta.oauthIntegrations.read",
    "okta.clients.read",
    "okta.policies.read",
    "okta.networkZones.read",
    "okta.eventHooks.read",
    "okta.logStreams.read",
    "okta.principalRateLimits.read",
];

/// What one that acts asks for besides.
const MANAGE: [&str; 14] = [
    "okta.apiTokens.manage",
    "okta.users.manage",
    "okta.roles.manage",
    "okta.groups.read",
    "okta.groups.manage",
    "okta.apps.manage",
    "okta.clients.manage",
    "okta.appGrants.manage",
    "okta.sessions.read",
    "okta.networkZones.manage",
    "okta.policies.manage",
    "okta.sessions.manage",
    "okta.eventHooks.manage",
    "okta.logStreams.manage",
];

/// The apps that every served organization has. They share one key; what differs is what they may do.
pub(crate) fn apps(key: &Jwk) -> Vec<ServiceApp> {
    let app = |client_id: &str, name: &str, scopes: &[&str], role: Option<&str>| ServiceApp {
        client_id: client_id.to_owned(),
        name: name.to_owned(),
        scopes: scopes.iter().map(|&scope| scope.to_owned()).collect(),
        role: role.map(str::to_owned),
        needs_dpop: true,
        is_active: true,
        keys: vec![(key.clone(), true)],
    };
    let reader = Some("READ_ONLY_ADMIN");
    let mut all: Vec<&str> = READ.to_vec();
    all.extend(MANAGE);
    vec![
        app("0oalabreader00000001", "Keyward", &READ, reader),
        ServiceApp {
            needs_dpop: false,
            ..app("0oalabplain000000001", "Keyward without DPoP", &READ, reader)
        },
        app("0oalabnoscope0000001", "Keyward without the log", &["okta.users.read"], reader),
        app("0oalabnorole00000001", "Keyward without a role", &READ, None),
        ServiceApp {
            keys: vec![(key.clone(), false)],
            ..app("0oalabexpired0000001", "Keyward with an old key", &READ, reader)
        },
        app("0oalabsuper000000001", "Keyward with every right", &READ, Some("SUPER_ADMIN")),
        app("0oalabactor000000001", "Keyward's response", &all, Some("SUPER_ADMIN")),
    ]
}
