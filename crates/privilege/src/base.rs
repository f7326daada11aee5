//! The knowledge base: every operation with its edges.

use std::borrow::Cow;
use std::sync::LazyLock;

use catalog::{
    ApiOperation, Confidence, OperationPrivilege, Product, api_operations, operation_privileges,
};
use rustc_hash::FxHashMap;

use crate::Method;
use crate::operation::{
    Credentials, Edge, Operation, OperationId, PermissionRule, RoleGrant, RoleRule, ScopeRule, Text,
};

static BUILTIN: LazyLock<Base> = LazyLock::new(|| {
    let privileges: FxHashMap<_, _> =
        operation_privileges().iter().map(|row| ((row.method, row.path), row)).collect();
    let operations = api_operations()
        .iter()
        .filter_map(|row| operation(row, privileges.get(&(row.method, row.path)).copied()));
    Base { operations: operations.collect() }
});

/// Every operation that is known, with its edges.
#[derive(Debug, Clone)]
pub struct Base {
    operations: Vec<Operation>,
}

impl Base {
    /// The catalog's.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// The operation of that number, which must come from this base.
    pub fn operation(&self, id: OperationId) -> &Operation {
        &self.operations[id.0 as usize]
    }

    /// Every operation, in order of product, API, path and verb.
    pub fn operations(&self) -> impl Iterator<Item = (OperationId, &Operation)> {
        (0..).map(OperationId).zip(&self.operations)
    }
}

fn operation(row: &ApiOperation, privilege: Option<&OperationPrivilege>) -> Option<Operation> {
    Some(Operation {
        product: row.product,
        api: row.api.into(),
        method: Method::from_name(row.method)?,
        path: row.path.into(),
        id: row.id.into(),
        tag: row.tag.into(),
        sdk: row.sdk.into(),
        credentials: Credentials {
            oauth: row.accepts("oauth"),
            token: row.accepts("token"),
            none: row.accepts("none"),
            other: ["client", "gateway", "privileged-access"].iter().any(|name| row.accepts(name)),
        },
        lifecycle: row.lifecycle.into(),
        deprecated: row.deprecated,
        identity_engine: row.identity_engine,
        scope: scope(row),
        permission: privilege.map_or_else(|| unknown(PermissionRule::Unknown), permission),
        role: privilege.map_or_else(|| unknown(RoleRule::Unknown), role),
    })
}

fn scope(row: &ApiOperation) -> Edge<ScopeRule> {
    let scopes: Vec<Text> = row.scopes().map(Cow::Borrowed).collect();
    let several = scopes.len() > 1;
    let rule = match row.product {
        _ if row.accepts("none") => ScopeRule::Open,
        _ if scopes.is_empty() => ScopeRule::Unreachable,
        Product::Auth0 if several => ScopeRule::AnyOf(scopes),
        _ => ScopeRule::AllOf(scopes),
    };
    let guessed = row.product == Product::Auth0 && several;
    let level = if guessed { Confidence::Inferred } else { Confidence::Documented };
    edge(rule, level, "")
}

fn permission(row: &OperationPrivilege) -> Edge<PermissionRule> {
    let bundle = |text: &'static str| text.split('+').map(Cow::Borrowed).collect();
    let rule = match row.permissions() {
        "none" => PermissionRule::NotNeeded,
        "ungrantable" => PermissionRule::Ungrantable,
        "" => PermissionRule::Unknown,
        text => PermissionRule::AnyOf(text.split("||").map(bundle).collect()),
    };
    edge(rule, row.permission_level, row.basis)
}

fn role(row: &OperationPrivilege) -> Edge<RoleRule> {
    let rule = match row.roles() {
        "none" => RoleRule::NotNeeded,
        "" => RoleRule::Unknown,
        text => RoleRule::AnyOf(text.split('|').map(grant).collect()),
    };
    edge(rule, row.role_level, row.basis)
}

fn grant(text: &'static str) -> RoleGrant {
    let (name, limit) = text.trim_end_matches(')').split_once('(').unwrap_or((text, ""));
    RoleGrant {
        role: name.trim_end_matches('*').into(),
        within_targets: name.ends_with('*'),
        limit: limit.into(),
    }
}

fn unknown<R>(rule: R) -> Edge<R> {
    edge(rule, Confidence::Unknown, "")
}

fn edge<R>(rule: R, level: Confidence, note: &'static str) -> Edge<R> {
    Edge { rule, level, note: note.into(), source: "".into(), date: "2026-11-22".into() }
}
