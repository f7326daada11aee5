//! What was acted on.

use std::borrow::Cow;
use std::ops::ControlFlow;
use std::sync::LazyLock;

use catalog::{Product, Role};

use super::{Entity, Places};
use crate::doc::Node;
use crate::event::Event;
use crate::lookup::{find, visit_nodes};
use crate::path::{Path, Step, parse_steps};

pub(super) fn of(event: &Event<'_>) -> Vec<Entity> {
    match event.product() {
        Some(Product::Auth0) => of_request(event).into_iter().collect(),
        Some(product) => listed(event, product),
        None => Vec::new(),
    }
}

/// The entries of a list of targets.
fn listed(event: &Event<'_>, product: Product) -> Vec<Entity> {
    let mut targets = Vec::new();
    let Some(places) = Places::of(product, Role::Target) else { return targets };
    for path in &places.paths {
        event.visit_nodes(path, &mut |node| {
            let elements = node.elements().map_while(Result::ok);
            let itself = node.is_object().then_some(node);
            targets.extend(itself.into_iter().chain(elements).filter_map(entity));
            ControlFlow::Continue(())
        });
    }
    targets
}

/// A role of a target, and the steps to it from the target itself.
type Part = (&'static Places, Box<[Step]>);

/// Where one entry of Okta's list of targets holds id, kind, name and display name.
static PARTS: LazyLock<Option<[Part; 4]>> = LazyLock::new(|| {
    let list = Places::of(Product::Okta, Role::Target)?.paths.first()?.as_str();
    let part = |role| {
        let places = Places::of(Product::Okta, role)?;
        let inside = places.paths.first()?.as_str().strip_prefix(list)?.strip_prefix('.')?;
        Some((places, parse_steps(inside)))
    };
    let roles = [Role::TargetId, Role::TargetType, Role::TargetName, Role::TargetDisplay];
    let [id, kind, name, display] = roles.map(part);
    Some([id?, kind?, name?, display?])
});

fn entity(node: Node<'_>) -> Option<Entity> {
    let [id, kind, name, display] = PARTS.as_ref()?.each_ref().map(|part| text(node, part));
    let entity = Entity { id, kind, name, display };
    (entity != Entity::default()).then_some(entity)
}

fn text(node: Node<'_>, (places, steps): &Part) -> Option<String> {
    let mut found = None;
    let _ = visit_nodes(node, steps, &find, &mut |node| {
        found = node.value().ok().and_then(|value| places.text(value));
        ControlFlow::Continue(())
    });
    found
}

/// Auth0 lists no targets. A call of its Management API names one in its path: `/api/v2/users/{id}`.
fn of_request(event: &Event<'_>) -> Option<Entity> {
    static PATH: LazyLock<Path> = LazyLock::new(|| Path::parse("data.details.request.path"));
    let path = event.text_at(&PATH)?;
    let path = path.split(['?', '#']).next()?;
    let resource = path.strip_prefix("/api").unwrap_or(path).strip_prefix("/v2/")?;
    let mut segments = resource.split('/').filter(|segment| !segment.is_empty());
    let kind = segments.next()?.to_owned();
    let id = segments.next().map(|id| percent_decoded(id).into_owned());
    Some(Entity { id, kind: Some(kind), ..Entity::default() })
}

/// Undoes `%7C`. What does not decode to UTF-8 stays as it is.
fn percent_decoded(text: &str) -> Cow<'_, str> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let byte = (first == b'%').then(|| hex_byte(after)).flatten();
        bytes.push(byte.unwrap_or(first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// The byte that two hex digits at the start of a text spell.
fn hex_byte(text: &[u8]) -> Option<u8> {
    let digit = |at: usize| char::from(*text.get(at)?).to_digit(16);
    u8::try_from(digit(0)? * 16 + digit(1)?).ok()
}
