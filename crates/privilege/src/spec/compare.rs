//! What changed between two descriptions of an API.

use std::collections::{BTreeMap, BTreeSet};

use catalog::Product;

use super::{Spec, SpecOperation};
use crate::operation::{Credentials, ScopeRule, Text};
use crate::{Base, Method};

/// The differences of two descriptions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApiDiff {
    /// Operations that only the newer one has.
    pub added: Vec<SpecOperation>,
    /// Operations that only the older one has.
    pub removed: Vec<SpecOperation>,
    /// Operations that both have and differ.
    pub changed: Vec<Change>,
    /// Operations that both have, changed or not.
    pub n_common: usize,
    /// Scopes that the newer one asks for and the older one has nowhere, in order of name.
    pub new_scopes: BTreeSet<Text>,
    /// Scopes of the older one that the newer one asks for nowhere.
    pub gone_scopes: BTreeSet<Text>,
}

/// An operation that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// As it was.
    pub old: SpecOperation,
    /// As it is.
    pub new: SpecOperation,
    /// Scopes that whoever had been granted just what the older one asks for lacks now.
    pub missing: BTreeSet<Text>,
}

impl Change {
    /// Whether the scopes differ.
    pub fn has_scopes(&self) -> bool {
        !self.old.scope.names_same(&self.new.scope)
    }

    /// Whether what is accepted differs.
    pub fn has_credentials(&self) -> bool {
        self.old.credentials != self.new.credentials
    }
}

impl ApiDiff {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

impl Base {
    /// Operations of the base in the form of a description: those of one product and one of the APIs.
    pub fn described(&self, product: Product, apis: &BTreeSet<&str>) -> Vec<SpecOperation> {
        let wanted = self.operations().map(|(_, operation)| operation).filter(|operation| {
            operation.product == product && apis.contains(operation.api.as_ref())
        });
        let described = wanted.map(|operation| SpecOperation {
            method: operation.method,
            path: operation.path.to_string(),
            id: operation.id.to_string(),
            tag: operation.tag.to_string(),
            sdk: operation.sdk.to_string(),
            credentials: operation.credentials,
            scope: operation.scope.rule.clone(),
            lifecycle: operation.lifecycle.to_string(),
            deprecated: operation.deprecated,
            roles: Vec::new(),
            permissions: Vec::new(),
        });
        described.collect()
    }

    /// The APIs that a description covers as a whole: those of which it has half the operations or more.
    pub fn apis_of(&self, spec: &Spec) -> BTreeSet<&str> {
        let known = |operation: &&SpecOperation| {
            self.by_path(spec.product, operation.method, &operation.path)
        };
        let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for operation in spec.operations.iter().filter_map(|operation| known(&operation)) {
            counts.entry(&self.operation(operation).api).or_default().0 += 1;
        }
        for (_, operation) in self.operations().filter(|(_, row)| row.product == spec.product) {
            counts.entry(&operation.api).or_default().1 += 1;
        }
        let covered = counts.into_iter().filter(|(_, (has, all))| has * 2 >= *all);
        covered.map(|(api, _)| api).collect()
    }
}

/// Compares descriptions by verb and path; names of parameters do not count.
pub fn api_diff(old: &[SpecOperation], new: &[SpecOperation]) -> ApiDiff {
    let (old, new) = (by_place(old), by_place(new));
    let only = |one: &BTreeMap<Key, &SpecOperation>, other: &BTreeMap<Key, &SpecOperation>| {
        let missing = one.iter().filter(|(key, _)| !other.contains_key(*key));
        missing.map(|(_, operation)| (*operation).clone()).collect()
    };
    let both: Vec<_> = old.iter().filter_map(|(key, old)| Some((*old, *new.get(key)?))).collect();
    let differ = both.iter().filter(|(old, new)| differs(old, new));
    let (old_scopes, new_scopes) = (all_scopes(&old), all_scopes(&new));
    ApiDiff {
        added: only(&new, &old),
        removed: only(&old, &new),
        changed: differ.map(|(old, new)| change(old, new)).collect(),
        n_common: both.len(),
        new_scopes: new_scopes.difference(&old_scopes).cloned().collect(),
        gone_scopes: old_scopes.difference(&new_scopes).cloned().collect(),
    }
}

type Key = (String, Method);

fn by_place(operations: &[SpecOperation]) -> BTreeMap<Key, &SpecOperation> {
    let key =
        |operation: &SpecOperation| (crate::knowledge::shape(&operation.path), operation.method);
    operations.iter().map(|operation| (key(operation), operation)).collect()
}

fn all_scopes(operations: &BTreeMap<Key, &SpecOperation>) -> BTreeSet<Text> {
    operations.values().flat_map(|operation| operation.scope.names()).cloned().collect()
}

/// Where one side says nothing of credentials, nothing is known to differ.
fn differs(old: &SpecOperation, new: &SpecOperation) -> bool {
    let silent = |row: &SpecOperation| {
        row.scope == ScopeRule::Unknown && row.credentials == Credentials::default()
    };
    let security = !old.scope.names_same(&new.scope) || old.credentials != new.credentials;
    let security = security && !silent(old) && !silent(new);
    security || old.id != new.id || old.deprecated != new.deprecated
}

fn change(old: &SpecOperation, new: &SpecOperation) -> Change {
    let had = old.scope.names();
    let lacks = |scope: &&Text| !had.iter().any(|had| scope_includes(had, scope));
    let missing: BTreeSet<Text> = match &new.scope {
        ScopeRule::AnyOf(any) if any.iter().any(|scope| !lacks(&scope)) => BTreeSet::new(),
        rule => rule.names().iter().filter(lacks).cloned().collect(),
    };
    Change { old: old.clone(), new: new.clone(), missing }
}

/// Whether a token with the scope `had` may do what `needed` allows: Okta's `manage` includes `read`
/// of the same family. Source: Okta guide to OAuth scopes, checked 2026-11-22.
fn scope_includes(had: &str, needed: &str) -> bool {
    let family = |scope: &str, last: &str| {
        scope.strip_suffix(last).map(str::to_owned).filter(|name| name.starts_with("okta."))
    };
    had == needed
        || family(needed, ".read").is_some_and(|read| family(had, ".manage") == Some(read))
}
