//! One document: which kind it is, and what it says.

use super::header::{identity, level, status, title, title_span, version};
use super::{Document, Names, SourceFile, catalogue, filter};
use crate::about::{self, LogSource};
use crate::attack::Attack;
use crate::diagnostic::{Code, Diagnostic, has_error};
use crate::expr::Expr;
use crate::lists::Lists;
use crate::logic::Part;
use crate::okta::{self, Expression};
use crate::rule::{Origin, Rule, Syntax};
use crate::sigma::read::{self, Context};
use crate::sigma::{self, Bound, Detection, Placeholders};
use crate::span::Span;
use crate::yaml::Node;

/// Keys of a rule that are read apart from what describes it.
const APART: &[&str] = &[
    "title",
    "id",
    "name",
    "level",
    "status",
    "logsource",
    "detection",
    "lists",
    "sigma-version",
    "threat",
];

/// Reads the documents of one file.
pub(super) struct Reader<'r, 'n> {
    pub(super) file: &'r SourceFile<'r>,
    pub(super) number: usize,
    pub(super) lists: &'r Lists,
    pub(super) names: &'r mut Names<'n>,
}

/// The logic of a rule, however it is written.
pub(super) struct Read {
    pub(super) syntax: Syntax,
    pub(super) logic: Option<Part>,
    pub(super) portable: bool,
    pub(super) not_runnable: Option<String>,
    pub(super) placeholders: Vec<Bound>,
    pub(super) notes: Vec<String>,
}

impl Reader<'_, '_> {
    /// Reads a document; `None` when it cannot be used, which is said.
    pub(super) fn read(self, document: &Node, out: &mut Vec<Diagnostic>) -> Option<Document> {
        let before = out.len();
        let read = self.dispatch(document, out);
        read.filter(|_| !has_error(&out[before..]))
    }

    fn dispatch(mut self, document: &Node, out: &mut Vec<Diagnostic>) -> Option<Document> {
        let start = title_span(document);
        if document.map().is_none() {
            let message = format!("expected a rule, found {}", document.kind());
            out.push(Diagnostic::warning(Code::NotARule, start, message));
            return None;
        }
        if let Some((key, _)) = document.entry("correlation") {
            let message = "correlation rules are not read yet";
            out.push(Diagnostic::error(Code::Correlation, key.span, message));
            return None;
        }
        if let Some((key, _)) = document.entry("action") {
            let message = "documents that act on others left Sigma with version 2";
            out.push(
                Diagnostic::error(Code::GlobalAction, key.span, message)
                    .help("write every rule out, or name the rules in a filter document"),
            );
            return None;
        }
        if document.get("filter").is_some() && document.get("detection").is_none() {
            let filter = filter::read(&mut self, document, out)?;
            return Some(Document::Filter(Box::new(filter)));
        }
        let is_rule =
            ["title", "detection", "logsource"].iter().any(|key| document.get(key).is_some());
        if !is_rule {
            let message = "this is no rule: it has no `title`, no `logsource` and no `detection`";
            out.push(Diagnostic::warning(Code::NotARule, start, message));
            return None;
        }
        self.rule(document, out).map(|rule| Document::Rule(Box::new(rule)))
    }

    fn rule(self, document: &Node, out: &mut Vec<Diagnostic>) -> Option<Rule> {
        let source = self.file.text;
        let title = title(document, out);
        let read = self.logic(document, out);
        let is_catalogue = catalogue::is_form(document);
        let mut reader = about::Reader { source, out };
        let mut about = about::read(document, APART, &mut reader);
        let log_source = document.get("logsource").map(|node| reader.log_source(node));
        let level = level(document, is_catalogue, out);
        let status = status(document, out);
        let mut attack = Attack::from_tags(&about.tags);
        if let Some(threat) = document.get("threat") {
            attack.add_threat(threat);
        }
        if is_catalogue {
            catalogue::add_falsepositives(document, &mut about);
        } else if log_source.is_none() {
            let message = "the rule does not say which logs it is for, so it looks at all";
            let help = "add a `logsource`, such as `product: okta`";
            let at = title_span(document);
            out.push(Diagnostic::warning(Code::NoLogSource, at, message).help(help));
        }
        let default =
            LogSource { product: is_catalogue.then(|| "okta".to_owned()), ..LogSource::default() };
        let (name, id) = identity(document, self.names, out);
        let id = if is_catalogue { catalogue::id(id, &name) } else { id };
        let read = read?;
        let expr = read.logic.as_ref().map_or(Expr::Const(false), Part::expr);
        let path = self.file.path.to_owned();
        let title_at = title_span(document);
        Some(Rule {
            id,
            name,
            title: title?,
            level,
            status,
            log_source: log_source.unwrap_or(default),
            attack,
            about,
            portable: read.portable,
            not_runnable: read.not_runnable,
            placeholders: read.placeholders,
            notes: read.notes,
            filters: Vec::new(),
            expr,
            syntax: read.syntax,
            origin: Origin { file: self.number, path, span: document.span, title: title_at },
            logic: read.logic,
            narrowing: Vec::new(),
        })
    }

    fn logic(&self, document: &Node, out: &mut Vec<Diagnostic>) -> Option<Read> {
        let source = self.file.text;
        if catalogue::is_form(document) {
            return catalogue::read(document, source, out);
        }
        let Some((key, node)) = document.entry("detection") else {
            let at = title_span(document);
            out.push(Diagnostic::error(Code::Missing, at, "the rule has no `detection`"));
            return None;
        };
        if node.is_null() {
            out.push(Diagnostic::error(Code::Missing, key.span, "the `detection` is empty"));
            return None;
        }
        match node.get("filter").filter(|_| node.map().is_some_and(|map| map.len() == 1)) {
            Some(filter) => own_filter(filter, source, out),
            None => self.detection(document, key.span, node, out),
        }
    }

    fn detection(
        &self,
        document: &Node,
        at: Span,
        node: &Node,
        out: &mut Vec<Diagnostic>,
    ) -> Option<Read> {
        let (context, parts) = self.selections(document, at, node, &[]);
        out.extend(context.out);
        let (detection, logic) = parts?;
        Some(Read {
            syntax: Syntax::Sigma(detection),
            logic: Some(logic),
            portable: !context.is_special,
            not_runnable: None,
            placeholders: context.placeholders.into_bound(),
            notes: Vec::new(),
        })
    }

    /// Reads selections with a condition, as rules and filters have them.
    pub(super) fn selections(
        &self,
        document: &Node,
        at: Span,
        node: &Node,
        skip: &[&str],
    ) -> (Context<'_>, Option<(Detection, Part)>) {
        let mut out = Vec::new();
        let mut defaults = Lists::default();
        if let Some(lists) = document.get("lists") {
            defaults.read(lists, &mut out);
        }
        let mut context = Context {
            source: self.file.text,
            placeholders: Placeholders::new(self.lists, defaults),
            has_blocks: version(document, &mut out) >= 3,
            is_special: false,
            out,
        };
        let detection = read::parse(node, at, skip, &mut context);
        let parts = detection.and_then(|detection| {
            let logic = sigma::resolve(&detection, &mut context.out)?;
            Some((detection, logic))
        });
        (context, parts)
    }
}

/// A rule of ours that is written as filter expressions.
fn own_filter(node: &Node, source: &str, out: &mut Vec<Diagnostic>) -> Option<Read> {
    let expressions = expressions(node, source, out)?;
    Some(Read {
        logic: Some(any(&expressions)),
        syntax: Syntax::Filter(expressions),
        portable: false,
        not_runnable: None,
        placeholders: Vec::new(),
        notes: Vec::new(),
    })
}

/// Reads a filter expression, or a list of them.
pub(super) fn expressions(
    node: &Node,
    source: &str,
    out: &mut Vec<Diagnostic>,
) -> Option<Vec<Expression>> {
    let nodes = node.seq().unwrap_or(std::slice::from_ref(node));
    let mut read = |node: &Node| {
        if let Some(text) = node.text() {
            okta::parse(text, &node.origin(source), out)
        } else {
            let message = format!("expected a filter expression, found {}", node.kind());
            out.push(Diagnostic::error(Code::WrongShape, node.span, message));
            None
        }
    };
    let expressions: Vec<_> = nodes.iter().map(&mut read).collect();
    let expressions: Vec<_> = expressions.into_iter().collect::<Option<_>>()?;
    if expressions.is_empty() {
        out.push(Diagnostic::error(Code::Missing, node.span, "there is no filter expression"));
        return None;
    }
    Some(expressions)
}

/// Any of some filter expressions.
pub(super) fn any(expressions: &[Expression]) -> Part {
    match expressions {
        [one] => one.logic.clone(),
        several => Part::Any(several.iter().map(|one| one.logic.clone()).collect()),
    }
}
