//! Filter documents: conditions that narrow rules from outside.
//!
//! The condition of a filter is joined to that of each rule it names by `and`,
//! so what shall be left out stands behind `not`. Source: Sigma filters
//! specification 2.1.0.

use super::ask;
use super::document::{Reader, selections};
use super::header::{identity, title, title_span};
use crate::about::{self, About, LogSource};
use crate::diagnostic::{Code, Diagnostic};
use crate::expr::Expr;
use crate::rule::Origin;
use crate::sigma::{Bound, Detection};
use crate::span::Span;
use crate::yaml::Node;

/// Keys of a filter that are read apart from what describes it.
const APART: &[&str] = &["title", "id", "name", "logsource", "filter", "lists", "sigma-version"];

/// A condition that narrows rules.
#[derive(Debug, Clone)]
pub struct Filter {
    /// The id of the file; its name when the file gives none.
    pub id: String,
    /// What people call it, found as for rules.
    pub name: String,
    /// Its title.
    pub title: String,
    /// What else the file says.
    pub about: About,
    /// Which logs it is made for.
    pub log_source: LogSource,
    /// Which rules it narrows.
    pub targets: Targets,
    /// Its placeholders, in alphabetical order.
    pub placeholders: Vec<Bound>,
    /// What must hold as well.
    pub expr: Expr,
    /// Its logic as it is written.
    pub syntax: Detection,
    /// Where it comes from.
    pub origin: Origin,
}

/// Which rules a filter narrows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Targets {
    /// Every rule for its log source: `rules: any`.
    Any,
    /// Those with these ids or names, and where the filter names them.
    Named(Vec<(String, Span)>),
}

pub(super) fn read(
    reader: &mut Reader<'_, '_>,
    document: &Node,
    out: &mut Vec<Diagnostic>,
) -> Option<Filter> {
    let (key, node) = document.entry("filter")?;
    let title = title(document, out);
    let targets = targets(key, node, out);
    let mut context = reader.context(document);
    let parts = selections(node, key.span, &["rules"], &mut context);
    if let Some((_, logic)) = &parts {
        let help = "ask in the rule, or in its `levels`";
        ask::refuse(logic, "cannot be asked by a filter", help, &mut context.out);
    }
    out.append(&mut context.out);
    let mut describing = about::Reader { source: reader.file.text, out };
    let about = about::read(document, APART, &mut describing);
    let log_source = document.get("logsource").map(|node| describing.log_source(node));
    let placeholders = context.placeholders.into_bound();
    let path = reader.file.path.to_owned();
    let (file, title_at) = (reader.number, title_span(document));
    let (name, id) = identity(document, reader.names, out);
    let (syntax, logic) = parts?;
    Some(Filter {
        id,
        name,
        title: title?,
        about,
        log_source: log_source.unwrap_or_default(),
        targets: targets?,
        placeholders,
        expr: logic.expr(),
        syntax,
        origin: Origin { file, path, span: document.span, title: title_at },
    })
}

/// The rules that a filter names. A filter that names none would silence nothing or everything.
fn targets(key: &Node, filter: &Node, out: &mut Vec<Diagnostic>) -> Option<Targets> {
    let rules = filter.entry("rules");
    let nodes = rules.map(|(_, node)| node.seq().unwrap_or(std::slice::from_ref(node)));
    let nodes: Vec<_> = nodes.unwrap_or_default().iter().filter(|node| !node.is_null()).collect();
    if nodes.is_empty() {
        let at = rules.map_or(key.span, |(rules, _)| rules.span);
        let message = "the filter does not say which rules it narrows";
        let help = "list ids or names of rules under `rules:`, or write `rules: any`";
        out.push(Diagnostic::error(Code::FilterWithoutRules, at, message).help(help));
        return None;
    }
    if let [one] = nodes.as_slice()
        && one.text().is_some_and(|text| text.eq_ignore_ascii_case("any"))
    {
        return Some(Targets::Any);
    }
    let mut named = Vec::new();
    for node in nodes {
        if let Some(name) = node.text() {
            named.push((name.trim().to_owned(), node.span));
        } else {
            let message = format!("expected the id or name of a rule, found {}", node.kind());
            out.push(Diagnostic::error(Code::WrongShape, node.span, message));
        }
    }
    Some(Targets::Named(named))
}
