//! From YAML to selections: mappings, lists and items.

use event::Path;

use super::condition::{self, Condition};
use super::detection::{Block, Body, Detection, Each, Item, Selection};
use super::item;
use super::modifier::{self, Modifier, Operator, Plan};
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
    nodes.iter().filter_map(|node| condition::parse(node, source, &mut context.out)).collect()
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
        Data::Scalar(_) => keywords(std::slice::from_ref(node), node.span, context),
        Data::Seq(nodes) => {
            let (texts, other): (Vec<_>, Vec<_>) =
                nodes.iter().cloned().partition(|node| matches!(node.data, Data::Scalar(_)));
            let texts = (!texts.is_empty()).then(|| keywords(&texts, node.span, context));
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

/// The items of a mapping. Their fields stand under `prefix`, which ends in a dot or is empty.
fn mapping(entries: &[(Node, Node)], prefix: &str, context: &mut Context<'_>) -> Option<Body> {
    let bodies: Vec<_> =
        entries.iter().map(|(key, value)| entry(prefix, key, value, context)).collect();
    let bodies: Option<Vec<_>> = bodies.into_iter().collect();
    Some(one_or(Body::All, bodies?))
}

fn one_or(join: fn(Vec<Body>) -> Body, mut bodies: Vec<Body>) -> Body {
    if bodies.len() == 1 { bodies.remove(0) } else { join(bodies) }
}

fn entry(prefix: &str, key: &Node, value: &Node, context: &mut Context<'_>) -> Option<Body> {
    let key_text = key.text().unwrap_or_default();
    let (field, modifiers) = key_text.split_once('|').unwrap_or((key_text, ""));
    let field = format!("{prefix}{field}");
    let modifiers = parse_modifiers(key, modifiers, context);
    if key_text.starts_with('|') && prefix.is_empty() {
        return keyword_item(&modifiers?, value, key.span, context);
    }
    if let Some((array, each, rest)) = split_block(&field) {
        if !context.has_blocks {
            let message = "same-element blocks are not part of Sigma 2";
            let help = "add `sigma-version: 3`; other tools do not read such a rule";
            context.out.push(Diagnostic::error(Code::NeedsVersion3, key.span, message).help(help));
        }
        context.is_special = true;
        let body = block_body(rest, &modifiers?, value, key, context)?;
        let (array, body) = (array.to_owned(), Box::new(body));
        return Some(Body::Block(Block { array, each, span: key.span, body }));
    }
    match field.as_str() {
        "" => {
            context.error(Code::BadField, key.span, "a field needs a name".to_owned());
            None
        }
        "." => field_item("", &modifiers?, value, key.span, context),
        field => field_item(field, &modifiers?, value, key.span, context),
    }
}

/// Splits `target[any].id` into the array, what is asked of it, and the rest.
fn split_block(field: &str) -> Option<(&str, Each, &str)> {
    let find = |(mark, each): (&'static str, Each)| field.find(mark).map(|at| (at, mark, each));
    let (at, mark, each) = Each::ALL.into_iter().filter_map(find).min_by_key(|found| found.0)?;
    let rest = &field[at + mark.len()..];
    let is_end = rest.is_empty() || rest.starts_with('.');
    (at > 0 && is_end).then(|| (&field[..at], each, rest.trim_start_matches('.')))
}

fn block_body(
    rest: &str,
    modifiers: &[(Modifier, Span)],
    value: &Node,
    key: &Node,
    context: &mut Context<'_>,
) -> Option<Body> {
    let entries = match &value.data {
        Data::Map(entries) if super::placeholder::braced(value).is_none() => entries,
        _ => {
            if let Some((array, each, rest)) = split_block(rest) {
                let body = block_body(rest, modifiers, value, key, context)?;
                let (array, body) = (array.to_owned(), Box::new(body));
                return Some(Body::Block(Block { array, each, span: key.span, body }));
            }
            return field_item(rest, modifiers, value, key.span, context);
        }
    };
    if let Some((modifier, span)) = modifiers.first() {
        let message =
            format!("`{}` cannot stand at a block: put it at a field inside", modifier.as_str());
        context.error(Code::ModifierConflict, *span, message);
        return None;
    }
    if entries.is_empty() {
        context.error(Code::EmptySelection, value.span, "this block tests nothing".to_owned());
        return None;
    }
    if rest.is_empty() && is_nested(entries) {
        let detection = parse(value, key.span, &[], context)?;
        return Some(Body::Nested(Box::new(detection)));
    }
    let prefix = if rest.is_empty() { String::new() } else { format!("{rest}.") };
    mapping(entries, &prefix, context)
}

/// Whether a block holds selections with a condition rather than fields.
fn is_nested(entries: &[(Node, Node)]) -> bool {
    let is_condition = |key: &Node| key.text() == Some("condition");
    entries.iter().any(|(key, value)| is_condition(key) && value.text().is_some())
        && entries.iter().any(|(_, value)| value.map().is_some())
}

fn parse_modifiers(
    key: &Node,
    modifiers: &str,
    context: &mut Context<'_>,
) -> Option<Vec<(Modifier, Span)>> {
    let text = key.text().unwrap_or_default();
    let origin = (!modifiers.is_empty()).then(|| key.origin(context.source));
    let mut found = Vec::new();
    let mut start = text.len() - modifiers.len();
    let mut complete = !text.ends_with('|');
    if !complete {
        context.error(
            Code::UnknownModifier,
            key.span,
            "a modifier is missing after `|`".to_owned(),
        );
    }
    for name in modifiers.split('|').filter(|_| !modifiers.is_empty()) {
        let span =
            origin.as_ref().map_or(key.span, |origin| origin.span(start..start + name.len()));
        start += name.len() + 1;
        match Modifier::from_name(name) {
            Some(modifier) => found.push((modifier, span)),
            None if name.is_empty() => {}
            None => {
                context.out.push(unknown_modifier(name, span));
                complete = false;
            }
        }
    }
    complete.then_some(found)
}

fn unknown_modifier(name: &str, span: Span) -> Diagnostic {
    let diagnostic =
        Diagnostic::error(Code::UnknownModifier, span, format!("unknown modifier `{name}`"));
    if name.eq_ignore_ascii_case("not") {
        return diagnostic
            .help("use `neq`, or a selection of its own behind `not` in the condition");
    }
    let likeness =
        |modifier: &Modifier| strsim::jaro_winkler(&name.to_ascii_lowercase(), modifier.as_str());
    let nearest = Modifier::ALL.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    match nearest.filter(|modifier| likeness(modifier) > 0.75) {
        Some(modifier) => diagnostic.help(format!("did you mean `{}`?", modifier.as_str())),
        None => diagnostic,
    }
}

fn keywords(nodes: &[Node], span: Span, context: &mut Context<'_>) -> Option<Body> {
    let plan = modifier::plan(&[], true, &mut context.out)?;
    item(None, &[], &plan, nodes, span, context)
}

fn keyword_item(
    modifiers: &[(Modifier, Span)],
    value: &Node,
    span: Span,
    context: &mut Context<'_>,
) -> Option<Body> {
    let plan = modifier::plan(modifiers, true, &mut context.out)?;
    item(None, modifiers, &plan, value.seq().unwrap_or(std::slice::from_ref(value)), span, context)
}

fn field_item(
    field: &str,
    modifiers: &[(Modifier, Span)],
    value: &Node,
    span: Span,
    context: &mut Context<'_>,
) -> Option<Body> {
    let is_path = !field.split('.').any(str::is_empty) || field.is_empty();
    if !is_path || field.trim() != field {
        let message = format!("`{field}` is no path to a field");
        context.error(Code::BadField, span, message);
        return None;
    }
    let plan = modifier::plan(modifiers, false, &mut context.out)?;
    let nodes = value.seq().unwrap_or(std::slice::from_ref(value));
    if matches!(plan.operator, Operator::Exists) && nodes.len() != 1 {
        context.error(
            Code::ModifierValue,
            value.span,
            "expected `true` or `false`, found a list".to_owned(),
        );
        return None;
    }
    if plan.operator == Operator::Cidr && plan.expand {
        context.is_special = true;
    }
    item(Some(field), modifiers, &plan, nodes, span, context)
}

fn item(
    field: Option<&str>,
    modifiers: &[(Modifier, Span)],
    plan: &Plan,
    nodes: &[Node],
    span: Span,
    context: &mut Context<'_>,
) -> Option<Body> {
    if nodes.is_empty() {
        context.error(Code::EmptySelection, span, "the list of values is empty".to_owned());
        return None;
    }
    let mut values = Vec::with_capacity(nodes.len());
    let mut complete = true;
    for node in nodes {
        match item::values(node, plan, context) {
            Ok(more) => values.extend(more),
            Err(mistake) => {
                context.out.push(mistake);
                complete = false;
            }
        }
    }
    let path = field.map(Path::parse);
    let expr = item::compile(path.as_ref(), plan, &values, &mut context.out)?;
    let (field, modifiers) =
        (field.map(str::to_owned), modifiers.iter().map(|(m, _)| *m).collect());
    complete.then_some(Body::Item(Item { field, modifiers, values, span, expr }))
}

impl Context<'_> {
    pub(crate) fn error(&mut self, code: Code, span: Span, message: String) {
        self.out.push(Diagnostic::error(code, span, message));
    }
}
