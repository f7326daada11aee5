//! How much harm a grant can do in the wrong hands.

use std::sync::LazyLock;

use crate::table::{find, rows};

const TEXT: &str = include_str!("../../../catalog/grant_reach.tsv");

static ROWS: LazyLock<Vec<GrantReach>> = LazyLock::new(|| {
    rows(TEXT).map(|[name, level, why]| GrantReach { name, level, why }).collect()
});

/// What a role, a scope or a permission can do in the wrong hands.
#[derive(Debug, PartialEq, Eq)]
pub struct GrantReach {
    /// Such as `SUPER_ADMIN` or `okta.users.manage`; scopes and permissions of one name are one row.
    pub name: &'static str,
    /// One of Sigma's levels, in lower case.
    pub level: &'static str,
    /// Why, in a short sentence.
    pub why: &'static str,
}

/// Every grant that weighs more, or less, than reading or writing at large; in order of name.
pub fn grant_reaches() -> &'static [GrantReach] {
    &ROWS
}

/// What the grant of that name, in any case, can do; `None` if nothing is said of it.
pub fn grant_reach(name: &str) -> Option<&'static GrantReach> {
    find(&ROWS, |row| row.name, name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{admin_role, api_operations, permission};

    #[test]
    fn table_is_well_formed_and_names_what_exists() {
        crate::table::tests::check(TEXT, &["name", "level", "why"]);
        crate::table::tests::check_keys(&ROWS, |row| row.name);
        for row in grant_reaches() {
            let is_scope =
                || api_operations().iter().any(|one| one.scopes().any(|name| name == row.name));
            assert!(
                admin_role(row.name).is_some() || permission(row.name).is_some() || is_scope(),
                "{row:?}"
            );
            assert!(["low", "medium", "high", "critical"].contains(&row.level), "{row:?}");
        }
    }
}
