//! The tenant's clients for machines.

use crate::serve::keys::Keys;

/// An application that signs in by itself, with a secret.
#[derive(Debug, Clone)]
pub(crate) struct MachineClient {
    /// Its id.
    pub(crate) client_id: String,
    #[expect(dead_code, reason = "for the interfaces that follow")]
    /// Its name.
    pub(crate) name: String,
    /// Its secret.
    pub(crate) secret: String,
    /// Scopes of the Management API that it was granted; `None` if it has no grant at all.
    pub(crate) scopes: Option<Vec<String>>,
}

/// What a program that only watches asks for.
const READ: [&str; 5] =
    ["read:logs", "read:log_streams", "read:clients", "read:client_grants", "read:grants"];

/// What one that acts asks for besides.
const MANAGE: [&str; 9] = [
    "create:clients",
    "update:clients",
    "delete:clients",
    "update:client_keys",
    "create:client_grants",
    "delete:client_grants",
    "delete:grants",
    "create:log_streams",
    "update:log_streams",
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
    all.push("delete:log_streams");
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
