//! The service apps of the organization.

use std::collections::BTreeSet;

use jsonwebtoken::jwk::Jwk;

/// An app that signs in by itself, with a key.
#[derive(Debug, Clone)]
pub(crate) struct ServiceApp {
    /// Its client id.
    pub(crate) client_id: String,
    #[expect(dead_code, reason = "for the interfaces that follow")]
    /// Its name.
    pub(crate) name: String,
    /// Scopes of Okta's API that an administrator granted.
    pub(crate) scopes: BTreeSet<String>,
    /// The administrator role it is given; without one no scope opens anything.
    pub(crate) role: Option<&'static str>,
    /// Whether tokens must be bound to a key of the client.
    pub(crate) needs_dpop: bool,
    /// Whether it may ask for tokens.
    pub(crate) is_active: bool,
    /// Its public keys, each with whether it is active.
    pub(crate) keys: Vec<(Jwk, bool)>,
}

/// What a program that only watches asks for.
const READ: [&str; 11] = [
    "okta.logs.read",
    "okta.apiTokens.read",
    "okta.users.read",
    "okta.roles.read",
    "okta.apps.read",
    "okta.clients.read",
    "okta.policies.read",
    "okta.networkZones.read",
    "okta.eventHooks.read",
    "okta.logStreams.read",
    "okta.principalRateLimits.read",
];

/// What one that acts asks for besides.
const MANAGE: [&str; 11] = [
    "okta.apiTokens.manage",
    "okta.users.manage",
    "okta.roles.manage",
    "okta.groups.read",
    "okta.groups.manage",
    "okta.apps.manage",
    "okta.clients.manage",
    "okta.appGrants.manage",
    "okta.sessions.manage",
    "okta.eventHooks.manage",
    "okta.logStreams.manage",
];

/// The apps that every served organization has. They share one key; what differs is what they may do.
pub(crate) fn apps(key: &Jwk) -> Vec<ServiceApp> {
    let app = |client_id: &str, name: &str, scopes: &[&str], role| ServiceApp {
        client_id: client_id.to_owned(),
        name: name.to_owned(),
        scopes: scopes.iter().map(|&scope| scope.to_owned()).collect(),
        role,
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
