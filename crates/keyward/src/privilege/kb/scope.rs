//! What is known of a scope.

use ::privilege::{Base, ScopeFacts, ScopeRule};
use catalog::{Permission, ScopeFamily};
use serde_json::{Value, json};

use super::{calls, edges, list};
use crate::render::page::{Block, Line, Page, Tone};

/// Writes it, and gives it for programs.
pub(super) fn write(base: &Base, facts: &ScopeFacts, page: &mut Page) -> Value {
    page.push(Block::Heading(2, format!("Scope {}", facts.name)));
    let mut lines = Vec::new();
    for (name, scopes) in [("includes", &facts.includes), ("included in", &facts.included_in)] {
        if !scopes.is_empty() {
            lines.push((name.to_owned(), edges::joined(scopes, ", ")));
        }
    }
    let permissions = facts.family.map_or_else(Vec::new, permissions);
    if let Some(family) = facts.family {
        lines.push(("permissions".to_owned(), line(family, &permissions)));
    }
    lines.push(("operations".to_owned(), Line::plain(facts.operations.len().to_string())));
    page.push(Block::Facts(lines));
    page.push(list(base, &facts.operations, |operation| {
        let others = operation.scope.rule.names().iter().filter(|other| **other != facts.name);
        let others: Vec<_> = others.collect();
        if others.is_empty() {
            return Line::default();
        }
        let word = match operation.scope.rule {
            ScopeRule::AnyOf(_) => "or ",
            _ => "with ",
        };
        Line::plain(word).and_line(edges::joined(&others, ", "))
    }));
    let family = facts.family.map(|row| {
        json!({
            "family": row.family,
            "permissions": permissions.iter().map(|row| row.name).collect::<Vec<_>>(),
            "note": row.note,
            "source": row.source,
            "date": row.date,
        })
    });
    json!({
        "kind": "scope",
        "name": facts.name,
        "includes": facts.includes,
        "included_in": facts.included_in,
        "family": family,
        "operations": calls(base, &facts.operations),
    })
}

fn line(family: &ScopeFamily, permissions: &[&'static Permission]) -> Line {
    let line = match permissions {
        [] => Line::plain(
            "none that a custom role may have is known, so that a standard role is the only way",
        ),
        [one] if one.name == family.permissions => Line::code(one.name),
        _ => Line::code(format!("{}.*", family.permissions)),
    };
    let line = line.and(".");
    let line = if family.note.is_empty() { line } else { line.and(format!(" {}", family.note)) };
    line.and(" ").and_mark(Tone::Faint, edges::cited(family.source, family.date))
}

/// The permissions of a family: the one of that name, or those that begin with it.
fn permissions(family: &'static ScopeFamily) -> Vec<&'static Permission> {
    if family.permissions.is_empty() {
        return Vec::new();
    }
    let is_of = |row: &&Permission| {
        let rest = row.name.strip_prefix(family.permissions);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    catalog::permissions().iter().filter(is_of).collect()
}
