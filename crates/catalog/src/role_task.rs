//! What the standard administrator roles of Okta may do: act by act, as Okta says it, and as
//! permissions, as a third party derived them.

use std::sync::LazyLock;

use crate::table::rows;

const TASKS: &str = include_str!("../../../catalog/okta_role_tasks.tsv");
const PERMISSIONS: &str = include_str!("../../../catalog/okta_role_permissions.tsv");

static TASK_ROWS: LazyLock<Vec<RoleTask>> = LazyLock::new(|| {
    rows(TASKS)
        .map(|[area, task, roles, refused, note, source, date]| RoleTask {
            area,
            task,
            roles,
            refused,
            note,
            source,
            date,
        })
        .collect()
});

static PERMISSION_ROWS: LazyLock<Vec<RolePermission>> = LazyLock::new(|| {
    rows(PERMISSIONS)
        .map(|[role, permission, contradicted]| RolePermission { role, permission, contradicted })
        .collect()
});

/// An act, and which standard roles may do it.
#[derive(Debug, PartialEq, Eq)]
pub struct RoleTask {
    /// The part of the product.
    pub area: &'static str,
    /// The act, such as `reset passwords and factors`.
    pub task: &'static str,
    roles: &'static str,
    refused: &'static str,
    /// What to know beside; may be empty.
    pub note: &'static str,
    /// Where this comes from.
    pub source: &'static str,
    /// When that was checked, `YYYY-MM-DD`.
    pub date: &'static str,
}

impl RoleTask {
    /// Roles that may: name and limit, which is empty, `*` (within the targets of the assignment) or
    /// words in parentheses.
    pub fn roles(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        cells(self.roles).map(|role| role.split_at(role.find(['*', '(']).unwrap_or(role.len())))
    }

    /// Roles of which the source says that they may not.
    pub fn refused(&self) -> impl Iterator<Item = &'static str> {
        cells(self.refused)
    }
}

/// A permission that a role amounts to, says a third party.
#[derive(Debug, PartialEq, Eq)]
pub struct RolePermission {
    /// Such as `ORG_ADMIN`.
    pub role: &'static str,
    /// Such as `okta.groups.create`.
    pub permission: &'static str,
    /// The [`RoleTask::task`] that Okta denies the role, so that this cannot be right; empty for none.
    pub contradicted: &'static str,
}

fn cells(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.split('|').filter(|cell| !cell.is_empty())
}

/// Every act, by area.
pub fn role_tasks() -> &'static [RoleTask] {
    &TASK_ROWS
}

/// What roles amount to, says a third party, by role and permission.
pub fn role_permissions() -> &'static [RolePermission] {
    &PERMISSION_ROWS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::tests::check;
    use crate::{admin_role, permission};

    #[test]
    fn every_role_and_permission_is_known() {
        check(TASKS, &["area", "task", "roles", "refused", "note", "source", "date"]);
        check(PERMISSIONS, &["role", "permission", "contradicted"]);
        for row in role_tasks() {
            assert!(row.roles().count() + row.refused().count() > 0, "{row:?}");
            for role in row.roles().map(|(role, _)| role).chain(row.refused()) {
                assert!(admin_role(role).is_some(), "{row:?}");
            }
        }
        for row in role_permissions() {
            assert!(admin_role(row.role).is_some(), "{row:?}");
            assert!(permission(row.permission).is_some(), "{row:?}");
        }
        assert_eq!((role_tasks().len(), role_permissions().len()), (159, 151));
    }

    /// Where the derivation and Okta's own comparison differ, the comparison denies the act.
    #[test]
    fn conflicts_are_what_the_help_denies() {
        let denied = |row: &RolePermission| {
            let task = |task: &&RoleTask| task.task == row.contradicted;
            role_tasks().iter().filter(task).any(|task| task.refused().any(|role| role == row.role))
        };
        let conflicts = || role_permissions().iter().filter(|row| !row.contradicted.is_empty());
        assert!(conflicts().all(denied));
        let of = |role| move |row: &&RolePermission| row.role == role;
        let names: Vec<_> = conflicts().filter(of("ORG_ADMIN")).map(|row| row.permission).collect();
        assert!(names.contains(&"okta.authzServers.manage"), "{names:?}");
        assert!(names.contains(&"okta.eventhooks.manage"), "{names:?}");
        assert!(names.contains(&"okta.inlinehooks.manage"), "{names:?}");
    }
}
