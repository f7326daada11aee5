//! One key of a mapping: a field with modifiers, or a block about elements.

use event::Path;

use super::detection::{Block, Body, Each, Item};
use super::modifier::Modifier;
use super::plan::{self, Operator, Plan};
use super::read::{self, Context};
use super::{item, placeholder};
use crate::diagnostic::{Code, Diagnostic};
use crate::span::Span;
use crate::yaml::{Data, Node};

/// Reads one entry of a mapping; its field stands under `prefix`.
pub(super) fn entry(
    prefix: &str,
    key: &Node,
    value: &Node,
    context: &mut Context<'_>,
) -> Option<Body> {
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
        Data::Map(entries) if placeholder::braced(value).is_none() => entries,
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
        let detection = read::parse(value, key.span, &[], context)?;
        return Some(Body::Nested(Box::new(detection)));
    }
    let prefix = if rest.is_empty() { String::new() } else { format!("{rest}.") };
    read::mapping(entries, &prefix, context)
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

/// A search for texts through the whole event.
pub(super) fn keywords(nodes: &[Node], span: Span, context: &mut Context<'_>) -> Option<Body> {
    let plan = plan::plan(&[], true, &mut context.out)?;
    item(None, &[], &plan, nodes, span, context)
}

fn keyword_item(
    modifiers: &[(Modifier, Span)],
    value: &Node,
    span: Span,
    context: &mut Context<'_>,
) -> Option<Body> {
    let plan = plan::plan(modifiers, true, &mut context.out)?;
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
    let plan = plan::plan(modifiers, false, &mut context.out)?;
    let nodes = value.seq().unwrap_or(std::slice::from_ref(value));
    if matches!(plan.operator, Operator::Exists) && nodes.len() != 1 {
        context.error(
            Code::ModifierValue,
            value.span,
            "expected `true` or `false`, found a list".to_owned(),
        );
        return None;
    }
    let is_network_list = plan.operator == Operator::Cidr && plan.expand;
    let is_length = matches!(plan.operator, Operator::Length(_));
    context.is_special |= is_network_list || is_length || picks_by_type(field);
    item(Some(field), modifiers, &plan, nodes, span, context)
}

/// Whether the path picks elements by their type, such as `target[User].id`.
fn picks_by_type(field: &str) -> bool {
    let inside = field.split('[').skip(1).filter_map(|rest| rest.split_once(']'));
    inside.into_iter().any(|(inside, _)| inside.starts_with(|c: char| c.is_ascii_alphabetic()))
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
    complete.then_some(Body::Item(Box::new(Item { field, modifiers, values, span, expr })))
}
