//! Edges with everything that is known of them, for people and for programs.

use ::privilege::{Base, Edge, Operation, PermissionRule, RoleGrant, RoleRule, ScopeRule, Text};
use catalog::Confidence;
use serde_json::{Value, json};

pub(super) use crate::privilege::need::words::{chained, joined};
use crate::render::page::{Line, Span, Tone};

/// What the base is made of, for people.
pub(super) fn stamp(base: &Base) -> Vec<(String, Line)> {
    let release = base.release();
    let built_in = format!("{}, checked {}", release.name, release.date);
    let mut facts = vec![("known".to_owned(), Line::plain(built_in))];
    for (name, files) in
        [("newer", &release.specs), ("tried out", &release.evidence), ("not used", &release.faults)]
    {
        if !files.is_empty() {
            facts.push((name.to_owned(), Line::plain(files.join(", "))));
        }
    }
    facts
}

/// The same for programs.
pub(super) fn stamp_json(base: &Base) -> Value {
    let release = base.release();
    json!({
        "release": release.name,
        "date": release.date,
        "specs": release.specs,
        "evidence": release.evidence,
        "faults": release.faults,
    })
}

/// The edge to scopes.
pub(super) fn scope(edge: &Edge<ScopeRule>) -> Line {
    let line = match &edge.rule {
        ScopeRule::Open => Line::plain("no credential is asked for"),
        ScopeRule::Unreachable => Line::plain("no scope reaches it"),
        ScopeRule::AllOf(scopes) => joined(scopes, " and "),
        ScopeRule::AnyOf(scopes) => joined(scopes, " or "),
        ScopeRule::Unknown => Line(vec![level(Confidence::Unknown)]),
    };
    grounded(line, edge)
}

/// The edge to permissions.
pub(super) fn permission(edge: &Edge<PermissionRule>) -> Line {
    let line = match &edge.rule {
        PermissionRule::NotNeeded => Line::plain("none is needed"),
        PermissionRule::Ungrantable => Line::plain("no custom role can have it"),
        PermissionRule::AnyOf(bundles) => {
            chained(bundles.iter().map(|bundle| joined(bundle, " and ")), ", or ")
        }
        PermissionRule::Unknown => Line(vec![level(Confidence::Unknown)]),
    };
    grounded(line, edge)
}

/// The edge to standard roles.
pub(super) fn role(edge: &Edge<RoleRule>) -> Line {
    let line = match &edge.rule {
        RoleRule::NotNeeded => Line::plain("none is needed"),
        RoleRule::AnyOf(grants) => chained(grants.iter().map(grant), ", "),
        RoleRule::Unknown => Line(vec![level(Confidence::Unknown)]),
    };
    grounded(line, edge)
}

/// A role with its limits.
pub(super) fn grant(grant: &RoleGrant) -> Line {
    let line = Line::code(grant.role.as_ref());
    let line = if grant.within_targets { line.and(" within its targets") } else { line };
    if grant.limit.is_empty() { line } else { line.and(format!(" ({})", grant.limit)) }
}

/// A level, colored by how far one may trust it.
pub(super) fn level(level: Confidence) -> Span {
    let tone = match level {
        Confidence::Confirmed | Confidence::Documented | Confidence::Supported => Tone::Good,
        Confidence::Inferred => Tone::Warn,
        Confidence::Unknown => Tone::Bad,
    };
    Span::Mark(tone, level.name().to_owned())
}

/// `okta.users.read (documented). Why. Source, date.`
fn grounded<R>(line: Line, edge: &Edge<R>) -> Line {
    let mut line = match edge.level {
        Confidence::Unknown => line.and("."),
        known => line.and(" (").and_line(Line(vec![level(known)])).and(")."),
    };
    if !edge.note.is_empty() {
        line = line.and(format!(" {}", edge.note));
    }
    if edge.source.is_empty() {
        return line;
    }
    line.0.push(Span::Plain(" ".to_owned()));
    line.and_mark(Tone::Faint, cited(&edge.source, &edge.date))
}

/// `[Source; checked 2026-11-22]`
pub(super) fn cited(source: &str, date: &str) -> String {
    format!("[{source}; checked {date}]")
}

/// The three edges for programs, in the shape that `need` has.
pub(super) fn json(operation: &Operation) -> Value {
    let (scope, permission, role) = (&operation.scope, &operation.permission, &operation.role);
    json!({
        "scope": edge(scope, scope_rule(&scope.rule)),
        "permission": edge(permission, permission_rule(&permission.rule)),
        "role": edge(role, role_rule(&role.rule)),
    })
}

/// An operation by its names.
pub(super) fn called(operation: &Operation) -> Value {
    json!({
        "provider": operation.product.name(),
        "api": operation.api,
        "id": operation.id,
        "method": operation.method.name(),
        "path": operation.path,
    })
}

fn edge<R>(edge: &Edge<R>, mut rule: Value) -> Value {
    let facts = [("note", &edge.note), ("source", &edge.source), ("date", &edge.date)];
    if let Some(rule) = rule.as_object_mut() {
        rule.insert("level".to_owned(), edge.level.name().into());
        rule.extend(facts.map(|(key, text)| (key.to_owned(), text.as_ref().into())));
    }
    rule
}

/// A rule about scopes.
pub(super) fn scope_rule(rule: &ScopeRule) -> Value {
    let name = match rule {
        ScopeRule::AllOf(_) => "all_of",
        ScopeRule::AnyOf(_) => "any_of",
        ScopeRule::Open => "open",
        ScopeRule::Unreachable => "unreachable",
        ScopeRule::Unknown => "unknown",
    };
    json!({"rule": name, "scopes": rule.names()})
}

fn permission_rule(rule: &PermissionRule) -> Value {
    let (name, bundles): (_, &[Vec<Text>]) = match rule {
        PermissionRule::AnyOf(bundles) => ("any_of", bundles),
        PermissionRule::NotNeeded => ("not_needed", &[]),
        PermissionRule::Ungrantable => ("ungrantable", &[]),
        PermissionRule::Unknown => ("unknown", &[]),
    };
    json!({"rule": name, "permissions": bundles})
}

fn role_rule(rule: &RoleRule) -> Value {
    let (name, grants): (_, &[RoleGrant]) = match rule {
        RoleRule::AnyOf(grants) => ("any_of", grants),
        RoleRule::NotNeeded => ("not_needed", &[]),
        RoleRule::Unknown => ("unknown", &[]),
    };
    let grants = grants.iter().map(|grant| {
        json!({"role": grant.role, "within_targets": grant.within_targets, "limit": grant.limit})
    });
    json!({"rule": name, "roles": grants.collect::<Vec<_>>()})
}
