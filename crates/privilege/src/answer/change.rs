//! What an answer to a question makes of an edge.

use catalog::{Confidence, QuestionAnswer};

use crate::operation::Bundle;
use crate::{Edge, PermissionRule, RoleGrant, RoleRule, ScopeRule, Text};

/// What the scopes are under an answer.
pub(super) fn scope(edge: &mut Edge<ScopeRule>, row: &QuestionAnswer) {
    let rule = match (row.scopes, row.scopes.split_once("||")) {
        ("", _) => return,
        ("unknown", _) => ScopeRule::Unknown,
        (text, None) => ScopeRule::AllOf(bundle(text)),
        (text, Some(_)) => ScopeRule::AnyOf(text.split("||").map(Text::Borrowed).collect()),
    };
    // What the texts of a description say of fields is never more than a reading of them.
    *edge = Edge { level: edge.level.min(Confidence::Inferred), ..told(rule, row, edge) };
}

/// What the permissions are under an answer.
pub(super) fn permission(edge: &mut Edge<PermissionRule>, row: &QuestionAnswer) {
    let Some(rule) = permission_rule(&edge.rule, row.permissions) else { return };
    let level = if row.permissions.starts_with('+') {
        edge.level.min(row.permission_level)
    } else {
        row.permission_level
    };
    *edge = Edge { level, ..told(rule, row, edge) };
}

fn permission_rule(before: &PermissionRule, text: &'static str) -> Option<PermissionRule> {
    Some(match text {
        "" => return None,
        "none" => PermissionRule::NotNeeded,
        "ungrantable" => PermissionRule::Ungrantable,
        "unknown" => PermissionRule::Unknown,
        _ => match (text.strip_prefix('+'), before) {
            (None, _) => PermissionRule::AnyOf(text.split("||").map(bundle).collect()),
            (Some(more), PermissionRule::AnyOf(bundles)) => {
                let longer =
                    |bundle_before: &Bundle| [bundle_before.clone(), bundle(more)].concat();
                PermissionRule::AnyOf(bundles.iter().map(longer).collect())
            }
            (Some(more), PermissionRule::NotNeeded) => PermissionRule::AnyOf(vec![bundle(more)]),
            (Some(_), _) => return None,
        },
    })
}

fn bundle(text: &'static str) -> Bundle {
    text.split('+').map(Text::Borrowed).collect()
}

/// What the roles are under an answer.
pub(super) fn role(edge: &mut Edge<RoleRule>, row: &QuestionAnswer) {
    let rule = match row.roles {
        "" => return,
        "none" => RoleRule::NotNeeded,
        "unknown" => RoleRule::Unknown,
        text => RoleRule::AnyOf(text.split('|').map(grant).collect()),
    };
    *edge = Edge { level: row.role_level, ..told(rule, row, edge) };
}

/// A role as tables write it: `USER_ADMIN`, `USER_ADMIN*` within targets, `APP_ADMIN(OIDC)` limited otherwise.
fn grant(text: &'static str) -> RoleGrant {
    let (name, limit) = text.trim_end_matches(')').split_once('(').unwrap_or((text, ""));
    RoleGrant {
        role: name.trim_end_matches('*').into(),
        within_targets: name.ends_with('*'),
        limit: limit.into(),
    }
}

fn told<R>(rule: R, row: &QuestionAnswer, edge: &Edge<R>) -> Edge<R> {
    Edge {
        rule,
        level: edge.level,
        note: row.note.into(),
        source: row.source.into(),
        date: row.date.into(),
    }
}
