//! Accounts: whose tokens are read for, and who administers.
//!
//! An account has roles of its own and those of its groups. Okta lists both for one account only in parts: its own at the account,
//! those of a group at the group. Source: Okta Role Assignment API, checked 2026-11-22.

use std::collections::{BTreeMap, BTreeSet};

use inventory::{Admin, Card, Factor, Role};

use super::reading::{Question, Reading};
use super::row::{FactorRow, Group, Named, RoleRow, User};

/// What was read of accounts, each once.
#[derive(Default)]
pub(super) struct People {
    known: BTreeMap<String, Person>,
    /// Roles of groups, by the group's id.
    groups: BTreeMap<String, Option<Vec<Role>>>,
}

#[derive(Debug, Clone, Default)]
struct Person {
    login: Option<String>,
    status: Option<String>,
    roles: Vec<Role>,
    /// Whether all its roles were read.
    is_whole: bool,
}

impl People {
    /// Says of every token whose rights it has.
    pub(super) async fn read_owners(
        &mut self,
        reading: &mut Reading<'_>,
        cards: impl IntoIterator<Item = &mut Card>,
    ) {
        for card in cards {
            let Some(owner) = &mut card.owner else { continue };
            let person = self.person(reading, &owner.id).await;
            let is_super = person.roles.iter().any(Role::is_super);
            owner.is_super = (is_super || person.is_whole).then_some(is_super);
            if owner.is_super.is_none() {
                card.gaps.push("the roles of its owner could not all be read".to_owned());
            }
            owner.login = person.login;
            owner.status = person.status;
            owner.roles = person.roles;
        }
    }

    /// Everybody with a role, and with which factors they sign in.
    pub(super) async fn admins(&mut self, reading: &mut Reading<'_>) -> Vec<Admin> {
        let question = Question {
            what: "administrators",
            operation: "listUsersWithRoleAssignments",
            ids: &[],
            query: "limit=200",
        };
        let named: Option<Vec<Named>> = reading.list_in(question, "value").await;
        let mut ids: BTreeSet<String> =
            named.unwrap_or_default().into_iter().map(|named| named.id).collect();
        // Owners with a role are administrators, listed or not.
        let owners = self.known.iter().filter(|(_, person)| !person.roles.is_empty());
        ids.extend(owners.map(|(id, _)| id.clone()));
        let mut admins = Vec::new();
        for id in ids {
            let Person { login, status, roles, .. } = self.person(reading, &id).await;
            let factors = factors(reading, &id).await;
            admins.push(Admin { id, login, status, roles, factors });
        }
        admins
    }

    async fn person(&mut self, reading: &mut Reading<'_>, id: &str) -> Person {
        if let Some(person) = self.known.get(id) {
            return person.clone();
        }
        let about = |what, operation| Question {
            what,
            operation,
            ids: std::slice::from_ref(&id),
            query: "",
        };
        let user: Option<User> =
            reading.one(about("accounts of owners and administrators", "getUser")).await;
        let direct: Option<Vec<RoleRow>> =
            reading.list(about("roles of accounts", "listAssignedRolesForUser")).await;
        let (through, is_whole) = self.through_groups(reading, id).await;
        let mut person = Person { is_whole: is_whole && direct.is_some(), ..Person::default() };
        if let Some(User { status, profile, .. }) = user {
            person.login = profile.login;
            person.status = Some(status).filter(|status| !status.is_empty());
        }
        person.roles = active(direct.unwrap_or_default());
        // Some organizations list what comes through groups at the account as well, without the group.
        for role in through {
            if !person.roles.contains(&Role { through: None, ..role.clone() }) {
                person.roles.push(role);
            }
        }
        self.known.insert(id.to_owned(), person.clone());
        person
    }

    /// The roles that an account has by its groups, and whether all were read.
    async fn through_groups(&mut self, reading: &mut Reading<'_>, id: &str) -> (Vec<Role>, bool) {
        let question = Question {
            what: "groups of owners and administrators",
            operation: "listUserGroups",
            ids: &[id],
            query: "",
        };
        let Some(groups) = reading.list::<Group>(question).await else {
            return (Vec::new(), false);
        };
        let (mut roles, mut is_whole) = (Vec::new(), true);
        for group in groups {
            match self.of_group(reading, &group).await {
                Some(held) => roles.extend(held),
                None => is_whole = false,
            }
        }
        (roles, is_whole)
    }

    async fn of_group(&mut self, reading: &mut Reading<'_>, group: &Group) -> Option<Vec<Role>> {
        if let Some(known) = self.groups.get(&group.id) {
            return known.clone();
        }
        let question = Question {
            what: "roles of groups",
            operation: "listGroupAssignedRoles",
            ids: &[&group.id],
            query: "",
        };
        let rows: Option<Vec<RoleRow>> = reading.list(question).await;
        let through = group.profile.name.clone().unwrap_or_else(|| group.id.clone());
        let roles = rows.map(|rows| {
            let roles = active(rows).into_iter();
            roles.map(|role| Role { through: Some(through.clone()), ..role }).collect::<Vec<_>>()
        });
        self.groups.insert(group.id.clone(), roles.clone());
        roles
    }
}

fn active(rows: Vec<RoleRow>) -> Vec<Role> {
    let is_active = |row: &RoleRow| row.status != "INACTIVE";
    rows.into_iter().filter(is_active).map(Role::from).collect()
}

async fn factors(reading: &mut Reading<'_>, id: &str) -> Option<Vec<Factor>> {
    let question = Question {
        what: "factors of administrators",
        operation: "listFactors",
        ids: &[id],
        query: "",
    };
    let rows: Vec<FactorRow> = reading.list(question).await?;
    let factor =
        |row: FactorRow| Factor { kind: row.kind, vendor: row.provider, status: row.status };
    Some(rows.into_iter().map(factor).collect())
}
