//! What a grant can do: the operations that it leads to, and how much harm that is.

use std::collections::{BTreeMap, BTreeSet};

use catalog::{Confidence, Product};
use finding::Level;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Compared;
use super::need::is_read;
use crate::{Base, OperationId, PermissionRule, Place, RoleRule, ScopeRule};

/// What a grant allows beyond what is called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beyond {
    /// Operations that are known.
    pub n_operations: usize,
    /// Of those, how many change something.
    pub n_writes: usize,
    /// How many by how well it is known that the grant allows them.
    pub levels: BTreeMap<Confidence, usize>,
}

/// From grants to operations.
pub(super) struct Reach<'r> {
    base: &'r Base,
    scopes: FxHashMap<&'r str, Vec<OperationId>>,
    roles: FxHashMap<&'r str, Vec<OperationId>>,
    permissions: FxHashMap<&'r str, Vec<OperationId>>,
}

impl<'r> Reach<'r> {
    pub(super) fn new(base: &'r Base) -> Self {
        let mut reach = Self {
            base,
            scopes: FxHashMap::default(),
            roles: FxHashMap::default(),
            permissions: FxHashMap::default(),
        };
        for (id, operation) in base.operations() {
            if let ScopeRule::AllOf(scopes) | ScopeRule::AnyOf(scopes) = &operation.scope.rule {
                for scope in scopes {
                    reach.scopes.entry(scope).or_default().push(id);
                }
            }
            if let RoleRule::AnyOf(grants) = &operation.role.rule {
                for grant in grants {
                    reach.roles.entry(&grant.role).or_default().push(id);
                }
            }
            if let PermissionRule::AnyOf(bundles) = &operation.permission.rule {
                let names: BTreeSet<&str> = bundles.iter().flatten().map(AsRef::as_ref).collect();
                for name in names {
                    reach.permissions.entry(name).or_default().push(id);
                }
            }
        }
        reach
    }

    /// Whether some operation names that scope.
    pub(super) fn is_scope(&self, name: &str) -> bool {
        self.scopes.contains_key(name)
    }

    /// Whether it is a standard role, or some operation names it as one.
    pub(super) fn is_role(&self, name: &str) -> bool {
        catalog::admin_role(name).is_some() || self.roles.contains_key(name)
    }

    /// Whether it is a permission, or some operation names it as one.
    pub(super) fn is_permission(&self, name: &str) -> bool {
        catalog::permission(name).is_some() || self.permissions.contains_key(name)
    }

    /// The scopes that come with one: itself, and reading where it manages (of Okta).
    pub(super) fn scopes_of<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s str> {
        let read = name.strip_suffix(".manage").map(|family| format!("{family}.read"));
        let read = read.and_then(|read| Some(*self.scopes.get_key_value(read.as_str())?.0));
        std::iter::once(name).chain(read)
    }

    /// Operations that a scope leads to.
    pub(super) fn of_scope(&self, name: &str) -> Vec<OperationId> {
        union(self.scopes_of(name).filter_map(|scope| self.scopes.get(scope)))
    }

    /// Operations that a standard role is known to allow; a super administrator may do everything with a credential.
    pub(super) fn of_role(&self, name: &str) -> Vec<OperationId> {
        if name == "SUPER_ADMIN" {
            let all = self.base.operations();
            let is_any = |operation: &crate::Operation| {
                operation.product == Product::Okta
                    && (operation.credentials.token || operation.credentials.oauth)
            };
            return all.filter(|(_, operation)| is_any(operation)).map(|(id, _)| id).collect();
        }
        self.roles.get(name).cloned().unwrap_or_default()
    }

    /// How wide a standard role is: how many operations that change something it allows, and how many in all.
    pub(super) fn width(&self, role: &str) -> (usize, usize) {
        let operations = self.of_role(role);
        let writes = operations.iter().filter(|id| !is_read(self.base.operation(**id)));
        (writes.count(), operations.len())
    }

    /// Operations in whose permissions one, or one that comes with it, takes part.
    pub(super) fn of_permission(&self, name: &str) -> Vec<OperationId> {
        let closure = catalog::permission_closure(name);
        let names = closure.iter().map(|row| row.name).chain(std::iter::once(name));
        union(names.filter_map(|name| self.permissions.get(name)))
    }

    /// What operations come to beyond some that are called.
    pub(super) fn beyond(
        &self,
        operations: &[OperationId],
        called: &BTreeSet<OperationId>,
        level: impl Fn(OperationId) -> Confidence,
    ) -> Beyond {
        let mut beyond = Beyond::default();
        for id in operations.iter().filter(|id| !called.contains(id)) {
            beyond.n_operations += 1;
            beyond.n_writes += usize::from(!is_read(self.base.operation(*id)));
            *beyond.levels.entry(level(*id)).or_default() += 1;
        }
        beyond
    }

    /// How much harm a grant can do: what the catalog says of it, or by whether it changes anything.
    pub(super) fn severity(&self, name: &str, operations: &[OperationId]) -> Level {
        let known = catalog::grant_reach(name).and_then(|row| row.level.parse().ok());
        let writes = || operations.iter().any(|id| !is_read(self.base.operation(*id)));
        known.unwrap_or_else(|| if writes() { Level::Medium } else { Level::Low })
    }
}

fn union<'v>(lists: impl Iterator<Item = &'v Vec<OperationId>>) -> Vec<OperationId> {
    let all: BTreeSet<OperationId> = lists.flatten().copied().collect();
    all.into_iter().collect()
}

/// A set of permissions with everything that comes with them.
pub(super) fn closure<'p>(names: impl IntoIterator<Item = &'p str>) -> FxHashSet<String> {
    let mut closure = FxHashSet::default();
    for name in names {
        closure.insert(name.to_owned());
        closure.extend(catalog::permission_closure(name).iter().map(|row| row.name.to_owned()));
    }
    closure
}

/// Grants of names that do not exist that are told, each kind apart; the others are counted.
const TOLD_MAX: usize = 200;

/// Grants of names that do not exist, with what was probably meant.
pub(super) fn unknown_names(compared: &Compared<'_>) -> Vec<(Place, String)> {
    let (grants, reach) = (compared.grants, &compared.reach);
    let scopes = grants.scopes.iter().filter(|held| !reach.is_scope(&held.name));
    let scopes = told(scopes.map(|held| (&held.place, held.name.as_str())), |name| {
        let meant = catalog::nearest_scope(reach.scopes.keys().copied(), name);
        format!("no operation is known to take the scope {name}{}", did_you_mean(meant))
    });
    let roles = grants.roles.iter().filter(|held| !reach.is_role(&held.name));
    let roles = told(roles.map(|held| (&held.place, held.name.as_str())), |name| {
        let meant = did_you_mean(catalog::nearest_admin_role(name));
        format!("{name} is no standard role that is known, so it allows nothing here{meant}")
    });
    let permissions = grants.custom.iter().flat_map(|held| {
        let names = held.permissions.iter().flatten();
        names
            .filter(|name| !reach.is_permission(name))
            .map(move |name| (&held.place, name.as_str()))
    });
    let permissions = told(permissions, |name| {
        let meant = did_you_mean(catalog::nearest_permission(name));
        format!("{name} is no permission that is known, so it allows nothing here{meant}")
    });
    [scopes, roles, permissions].concat()
}

fn did_you_mean(meant: Option<&str>) -> String {
    meant.map(|meant| format!("; did you mean {meant}?")).unwrap_or_default()
}

/// The first of some names in a sentence each, and how many there are beyond.
fn told<'n>(
    mut names: impl Iterator<Item = (&'n Place, &'n str)>,
    sentence: impl Fn(&str) -> String,
) -> Vec<(Place, String)> {
    let mut told: Vec<_> = names
        .by_ref()
        .take(TOLD_MAX)
        .map(|(place, name)| (place.clone(), sentence(name)))
        .collect();
    if let Some((place, _)) = names.next() {
        told.push((
            place.clone(),
            format!("names that are not known, beyond those: {}", names.count() + 1),
        ));
    }
    told
}

/// The same without what comes along only by inference.
pub(super) fn sure_closure<'p>(names: impl IntoIterator<Item = &'p str>) -> FxHashSet<String> {
    let mut found: Vec<&str> = names.into_iter().collect();
    let mut at = 0;
    while let Some(name) = found.get(at).copied() {
        let row = catalog::permission(name).filter(|row| row.inclusion >= Confidence::Supported);
        let inner: Vec<_> = row.into_iter().flat_map(catalog::Permission::includes).collect();
        found.extend(inner.into_iter().filter(|one| !found.contains(one)).collect::<Vec<_>>());
        at += 1;
    }
    found.into_iter().map(str::to_owned).collect()
}
