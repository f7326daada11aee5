//! Looking a path up in a record: exact key first, then whatever its case; arrays mean any element.

use std::ops::ControlFlow;

use crate::doc::{Fault, Key, Node, is_name_ignoring_case};
use crate::path::Step;
use crate::value::Value;

/// Receives each node that a path reaches; `Break` ends the search.
pub(crate) type NodeSink<'s> = &'s mut dyn FnMut(Node<'_>) -> ControlFlow<()>;

/// Looks one member of an object up.
pub(crate) type Find<'f> = &'f dyn for<'n> Fn(Node<'n>, Key<'_>) -> Result<Option<Node<'n>>, Fault>;

/// Looks a member up and remembers nothing.
pub(crate) fn find<'n>(object: Node<'n>, key: Key<'_>) -> Result<Option<Node<'n>>, Fault> {
    object.member(key)
}

/// [`Node::member`] by the text of the name.
pub(crate) fn member<'n>(object: Node<'n>, name: &str) -> Result<Option<Node<'n>>, Fault> {
    object.member(Key::new(name))
}

/// Calls `sink` with every node that the steps reach, before arrays at the end are opened.
///
/// # Errors
/// The first fault on the way; nodes before it have been seen.
pub(crate) fn visit_nodes(
    node: Node<'_>,
    steps: &[Step],
    find: Find<'_>,
    sink: NodeSink<'_>,
) -> Result<ControlFlow<()>, Fault> {
    let Some((step, rest)) = steps.split_first() else { return Ok(sink(node)) };
    if let Step::OfType(word) = step
        && node.is_object()
    {
        return if is_of_type(node, word, find)? {
            visit_nodes(node, rest, find, sink)
        } else {
            Ok(ControlFlow::Continue(()))
        };
    }
    if node.is_object() {
        let Some(key) = step.key() else { return Ok(ControlFlow::Continue(())) };
        return match find(node, key)? {
            Some(found) => visit_nodes(found, rest, find, sink),
            None => Ok(ControlFlow::Continue(())),
        };
    }
    if !node.is_array() {
        return Ok(ControlFlow::Continue(()));
    }
    match step {
        Step::Index(index) => visit_element(node, *index, rest, find, sink),
        Step::Key { index: Some(index), .. } => {
            visit_element(node, i64::try_from(*index).unwrap_or(i64::MAX), rest, find, sink)
        }
        Step::Key { .. } | Step::OfType(_) => visit_each(node, steps, find, sink),
    }
}

/// The member that says what an object is.
const TYPE: Key<'static> = Key::new("type");

/// Whether an object says of itself that it is one of these.
fn is_of_type(object: Node<'_>, word: &str, find: Find<'_>) -> Result<bool, Fault> {
    let Some(kind) = find(object, TYPE)? else { return Ok(false) };
    Ok(match kind.value()? {
        Value::Text(text) => is_name_ignoring_case(&text.decode(), word),
        _ => false,
    })
}

fn visit_each(
    node: Node<'_>,
    steps: &[Step],
    find: Find<'_>,
    sink: NodeSink<'_>,
) -> Result<ControlFlow<()>, Fault> {
    for element in node.elements() {
        if visit_nodes(element?, steps, find, sink)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

fn visit_element(
    node: Node<'_>,
    index: i64,
    rest: &[Step],
    find: Find<'_>,
    sink: NodeSink<'_>,
) -> Result<ControlFlow<()>, Fault> {
    let position = if index < 0 {
        let len = i64::try_from(node.elements().count()).unwrap_or(i64::MAX);
        len + index
    } else {
        index
    };
    let Ok(position) = usize::try_from(position) else { return Ok(ControlFlow::Continue(())) };
    match node.elements().nth(position) {
        Some(element) => visit_nodes(element?, rest, find, sink),
        None => Ok(ControlFlow::Continue(())),
    }
}

/// Opens arrays, so that `sink` sees their elements; everything else is passed as it is.
pub(crate) fn flatten(
    node: Node<'_>,
    sink: &mut dyn FnMut(Value<'_>) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, Fault> {
    if !node.is_array() {
        return Ok(sink(node.value()?));
    }
    for element in node.elements() {
        if flatten(element?, sink)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// Every value that is neither object nor array, in order.
pub(crate) fn visit_all(
    node: Node<'_>,
    sink: &mut dyn FnMut(Value<'_>) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, Fault> {
    for member in node.members() {
        if visit_all(member?.value, sink)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    for element in node.elements() {
        if visit_all(element?, sink)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    if node.is_object() || node.is_array() {
        return Ok(ControlFlow::Continue(()));
    }
    Ok(sink(node.value()?))
}
