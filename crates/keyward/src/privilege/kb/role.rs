//! What is known of a standard role.

use ::privilege::{Base, Operation, RoleRule};
use catalog::{AdminRole, RolePermission, RoleTargets, RoleTask, role_permissions, role_tasks};
use serde_json::{Value, json};

use super::{calls, edges, list};
use crate::render::page::{Block, Line, Page, Tone};

/// Writes it, and gives it for programs.
pub(super) fn write(base: &Base, row: &'static AdminRole, page: &mut Page) -> Value {
    let operations = base.with_role(row.name);
    page.push(Block::Heading(2, format!("Role {}", row.name)));
    page.push(Block::Facts(facts(row)));
    let may = tasks(row, Kept::May);
    if !may.is_empty() {
        page.push(Block::Heading(3, "What it may do".to_owned()));
        page.push(acts(row, &may));
    }
    let may_not = tasks(row, Kept::MayNot);
    if !may_not.is_empty() {
        page.push(Block::Heading(3, "What it may not do".to_owned()));
        page.push(acts(row, &may_not));
    }
    let held: Vec<_> = role_permissions().iter().filter(|held| held.role == row.name).collect();
    if !held.is_empty() {
        page.push(Block::Heading(3, "Permissions it amounts to, says a third party".to_owned()));
        page.push(Block::List {
            numbered: false,
            items: held.iter().map(|held| derived(held)).collect(),
        });
    }
    page.push(Block::Heading(3, format!("Operations: {}", operations.len())));
    page.push(list(base, &operations, |operation| how(row, operation)));
    let permission = |held: &&RolePermission| json!({"permission": held.permission, "contradicted": held.contradicted});
    json!({
        "kind": "role",
        "name": row.name,
        "title": row.title,
        "targets": row.targets.name(),
        "current": row.is_current,
        "makes_tokens": row.makes_tokens,
        "note": row.note,
        "source": row.source,
        "date": row.date,
        "may": may.iter().map(|task| task_json(row, task)).collect::<Vec<_>>(),
        "may_not": may_not.iter().map(|task| task_json(row, task)).collect::<Vec<_>>(),
        "derived_permissions": held.iter().map(permission).collect::<Vec<_>>(),
        "operations": calls(base, &operations),
    })
}

fn facts(row: &AdminRole) -> Vec<(String, Line)> {
    let standing = if row.is_current {
        "is assigned"
    } else {
        "was assigned once: understood where it is granted, never advised"
    };
    let targets = match row.targets {
        RoleTargets::None => "the whole organization",
        RoleTargets::Groups => "the whole organization, or some groups and their members",
        RoleTargets::Apps => "the whole organization, or some apps",
        RoleTargets::ResourceSet => "a resource set",
    };
    let tokens =
        if row.makes_tokens { "its holder can make them" } else { "its holder cannot make them" };
    [
        ("title", row.title),
        ("standing", standing),
        ("reaches", targets),
        ("API tokens", tokens),
        ("note", row.note),
    ]
    .into_iter()
    .filter(|(_, text)| !text.is_empty())
    .map(|(name, text)| (name.to_owned(), Line::plain(text)))
    .chain([("source".to_owned(), Line::plain(edges::cited(row.source, row.date)))])
    .collect()
}

/// The level of an operation's edge to the role, and the role's limits there.
fn how(row: &AdminRole, operation: &Operation) -> Line {
    let mut line = Line(vec![edges::level(operation.role.level)]);
    if let RoleRule::AnyOf(grants) = &operation.role.rule
        && let Some(grant) = grants.iter().find(|grant| grant.role == row.name)
    {
        let limits = [if grant.within_targets { "within its targets" } else { "" }, &grant.limit];
        for limit in limits.into_iter().filter(|limit| !limit.is_empty()) {
            line = line.and(format!(", {limit}"));
        }
    }
    line
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    May,
    MayNot,
}

fn tasks(row: &AdminRole, kept: Kept) -> Vec<&'static RoleTask> {
    let keeps = |task: &&RoleTask| match kept {
        Kept::May => task.roles().any(|(role, _)| role == row.name),
        Kept::MayNot => task.refused().any(|role| role == row.name),
    };
    role_tasks().iter().filter(keeps).collect()
}

fn limit(row: &AdminRole, task: &RoleTask) -> &'static str {
    let limit = task.roles().find(|(role, _)| *role == row.name).map_or("", |(_, limit)| limit);
    match limit {
        "*" => "within its targets",
        words => words.trim_matches(['(', ')']),
    }
}

/// The acts of one area and source in one line.
fn acts(row: &AdminRole, tasks: &[&RoleTask]) -> Block {
    let together =
        |one: &&RoleTask, other: &&RoleTask| (one.area, one.source) == (other.area, other.source);
    let item = |tasks: &[&RoleTask]| {
        let first = tasks.first()?;
        let acts: Vec<_> = tasks.iter().map(|task| act(row, task)).collect();
        let line = Line::plain(format!("{}: {} ", first.area, acts.join("; ")));
        Some(line.and_mark(Tone::Faint, edges::cited(first.source, first.date)))
    };
    Block::List { numbered: false, items: tasks.chunk_by(together).filter_map(item).collect() }
}

fn act(row: &AdminRole, task: &RoleTask) -> String {
    let notes = [limit(row, task), task.note.trim_end_matches('.')];
    let notes: Vec<_> = notes.into_iter().filter(|text| !text.is_empty()).collect();
    if notes.is_empty() {
        task.task.to_owned()
    } else {
        format!("{} ({})", task.task, notes.join("; "))
    }
}

fn task_json(row: &AdminRole, task: &RoleTask) -> Value {
    json!({
        "area": task.area,
        "task": task.task,
        "limit": limit(row, task),
        "note": task.note,
        "source": task.source,
        "date": task.date,
    })
}

fn derived(held: &RolePermission) -> Line {
    let line = Line::code(held.permission);
    if held.contradicted.is_empty() {
        return line;
    }
    let what = format!("Okta's help says that it may not: {}", held.contradicted);
    edges::chained([line, Line::default().and_mark(Tone::Warn, what)].into_iter(), ": ")
}
