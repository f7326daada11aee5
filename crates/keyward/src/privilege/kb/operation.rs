//! What is known of an operation.

use ::privilege::{Base, Credentials, Operation, OperationId, PermissionRule};
use catalog::{RolePermission, event_operations, role_permissions};
use serde_json::{Value, json};

use super::edges;
use crate::render::page::{Block, Line, Page, Tone};

/// Writes it, and gives it for programs.
pub(super) fn write(base: &Base, id: OperationId, page: &mut Page) -> Value {
    let operation = base.operation(id);
    let call = format!("{} {}", operation.method.name(), operation.path);
    let title = if operation.id.is_empty() { &call } else { operation.id.as_ref() };
    let events = events(base, id);
    let mut facts = vec![
        ("call".to_owned(), Line::code(&call)),
        ("API".to_owned(), Line::plain(api(operation))),
        ("accepts".to_owned(), Line::plain(accepted(operation.credentials))),
        ("scope".to_owned(), edges::scope(&operation.scope)),
        ("permission".to_owned(), edges::permission(&operation.permission)),
        ("role".to_owned(), edges::role(&operation.role)),
    ];
    if !operation.sdk.is_empty() {
        facts.insert(1, ("library".to_owned(), Line::code(operation.sdk.as_ref())));
    }
    if !events.is_empty() {
        facts.push(("events".to_owned(), edges::joined(&events, ", ")));
    }
    let conflicts = conflicts(operation);
    for row in &conflicts {
        let line = Line::plain("a third party gives ").and_code(row.role).and(" ");
        let line = line.and_code(row.permission).and("; Okta's help denies the role this: ");
        facts.push(("conflict".to_owned(), line.and_mark(Tone::Warn, row.contradicted)));
    }
    page.push(Block::Heading(2, format!("Operation {title}")));
    page.push(Block::Facts(facts));
    let mut json = edges::json(operation);
    if let Some(object) = json.as_object_mut() {
        object.insert("kind".to_owned(), "operation".into());
        object.insert("operation".to_owned(), edges::called(operation));
        object.insert("tag".to_owned(), operation.tag.as_ref().into());
        object.insert("sdk".to_owned(), operation.sdk.as_ref().into());
        object.insert("lifecycle".to_owned(), operation.lifecycle.as_ref().into());
        object.insert("deprecated".to_owned(), operation.deprecated.into());
        object.insert("credentials".to_owned(), credentials(operation.credentials));
        object.insert("events".to_owned(), events.into());
        object.insert("conflicts".to_owned(), conflicts.iter().map(|row| conflict(row)).collect());
    }
    json
}

fn api(operation: &Operation) -> String {
    let stage = match operation.lifecycle.as_ref() {
        "limited" => "in limited release",
        "early" => "in early access",
        "beta" => "in beta",
        _ => "",
    };
    let engine = if operation.identity_engine { "on Identity Engine only" } else { "" };
    let deprecated = if operation.deprecated { "deprecated" } else { "" };
    let name = format!("{} {}", operation.product.name(), operation.api);
    let parts = [name.as_str(), operation.tag.as_ref(), stage, engine, deprecated];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(", ")
}

/// Which credentials, in words.
pub(super) fn accepted(credentials: Credentials) -> String {
    let words = [
        (credentials.oauth, "access tokens"),
        (credentials.token, "API tokens"),
        (credentials.none, "no token at all"),
        (credentials.other, "credentials of another kind"),
    ];
    let words: Vec<_> =
        words.into_iter().filter(|(is_it, _)| *is_it).map(|(_, word)| word).collect();
    if words.is_empty() { "not said".to_owned() } else { words.join(", ") }
}

/// The same for programs.
pub(super) fn credentials(credentials: Credentials) -> Value {
    json!({
        "oauth": credentials.oauth,
        "token": credentials.token,
        "none": credentials.none,
        "other": credentials.other,
    })
}

/// What a third party derived for the operation's permissions and Okta's help denies.
fn conflicts(operation: &Operation) -> Vec<&'static RolePermission> {
    let PermissionRule::AnyOf(bundles) = &operation.permission.rule else { return Vec::new() };
    let names = |row: &&RolePermission| bundles.iter().flatten().any(|name| name == row.permission);
    let denied = role_permissions().iter().filter(|row| !row.contradicted.is_empty());
    denied.filter(names).collect()
}

fn conflict(row: &RolePermission) -> Value {
    json!({"role": row.role, "permission": row.permission, "denied": row.contradicted})
}

fn events(base: &Base, id: OperationId) -> Vec<&'static str> {
    let leaves = |event: &&'static str| {
        base.event(event).is_some_and(|found| found.operations.contains(&id))
    };
    event_operations().iter().map(|row| row.event).filter(leaves).collect()
}
