//! Families of Okta's scopes, and the permissions of custom roles that go with them.

use std::sync::LazyLock;

use crate::nearest::nearest;
use crate::table::{find, rows};

const TEXT: &str = include_str!("../../../catalog/okta_scope_families.tsv");

static ROWS: LazyLock<Vec<ScopeFamily>> = LazyLock::new(|| {
    rows(TEXT)
        .map(|[family, permissions, instead, note, source, date]| ScopeFamily {
            family,
            permissions,
            instead,
            note,
            source,
            date,
        })
        .collect()
});

/// A family of scopes: those that differ in their last word only.
#[derive(Debug, PartialEq, Eq)]
pub struct ScopeFamily {
    /// Such as `okta.authorizationServers`.
    pub family: &'static str,
    /// The family of permissions, such as `okta.authzServers`, or one permission; empty if no
    /// permission that a custom role may have is known.
    pub permissions: &'static str,
    /// The family that has it now, where no description has this one; else empty.
    pub instead: &'static str,
    /// What to know beside; may be empty.
    pub note: &'static str,
    /// Where this comes from.
    pub source: &'static str,
    /// When that was checked, `YYYY-MM-DD`.
    pub date: &'static str,
}

/// Every family, in order of name.
pub fn scope_families() -> &'static [ScopeFamily] {
    &ROWS
}

/// The family of a scope such as `okta.users.read`, in any case.
pub fn scope_family(scope: &str) -> Option<&'static ScopeFamily> {
    let family = scope.rsplit_once('.').map_or(scope, |(family, _)| family);
    find(&ROWS, |row| row.family, family)
}

/// The scope of `known` that was probably meant by one that is not known; `None` when nothing comes close.
///
/// A family that is known to be in use by mistake comes first, then likeness of spelling.
pub fn nearest_scope<'s>(
    known: impl Iterator<Item = &'s str> + Clone,
    text: &str,
) -> Option<&'s str> {
    let meant = scope_family(text).filter(|row| !row.instead.is_empty()).and_then(|row| {
        let last = text.rsplit_once('.').map_or("", |(_, last)| last);
        let is_it = |scope: &&str| scope.rsplit_once('.') == Some((row.instead, last));
        known.clone().find(is_it)
    });
    meant.or_else(|| nearest(known, text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Product, api_operations, permissions};

    #[test]
    fn every_family_of_a_scope_has_its_row() {
        let columns = ["family", "permissions", "instead", "note", "source", "date"];
        crate::table::tests::check(TEXT, &columns);
        crate::table::tests::check_keys(&ROWS, |row| row.family);
        let okta = api_operations().iter().filter(|row| row.product == Product::Okta);
        let managed = okta.filter(|row| matches!(row.api, "management" | "governance" | "oauth"));
        for scope in
            managed.flat_map(crate::ApiOperation::scopes).filter(|scope| *scope != "openid")
        {
            let row = scope_family(scope).unwrap_or_else(|| panic!("{scope}"));
            assert_eq!(row.instead, "", "{scope}");
        }
    }

    #[test]
    fn every_permission_that_a_family_names_is_known() {
        for row in scope_families().iter().filter(|row| !row.permissions.is_empty()) {
            let named =
                permissions().iter().any(|permission| permission.name.starts_with(row.permissions));
            assert!(named, "{row:?}");
        }
    }

    #[test]
    fn what_was_meant_is_guessed() {
        let known = ["okta.apps.read", "okta.users.manage", "okta.users.read"];
        let guess = |text| nearest_scope(known.into_iter(), text);
        assert_eq!(guess("okta.factors.read"), Some("okta.users.read"));
        assert_eq!(guess("okta.factors.manage"), Some("okta.users.manage"));
        assert_eq!(guess("okta.user.read"), Some("okta.users.read"));
        assert_eq!(guess("openid"), None);
    }
}
