//! What is known of a permission.

use ::privilege::{Base, Operation};
use catalog::{
    Grantable, Permission, permission_closure, permission_includes, permissions, role_permissions,
};
use serde_json::{Value, json};

use super::{calls, edges, list};
use crate::render::page::{Block, Line, Page, Tone};

/// Writes it, and gives it for programs.
pub(super) fn write(base: &Base, row: &'static Permission, page: &mut Page) -> Value {
    let included = closure(row);
    let perhaps: Vec<_> = row.perhaps_includes().collect();
    let wider = wider(row);
    let operations = base.with_permission(row.name);
    page.push(Block::Heading(2, format!("Permission {}", row.name)));
    let mut facts = vec![("custom roles".to_owned(), Line::plain(grantable(row.grantable)))];
    let mut push = |name: &str, line: Line| facts.push((name.to_owned(), line));
    if !row.resources.is_empty() {
        push("resources", Line::plain(row.resources));
    }
    if !included.is_empty() {
        let mut line = edges::joined(&included, ", ").and(" (");
        line.0.push(edges::level(row.inclusion));
        push("includes", line.and(")"));
    }
    if !perhaps.is_empty() {
        push("perhaps includes", edges::joined(&perhaps, ", "));
    }
    if !wider.is_empty() {
        push("included in", edges::joined(&wider, ", "));
    }
    if !row.also_needs.is_empty() {
        let beside: Vec<_> = row.also_needs.split('|').collect();
        push("goes with", edges::joined(&beside, " or "));
    }
    if row.conditions {
        push("conditions", Line::plain("can be limited to some attributes of profiles"));
    }
    if !row.note.is_empty() {
        push("note", Line::plain(row.note));
    }
    push("source", Line::plain(edges::cited(row.source, row.date)));
    if let Some(line) = roles_line(row) {
        push("roles, says a third party", line);
    }
    push("operations", Line::plain(operations.len().to_string()));
    page.push(Block::Facts(facts));
    if !operations.is_empty() {
        page.push(list(base, &operations, how));
    }
    json!({
        "kind": "permission",
        "name": row.name,
        "resources": row.resources,
        "includes": included,
        "inclusion": row.inclusion.name(),
        "perhaps_includes": perhaps,
        "included_in": wider,
        "also_needs": row.also_needs.split('|').filter(|name| !name.is_empty()).collect::<Vec<_>>(),
        "conditions": row.conditions,
        "grantable": row.grantable.name(),
        "note": row.note,
        "source": row.source,
        "date": row.date,
        "roles": roles(row),
        "operations": calls(base, &operations),
    })
}

/// The level of an operation's edge to permissions.
fn how(operation: &Operation) -> Line {
    Line(vec![edges::level(operation.permission.level)])
}

/// Everything that comes with it, at any depth, without itself.
fn closure(row: &'static Permission) -> Vec<&'static str> {
    let others = permission_closure(row.name).into_iter().filter(|other| *other != row);
    others.map(|other| other.name).collect()
}

/// Permissions that it comes with.
fn wider(row: &'static Permission) -> Vec<&'static str> {
    let wider = permissions()
        .iter()
        .filter(|other| other.name != row.name && permission_includes(other.name, row.name));
    wider.map(|other| other.name).collect()
}

fn grantable(grantable: Grantable) -> &'static str {
    match grantable {
        Grantable::Yes => "may have it",
        Grantable::No => "may not have it: only roles that Okta makes do",
        Grantable::Unconfirmed => "no source of Okta's says that they may have it",
    }
}

fn roles_line(row: &Permission) -> Option<Line> {
    let held = role_permissions().iter().filter(|held| held.permission == row.name);
    let lines: Vec<_> = held
        .map(|held| {
            let line = Line::code(held.role);
            if held.contradicted.is_empty() {
                return line;
            }
            let what = format!("Okta denies it: {}", held.contradicted);
            line.and(" (").and_mark(Tone::Warn, what).and(")")
        })
        .collect();
    (!lines.is_empty()).then(|| edges::chained(lines.into_iter(), ", "))
}

fn roles(row: &Permission) -> Vec<Value> {
    let held = role_permissions().iter().filter(|held| held.permission == row.name);
    held.map(|held| json!({"role": held.role, "contradicted": held.contradicted})).collect()
}
