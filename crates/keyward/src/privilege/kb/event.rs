//! What is known of an event of the Okta System Log.

use ::privilege::Base;
use catalog::{Confidence, OktaEventType};
use serde_json::{Value, json};

use super::{calls, edges, list};
use crate::render::page::{Block, Line, Page};

/// Writes it, and gives it for programs.
pub(super) fn write(base: &Base, row: &'static OktaEventType, page: &mut Page) -> Value {
    let found = base.event(row.id);
    let ids = found.as_ref().map_or(&[][..], |found| &found.operations);
    let note = found.as_ref().map_or("", |found| found.row.note);
    page.push(Block::Heading(2, format!("Event {}", row.id)));
    let (leaves, level) = match &found {
        None => ("no operation is known to leave it", Confidence::Unknown),
        Some(_) if ids.is_empty() => ("no single operation leaves it", Confidence::Inferred),
        Some(found) if found.row.is_exact => ("one operation leaves it", Confidence::Inferred),
        Some(_) => ("one of these operations leaves it, likeliest first", Confidence::Inferred),
    };
    let mut line = Line::plain(format!("{leaves} ("));
    line.0.push(edges::level(level));
    let mut facts = vec![("operations".to_owned(), line.and(")"))];
    if !note.is_empty() {
        facts.push(("note".to_owned(), Line::plain(note)));
    }
    page.push(Block::Facts(facts));
    if !ids.is_empty() {
        page.push(list(base, ids, |operation| edges::joined(operation.scope.rule.names(), ", ")));
    }
    json!({
        "kind": "event",
        "name": row.id,
        "level": level.name(),
        "exact": found.as_ref().is_some_and(|found| found.row.is_exact),
        "note": note,
        "operations": calls(base, ids),
    })
}
