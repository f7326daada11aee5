//! What every document has: title, name, id, level, status.

use super::Names;
use crate::diagnostic::{Code, Diagnostic};
use crate::rule::{Level, Status};
use crate::span::Span;
use crate::yaml::{Data, Node, Resolved};

/// Where the title stands, or the first key, for what concerns the whole document.
pub(super) fn title_span(document: &Node) -> Span {
    let start = Span::new(document.span.start, document.span.start);
    let first = document.map().and_then(|entries| entries.first());
    let first = first.map_or(start, |(key, _)| key.span);
    document
        .entry("title")
        .map_or(first, |(key, title)| if title.is_null() { key.span } else { title.span })
}

pub(super) fn title(document: &Node, out: &mut Vec<Diagnostic>) -> Option<String> {
    let title = document.get("title");
    if let Some(text) = title.and_then(Node::text).map(str::trim).filter(|text| !text.is_empty()) {
        return Some(text.to_owned());
    }
    let diagnostic = match title {
        Some(title) if !title.is_null() => {
            let message = format!("the title must be text, not {}", title.kind());
            Diagnostic::error(Code::WrongShape, title.span, message)
        }
        _ => Diagnostic::error(Code::Missing, title_span(document), "the rule has no `title`"),
    };
    out.push(diagnostic);
    None
}

/// The name and the id of a document.
pub(super) fn identity(
    document: &Node,
    names: &mut Names<'_>,
    out: &mut Vec<Diagnostic>,
) -> (String, String) {
    let fallback = names.next();
    let mut text = |key: &str| {
        let node = document.get(key).filter(|node| !node.is_null())?;
        if node.text().is_none() {
            let message = format!("the {key} must be text, not {}", node.kind());
            out.push(Diagnostic::error(Code::WrongShape, node.span, message));
        }
        Some(node.text()?.trim().to_owned()).filter(|text| !text.is_empty())
    };
    let name = text("name").unwrap_or(fallback);
    let id = text("id").unwrap_or_else(|| name.clone());
    (name, id)
}

pub(super) fn level(document: &Node, is_catalogue: bool, out: &mut Vec<Diagnostic>) -> Level {
    let Some(node) = document.get("level").filter(|node| !node.is_null()) else {
        if !is_catalogue {
            let message = "the rule says no level and is taken for medium";
            out.push(Diagnostic::warning(Code::NoLevel, title_span(document), message));
        }
        return Level::Medium;
    };
    node.text().and_then(Level::from_name).unwrap_or_else(|| {
        let names = Level::ALL.map(Level::as_str).join(", ");
        out.push(unknown(node, "level", &names).help("the rule is taken for medium"));
        Level::Medium
    })
}

pub(super) fn status(document: &Node, out: &mut Vec<Diagnostic>) -> Option<Status> {
    let node = document.get("status").filter(|node| !node.is_null())?;
    let status = node.text().and_then(Status::from_name);
    if status.is_none() {
        out.push(unknown(node, "status", &Status::ALL.map(Status::as_str).join(", ")));
    }
    status
}

fn unknown(node: &Node, what: &str, names: &str) -> Diagnostic {
    let found = node.text().map_or_else(|| node.kind().to_owned(), |text| format!("`{text}`"));
    let message = format!("unknown {what} {found}: expected one of {names}");
    Diagnostic::warning(Code::UnknownValue, node.span, message)
}

/// The version of Sigma that a document asks for; 2 when it says nothing.
pub(super) fn version(document: &Node, out: &mut Vec<Diagnostic>) -> i64 {
    let Some(node) = document.get("sigma-version").filter(|node| !node.is_null()) else { return 2 };
    let number = match &node.data {
        Data::Scalar(scalar) => match scalar.resolved {
            Resolved::Int(number) => Some(number),
            _ => scalar.text.split('.').next().and_then(|major| major.parse().ok()),
        },
        Data::Seq(_) | Data::Map(_) => None,
    };
    if !number.is_some_and(|number| (1..=3).contains(&number)) {
        out.push(unknown(node, "version of Sigma", "1, 2, 3"));
    }
    number.unwrap_or(2)
}
