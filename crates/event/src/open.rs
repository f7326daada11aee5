//! What a record is: an Okta or Auth0 event, an envelope around some, or something unknown.
//!
//! Recognition asks for as few members as it can; `docs/events.md` lists the shapes. What only looks
//! like an envelope stays one event of unknown product.

mod envelope;

use catalog::Product;

use self::envelope::{Content, ENVELOPES, Sign};
use crate::doc::{Doc, Key, Node};
use crate::event::{Event, Memory, Shape};
use crate::frame::Why;
use crate::lookup::member;
use crate::scan::{Marks, Newlines, Scan, Scanner};
use crate::value::Value;

/// How many envelopes may stand around a record.
const MAX_ENVELOPES: u8 = 4;

/// Receives what a record turns out to be.
pub(crate) trait Receiver {
    /// An event: the record itself, or one that it holds.
    fn event(&mut self, event: Event<'_>);
    /// A part of the record that was not read.
    fn unread(&mut self, why: Why);
}

/// Passes each event in one framed record on.
pub(crate) fn open(doc: &Doc<'_>, memory: &Memory, receiver: &mut dyn Receiver) {
    let root = doc.root();
    let event = Event::new(root, memory);
    match recognize(event) {
        Some(event) => receiver.event(event),
        None => open_unknown(root, None, Depth { memory, left: MAX_ENVELOPES }, receiver),
    }
}

/// How far a look into a record goes.
#[derive(Clone, Copy)]
struct Depth<'a> {
    memory: &'a Memory,
    /// How many more envelopes are opened.
    left: u8,
}

impl<'a> Depth<'a> {
    fn event(self, node: Node<'a>) -> Event<'a> {
        Event::new(node, self.memory)
    }

    fn below(self) -> Option<Self> {
        Some(Self { left: self.left.checked_sub(1)?, ..self })
    }
}

/// Opens a record that an envelope holds.
fn open_inner<'a>(
    node: Node<'a>,
    envelope: Node<'a>,
    depth: Depth<'a>,
    receiver: &mut dyn Receiver,
) {
    let raw = member(node, "_raw").ok().flatten();
    if raw.is_some_and(|raw| open_text(raw, Sign::Known, depth, receiver)) {
        // What Splunk extracted beside the raw record is a copy of it, with other names.
        return;
    }
    match recognize(depth.event(node)) {
        Some(event) => receiver.event(event.with_envelope(Some(envelope))),
        None => open_unknown(node, Some(envelope), depth, receiver),
    }
}

/// Opens a record of no known product: an envelope, or an event as it is.
fn open_unknown<'a>(
    node: Node<'a>,
    envelope: Option<Node<'a>>,
    depth: Depth<'a>,
    receiver: &mut dyn Receiver,
) {
    let is_open = depth.below().is_some_and(|below| open_envelope(node, below, receiver));
    if !is_open {
        let event = depth.event(node).with_envelope(envelope);
        // A mistake may be why the record is not known: it must not be lost with the look for its kind.
        event.top_member("eventType");
        receiver.event(event);
    }
}

/// Opens a record if it is an envelope. Returns whether it is.
fn open_envelope<'a>(node: Node<'a>, depth: Depth<'a>, receiver: &mut dyn Receiver) -> bool {
    if envelope::is_encoded(node) {
        receiver.unread(Why::Encoded);
        return true;
    }
    let event = depth.event(node);
    ENVELOPES.iter().any(|envelope| match envelope.content(&event) {
        Some(Content::Text(text)) => open_text(text, envelope.sign, depth, receiver),
        Some(content) if envelope.sign != Sign::Known || holds_known(content, depth) => {
            open_content(content, node, depth, receiver);
            true
        }
        _ => false,
    })
}

fn open_content<'a>(
    content: Content<'a>,
    envelope: Node<'a>,
    depth: Depth<'a>,
    receiver: &mut dyn Receiver,
) {
    match content {
        Content::One(inner) => open_inner(inner, envelope, depth, receiver),
        Content::Many(array) => {
            for element in array.elements() {
                match element {
                    Ok(element) if element.is_object() => {
                        open_inner(element, envelope, depth, receiver);
                    }
                    Ok(_) => receiver.unread(Why::NotAnObject),
                    Err(_) => receiver.unread(Why::BrokenEnvelope),
                }
            }
        }
        Content::Text(_) => {}
    }
}

/// Opens a string that holds a record. Returns whether it does.
fn open_text(node: Node<'_>, sign: Sign, depth: Depth<'_>, receiver: &mut dyn Receiver) -> bool {
    let Ok(Value::Text(text)) = node.value() else { return false };
    let text = text.decode();
    let text = text.trim();
    let mut marks = Marks::default();
    if !text.starts_with('{') {
        return false;
    }
    let scan = Scanner::default().scan(text.as_bytes(), Newlines::Allowed, &mut marks);
    if !matches!(scan, Scan::Complete { len, .. } if len == text.len()) {
        return false;
    }
    let doc = Doc::new(text, &marks);
    let root = doc.root();
    let memory = Memory::default();
    let depth = Depth { memory: &memory, ..depth };
    if sign == Sign::Known && !holds_known(Content::One(root), depth) {
        return false;
    }
    match recognize(depth.event(root)) {
        Some(event) => receiver.event(event),
        None => open_unknown(root, None, depth, receiver),
    }
    true
}

/// Whether the first record of an envelope is of a known product, or an envelope around such a one.
fn holds_known<'a>(content: Content<'a>, depth: Depth<'a>) -> bool {
    let first = match content {
        Content::One(node) => node,
        Content::Many(array) => match array.elements().next() {
            Some(Ok(first)) => first,
            _ => return false,
        },
        Content::Text(_) => return false,
    };
    let event = depth.event(first);
    if recognize(event).is_some() {
        return true;
    }
    let Some(below) = depth.below() else { return false };
    let event = depth.event(first);
    let mut sure = ENVELOPES.iter().filter(|envelope| envelope.sign != Sign::Known);
    let content = sure.find_map(|envelope| envelope.content(&event));
    content.is_some_and(|content| holds_known(content, below))
}

/// The event types that envelopes and other products use in the same place as Okta.
const NOT_OKTA: [&str; 1] = ["\"com.okta.event_hook\""];

/// Where Okta writes the type of an event.
pub(crate) const EVENT_TYPE: Key<'static> = Key::new("eventType");

/// Members of which every Okta event has some.
const BESIDE_EVENT_TYPE: [Key<'static>; 4] =
    [Key::new("actor"), Key::new("uuid"), Key::new("published"), Key::new("outcome")];

/// An event of a known product.
fn recognize(event: Event<'_>) -> Option<Event<'_>> {
    if let Some(kind) = event.top(EVENT_TYPE) {
        return is_okta(&event, kind).then(|| event.with_product(Product::Okta, Shape::Plain));
    }
    if let Some(data) = event.top_member("data").filter(|data| data.is_object()) {
        return is_auth0(&event, data)
            .then(|| event.with_product(Product::Auth0, Shape::Wrapped(data)));
    }
    is_bare_auth0(&event).then(|| event.with_product(Product::Auth0, Shape::Bare))
}

/// Okta's event types are dotted names; CloudTrail's, in a field of the same name, are not.
fn is_okta(event: &Event<'_>, kind: Node<'_>) -> bool {
    let kind = kind.text();
    kind.contains('.')
        && !NOT_OKTA.contains(&kind)
        && BESIDE_EVENT_TYPE.iter().any(|name| event.top(*name).is_some())
}

/// `{log_id, data}`, where `data` may hold the id itself. A cloud event around a record looks alike.
fn is_auth0(event: &Event<'_>, data: Node<'_>) -> bool {
    let has = |name| matches!(member(data, name), Ok(Some(_)));
    is_text(member(data, "type").ok().flatten())
        && (event.top_member("log_id").is_some() || has("log_id") || has("tenant_name"))
        && event.top_member("specversion").is_none()
}

/// A record as the Management API returns it. Other databases have `_id`, `type` and `date` as well.
fn is_bare_auth0(event: &Event<'_>) -> bool {
    let Some(kind) = event.top_member("type").filter(|kind| is_text(Some(*kind))) else {
        return false;
    };
    let has = |name| event.top_member(name).is_some();
    let is_code = || catalog::auth0_log_type(kind.text().trim_matches('"')).is_some();
    match (has("log_id"), has("date")) {
        (true, true) => true,
        (true, false) => has("tenant_name"),
        (false, true) => has("tenant_name") || has("_id") && is_code(),
        (false, false) => false,
    }
}

fn is_text(node: Option<Node<'_>>) -> bool {
    node.is_some_and(|node| node.text().starts_with('"'))
}

/// Whether an object has no members but these.
fn has_only(node: Node<'_>, names: &[&str]) -> bool {
    node.members().all(|member| member.is_ok_and(|member| names.contains(&member.key)))
}
