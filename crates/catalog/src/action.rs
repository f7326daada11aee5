//! Calls that shut credentials off, what they break, and how it shows that they worked.

use std::sync::LazyLock;

use crate::Product;
use crate::table::{filled, find, rows};

const TEXT: &str = include_str!("../../../catalog/actions.tsv");

static ACTIONS: LazyLock<Vec<Action>> = LazyLock::new(|| {
    let read = |[
        name,
        provider,
        method,
        path,
        body,
        scope,
        strength,
        event,
        about,
        check,
        expects,
        look,
        does,
        breaks,
        undo,
        source,
        date,
    ]: [&'static str; 17]| {
        Some(Action {
            name,
            provider: if provider == "auth0" { Product::Auth0 } else { Product::Okta },
            method,
            path,
            body: filled(body),
            scope: filled(scope),
            strength: Strength::from_name(strength)?,
            event: filled(event),
            about: filled(about),
            check: Check::read(check, expects, look),
            does,
            breaks,
            undo,
            source,
            date,
        })
    };
    rows(TEXT).filter_map(read).collect()
});

/// A call that shuts something off, or makes ready for that. Names in braces stand for what is meant.
#[derive(Debug, PartialEq, Eq)]
pub struct Action {
    /// Such as `okta.token.delete`.
    pub name: &'static str,
    /// Whose interface it is.
    pub provider: Product,
    /// The verb, such as `DELETE`.
    pub method: &'static str,
    /// The path, and a query if there is one.
    pub path: &'static str,
    /// The body, JSON; `None` for none.
    pub body: Option<&'static str>,
    /// The scope that it takes; `None` where the credential in question calls itself.
    pub scope: Option<&'static str>,
    /// What is left afterward.
    pub strength: Strength,
    /// The type of the event in the log; `None` where it is not known.
    pub event: Option<&'static str>,
    /// The id that the event is known to name, such as `{client}`; `None` where it names the last one of the path. An event that
    /// names less than what was changed proves it beside the object's own state alone.
    pub about: Option<&'static str>,
    /// How it shows that it worked; `None` where nothing can be read.
    pub check: Option<Check>,
    /// What it does, as a verb phrase.
    pub does: &'static str,
    /// What may break, as a fragment.
    pub breaks: &'static str,
    /// What takes it back, as a phrase.
    pub undo: &'static str,
    /// Who says so.
    pub source: &'static str,
    /// When that was looked up, `YYYY-MM-DD`.
    pub date: &'static str,
}

/// What is left after a call. Ordered from the gentlest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// It works on, narrower, or with something beside it.
    Gentle,
    /// It ends, and can be switched on again.
    Off,
    /// It ends for good.
    Final,
}

impl Strength {
    /// The lower-case word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gentle => "gentle",
            Self::Off => "off",
            Self::Final => "final",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Gentle, Self::Off, Self::Final].into_iter().find(|one| one.name() == name)
    }
}

/// What is read to see whether a call worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// The path, and a query if there is one.
    pub path: &'static str,
    /// What is to be seen.
    pub expects: Expects,
    /// The scope that reading takes.
    pub scope: &'static str,
}

/// What is to be seen after a call. Names in braces stand for what is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expects {
    /// Nothing of that id (404).
    Gone,
    /// A list without the object of this id.
    Absent(&'static str),
    /// An empty list.
    Empty,
    /// An object with this status.
    Status(&'static str),
    /// A token that is bound to this zone and no other.
    Zone(&'static str),
}

impl Check {
    fn read(path: &'static str, expects: &'static str, scope: &'static str) -> Option<Self> {
        let expects = match expects.split_once('=').unwrap_or((expects, "")) {
            ("gone", _) => Expects::Gone,
            ("empty", _) => Expects::Empty,
            ("absent", id) => Expects::Absent(id),
            ("status", word) => Expects::Status(word),
            ("zone", id) => Expects::Zone(id),
            _ => return None,
        };
        Some(Self { path, expects, scope })
    }
}

/// Every action, in order of name.
pub fn actions() -> &'static [Action] {
    &ACTIONS
}

/// The action of that name.
pub fn action(name: &str) -> Option<&'static Action> {
    find(&ACTIONS, |action| action.name, name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{api_operations, auth0_log_type, okta_event_type};

    #[test]
    fn table_is_well_formed() {
        let columns = [
            "name", "provider", "method", "path", "body", "scope", "strength", "event", "about",
            "check", "expects", "look", "does", "breaks", "undo", "source", "date",
        ];
        crate::table::tests::check(TEXT, &columns);
        crate::table::tests::check_keys(&ACTIONS, |action| action.name);
        assert_eq!(ACTIONS.len(), rows::<17>(TEXT).count(), "unknown strengths");
        for [name, _, _, _, _, _, _, _, _, path, expects, look, ..] in rows::<17>(TEXT) {
            let is_told = Check::read(path, expects, look).is_some();
            assert_eq!(is_told, !path.is_empty() && !look.is_empty(), "{name}");
        }
    }

    /// The path without names and query.
    fn shape(path: &str) -> String {
        let path = path.split('?').next().unwrap();
        let steps = path.split('/').map(|step| if step.starts_with('{') { "{}" } else { step });
        steps.collect::<Vec<_>>().join("/")
    }

    fn scopes_of(product: Product, method: &str, path: &str) -> Option<String> {
        let mut all = api_operations().iter();
        let found = all.find(|operation| {
            operation.product == product
                && operation.method == method
                && shape(operation.path) == shape(path)
        });
        found.map(|operation| operation.scopes().collect::<Vec<_>>().join("|"))
    }

    #[test]
    fn every_call_and_check_is_an_operation_with_its_scope() {
        for action in actions() {
            let scopes = scopes_of(action.provider, action.method, action.path);
            assert_eq!(scopes.as_deref(), Some(action.scope.unwrap_or("")), "{}", action.name);
            if let Some(check) = action.check {
                let scopes = scopes_of(action.provider, "GET", check.path);
                let scopes = scopes.unwrap_or_default();
                assert!(scopes.split('|').any(|scope| scope == check.scope), "{}", action.name);
            }
        }
    }

    #[test]
    fn every_event_is_one_of_the_log_and_names_are_filled_alike() {
        for action in actions() {
            let is_known = |event: &str| match action.provider {
                Product::Auth0 => auth0_log_type(event).is_some(),
                _ => okta_event_type(event).is_some(),
            };
            assert!(action.event.is_none_or(is_known), "{}", action.name);
            assert!(action.about.is_none_or(|id| action.path.contains(id)), "{}", action.name);
            assert!(action.about.is_none() || action.check.is_some(), "{}", action.name);
            let provider = action.provider.name();
            assert!(action.name.starts_with(&format!("{provider}.")), "{}", action.name);
        }
    }

    #[test]
    fn actions_are_found_by_name() {
        assert_eq!(action("okta.token.delete").unwrap().method, "DELETE");
        assert_eq!(action("okta.token.bind").unwrap().strength, Strength::Gentle);
        assert_eq!(action("okta.user.delete"), None);
    }
}
