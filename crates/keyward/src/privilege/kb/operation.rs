//! What is known of an operation.

use ::privilege::{Base, Credentials, Operation, OperationId};
use catalog::event_operations;
use serde_json::{Value, json};

use super::edges;
use crate::render::page::{Block, Line, Page};

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
    }
    json
}

fn api(operation: &Operation) -> String {
    let mut text = format!("{} {}", operation.product.name(), operation.api);
    if !operation.tag.is_empty() {
        text.push_str(&format!(", {}", operation.tag));
    }
    let stage = match operation.lifecycle.as_ref() {
        "limited" => ", in limited release",
        "early" => ", in early access",
        "beta" => ", in beta",
        _ => "",
    };
    text.push_str(stage);
    if operation.identity_engine {
        text.push_str(", on Identity Engine only");
    }
    if operation.deprecated {
        text.push_str(", deprecated");
    }
    text
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

fn events(base: &Base, id: OperationId) -> Vec<&'static str> {
    let leaves = |event: &&'static str| {
        base.event(event).is_some_and(|found| found.operations.contains(&id))
    };
    event_operations().iter().map(|row| row.event).filter(leaves).collect()
}
