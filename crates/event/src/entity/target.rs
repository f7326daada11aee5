//! What was acted on.

use std::borrow::Cow;
use std::ops::ControlFlow;
use std::sync::LazyLock;

use catalog::{Product, Role};

use super::Entity;
use super::place::Places;
use crate::doc::Node;
use crate::event::Event;
use crate::path::{Path, Step, parse_steps};

/// The kind of a person where a product names persons alone.
const PERSON: &str = "User";

pub(super) fn of(event: &Event<'_>) -> Vec<Entity> {
    match event.product() {
        Some(Product::Auth0) => of_request(event).into_iter().collect(),
        Some(product) => match Places::of(event, Role::Target) {
            Some(places) => listed(event, product, places),
            None => named(event).into_iter().collect(),
        },
        None => Vec::new(),
    }
}

/// The entries of a list of targets.
fn listed(event: &Event<'_>, product: Product, places: &Places) -> Vec<Entity> {
    let mut targets = Vec::new();
    for path in &places.paths {
        event.visit_nodes(path, &mut |node| {
            let elements = node.elements().map_while(Result::ok);
            let itself = node.is_object().then_some(node);
            let nodes = itself.into_iter().chain(elements);
            targets.extend(nodes.filter_map(|node| Parts::of(product)?.entity(event, node)));
            ControlFlow::Continue(())
        });
    }
    targets
}

/// The person that a product without a list of targets names.
fn named(event: &Event<'_>) -> Option<Entity> {
    let name = event.entity(Role::TargetUser);
    let id = event.entity(Role::TargetUserId);
    let is_any = name.is_some() || id.is_some();
    is_any.then(|| Entity { id, name, kind: Some(PERSON.to_owned()), display: None })
}

/// A role of a target, and the steps to it from the target itself.
pub(super) type Part = (&'static Places, Box<[Step]>);

/// Where the entry of a list of targets holds what is told of it.
pub(super) struct Parts {
    pub(super) id: Part,
    kind: Part,
    pub(super) name: Part,
    display: Part,
}

/// By product.
static PARTS: LazyLock<[Option<Parts>; Product::ALL.len()]> =
    LazyLock::new(|| Product::ALL.map(Parts::load));

impl Parts {
    fn load(product: Product) -> Option<Self> {
        let list = Places::usual(product, Role::Target)?.paths.first()?.as_str();
        let part = |role| {
            let places = Places::usual(product, role)?;
            let inside = places.paths.first()?.as_str().strip_prefix(list)?.strip_prefix('.')?;
            Some((places, parse_steps(inside)))
        };
        Some(Self {
            id: part(Role::TargetId)?,
            kind: part(Role::TargetType)?,
            name: part(Role::TargetName)?,
            display: part(Role::TargetDisplay)?,
        })
    }

    pub(super) fn of(product: Product) -> Option<&'static Self> {
        PARTS.get(product as usize)?.as_ref()
    }

    fn entity(&self, event: &Event<'_>, node: Node<'_>) -> Option<Entity> {
        let owned = |part| text(event, node, part).map(Cow::into_owned);
        let entity = Entity {
            id: owned(&self.id),
            kind: owned(&self.kind),
            name: owned(&self.name),
            display: owned(&self.display),
        };
        (entity != Entity::default()).then_some(entity)
    }
}

/// What one target tells.
pub(super) fn text<'n>(
    event: &Event<'_>,
    node: Node<'n>,
    (places, steps): &Part,
) -> Option<Cow<'n, str>> {
    let found = steps.iter().try_fold(node, |node, step| event.find(node, step.key()?).ok()?);
    let text = found?.value().ok()?.to_text()?;
    (!places.known.is_absent(&text)).then_some(text)
}

/// Auth0 lists no targets. A call of its Management API names one in its path: `/api/v2/users/{id}`.
fn of_request(event: &Event<'_>) -> Option<Entity> {
    let mut found = None;
    visit_resource(event, &mut |kind, id| {
        let (kind, id) = (Some(kind.to_owned()), id.map(str::to_owned));
        found = Some(Entity { id, kind, ..Entity::default() });
    });
    found
}

/// Calls `sink` with the collection and the id in the path of a call of Auth0's Management API.
pub(crate) fn visit_resource(event: &Event<'_>, sink: &mut dyn FnMut(&str, Option<&str>)) {
    static PATH: LazyLock<Path> = LazyLock::new(|| Path::parse("data.details.request.path"));
    event.visit(&PATH, &mut |value| {
        let text = value.to_text().unwrap_or_default();
        let path = text.split(['?', '#']).next().unwrap_or_default();
        let resource = path.strip_prefix("/api").unwrap_or(path).strip_prefix("/v2/");
        let mut segments = resource.into_iter().flat_map(|path| path.split('/'));
        let mut next = || segments.find(|segment| !segment.is_empty());
        if let Some(kind) = next() {
            sink(kind, next().map(percent_decoded).as_deref());
        }
        ControlFlow::Break(())
    });
}

/// Undoes `%7C`. What does not decode to UTF-8 stays as it is.
fn percent_decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
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
