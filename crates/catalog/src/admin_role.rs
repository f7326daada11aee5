//! The standard administrator roles of Okta.

use std::sync::LazyLock;

use crate::nearest::nearest;
use crate::table::{find, rows};

const TEXT: &str = include_str!("../../../catalog/okta_roles.tsv");

static ROWS: LazyLock<Vec<AdminRole>> = LazyLock::new(|| {
    rows(TEXT)
        .map(|[name, title, targets, standing, token, instead, note, source, date]| AdminRole {
            name,
            title,
            targets: RoleTargets::from_name(targets),
            is_current: standing == "current",
            makes_tokens: token == "yes",
            instead,
            note,
            source,
            date,
        })
        .collect()
});

/// A standard administrator role.
#[derive(Debug, PartialEq, Eq)]
pub struct AdminRole {
    /// As the API writes it, such as `USER_ADMIN`.
    pub name: &'static str,
    /// As the admin console writes it, such as `Group administrator`.
    pub title: &'static str,
    /// What an assignment can be limited to.
    pub targets: RoleTargets,
    /// Whether it can still be assigned. Others are understood where they are granted, and never advised.
    pub is_current: bool,
    /// Whether its holder can make API tokens.
    pub makes_tokens: bool,
    /// The role that is meant, where this name is a slip of a description; else empty.
    pub instead: &'static str,
    /// What to know beside; may be empty.
    pub note: &'static str,
    /// Where this comes from.
    pub source: &'static str,
    /// When that was checked, `YYYY-MM-DD`.
    pub date: &'static str,
}

/// What an assignment of a role can be limited to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleTargets {
    /// Nothing: it covers the organization.
    None,
    /// Groups: the groups and their members.
    Groups,
    /// Apps.
    Apps,
    /// A resource set, for custom roles.
    ResourceSet,
}

impl RoleTargets {
    fn from_name(name: &str) -> Self {
        match name {
            "groups" => Self::Groups,
            "apps" => Self::Apps,
            "resource-set" => Self::ResourceSet,
            _ => Self::None,
        }
    }

    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Groups => "groups",
            Self::Apps => "apps",
            Self::ResourceSet => "resource-set",
        }
    }
}

/// Every role, in order of name.
pub fn admin_roles() -> &'static [AdminRole] {
    &ROWS
}

/// The role of that name, in any case.
pub fn admin_role(name: &str) -> Option<&'static AdminRole> {
    find(&ROWS, |row| row.name, name)
}

/// The role that was probably meant by a name or title that is none; `None` when nothing comes close.
pub fn nearest_admin_role(name: &str) -> Option<&'static str> {
    nearest(ROWS.iter().map(|row| row.name), name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation_privileges;

    #[test]
    fn every_role_is_found_by_its_name() {
        let columns = ["name", "title", "targets", "standing", "tokens", "instead"];
        crate::table::tests::check(TEXT, &[&columns[..], &["note", "source", "date"]].concat());
        crate::table::tests::check_keys(&ROWS, |row| row.name);
        assert_eq!(ROWS.iter().filter(|row| row.is_current).count(), 13);
        for row in &*ROWS {
            let line = format!("{}\t{}\t{}\t", row.name, row.title, row.targets.name());
            assert!(TEXT.contains(&line), "{row:?}");
        }
    }

    #[test]
    fn every_role_that_an_operation_names_is_known() {
        for row in operation_privileges() {
            for role in row.role.text.split('|').filter(|role| !matches!(*role, "" | "none")) {
                let end = role.find(['*', '(']).unwrap_or(role.len());
                assert!(admin_role(&role[..end]).is_some(), "{role}");
            }
        }
    }
}
