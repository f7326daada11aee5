//! What a record is: an event of a known product, an envelope around some, or something unknown.
//!
//! Recognition asks for as few members as it can; `docs/events.md` lists the shapes. What only looks
//! like an envelope stays one event of unknown product.

mod envelope;
mod recognize;

use self::envelope::{Content, ENVELOPES, Sign};
pub(crate) use self::recognize::EVENT_TYPE;
use self::recognize::recognize;
use crate::doc::{Doc, Node};
use crate::event::{Event, Memory};
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

fn is_text(node: Option<Node<'_>>) -> bool {
    node.is_some_and(|node| node.text().starts_with('"'))
}

/// Whether an object has no members but these.
fn has_only(node: Node<'_>, names: &[&str]) -> bool {
    node.members().all(|member| member.is_ok_and(|member| names.contains(&member.key)))
}
