//! `levels:`, which says how much a finding matters where more is known.

use super::ask::question;
use crate::diagnostic::{Code, Diagnostic};
use crate::known::{Ask, Known, LevelCase};
use crate::logic::Label;
use crate::rule::Level;
use crate::sigma::read::{self, Context};
use crate::yaml::Node;

/// The list that names what a tenant does not use.
const UNUSED: &str = "unused_features";

/// What a tenant may not use.
const FEATURES: [&str; 3] = ["inbound_federation", "workflows", "device_code"];

/// The cases of a document, in order; those that the lists rule out are not among them.
pub(super) fn levels(document: &Node, context: &mut Context<'_>) -> Vec<LevelCase> {
    let Some(node) = document.get("levels").filter(|node| !node.is_null()) else {
        return Vec::new();
    };
    let Some(nodes) = node.seq() else {
        let message = format!("expected a list of cases, found {}", node.kind());
        let help = "write `- {when: {user.admin: 'yes'}, level: high}`";
        context.out.push(Diagnostic::error(Code::BadLevels, node.span, message).help(help));
        return Vec::new();
    };
    nodes.iter().filter_map(|node| case(node, context)).collect()
}

/// One case; `None` when it can never hold, or is none, which is said.
fn case(node: &Node, context: &mut Context<'_>) -> Option<LevelCase> {
    let Some(entries) = node.map() else {
        let message = format!("expected `when` and `level`, found {}", node.kind());
        context.error(Code::BadLevels, node.span, message);
        return None;
    };
    for (key, _) in entries {
        let name = key.text().unwrap_or_default();
        if !["when", "level"].contains(&name) {
            context.error(Code::BadLevels, key.span, format!("a case has no `{name}`"));
        }
    }
    let level = level(node, context);
    let when = entries_of(node);
    if when.is_empty() {
        let message = "a case needs `when`, with what must be known";
        let help = "write `when: {user.admin: 'yes'}`";
        context.out.push(Diagnostic::error(Code::BadLevels, node.span, message).help(help));
        return None;
    }
    let mut asks = Vec::new();
    let mut holds = true;
    for (key, value) in when {
        if key.text() == Some("tenant.unused") {
            holds &= is_unused(value, context);
        } else {
            ask(key, value, &mut asks, context);
        }
    }
    let level = level?;
    let when = asks.into_iter().map(|(_, ask)| ask).collect();
    holds.then_some(LevelCase { when, level, text: in_words(entries_of(node)) })
}

fn entries_of(node: &Node) -> &[(Node, Node)] {
    node.get("when").and_then(Node::map).unwrap_or_default()
}

/// What must be known, in words: `target_user.admin is yes and user.admin_roles contains help`.
fn in_words(when: &[(Node, Node)]) -> String {
    let claim = |(key, value): &(Node, Node)| {
        let key = key.text().unwrap_or_default();
        let (field, modifiers) = key.split_once('|').unwrap_or((key, ""));
        let verb = if modifiers.is_empty() { "is".to_owned() } else { modifiers.replace('|', " ") };
        let values = value.seq().unwrap_or(std::slice::from_ref(value));
        let values: Vec<_> = values.iter().filter_map(Node::text).collect();
        format!("{field} {verb} {}", values.join(" or "))
    };
    when.iter().map(claim).collect::<Vec<_>>().join(" and ")
}

/// The level of a case: `Some(None)` for no finding.
#[expect(clippy::option_option, reason = "a case without a level is a mistake, `none` is a level")]
fn level(node: &Node, context: &mut Context<'_>) -> Option<Option<Level>> {
    let value = node.get("level");
    let text = value.and_then(Node::text).unwrap_or_default();
    if text.eq_ignore_ascii_case("none") {
        return Some(None);
    }
    let level = Level::from_name(text);
    if level.is_none() {
        let names = Level::ALL.map(Level::as_str).join(", ");
        let message = format!("a case needs a `level`: one of {names}, or `none` for no finding");
        let at = value.map_or(node.span, |value| value.span);
        context.error(Code::BadLevels, at, message);
    }
    level.map(Some)
}

/// Whether the tenant is said not to use one of some features.
fn is_unused(node: &Node, context: &mut Context<'_>) -> bool {
    let nodes = node.seq().unwrap_or(std::slice::from_ref(node));
    let mut found = false;
    for node in nodes {
        let name = node.text().unwrap_or_default().trim();
        if !FEATURES.contains(&name) {
            let message =
                format!("unknown feature `{name}`: expected one of {}", FEATURES.join(", "));
            context.out.push(Diagnostic::warning(Code::UnknownValue, node.span, message));
        }
        let unused = context.placeholders.values(UNUSED).unwrap_or_default();
        found |= unused.iter().any(|value| value.eq_ignore_ascii_case(name));
    }
    found
}

fn ask(key: &Node, value: &Node, asks: &mut Vec<(Label, Ask)>, context: &mut Context<'_>) {
    let Some(item) = read::item(key, value, context) else { return };
    let field = item.field.as_deref().unwrap_or_default();
    if Known::from_name(field).is_none() {
        let names: Vec<_> = Known::ALL.iter().map(|(name, _)| *name).collect();
        let message = format!("`{field}` is not known besides the event");
        let help = format!("a case asks for `{}` or `tenant.unused`", names.join("`, `"));
        context.out.push(Diagnostic::error(Code::BadLevels, key.span, message).help(help));
        return;
    }
    let label = Label { what: field.into(), span: key.span };
    question(&label, &item.expr, false, asks, &mut context.out);
}
