//! `keyward privilege kb`: what is known of a name, and what changed between two descriptions.

mod diff;
mod edges;
mod event;
mod found;
mod operation;
mod permission;
mod role;
mod scope;

use std::borrow::Cow;

use ::privilege::{Base, Operation, OperationId};
use anyhow::bail;
use serde_json::{Value, json};

use self::found::{Found, find};
use super::knowledge;
use crate::args::{KbDiff, KbShow};
use crate::console::Console;
use crate::exit::Exit;
use crate::privilege::{Told, spare, tell};
use crate::render::page::{Block, Line, Page};

/// Operations that a page names before it counts the rest.
const NAMED_MAX: usize = 40;

/// Prints what is known of names. What is not known is said, with what was probably meant; if nothing is
/// known, nothing is printed.
pub(crate) fn show(args: &KbShow, console: Console) -> anyhow::Result<Exit> {
    spare(&args.report, args.knowledge.files())?;
    let mut base = knowledge::load(&args.knowledge, console)?;
    if let Some(least) = args.knowledge.min_confidence {
        base = Cow::Owned(base.at_least(least));
    }
    let mut page = Page::new("What is known");
    let mut entries = Vec::new();
    let (mut unknown, mut told) = (Vec::new(), Vec::new());
    for name in &args.names {
        let found = find(&base, name);
        if found.is_empty() {
            unknown.push(json!({"name": name, "meant": found::meant(&base, name)}));
            told.push(found::unknown(&base, name));
        }
        entries.extend(found.iter().map(|found| entry(&base, found, &mut page)));
    }
    if entries.is_empty() {
        bail!("{}", told.join("\n"));
    }
    for text in &told {
        console.error(text);
    }
    page.push(Block::Facts(edges::stamp(&base)));
    let is_whole = unknown.is_empty() && base.release().faults.is_empty();
    let exit = if is_whole { Exit::Clean } else { Exit::Partial };
    let json = json!({
        "verb": "kb show",
        "knowledge": edges::stamp_json(&base),
        "entries": entries,
        "unknown": unknown,
        "exit": exit,
    });
    tell(&Told { page, json, findings: Vec::new(), hcl: None }, &args.report, console)?;
    Ok(exit)
}

/// One name: writes its part of the page, and gives its JSON.
fn entry(base: &Base, found: &Found, page: &mut Page) -> Value {
    match found {
        Found::Operation(id) => operation::write(base, *id, page),
        Found::Scope(facts) => scope::write(base, facts, page),
        Found::Permission(row) => permission::write(base, row, page),
        Found::Role(row) => role::write(base, row, page),
        Found::Event(row) => event::write(base, row, page),
    }
}

/// Compares two descriptions.
pub(crate) fn diff(args: &KbDiff, console: Console) -> anyhow::Result<Exit> {
    spare(&args.report, [&args.old, &args.new].into_iter())?;
    let compared = diff::Compared::new(&args.old, &args.new)?;
    let exit = if compared.diff.is_empty() { Exit::Clean } else { Exit::Found };
    let told =
        Told { page: compared.page(), json: compared.json(exit), findings: Vec::new(), hcl: None };
    tell(&told, &args.report, console)?;
    Ok(exit)
}

/// Each by its call and name, the first ones, with what `more` says of it.
fn list(base: &Base, ids: &[OperationId], more: impl Fn(&Operation) -> Line) -> Block {
    let item = |id: &OperationId| {
        let operation = base.operation(*id);
        let call = Line::code(format!("{} {}", operation.method.name(), operation.path));
        let named =
            if operation.id.is_empty() { call } else { call.and(format!(" {}", operation.id)) };
        let more = more(operation);
        if more.0.is_empty() { named } else { named.and(", ").and_line(more) }
    };
    let mut items: Vec<_> = ids.iter().take(NAMED_MAX).map(item).collect();
    if ids.len() > NAMED_MAX {
        items.push(Line::plain(format!("and {} more: see --format json", ids.len() - NAMED_MAX)));
    }
    Block::List { numbered: false, items }
}

/// For programs, in the order given.
fn calls(base: &Base, ids: &[OperationId]) -> Vec<Value> {
    ids.iter().map(|id| edges::called(base.operation(*id))).collect()
}
