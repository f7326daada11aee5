//! Events that tell who is an administrator.

use catalog::Product;

use crate::watch::Watch;

/// What an event tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Signal {
    /// Of who acted, instead of the user acted on.
    pub(crate) of_actor: bool,
    /// Whether a role was granted, or shown to be there; otherwise it was taken back.
    pub(crate) grants: bool,
}

/// The types of events that tell something, by product.
pub(crate) const TYPES: [(Product, &str, Signal); 3] = [
    (Product::Okta, "user.account.privilege.grant", Signal { of_actor: false, grants: true }),
    (Product::Okta, "user.account.privilege.revoke", Signal { of_actor: false, grants: false }),
    (Product::Okta, "user.session.access_admin_app", Signal { of_actor: true, grants: true }),
];

/// Where roles are named.
pub(crate) const ROLES: &str = "debugContext.debugData.privilegeGranted";

/// What events of a type tell.
pub(crate) fn find(product: Product, kind: &str) -> Option<Signal> {
    let found = TYPES.iter().find(|(of, name, _)| *of == product && *name == kind);
    found.map(|(_, _, signal)| *signal)
}

/// Watches for the events that tell something.
pub(crate) fn watches() -> Vec<Watch> {
    let kinds: Vec<&str> = TYPES.iter().map(|(_, kind, _)| *kind).collect();
    vec![Watch::for_admins(Product::Okta, &kinds)]
}
