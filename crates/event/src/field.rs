//! Looking a path up in a record: exact key first, then whatever its case; arrays mean any element.

use std::ops::ControlFlow;

use crate::doc::{Fault, Member, Node};
use crate::path::Step;
use crate::value::{Value, unescape};

/// Receives each node that a path reaches; `Break` ends the search.
pub(crate) type NodeSink<'s> = &'s mut dyn FnMut(Node<'_>) -> ControlFlow<()>;

/// Calls `sink` with every node that the steps reach, before arrays at the end are opened.
///
/// # Errors
/// The first fault on the way; nodes before it have been seen.
pub(crate) fn visit_nodes(
    node: Node<'_>,
    steps: &[Step],
    sink: NodeSink<'_>,
) -> Result<ControlFlow<()>, Fault> {
    let Some((step, rest)) = steps.split_first() else { return Ok(sink(node)) };
    if node.is_object() {
        let Step::Key { name, .. } = step else { return Ok(ControlFlow::Continue(())) };
        return match member(node, name)? {
            Some(found) => visit_nodes(found, rest, sink),
            None => Ok(ControlFlow::Continue(())),
        };
    }
    if !node.is_array() {
        return Ok(ControlFlow::Continue(()));
    }
    match step {
        Step::Index(index) => visit_element(node, *index, rest, sink),
        Step::Key { index: Some(index), .. } => {
            visit_element(node, i64::try_from(*index).unwrap_or(i64::MAX), rest, sink)
        }
        Step::Key { .. } => visit_each(node, steps, sink),
    }
}

fn visit_each(
    node: Node<'_>,
    steps: &[Step],
    sink: NodeSink<'_>,
) -> Result<ControlFlow<()>, Fault> {
    for element in node.elements() {
        if visit_nodes(element?, steps, sink)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

fn visit_element(
    node: Node<'_>,
    index: i64,
    rest: &[Step],
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
        Some(element) => visit_nodes(element?, rest, sink),
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

/// The member of that name: the first spelled exactly so, else the first that differs only in case.
pub(crate) fn member<'a>(object: Node<'a>, name: &str) -> Result<Option<Node<'a>>, Fault> {
    let mut other_case = None;
    for member in object.members() {
        let Member { key, escaped, value } = member?;
        if is_key(key, escaped, name) {
            return Ok(Some(value));
        }
        if other_case.is_none() && is_key_ignoring_case(key, escaped, name) {
            other_case = Some(value);
        }
    }
    Ok(other_case)
}

/// Whether a key, as it stands in the record, spells this name.
#[inline]
pub(crate) fn is_key(key: &str, escaped: bool, name: &str) -> bool {
    if escaped { unescape(key) == name } else { key == name }
}

/// Whether a key, as it stands in the record, spells this name but for case.
#[inline]
pub(crate) fn is_key_ignoring_case(key: &str, escaped: bool, name: &str) -> bool {
    if escaped {
        return is_name_ignoring_case(&unescape(key), name);
    }
    if key.len() == name.len() && key.eq_ignore_ascii_case(name) {
        return true;
    }
    // Only letters beyond ASCII change their length with their case, or match one within it.
    !(key.is_ascii() && name.is_ascii()) && is_name_ignoring_case(key, name)
}

/// Whether two names differ only in case.
pub(crate) fn is_name_ignoring_case(one: &str, other: &str) -> bool {
    if one.is_ascii() && other.is_ascii() {
        return one.eq_ignore_ascii_case(other);
    }
    one.chars().flat_map(char::to_lowercase).eq(other.chars().flat_map(char::to_lowercase))
}
