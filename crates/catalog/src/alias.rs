//! Names that guidance and rules use for events which go by another name.

use std::sync::LazyLock;

use crate::Product;
use crate::table::{compare, filled, rows};

const TEXT: &str = include_str!("../../../catalog/event_aliases.tsv");

static ALIASES: LazyLock<Vec<EventAlias>> = LazyLock::new(|| {
    rows(TEXT)
        .filter_map(|[product, name, kind, replacements, note, _source, _date]| {
            Some(EventAlias {
                product: Product::from_name(product)?,
                name,
                kind: AliasKind::from_name(kind)?,
                replacements: replacements.split(' ').filter(|id| !id.is_empty()).collect(),
                note: filled(note),
            })
        })
        .collect()
});

/// A name in use, and the names to use instead.
#[derive(Debug, PartialEq, Eq)]
pub struct EventAlias {
    /// Whose events are meant.
    pub product: Product,
    /// The name in use.
    pub name: &'static str,
    /// What is wrong with it.
    pub kind: AliasKind,
    /// Event types or log codes that say the same, the nearest first. Empty when nobody can
    /// tell what was meant.
    pub replacements: Vec<&'static str>,
    /// What else to know, as a fragment.
    pub note: Option<&'static str>,
}

/// What is wrong with a name in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AliasKind {
    /// The provider's catalogue does not have it.
    NotInCatalog,
    /// It is real, but only Okta's Classic Engine emits it.
    ClassicOnly,
    /// It is a value of `legacyEventType`, not of `eventType`.
    Legacy,
}

impl AliasKind {
    fn from_name(name: &str) -> Option<Self> {
        match name {
            "not_in_catalog" => Some(Self::NotInCatalog),
            "classic_only" => Some(Self::ClassicOnly),
            "legacy" => Some(Self::Legacy),
            _ => None,
        }
    }
}

/// Every alias, in order of product and name.
pub fn event_aliases() -> &'static [EventAlias] {
    &ALIASES
}

/// What a name in use stands for, in any case; `None` for names that are right or unheard of.
pub fn event_alias(product: Product, name: &str) -> Option<&'static EventAlias> {
    ALIASES.iter().find(|alias| alias.product == product && compare(alias.name, name).is_eq())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{auth0_log_type, okta_event_type};

    #[test]
    fn table_is_well_formed() {
        let columns = ["product", "name", "kind", "replacements", "note", "source", "date"];
        crate::table::tests::check(TEXT, &columns);
        assert_eq!(ALIASES.len(), rows::<7>(TEXT).count(), "unknown names");
        let key = |alias: &EventAlias| (alias.product, alias.name);
        assert!(ALIASES.is_sorted_by(|one, next| key(one) < key(next)));
    }

    #[test]
    fn aliases_lead_to_names_that_exist() {
        for alias in event_aliases() {
            let exists = |name: &str| match alias.product {
                Product::Auth0 => auth0_log_type(name).is_some(),
                Product::Okta => okta_event_type(name).is_some(),
                _ => false,
            };
            let real = alias.replacements.iter().find(|id| !exists(id));
            assert_eq!(real, None, "{}", alias.name);
            let in_catalog = alias.kind == AliasKind::ClassicOnly;
            assert_eq!(exists(alias.name), in_catalog, "{}", alias.name);
            let explained = alias.note.is_some() || !alias.replacements.is_empty();
            assert!(explained, "{}", alias.name);
        }
    }

    #[test]
    fn names_are_found_per_product() {
        let created = event_alias(Product::Okta, "App.Lifecycle.Create").unwrap();
        assert_eq!(created.replacements[0], "application.lifecycle.create");
        assert_eq!(event_alias(Product::Auth0, "app.lifecycle.create"), None);
        assert_eq!(event_alias(Product::Okta, "policy.rule.update"), None);
    }
}
