//! From rows of the catalog to operations with their edges.

use std::borrow::Cow;

use catalog::{
    ApiOperation, Confidence, OperationPrivilege, Product, Statement, api_operations,
    operation_privileges,
};
use rustc_hash::FxHashMap;

use crate::Method;
use crate::operation::{
    Credentials, Edge, Operation, PermissionRule, RoleGrant, RoleRule, ScopeRule, Text,
};

const OKTA: &str = "Okta OpenAPI description 2026.06.3";
const AUTHN: &str = "Okta Authentication API reference (Classic Engine)";
const AUTH0: &str = "Auth0 OpenAPI descriptions 2026-06-25";
pub(super) const CHECKED: &str = "2026-11-22";

/// Every operation of the catalog.
pub(super) fn builtin() -> Vec<Operation> {
    let privileges: FxHashMap<_, _> =
        operation_privileges().iter().map(|row| ((row.method, row.path), row)).collect();
    let okta = |row: &&ApiOperation| row.product == Product::Okta;
    let privilege = |row: &ApiOperation| {
        Some(row).filter(okta).and_then(|row| privileges.get(&(row.method, row.path)).copied())
    };
    api_operations().iter().filter_map(|row| operation(row, privilege(row))).collect()
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
            other: ["client", "browser", "gateway", "privileged-access"]
                .iter()
                .any(|name| row.accepts(name)),
        },
        lifecycle: row.lifecycle.into(),
        deprecated: row.deprecated,
        identity_engine: row.identity_engine,
        scope: scope(row),
        permission: privilege.map_or_else(
            || elsewhere(row, PermissionRule::NotNeeded, PermissionRule::Unknown),
            permission,
        ),
        role: privilege
            .map_or_else(|| elsewhere(row, RoleRule::NotNeeded, RoleRule::Unknown), role),
    })
}

fn scope(row: &ApiOperation) -> Edge<ScopeRule> {
    let scopes: Vec<Text> = row.scopes().map(Cow::Borrowed).collect();
    let several = scopes.len() > 1;
    let token = row.accepts("token");
    let (rule, level, note) = match row.product {
        _ if row.accepts("none") && !token => (ScopeRule::Open, Confidence::Documented, ""),
        _ if scopes.is_empty() => (ScopeRule::Unreachable, Confidence::Documented, no_scope(row)),
        Product::Auth0 if row.any_scope => (ScopeRule::AnyOf(scopes), Confidence::Inferred, ANY_OF),
        Product::Auth0 if several => (ScopeRule::AllOf(scopes), Confidence::Inferred, ALL_OF),
        _ => (ScopeRule::AllOf(scopes), Confidence::Documented, ""),
    };
    let source = match row.product {
        Product::Auth0 => AUTH0,
        _ if row.api == "authn" => AUTHN,
        _ => OKTA,
    };
    Edge { rule, level, note: note.into(), source: source.into(), date: CHECKED.into() }
}

const ANY_OF: &str = "The description lists these together; its texts say that one opens the operation \
    and the others more fields.";

const ALL_OF: &str = "The description lists these together, and nothing says that one suffices.";

fn no_scope(row: &ApiOperation) -> &'static str {
    match (row.product, row.api) {
        (Product::Auth0, _) => "No scope of a client grant reaches it.",
        (_, "authn") => "No scope exists for the Authentication API.",
        _ if row.accepts("token") => "The description accepts API tokens only.",
        _ => "The description asks for a credential that carries no scope.",
    }
}

fn permission(row: &OperationPrivilege) -> Edge<PermissionRule> {
    let bundle = |text: &'static str| text.split('+').map(Cow::Borrowed).collect();
    let rule = match row.permission.text {
        "none" => PermissionRule::NotNeeded,
        "ungrantable" => PermissionRule::Ungrantable,
        "" => PermissionRule::Unknown,
        text => PermissionRule::AnyOf(text.split("||").map(bundle).collect()),
    };
    stated(rule, &row.permission)
}

fn role(row: &OperationPrivilege) -> Edge<RoleRule> {
    let rule = match row.role.text {
        "none" => RoleRule::NotNeeded,
        "" => RoleRule::Unknown,
        text => RoleRule::AnyOf(text.split('|').map(grant).collect()),
    };
    stated(rule, &row.role)
}

fn grant(text: &'static str) -> RoleGrant {
    let (name, limit) = text.trim_end_matches(')').split_once('(').unwrap_or((text, ""));
    RoleGrant {
        role: name.trim_end_matches('*').into(),
        within_targets: name.ends_with('*'),
        limit: limit.into(),
    }
}

fn stated<R>(rule: R, row: &Statement) -> Edge<R> {
    Edge {
        rule,
        level: row.level,
        note: row.note.into(),
        source: row.source.into(),
        date: row.date.into(),
    }
}

/// Auth0 knows no administrators among programs.
fn elsewhere<R>(row: &ApiOperation, rule: R, unknown_rule: R) -> Edge<R> {
    if row.product != Product::Auth0 {
        return unknown(unknown_rule);
    }
    Edge {
        rule,
        level: Confidence::Supported,
        note: "A client grant and its scopes are all that a program has in Auth0.".into(),
        source: AUTH0.into(),
        date: CHECKED.into(),
    }
}

fn unknown<R>(rule: R) -> Edge<R> {
    let level = Confidence::Unknown;
    Edge { rule, level, note: "".into(), source: "".into(), date: CHECKED.into() }
}
