//! The permissions that Okta's custom admin roles are made of.

use std::sync::LazyLock;

use crate::Confidence;
use crate::nearest::nearest;
use crate::table::{find, rows};

const TEXT: &str = include_str!("../../../catalog/okta_permissions.tsv");

/// When the table was checked, as its comments say.
const CHECKED: &str = "2026-11-22";

static PERMISSIONS: LazyLock<Vec<Permission>> = LazyLock::new(|| {
    rows(TEXT)
        .map(
            |[
                name,
                resources,
                includes,
                level,
                conditions,
                also_needs,
                grantable,
                note,
                source,
            ]| {
                Permission {
                    name,
                    resources,
                    includes,
                    inclusion: Confidence::from_name(level).unwrap_or(Confidence::Unknown),
                    conditions: conditions == "yes",
                    also_needs,
                    grantable: Grantable::from_name(grantable),
                    note,
                    source,
                    date: CHECKED,
                }
            },
        )
        .collect()
});

/// One permission of a custom role.
#[derive(Debug, PartialEq, Eq)]
pub struct Permission {
    /// Such as `okta.users.read`.
    pub name: &'static str,
    /// What it can be bound to, in words; empty where that is not known.
    pub resources: &'static str,
    includes: &'static str,
    /// How well it is known what comes with it; unknown where nothing does.
    pub inclusion: Confidence,
    /// Whether it can be limited to some attributes of profiles.
    pub conditions: bool,
    /// What must be granted beside it to be of use, `|` between alternatives; empty for nothing.
    pub also_needs: &'static str,
    /// Whether an own role may have it.
    pub grantable: Grantable,
    /// What to know beside; may be empty.
    pub note: &'static str,
    /// Who says it.
    pub source: &'static str,
    /// When that was checked, `YYYY-MM-DD`.
    pub date: &'static str,
}

impl Permission {
    /// Permissions that come with it, directly; those whose inclusion is in doubt are left out.
    pub fn includes(&self) -> impl Iterator<Item = &'static str> {
        self.includes.split('|').filter(|name| !name.is_empty() && !name.ends_with('?'))
    }
}

impl Permission {
    /// Permissions of which it is in doubt whether they come with it.
    pub fn perhaps_includes(&self) -> impl Iterator<Item = &'static str> {
        self.includes.split('|').filter_map(|name| name.strip_suffix('?'))
    }
}

/// Whether a custom role may have a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grantable {
    /// It may.
    Yes,
    /// Only roles that Okta makes have it.
    No,
    /// No source of the vendor's says.
    Unconfirmed,
}

impl Grantable {
    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unconfirmed => "unconfirmed",
        }
    }

    fn from_name(name: &str) -> Self {
        match name {
            "yes" => Self::Yes,
            "no" => Self::No,
            _ => Self::Unconfirmed,
        }
    }
}

/// Every permission, in order of name.
pub fn permissions() -> &'static [Permission] {
    &PERMISSIONS
}

/// The permission of that name, in any case.
pub fn permission(name: &str) -> Option<&'static Permission> {
    find(&PERMISSIONS, |row| row.name, name)
}

/// The permission that was probably meant by a name that is none; `None` when nothing comes close.
pub fn nearest_permission(name: &str) -> Option<&'static str> {
    nearest(PERMISSIONS.iter().map(|row| row.name), name)
}

/// The permission of that name and everything that comes with it, in order of name; empty if it is
/// not known.
pub fn permission_closure(name: &str) -> Vec<&'static Permission> {
    let mut found: Vec<_> = permission(name).into_iter().collect();
    let mut at = 0;
    while let Some(row) = found.get(at).copied() {
        for inner in row.includes().filter_map(permission) {
            if !found.contains(&inner) {
                found.push(inner);
            }
        }
        at += 1;
    }
    found.sort_unstable_by_key(|row| row.name);
    found
}

/// Whether whoever holds `held` can do what `needed` allows; each includes itself, known or not.
pub fn permission_includes(held: &str, needed: &str) -> bool {
    held.eq_ignore_ascii_case(needed)
        || permission_closure(held).iter().any(|row| row.name.eq_ignore_ascii_case(needed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::tests::check;

    #[test]
    fn what_comes_with_a_permission_is_found_at_any_depth() {
        fn includes(held: &str, needed: &str, expected: bool) {
            assert_eq!(permission_includes(held, needed), expected, "{held} {needed}");
        }
        includes("okta.users.manage", "okta.users.read", true);
        includes("okta.users.manage", "okta.users.lifecycle.suspend", true);
        includes("okta.users.manage", "okta.users.credentials.resetFactors", true);
        includes("okta.users.manage", "okta.users.apitokens.read", true);
        includes("okta.users.manage", "okta.users.groupMembership.manage", false);
        includes("okta.users.manage", "okta.users.appAssignment.manage", false);
        includes("okta.users.read", "okta.users.manage", false);
        includes("okta.devices.manage", "okta.devices.lifecycle.delete", true);
        includes("okta.apps.manage", "okta.apps.clientCredentials.read", false);
        includes("OKTA.Agents.Manage", "okta.agents.read", true);
        includes("not.known", "not.known", true);
        assert!(permission_closure("not.known").is_empty());
    }

    #[test]
    fn every_permission_is_found_by_its_name() {
        let columns = ["name", "resources", "includes", "level", "conditions", "also_needs"];
        check(TEXT, &[&columns[..], &["grantable", "note", "source"]].concat());
        for row in &*PERMISSIONS {
            let includes = row.includes().count() + row.perhaps_includes().count() > 0;
            assert_eq!(includes, row.inclusion != Confidence::Unknown, "{row:?}");
            let beside = row.also_needs.split('|').filter(|name| !name.is_empty());
            assert!(beside.clone().all(|name| permission(name).is_some()), "{row:?}");
            assert!(row.includes().all(|name| permission(name).is_some()), "{row:?}");
        }
        assert_eq!(PERMISSIONS.len(), 95);
        crate::table::tests::check_keys(&PERMISSIONS, |row| row.name);
    }
}
