//! The event types of the Okta System Log.

use std::sync::LazyLock;

use crate::table::{filled, find, rows};

const TEXT: &str = include_str!("../../../catalog/okta_event_types.tsv");

static EVENT_TYPES: LazyLock<Vec<OktaEventType>> = LazyLock::new(|| {
    rows(TEXT)
        .map(|[id, category, release, flags, engine, debug_data, targets, changes]| {
            let flag = |name| flags.split(',').any(|flag| flag == name);
            OktaEventType {
                id,
                category,
                release,
                beta: flag("beta"),
                hook_eligible: flag("hook"),
                internal: flag("internal"),
                engine: Engine::from_name(engine),
                debug_data: filled(debug_data),
                targets,
                changes,
            }
        })
        .collect()
});

/// One row of Okta's event catalogue.
#[derive(Debug, PartialEq, Eq)]
pub struct OktaEventType {
    /// The value of `eventType`, such as `system.api_token.create`.
    pub id: &'static str,
    /// The catalogue's group, such as `core-identity`.
    pub category: &'static str,
    /// Okta release that brought it, such as `2026.08.0`.
    pub release: &'static str,
    /// Not yet generally available.
    pub beta: bool,
    /// Event hooks may subscribe to it.
    pub hook_eligible: bool,
    /// Listed, but never in a log that customers see.
    pub internal: bool,
    /// The one engine that emits it; `None` when it is not bound to one.
    pub engine: Option<Engine>,
    /// Name of the schema of `debugContext.debugData`, when one is declared.
    pub debug_data: Option<&'static str>,
    targets: &'static str,
    changes: &'static str,
}

impl OktaEventType {
    /// Names of the schemas of `target[].detailEntry`; empty when none is declared.
    pub fn targets(&self) -> impl Iterator<Item = &'static str> {
        list(self.targets)
    }

    /// Names of the schemas of `target[].changeDetails`; empty when none is declared.
    pub fn changes(&self) -> impl Iterator<Item = &'static str> {
        list(self.changes)
    }
}

fn list(cell: &'static str) -> impl Iterator<Item = &'static str> {
    cell.split(',').filter(|name| !name.is_empty())
}

/// A generation of Okta's sign-in pipeline; an organization runs one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Classic Engine.
    Classic,
    /// Identity Engine.
    Identity,
}

impl Engine {
    /// The name as Okta writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Classic => "Classic Engine",
            Self::Identity => "Identity Engine",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        match name {
            "classic" => Some(Self::Classic),
            "identity" => Some(Self::Identity),
            _ => None,
        }
    }
}

/// Every known event type, in order of id.
pub fn okta_event_types() -> &'static [OktaEventType] {
    &EVENT_TYPES
}

/// The event type of that id, in any case.
pub fn okta_event_type(id: &str) -> Option<&'static OktaEventType> {
    find(&EVENT_TYPES, |row| row.id, id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_well_formed() {
        let columns =
            ["id", "category", "release", "flags", "engine", "debug_data", "targets", "changes"];
        crate::table::tests::check(TEXT, &columns);
        crate::table::tests::check_keys(&EVENT_TYPES, |row| row.id);
        let known = ["", "classic", "identity"];
        for [id, _, release, flags, engine, ..] in rows::<8>(TEXT) {
            assert!(known.contains(&engine), "{id}");
            let known = |flag| ["", "beta", "hook", "internal"].contains(&flag);
            assert!(flags.split(',').all(known), "{id}");
            assert!(is_id(id) && release.starts_with("20"), "{id}");
        }
    }

    fn is_id(id: &str) -> bool {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
        let segment = |segment: &str| !segment.is_empty() && segment.bytes().all(plain);
        id.contains('.') && id.split('.').all(segment)
    }

    #[test]
    fn rows_say_what_the_catalogue_says() {
        assert_eq!(EVENT_TYPES.len(), 1274);
        let n_eligible = EVENT_TYPES.iter().filter(|row| row.hook_eligible).count();
        assert_eq!(n_eligible, 314);
        let created = okta_event_type("system.api_token.create").unwrap();
        assert!(created.hook_eligible && !created.beta && !created.internal);
        let sign_on = okta_event_type("policy.evaluate_sign_on").unwrap();
        assert!(!sign_on.hook_eligible);
        let denied = okta_event_type("user.mfa.okta_verify.deny_push").unwrap();
        assert_eq!(denied.engine, Some(Engine::Classic));
        let suspended = okta_event_type("user.mfa.factor.suspend").unwrap();
        assert_eq!(suspended.engine, Some(Engine::Identity));
        let update = okta_event_type("application.policy.sign_on.update").unwrap();
        assert!(update.changes().any(|name| name == "PolicyRuleChangeDetailsEntry"));
        assert_eq!(okta_event_type("app.lifecycle.create"), None);
    }
}
