//! Events that tell who is an administrator.

use std::sync::LazyLock;

use crate::Product;
use crate::table::{compare, filled, rows};

const TEXT: &str = include_str!("../../../catalog/admin_signals.tsv");

static SIGNALS: LazyLock<Vec<AdminSignal>> = LazyLock::new(|| {
    rows(TEXT)
        .filter_map(|[product, event_type, effect, whom, when, roles, note, _source, _date]| {
            Some(AdminSignal {
                product: Product::from_name(product)?,
                event_type,
                effect: AdminEffect::from_name(effect)?,
                whom: AdminWhom::from_name(whom)?,
                when: when.split_once('='),
                roles: roles.split(' ').filter(|path| !path.is_empty()).collect(),
                note: filled(note),
            })
        })
        .collect()
});

/// An event that tells something of administrators.
#[derive(Debug, PartialEq, Eq)]
pub struct AdminSignal {
    /// Whose event.
    pub product: Product,
    /// Its type, such as `user.account.privilege.grant`.
    pub event_type: &'static str,
    /// What it tells.
    pub effect: AdminEffect,
    /// Of whom it tells that.
    pub whom: AdminWhom,
    /// A path and the value it must have, compared in any case; `None` when every such event tells.
    pub when: Option<(&'static str, &'static str)>,
    /// Paths to the names of the roles, in order of preference; a value may hold several names, separated by
    /// commas. Empty where roles are not named.
    pub roles: Vec<&'static str>,
    /// What else to know, as a fragment.
    pub note: Option<&'static str>,
}

/// What an event tells of administrators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdminEffect {
    /// Roles were granted.
    Grant,
    /// Roles were taken back.
    Revoke,
    /// Somebody did what only administrators can do.
    Proof,
}

/// Of whom an event tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AdminWhom {
    /// Who acted.
    Actor,
    /// The user acted on.
    TargetUser,
    /// The group acted on, and so everybody in it.
    TargetGroup,
    /// The application acted on.
    TargetClient,
}

impl AdminEffect {
    fn from_name(name: &str) -> Option<Self> {
        match name {
            "grant" => Some(Self::Grant),
            "revoke" => Some(Self::Revoke),
            "proof" => Some(Self::Proof),
            _ => None,
        }
    }
}

impl AdminWhom {
    fn from_name(name: &str) -> Option<Self> {
        match name {
            "actor" => Some(Self::Actor),
            "target_user" => Some(Self::TargetUser),
            "target_group" => Some(Self::TargetGroup),
            "target_client" => Some(Self::TargetClient),
            _ => None,
        }
    }
}

/// Every such event, in order of product and type.
pub fn admin_signals() -> &'static [AdminSignal] {
    &SIGNALS
}

/// What events of that type, in any case, tell of administrators.
pub fn admin_signal(product: Product, event_type: &str) -> Option<&'static AdminSignal> {
    let is_it = |signal: &&AdminSignal| {
        signal.product == product && compare(signal.event_type, event_type).is_eq()
    };
    SIGNALS.iter().find(is_it)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{auth0_log_type, field, okta_event_type, open_parent};

    #[test]
    fn table_is_well_formed() {
        let columns =
            ["product", "event_type", "effect", "whom", "when", "roles", "note", "source", "date"];
        crate::table::tests::check(TEXT, &columns);
        assert_eq!(SIGNALS.len(), rows::<9>(TEXT).count(), "unknown names");
        let key = |signal: &AdminSignal| (signal.product, signal.event_type);
        assert!(SIGNALS.is_sorted_by(|one, next| key(one) < key(next)));
    }

    #[test]
    fn types_and_fields_exist() {
        for AdminSignal { product, event_type, when, roles, .. } in admin_signals() {
            let is_type = match product {
                Product::Okta => okta_event_type(event_type).is_some(),
                Product::Auth0 => auth0_log_type(event_type).is_some(),
                _ => true,
            };
            assert!(is_type, "{event_type}");
            for path in when.iter().map(|(path, _)| path).chain(roles) {
                let known = field(*product, path).or(open_parent(*product, path));
                assert!(known.is_some(), "{event_type}: {path}");
            }
        }
    }

    #[test]
    fn events_tell_who_is_an_administrator() {
        let granted = admin_signal(Product::Okta, "User.Account.Privilege.Grant").unwrap();
        assert_eq!((granted.effect, granted.whom), (AdminEffect::Grant, AdminWhom::TargetUser));
        assert_eq!(granted.roles, ["debugContext.debugData.privilegeGranted"]);
        let opened = admin_signal(Product::Okta, "user.session.access_admin_app").unwrap();
        assert_eq!((opened.effect, opened.whom), (AdminEffect::Proof, AdminWhom::Actor));
        assert_eq!(opened.when, Some(("outcome.result", "SUCCESS")));
        assert_eq!(admin_signal(Product::Auth0, "user.account.privilege.grant"), None);
        assert_eq!(admin_signal(Product::Okta, "user.session.start"), None);
    }
}
