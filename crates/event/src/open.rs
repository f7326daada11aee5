//! What a record is: an Okta or Auth0 event, an envelope around some, or something unknown.
//!
//! Recognition asks for as few members as it can; `docs/events.md` lists the shapes.

use catalog::Product;

use crate::doc::{Doc, Node};
use crate::event::{Event, Memory, Shape};
use crate::field::member;

/// How many envelopes may stand around a record.
const MAX_ENVELOPES: u8 = 4;

/// Calls `sink` with each event in one framed record.
pub(crate) fn open<'a>(doc: Doc<'a>, memory: &'a Memory, sink: &mut dyn FnMut(Event<'a>)) {
    open_node(doc.root(), None, Around { doc, memory, envelopes: MAX_ENVELOPES }, sink);
}

/// What stays the same from envelope to envelope.
#[derive(Clone, Copy)]
struct Around<'a> {
    doc: Doc<'a>,
    memory: &'a Memory,
    /// How many more envelopes are opened.
    envelopes: u8,
}

fn open_node<'a>(
    node: Node<'a>,
    envelope: Option<Node<'a>>,
    around: Around<'a>,
    sink: &mut dyn FnMut(Event<'a>),
) {
    let event = || Event::new(around.doc, node, around.memory).with_envelope(envelope);
    let unknown = event();
    if let Some(event) = recognize(unknown) {
        return sink(event);
    }
    let Some(left) = around.envelopes.checked_sub(1) else { return sink(event()) };
    let around = Around { envelopes: left, ..around };
    match inside(&unknown) {
        Inside::One(inner) => open_node(inner, Some(node), around, sink),
        Inside::Many(array) => {
            for element in array.elements().map_while(Result::ok).filter(|e| e.is_object()) {
                open_node(element, Some(node), around, sink);
            }
        }
        Inside::Nothing => sink(event()),
    }
}

/// The event types that envelopes and other products use in the same place as Okta.
const NOT_OKTA: [&str; 1] = ["com.okta.event_hook"];

/// An event of a known product.
fn recognize(event: Event<'_>) -> Option<Event<'_>> {
    if let Some(kind) = event.top_member("eventType") {
        return is_okta(&event, kind).then(|| event.with_product(Product::Okta, Shape::Plain));
    }
    if let Some(data) = event.top_member("data").filter(|data| data.is_object()) {
        let is_auth0 = is_text(member(data, "type").ok().flatten())
            && (event.top_member("log_id").is_some()
                || has(data, "log_id")
                || has(data, "tenant_name"));
        return is_auth0.then(|| event.with_product(Product::Auth0, Shape::Wrapped(data)));
    }
    let is_bare = is_text(event.top_member("type"))
        && event.top_member("date").is_some()
        && ["log_id", "_id", "tenant_name"].iter().any(|name| event.top_member(name).is_some());
    is_bare.then(|| event.with_product(Product::Auth0, Shape::Bare))
}

/// Okta's event types are dotted names; CloudTrail's, in a field of the same name, are not.
fn is_okta(event: &Event<'_>, kind: Node<'_>) -> bool {
    let kind = kind.text().trim_matches('"');
    kind.contains('.')
        && !NOT_OKTA.contains(&kind)
        && ["actor", "uuid", "published", "outcome"]
            .iter()
            .any(|name| event.top_member(name).is_some())
}

fn has(object: Node<'_>, name: &str) -> bool {
    matches!(member(object, name), Ok(Some(_)))
}

fn is_text(node: Option<Node<'_>>) -> bool {
    node.is_some_and(|node| node.text().starts_with('"'))
}

/// What an envelope holds.
enum Inside<'a> {
    One(Node<'a>),
    Many(Node<'a>),
    Nothing,
}

/// The envelopes: outer member, member inside it (or none), and members of which one must be there as well.
/// Sources: Okta event hooks and log streaming, Auth0 log streams, Splunk HEC and Elasticsearch
/// documentation, AWS CloudTrail record files, checked 2026-11-22.
const ENVELOPES: &[(&str, Option<&str>, &[&str])] = &[
    ("data", Some("events"), &["eventType", "eventTypeVersion", "cloudEventsVersion"]),
    ("detail", None, &["detail-type"]),
    ("_source", None, &["_index", "_id", "_score"]),
    ("event", None, &["time", "host", "source", "sourcetype", "index", "fields"]),
    ("data", None, &["eventTime", "topic", "specversion"]),
    ("result", None, &["preview", "offset", "lastrow"]),
    ("logs", None, &[]),
    ("Records", None, &[]),
    ("records", None, &[]),
];

fn inside<'a>(event: &Event<'a>) -> Inside<'a> {
    for (outer, inner, beside) in ENVELOPES {
        let Some(node) = event.top_member(outer) else { continue };
        if !beside.is_empty() && !beside.iter().any(|name| event.top_member(name).is_some()) {
            continue;
        }
        let node = match inner {
            Some(inner) => member(node, inner).ok().flatten(),
            None => Some(node),
        };
        match node {
            Some(node) if node.is_object() => return Inside::One(node),
            Some(node) if node.is_array() => return Inside::Many(node),
            _ => {}
        }
    }
    Inside::Nothing
}
