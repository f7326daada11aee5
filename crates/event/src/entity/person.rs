//! The person that was acted on.

use std::ops::ControlFlow;

use catalog::{Product, Role};

use super::place::Places;
use super::target::{Parts, text, visit_resource};
use crate::doc::Node;
use crate::event::Event;
use crate::value::Value;

/// What is asked of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// The sign-in name, else the id.
    Name,
    /// The id.
    Id,
}

impl Who {
    fn pick<'t>(self, name: Option<&'t str>, id: Option<&'t str>) -> Option<&'t str> {
        match self {
            Self::Name => name.or(id),
            Self::Id => id,
        }
    }
}

/// Calls `sink` with the person that was acted on: the first who is not the actor, else the actor.
pub(crate) fn visit_person(event: &Event<'_>, who: Who, sink: &mut dyn FnMut(&str)) {
    let found = match event.product() {
        Some(Product::Auth0) => find_requested(event, who, sink),
        Some(product) => find_targeted(event, product, who, sink),
        None => Found::Nobody,
    };
    if found == Found::Actor {
        let told = who == Who::Name && event.tell(Role::ActorName, sink);
        if !told {
            event.tell(Role::ActorId, sink);
        }
    }
}

/// Whom a search found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Found {
    Nobody,
    /// Only who acted.
    Actor,
    /// Somebody else, who was passed on.
    Other,
}

fn find_targeted(
    event: &Event<'_>,
    product: Product,
    who: Who,
    sink: &mut dyn FnMut(&str),
) -> Found {
    let mut found = Found::Nobody;
    let Some(places) = Places::of(event, Role::TargetUser) else { return found };
    for path in &places.paths {
        event.visit_nodes(path, &mut |node| {
            found = found.max(match Parts::of(product).filter(|_| node.is_object()) {
                Some(Parts { id, name, .. }) => {
                    let (name, id) = (text(event, node, name), text(event, node, id));
                    pass(event, who, name.as_deref(), id.as_deref(), sink)
                }
                None => pass_named(event, who, places, node, sink),
            });
            if found == Found::Other { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        // The next place tells of the same persons, in other words.
        if found != Found::Nobody {
            break;
        }
    }
    found
}

/// Passes a person on who is not the actor.
fn pass(
    event: &Event<'_>,
    who: Who,
    name: Option<&str>,
    id: Option<&str>,
    sink: &mut dyn FnMut(&str),
) -> Found {
    if name.is_none() && id.is_none() {
        return Found::Nobody;
    }
    if is_actor(event, Role::ActorId, id) || is_actor(event, Role::ActorName, name) {
        return Found::Actor;
    }
    if let Some(text) = who.pick(name, id) {
        sink(text);
    }
    Found::Other
}

/// [`pass`] for a login whose id stands in a place of its own.
fn pass_named(
    event: &Event<'_>,
    who: Who,
    places: &Places,
    node: Node<'_>,
    sink: &mut dyn FnMut(&str),
) -> Found {
    let name = node.value().ok().and_then(Value::to_text);
    let name = name.filter(|name| !places.known.is_absent(name));
    let id = event.entity(Role::TargetUserId);
    pass(event, who, name.as_deref(), id.as_deref(), sink)
}

fn is_actor(event: &Event<'_>, role: Role, text: Option<&str>) -> bool {
    let Some(text) = text else { return false };
    let Some(places) = Places::of(event, role) else { return false };
    places.any(event, &mut |known| known.eq_ignore_ascii_case(text))
}

/// The person that a call of Auth0's Management API is about.
fn find_requested(event: &Event<'_>, who: Who, sink: &mut dyn FnMut(&str)) -> Found {
    let mut found = Found::Nobody;
    visit_resource(event, &mut |kind, id| {
        if kind == "users" {
            let name = event.entity(Role::TargetUser);
            let made = if id.is_none() { event.entity(Role::TargetUserId) } else { None };
            found = pass(event, who, name.as_deref(), id.or(made.as_deref()), sink);
        }
    });
    found
}
