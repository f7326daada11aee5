//! Ways from scopes, permissions and roles back to operations.

use std::collections::BTreeSet;

use catalog::{ScopeFamily, scope_family};

use super::Base;
use crate::operation::{OperationId, PermissionRule, RoleRule, ScopeRule};

/// What is known of a scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeFacts {
    /// As the descriptions write it.
    pub name: String,
    /// The operations that need it, alone or with others, in the order of the base.
    pub operations: Vec<OperationId>,
    /// Scopes that come with it; Okta's `manage` includes `read` where there is one.
    pub includes: Vec<String>,
    /// Scopes that it comes with.
    pub included_in: Vec<String>,
    /// Its family, with the permissions that go with it; `None` outside of Okta.
    pub family: Option<&'static ScopeFamily>,
}

impl Base {
    /// Every scope that some operation needs, in order of name.
    pub fn scopes(&self) -> BTreeSet<&str> {
        let rules = self.operations().map(|(_, operation)| &operation.scope.rule);
        rules.flat_map(ScopeRule::names).map(AsRef::as_ref).collect()
    }

    /// The scope of that name, in any case; `None` if no operation needs it.
    pub fn scope(&self, name: &str) -> Option<ScopeFacts> {
        let needs = |names: &[crate::Text]| names.iter().any(|one| one.eq_ignore_ascii_case(name));
        let operations: Vec<_> = self
            .operations()
            .filter(|(_, operation)| needs(operation.scope.rule.names()))
            .map(|(id, _)| id)
            .collect();
        let first = self.operation(*operations.first()?);
        let mut names = first.scope.rule.names().iter();
        let name = names.find(|one| one.eq_ignore_ascii_case(name))?.to_string();
        let known = self.scopes();
        let sibling = |from: &str, to: &str| {
            let family = name.strip_suffix(from).filter(|family| family.starts_with("okta."))?;
            known.get(format!("{family}{to}").as_str()).map(|name| (*name).to_owned())
        };
        Some(ScopeFacts {
            includes: sibling(".manage", ".read").into_iter().collect(),
            included_in: sibling(".read", ".manage").into_iter().collect(),
            family: scope_family(&name).filter(|row| row.instead.is_empty()),
            operations,
            name,
        })
    }

    /// The scope that was probably meant by a name that is none, such as `okta.users.read` by
    /// `okta.factors.read`.
    pub fn nearest_scope(&self, name: &str) -> Option<&str> {
        let known = self.scopes();
        catalog::nearest_scope(known.iter().copied(), name)
    }

    /// The `operationId` or method of a library that was probably meant by a name that is none.
    pub fn nearest_id(&self, name: &str) -> Option<&str> {
        let ids = self.operations().flat_map(|(_, operation)| [&operation.id, &operation.sdk]);
        let ids = ids.map(AsRef::as_ref).filter(|id: &&str| !id.is_empty());
        let slips =
            |id: &str| strsim::osa_distance(&id.to_ascii_lowercase(), &name.to_ascii_lowercase());
        let near = ids.map(|id| (slips(id), id)).filter(|(slips, id)| *slips <= id.len() / 4);
        near.min_by_key(|(slips, _)| *slips).map(|(_, id)| id)
    }

    /// The operations whose rule names the permission, alone or with others.
    pub fn with_permission(&self, name: &str) -> Vec<OperationId> {
        self.matching(|id| match &self.operation(id).permission.rule {
            PermissionRule::AnyOf(bundles) => {
                bundles.iter().flatten().any(|one| one.eq_ignore_ascii_case(name))
            }
            _ => false,
        })
    }

    /// The operations whose rule names the role.
    pub fn with_role(&self, name: &str) -> Vec<OperationId> {
        self.matching(|id| match &self.operation(id).role.rule {
            RoleRule::AnyOf(grants) => grants.iter().any(|one| one.role.eq_ignore_ascii_case(name)),
            _ => false,
        })
    }

    fn matching(&self, is_it: impl Fn(OperationId) -> bool) -> Vec<OperationId> {
        self.operations().map(|(id, _)| id).filter(|id| is_it(*id)).collect()
    }
}
