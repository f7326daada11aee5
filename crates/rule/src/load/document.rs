//! One document: which kind it is, and what it says.

use super::header::{identity, level, status, title, title_span, version};
use super::{Document, Names, SourceFile, ask, catalogue, filter, levels};
use crate::about::{self, LogSource};
use crate::attack::Attack;
use crate::diagnostic::{Code, Diagnostic, has_error};
use crate::expr::Expr;
use crate::known::{Ask, LevelCase};
use crate::lists::Lists;
use crate::logic::{Label, Part};
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
    "correlation",
    "generate",
    "levels",
];

/// The lists that say who is an administrator.
const ADMINS: [&str; 2] = ["admins", "super_admins"];

/// Reads the documents of one file.
pub(super) struct Reader<'r, 'n> {
    pub(super) file: &'r SourceFile<'r>,
    pub(super) number: usize,
    pub(super) lists: &'r Lists,
    /// Values of placeholders that correlations of the same file give.
    pub(super) defaults: &'r Lists,
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
    pub(super) asks: Vec<(Label, Ask)>,
    pub(super) levels: Vec<LevelCase>,
}

impl Reader<'_, '_> {
    /// Reads a document; `None` when it cannot be used, which is said.
    pub(super) fn read(self, document: &Node, out: &mut Vec<Diagnostic>) -> Option<Document> {
        let before = out.len();
        match self.dispatch(document, out)? {
            read if !has_error(&out[before..]) => Some(read),
            Document::Rule(rule) if matches!(rule.syntax, Syntax::Correlation) => {
                Some(Document::Broken(rule))
            }
            _ => None,
        }
    }

    fn dispatch(mut self, document: &Node, out: &mut Vec<Diagnostic>) -> Option<Document> {
        let start = title_span(document);
        if document.map().is_none() {
            let message = format!("expected a rule, found {}", document.kind());
            out.push(Diagnostic::warning(Code::NotARule, start, message));
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
        if document.get("correlation").is_some() {
            stray_keys(document, out);
            return self.rule(document, out).map(|rule| Document::Rule(Box::new(rule)));
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
        let title = title(document, out);
        let read = self.logic(document, out);
        let is_catalogue = catalogue::is_form(document);
        let mut reader = about::Reader { source: self.file.text, out };
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
        } else if log_source.is_none()
            && !matches!(read, Some(Read { syntax: Syntax::Correlation, .. }))
        {
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
        // What a correlation counts is looked at even where it has no title.
        let is_correlation = matches!(read.syntax, Syntax::Correlation);
        let title = title.or_else(|| is_correlation.then(String::new))?;
        let expr = read.logic.as_ref().map_or(Expr::Const(false), Part::expr);
        let path = self.file.path.to_owned();
        let title_at = title_span(document);
        let (asked, asks) = read.asks.into_iter().unzip();
        Some(Rule {
            id,
            name,
            title,
            level,
            levels: read.levels,
            alerts: true,
            correlation: None,
            asks,
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
            asked,
            places: None,
            narrowing: Vec::new(),
        })
    }

    fn logic(&self, document: &Node, out: &mut Vec<Diagnostic>) -> Option<Read> {
        let mut context = self.context(document);
        let mut read = form(document, &mut context);
        let levels = levels::levels(document, &mut context);
        if let Some(read) = &mut read {
            let logic = read.logic.take();
            read.logic = logic.map(|logic| ask::hoist(logic, &mut read.asks, &mut context.out));
            read.portable &= read.asks.is_empty();
            read.levels = levels;
            if !read.asks.is_empty() || read.levels.iter().any(|case| !case.when.is_empty()) {
                for list in ADMINS {
                    context.placeholders.note(list);
                }
            }
        }
        out.append(&mut context.out);
        let placeholders = context.placeholders.into_bound();
        read.map(|read| Read { placeholders, ..read })
    }

    /// What reading the logic of a document needs.
    pub(super) fn context(&self, document: &Node) -> Context<'_> {
        let mut out = Vec::new();
        let mut defaults = self.defaults.clone();
        if let Some(lists) = document.get("lists") {
            defaults.read(lists, &mut out);
        }
        Context {
            source: self.file.text,
            placeholders: Placeholders::new(self.lists, defaults),
            has_blocks: version(document, &mut out) >= 3,
            is_special: false,
            out,
        }
    }
}

/// The logic of a rule in whichever form it is written.
fn form(document: &Node, context: &mut Context<'_>) -> Option<Read> {
    if document.get("correlation").is_some() {
        return Some(Read::correlation());
    }
    if catalogue::is_form(document) {
        return catalogue::read(document, context);
    }
    let Some((key, node)) = document.entry("detection") else {
        let message = "the rule has no `detection`".to_owned();
        context.error(Code::Missing, title_span(document), message);
        return None;
    };
    if node.is_null() {
        context.error(Code::Missing, key.span, "the `detection` is empty".to_owned());
        return None;
    }
    if let Some([(name, filter)]) = node.map()
        && name.text() == Some("filter")
    {
        return expressions(filter, context).map(Read::filter);
    }
    let (detection, logic) = selections(node, key.span, &[], context)?;
    Some(Read {
        syntax: Syntax::Sigma(detection),
        logic: Some(logic),
        portable: !context.is_special,
        not_runnable: None,
        placeholders: Vec::new(),
        notes: Vec::new(),
        asks: Vec::new(),
        levels: Vec::new(),
    })
}

/// Says which keys have no place in a document with `correlation`.
fn stray_keys(document: &Node, out: &mut Vec<Diagnostic>) {
    for name in ["detection", "logsource", "filter"] {
        if let Some((key, _)) = document.entry(name) {
            let message = format!("a correlation has no `{name}`");
            let help = "it counts other rules: put this into a document of its own, with a `name`";
            out.push(Diagnostic::error(Code::CorrelationKey, key.span, message).help(help));
        }
    }
}

impl Read {
    /// What is read when the other rules are known.
    fn correlation() -> Self {
        Self {
            syntax: Syntax::Correlation,
            logic: None,
            portable: true,
            not_runnable: None,
            placeholders: Vec::new(),
            notes: Vec::new(),
            asks: Vec::new(),
            levels: Vec::new(),
        }
    }

    /// Logic that is written as filter expressions, of which any must hold.
    pub(super) fn filter(expressions: Vec<Expression>) -> Self {
        Self {
            logic: any(&expressions),
            syntax: Syntax::Filter(expressions),
            portable: false,
            not_runnable: None,
            placeholders: Vec::new(),
            notes: Vec::new(),
            asks: Vec::new(),
            levels: Vec::new(),
        }
    }
}

/// Reads selections with a condition, as rules and filters have them.
pub(super) fn selections(
    node: &Node,
    at: Span,
    skip: &[&str],
    context: &mut Context<'_>,
) -> Option<(Detection, Part)> {
    let detection = read::parse(node, at, skip, context)?;
    let logic = sigma::resolve(&detection, &mut context.out)?;
    Some((detection, logic))
}

/// Reads a filter expression, or a list of them.
pub(super) fn expressions(node: &Node, context: &mut Context<'_>) -> Option<Vec<Expression>> {
    let nodes = node.seq().unwrap_or(std::slice::from_ref(node));
    let mut read = |node: &Node| {
        if let Some(text) = node.text() {
            let origin = node.origin(context.source);
            okta::parse(text, &origin, &mut context.placeholders, &mut context.out)
        } else {
            let message = format!("expected a filter expression, found {}", node.kind());
            context.error(Code::WrongShape, node.span, message);
            None
        }
    };
    let expressions: Vec<_> = nodes.iter().map(&mut read).collect();
    let expressions: Vec<_> = expressions.into_iter().collect::<Option<_>>()?;
    if expressions.is_empty() {
        context.error(Code::Missing, node.span, "there is no filter expression".to_owned());
        return None;
    }
    Some(expressions)
}

/// Any of some filter expressions; nothing of none.
fn any(expressions: &[Expression]) -> Option<Part> {
    match expressions {
        [] => None,
        [one] => Some(one.logic.clone()),
        several => Some(Part::Any(several.iter().map(|one| one.logic.clone()).collect())),
    }
}
