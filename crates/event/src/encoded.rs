//! Values written inside strings: JSON in text, and `{key=value, …}` as Java prints a map.

use std::ops::ControlFlow;

use catalog::Encoding;

use crate::doc::{Doc, Fault, Key, Node, is_name_ignoring_case};
use crate::lookup::{find, flatten, member, visit_nodes};
use crate::path::Step;
use crate::scan::{Marks, Newlines, Scan, Scanner};
use crate::value::{Text, Value};

/// Receives each value found; `Break` ends the search.
pub(crate) type ValueSink<'s> = &'s mut dyn FnMut(Value<'_>) -> ControlFlow<()>;

/// A place inside an encoded value.
#[derive(Clone, Copy)]
pub(crate) struct Place<'p> {
    /// Where the field begins in the decoded value.
    pub(crate) inner: &'p [Step],
    /// The rest of the path, step by step.
    pub(crate) steps: &'p [Step],
    /// The rest of the path as one key.
    pub(crate) key: &'p str,
}

/// Receives each mistake met in the record itself; those inside decoded text are none of the record's.
pub(crate) type FaultSink<'s> = &'s dyn Fn(Fault);

/// Reads a place in an encoded value. Whether anything stood there is returned; text that does not
/// decode holds nothing.
pub(crate) fn visit(
    node: Node<'_>,
    encoding: Encoding,
    place: Place<'_>,
    faults: FaultSink<'_>,
    sink: ValueSink<'_>,
) -> bool {
    match node.value() {
        Ok(Value::Text(text)) => {
            let text = text.decode();
            match encoding {
                Encoding::Json => visit_json(&text, place, sink),
                Encoding::Map => visit_maps([&*text], place.key, sink),
                Encoding::List => visit_maps(split_list(&text), place.key, sink),
                Encoding::Behaviors | Encoding::Prefixed => false,
            }
        }
        Ok(Value::Array(array)) if encoding == Encoding::Behaviors => {
            visit_behaviors(array, place.key, faults, sink)
        }
        Ok(Value::Object(_)) if encoding == Encoding::Prefixed => {
            visit_prefixed(node, place, faults, sink)
        }
        Ok(Value::Object(_) | Value::Array(_)) => visit_tree(node, place, faults, sink),
        Ok(_) => false,
        Err(fault) => {
            faults(fault);
            false
        }
    }
}

/// A place in a value that is already a tree.
fn visit_tree(
    node: Node<'_>,
    place: Place<'_>,
    faults: FaultSink<'_>,
    sink: ValueSink<'_>,
) -> bool {
    let mut found = false;
    let noting = |flow: Result<ControlFlow<()>, Fault>| {
        flow.unwrap_or_else(|fault| {
            faults(fault);
            ControlFlow::Continue(())
        })
    };
    let _ = noting(visit_nodes(node, place.inner, &find, &mut |node| {
        noting(visit_nodes(node, place.steps, &find, &mut |node| {
            found = true;
            noting(flatten(node, sink))
        }))
    }));
    found
}

fn visit_json(text: &str, place: Place<'_>, sink: ValueSink<'_>) -> bool {
    let mut marks = Marks::default();
    // The scan wants an object, and the text may be any value.
    let wrapped = format!("{{\"\":{text}}}");
    let scan = Scanner::default().scan(wrapped.as_bytes(), Newlines::Allowed, &mut marks);
    if !matches!(scan, Scan::Complete { len, .. } if len == wrapped.len()) {
        return false;
    }
    let doc = Doc::new(&wrapped, &marks);
    match doc.root().member(Key::new("")) {
        Ok(Some(value)) => visit_tree(value, place, &|_| {}, sink),
        _ => false,
    }
}

/// The member whose name begins with the prefix and ends in the next step; what follows lies inside it.
fn visit_prefixed(
    object: Node<'_>,
    place: Place<'_>,
    faults: FaultSink<'_>,
    sink: ValueSink<'_>,
) -> bool {
    let prefix = place.inner.first().and_then(Step::key);
    let (Some(prefix), Some((first, steps))) = (prefix, place.steps.split_first()) else {
        return false;
    };
    let Some(name) = first.key() else { return false };
    // `old` and `policyName` find `oldPolicyName`, for names compare in any case.
    let name = format!("{}{}", prefix.text(), name.text());
    match member(object, &name) {
        Ok(Some(node)) => visit_tree(node, Place { inner: &[], steps, ..place }, faults, sink),
        Ok(None) => false,
        Err(fault) => {
            faults(fault);
            false
        }
    }
}

/// An array of `{name, result}`: the results under that name.
fn visit_behaviors(array: Node<'_>, key: &str, faults: FaultSink<'_>, sink: ValueSink<'_>) -> bool {
    let mut found = false;
    for element in array.elements() {
        let result = element.and_then(|element| behavior(element, key));
        let flow = result.and_then(|result| match result {
            Some(result) => {
                found = true;
                flatten(result, sink)
            }
            None => Ok(ControlFlow::Continue(())),
        });
        match flow {
            Ok(ControlFlow::Continue(())) => {}
            Ok(ControlFlow::Break(())) => break,
            Err(fault) => faults(fault),
        }
    }
    found
}

/// The result of a behavior, if it has that name.
fn behavior<'a>(element: Node<'a>, key: &str) -> Result<Option<Node<'a>>, Fault> {
    let Some(name) = member(element, "name")? else { return Ok(None) };
    match name.value()?.to_text() {
        Some(name) if is_name_ignoring_case(&name, key) => member(element, "result"),
        _ => Ok(None),
    }
}

/// Maps, each `{key=value, key=value}`, with or without braces and a type name before them.
fn visit_maps<'t>(maps: impl IntoIterator<Item = &'t str>, key: &str, sink: ValueSink<'_>) -> bool {
    let mut found = false;
    for (name, value) in maps.into_iter().flat_map(|map| entries(map_body(map))) {
        if is_name_ignoring_case(name, key) {
            found = true;
            if sink(Value::Text(Text::plain(value))).is_break() {
                break;
            }
        }
    }
    found
}

/// What stands between the braces of a map.
fn map_body(text: &str) -> &str {
    let text = text.trim();
    let open = text.find('{').filter(|&at| text.ends_with('}') && !text[..at].contains('='));
    open.and_then(|at| text.get(at + 1..text.len() - 1)).unwrap_or(text)
}

/// The entries of a map's body. A part without `=` goes on with the value before it, since values may
/// hold `, `.
fn entries(body: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = body;
    std::iter::from_fn(move || {
        let (name, after) = rest.split_once('=')?;
        let end = value_end(after);
        let value = after.get(..end).unwrap_or_default();
        rest = after.get(end..).unwrap_or_default().trim_start_matches([',', ' ']);
        Some((name.trim(), value.trim()))
    })
}

/// Where a value ends: at the last `, ` before the next `=` outside brackets, or at the end.
fn value_end(text: &str) -> usize {
    let mut depth = 0usize;
    let mut comma = None;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => comma = Some(at),
            b'=' if depth == 0 => {
                if let Some(comma) = comma {
                    return comma;
                }
            }
            _ => {}
        }
    }
    text.len()
}

/// The maps of `[{…}, {…}]`.
fn split_list(text: &str) -> impl Iterator<Item = &str> {
    let body = text.trim().trim_start_matches('[').trim_end_matches(']');
    body.split("}, {").map(|part| part.trim_start_matches('{').trim_end_matches('}'))
}
