//! From YAML to selections: mappings and lists.

use super::condition::{self, Condition, Noun};
use super::detection::{Body, Detection, Item, Selection};
use super::entry;
use super::placeholder::Placeholders;
use crate::diagnostic::{Code, Diagnostic};
use crate::span::Span;
use crate::yaml::{Data, Node};

/// What reading a detection needs and gathers.
pub(crate) struct Context<'c> {
    pub(crate) source: &'c str,
    pub(crate) placeholders: Placeholders<'c>,
    /// Whether the document says `sigma-version: 3`.
    pub(crate) has_blocks: bool,
    /// Whether something was met that other tools do not read.
    pub(crate) is_special: bool,
    pub(crate) out: Vec<Diagnostic>,
}

/// Reads a mapping of selections with a condition, which stands under the key at
/// `at`. `skip` names keys that are something else.
///
/// What cannot be read is said, and something stands for it, so that the rest is
/// checked as well.
pub(crate) fn parse(
    node: &Node,
    at: Span,
    skip: &[&str],
    context: &mut Context<'_>,
) -> Option<Detection> {
    let Some(entries) = node.map() else {
        context.error(
            Code::WrongShape,
            node.span,
            format!("expected selections, found {}", node.kind()),
        );
        return None;
    };
    let (selections, conditions) = (Vec::new(), Vec::new());
    let mut detection = Detection { selections, conditions, is_whole: false };
    for (key, value) in entries {
        match key.text().unwrap_or_default() {
            name if skip.contains(&name) => {}
            "condition" => {
                let n_said = context.out.len();
                detection.conditions = self::conditions(value, context);
                detection.is_whole = context.out.len() == n_said;
            }
            "timeframe" => {
                let message = "a time frame needs memory, which single events do not have";
                let help = "count in a correlation document";
                context
                    .out
                    .push(Diagnostic::error(Code::Aggregation, key.span, message).help(help));
            }
            name => detection.selections.push(selection(name, key.span, value, context)),
        }
    }
    if node.get("condition").is_none() {
        context.error(Code::Missing, at, "the selections need a `condition`".to_owned());
    }
    Some(detection)
}

fn conditions(node: &Node, context: &mut Context<'_>) -> Vec<Condition> {
    let nodes = node.seq().unwrap_or(std::slice::from_ref(node));
    if nodes.is_empty() {
        context.error(Code::Missing, node.span, "the list of conditions is empty".to_owned());
    }
    let source = context.source;
    let parse = |node| condition::parse(node, source, Noun::Selection, &mut context.out);
    nodes.iter().filter_map(parse).collect()
}

fn selection(name: &str, span: Span, value: &Node, context: &mut Context<'_>) -> Selection {
    let is_empty = match &value.data {
        Data::Map(entries) => entries.is_empty(),
        Data::Seq(nodes) => nodes.is_empty(),
        Data::Scalar(_) => value.is_null(),
    };
    if is_empty {
        context.error(Code::EmptySelection, span, format!("the selection `{name}` tests nothing"));
    }
    let text = lines(context.source, span.join(value.span));
    let body = if is_empty { None } else { body(value, context) };
    let body = body.unwrap_or(Body::Any(Vec::new()));
    Selection { name: name.to_owned(), span, text, body }
}

/// A stretch of a file without the indentation of its first line.
fn lines(source: &str, span: Span) -> String {
    let start = source[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let indent = span.start - start;
    let strip = |line: &str| {
        let blanks = line.len() - line.trim_start().len();
        line[blanks.min(indent)..].trim_end().to_owned()
    };
    let lines: Vec<_> = source[start..span.end].lines().map(strip).collect();
    lines.join("\n")
}

fn body(node: &Node, context: &mut Context<'_>) -> Option<Body> {
    match &node.data {
        Data::Map(entries) => mapping(entries, "", context),
        Data::Scalar(_) => entry::keywords(std::slice::from_ref(node), node.span, context),
        Data::Seq(nodes) => {
            let (texts, other): (Vec<_>, Vec<_>) =
                nodes.iter().cloned().partition(|node| matches!(node.data, Data::Scalar(_)));
            let texts = (!texts.is_empty()).then(|| entry::keywords(&texts, node.span, context));
            let other: Vec<_> = other.iter().map(|node| element(node, context)).collect();
            let bodies: Option<Vec<_>> = texts.into_iter().chain(other).collect();
            Some(one_or(Body::Any, bodies?))
        }
    }
}

/// One element of a list of mappings.
fn element(node: &Node, context: &mut Context<'_>) -> Option<Body> {
    match &node.data {
        Data::Map(entries) if !entries.is_empty() => mapping(entries, "", context),
        Data::Map(_) => {
            context.error(Code::EmptySelection, node.span, "this tests nothing".to_owned());
            None
        }
        _ => {
            let message =
                "a selection is a mapping, a list of mappings or a list of text".to_owned();
            context.error(Code::NestedValue, node.span, message);
            None
        }
    }
}

/// Reads one field with its values; `None` when it is none, which is said.
pub(crate) fn item(key: &Node, value: &Node, context: &mut Context<'_>) -> Option<Item> {
    if let Body::Item(item) = entry::entry("", key, value, context)? {
        Some(*item)
    } else {
        context.error(
            Code::NestedValue,
            value.span,
            "a field and its values belong here".to_owned(),
        );
        None
    }
}

/// The items of a mapping. Their fields stand under `prefix`, which ends in a dot or is empty.
pub(super) fn mapping(
    entries: &[(Node, Node)],
    prefix: &str,
    context: &mut Context<'_>,
) -> Option<Body> {
    let bodies: Vec<_> =
        entries.iter().map(|(key, value)| entry::entry(prefix, key, value, context)).collect();
    let bodies: Option<Vec<_>> = bodies.into_iter().collect();
    Some(one_or(Body::All, bodies?))
}

fn one_or(join: fn(Vec<Body>) -> Body, mut bodies: Vec<Body>) -> Body {
    if bodies.len() == 1 { bodies.remove(0) } else { join(bodies) }
}

impl Context<'_> {
    pub(crate) fn error(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.out.push(Diagnostic::error(code, span, message));
    }
}
