//! Newer descriptions and evidence of an organization, laid over the base.

use std::collections::{BTreeMap, BTreeSet};

use catalog::{Confidence, Product, permission_includes};

use super::Base;
use crate::operation::{
    Bundle, Credentials, Edge, Operation, OperationId, PermissionRule, RoleGrant, RoleRule,
    ScopeRule, Text,
};
use crate::{Conclusion, Evidence, Method, Spec, SpecOperation};

impl Base {
    /// The base with a description laid over it.
    ///
    /// Operations that the description has otherwise change, new ones are added, and all others stay
    /// as they are: a description may have a part of an API only. `date` is when it was laid over,
    /// `YYYY-MM-DD`.
    #[must_use]
    pub fn with_spec(&self, spec: &Spec, date: &str) -> Self {
        let mut operations = self.operations.clone();
        let api = self.api_of(spec);
        let stamp = Stamp { source: spec.name.clone(), date: date.to_owned() };
        for described in &spec.operations {
            match self.by_path(spec.product, described.method, &described.path) {
                Some(id) => stamp.renew(&mut operations[id.0 as usize], described),
                None => operations.push(stamp.add(spec.product, &api, described)),
            }
        }
        let mut release = self.release.clone();
        release.specs.push(spec.name.clone());
        Self::new(operations, release)
    }

    /// The API that most operations of a description belong to; `management` if none is known.
    pub(crate) fn api_of(&self, spec: &Spec) -> Text {
        let mut counts: BTreeMap<&Text, usize> = BTreeMap::new();
        for described in &spec.operations {
            if let Some(id) = self.by_path(spec.product, described.method, &described.path) {
                *counts.entry(&self.operation(id).api).or_default() += 1;
            }
        }
        let most = counts.into_iter().max_by_key(|(_, count)| *count);
        most.map_or(Text::Borrowed("management"), |(api, _)| api.clone())
    }

    /// The base with what was tried out in an organization, which outranks everything else.
    ///
    /// What sufficed becomes the rule, confirmed. What did not suffice is taken out of the
    /// alternatives; where none is left, the rule is not known any more.
    #[must_use]
    pub fn with_evidence(&self, evidence: &Evidence) -> Self {
        let mut operations = self.operations.clone();
        for (name, conclusion) in evidence.conclusions() {
            if let Some(id) = self.named(name) {
                tried(&mut operations[id.0 as usize], &conclusion, &evidence.org);
            }
        }
        let mut release = self.release.clone();
        release.evidence.push(format!("{} {}", evidence.org, evidence.date));
        Self::new(operations, release)
    }

    /// The base in which everything that is known less well than `least` counts as unknown.
    #[must_use]
    pub fn at_least(&self, least: Confidence) -> Self {
        let mut operations = self.operations.clone();
        for operation in &mut operations {
            forget(&mut operation.scope, ScopeRule::Unknown, least);
            forget(&mut operation.permission, PermissionRule::Unknown, least);
            forget(&mut operation.role, RoleRule::Unknown, least);
        }
        Self::new(operations, self.release.clone())
    }

    /// The base, that remembers what should have been laid over it and could not be used: judgments by
    /// it are not whole.
    #[must_use]
    pub fn with_faults(mut self, faults: impl IntoIterator<Item = String>) -> Self {
        self.release.faults.extend(faults);
        self
    }

    /// The operation of Okta that `GET /api/v1/users` names.
    fn named(&self, name: &str) -> Option<OperationId> {
        let (verb, path) = name.split_once(' ')?;
        self.by_path(Product::Okta, Method::from_name(verb)?, path)
    }
}

fn forget<R>(edge: &mut Edge<R>, unknown: R, least: Confidence) {
    if edge.level < least && edge.level > Confidence::Unknown {
        edge.note = format!("Known less well than asked for: {}. {}", edge.level.name(), edge.note)
            .trim_end()
            .to_owned()
            .into();
        edge.rule = unknown;
        edge.level = Confidence::Unknown;
    }
}

/// Who says it, and since when.
struct Stamp {
    source: String,
    date: String,
}

impl Stamp {
    fn edge<R>(&self, rule: R, level: Confidence, note: &'static str) -> Edge<R> {
        let (source, date) = (self.source.clone().into(), self.date.clone().into());
        Edge { rule, level, note: note.into(), source, date }
    }

    fn renew(&self, operation: &mut Operation, described: &SpecOperation) {
        let says_nothing = described.scope == ScopeRule::Unknown
            && described.credentials == Credentials::default();
        if !says_nothing && !operation.scope.rule.names_same(&described.scope) {
            operation.scope = self.edge(described.scope.clone(), Confidence::Documented, "");
        }
        if !says_nothing {
            operation.credentials = described.credentials;
        }
        for (ours, theirs) in [
            (&mut operation.id, &described.id),
            (&mut operation.tag, &described.tag),
            (&mut operation.sdk, &described.sdk),
            (&mut operation.lifecycle, &described.lifecycle),
        ] {
            if !theirs.is_empty() && ours.as_ref() != theirs {
                *ours = theirs.clone().into();
            }
        }
        operation.deprecated = described.deprecated;
        self.privileges(operation, described);
    }

    /// What the description itself says of permissions and roles.
    fn privileges(&self, operation: &mut Operation, described: &SpecOperation) {
        let bundle: Bundle = described.permissions.iter().cloned().map(Text::Owned).collect();
        let level = match bundle.len() {
            0 | 1 => Confidence::Documented,
            _ => Confidence::Supported,
        };
        if !bundle.is_empty() && operation.permission.level < level {
            let note = if bundle.len() > 1 { ALL_NAMED } else { NAMED };
            operation.permission = self.edge(PermissionRule::AnyOf(vec![bundle]), level, note);
        }
        let named: BTreeSet<_> = described.roles.iter().map(|name| current(name)).collect();
        if !named.is_empty() && role_names(&operation.role.rule) != named {
            let grant = |name: &str| RoleGrant {
                role: name.to_owned().into(),
                within_targets: false,
                limit: "".into(),
            };
            let rule = RoleRule::AnyOf(named.into_iter().map(grant).collect());
            operation.role = self.edge(rule, Confidence::Documented, NAMED);
        }
    }

    fn add(&self, product: Product, api: &Text, described: &SpecOperation) -> Operation {
        let mut operation = Operation {
            product,
            api: api.clone(),
            method: described.method,
            path: described.path.clone().into(),
            id: described.id.clone().into(),
            tag: described.tag.clone().into(),
            sdk: described.sdk.clone().into(),
            credentials: described.credentials,
            lifecycle: described.lifecycle.clone().into(),
            deprecated: described.deprecated,
            identity_engine: false,
            scope: self.edge(described.scope.clone(), Confidence::Documented, ""),
            permission: self.edge(PermissionRule::Unknown, Confidence::Unknown, NEW),
            role: self.edge(RoleRule::Unknown, Confidence::Unknown, NEW),
        };
        if operation.scope.rule == ScopeRule::Unknown {
            operation.scope.level = Confidence::Unknown;
        }
        if product == Product::Auth0 {
            operation.permission =
                self.edge(PermissionRule::NotNeeded, Confidence::Supported, CLIENT);
            operation.role = self.edge(RoleRule::NotNeeded, Confidence::Supported, CLIENT);
        }
        self.privileges(&mut operation, described);
        operation
    }
}

const NAMED: &str = "The description itself names it.";
const ALL_NAMED: &str =
    "The description lists these permissions; that all of them are needed is inferred.";
const NEW: &str = "The operation is new in this description, which names none.";
const CLIENT: &str = "A client grant and its scopes are all that a program has in Auth0.";

/// The role that a name stands for, where descriptions misspell it.
fn current(name: &str) -> &str {
    catalog::admin_role(name).map(|row| row.instead).filter(|name| !name.is_empty()).unwrap_or(name)
}

fn role_names(rule: &RoleRule) -> BTreeSet<&str> {
    match rule {
        RoleRule::AnyOf(grants) => grants.iter().map(|grant| grant.role.as_ref()).collect(),
        RoleRule::NotNeeded | RoleRule::Unknown => BTreeSet::new(),
    }
}

fn tried(operation: &mut Operation, conclusion: &Conclusion, org: &str) {
    let stamp = Stamp { source: format!("tried out in {org}"), date: conclusion.date.clone() };
    if !conclusion.suffice.is_empty() {
        let bundle = |set: &BTreeSet<String>| set.iter().cloned().map(Text::Owned).collect();
        let mut bundles: Vec<Bundle> = conclusion.suffice.iter().map(bundle).collect();
        bundles.sort_by_key(Vec::len);
        let rule = PermissionRule::AnyOf(bundles);
        operation.permission = stamp.edge(rule, Confidence::Confirmed, SUFFICED);
    } else if let PermissionRule::AnyOf(bundles) = &mut operation.permission.rule {
        let before = bundles.len();
        bundles.retain(|bundle| !conclusion.lack.iter().any(|held| covers(held, bundle)));
        if bundles.is_empty() {
            operation.permission =
                stamp.edge(PermissionRule::Unknown, Confidence::Unknown, REFUSED);
        } else if bundles.len() < before {
            let rule = operation.permission.rule.clone();
            operation.permission = stamp.edge(rule, operation.permission.level, PARTLY);
        }
    }
    tried_roles(operation, conclusion, &stamp);
}

fn tried_roles(operation: &mut Operation, conclusion: &Conclusion, stamp: &Stamp) {
    let known = match &operation.role.rule {
        RoleRule::AnyOf(grants) => grants.clone(),
        RoleRule::NotNeeded | RoleRule::Unknown => Vec::new(),
    };
    if !conclusion.roles_suffice.is_empty() {
        let grant = |name: &String| {
            let same = known.iter().find(|grant| grant.role.as_ref() == name).cloned();
            let role = Text::Owned(name.clone());
            same.unwrap_or(RoleGrant { role, within_targets: false, limit: "".into() })
        };
        let grants = conclusion.roles_suffice.iter().map(grant).collect();
        operation.role = stamp.edge(RoleRule::AnyOf(grants), Confidence::Confirmed, SUFFICED);
        return;
    }
    let refused = |grant: &RoleGrant| conclusion.roles_lack.contains(grant.role.as_ref());
    let left: Vec<_> = known.iter().filter(|grant| !refused(grant)).cloned().collect();
    if left.is_empty() && !known.is_empty() {
        operation.role = stamp.edge(RoleRule::Unknown, Confidence::Unknown, REFUSED);
    } else if left.len() < known.len() {
        operation.role = stamp.edge(RoleRule::AnyOf(left), operation.role.level, PARTLY);
    }
}

const SUFFICED: &str = "It sufficed when it was tried out.";
const REFUSED: &str = "What was taken for enough was refused when it was tried out.";
const PARTLY: &str = "Alternatives that were refused when they were tried out are left out.";

/// Whether whoever holds these permissions can do what the bundle allows.
fn covers(held: &BTreeSet<String>, bundle: &Bundle) -> bool {
    bundle.iter().all(|needed| held.iter().any(|name| permission_includes(name, needed)))
}
