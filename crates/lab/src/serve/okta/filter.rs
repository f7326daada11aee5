//! Which events a request for the log means: an Okta filter expression, keywords, or both.

use axum::http::StatusCode;
use event::{End, Event, Form, Framer, Place, Rejected, Sink};
use rule::Expr;
use rule::okta::{Operator, Predicate, Tree, read};

use crate::serve::okta::refusal::Refusal;

/// Most keywords, and the longest. Source: System Log API, checked 2026-11-22.
const MOST_KEYWORDS: usize = 10;
const LONGEST_KEYWORD: usize = 40;

/// What an event must hold.
#[derive(Debug, Default)]
pub(crate) struct Filter {
    expression: Option<Expr>,
    /// In lower case.
    keywords: Vec<String>,
}

impl Filter {
    /// Reads both parameters.
    pub(crate) fn parse(filter: Option<&str>, q: Option<&str>) -> Result<Self, Refusal> {
        let expression = filter.map(expression).transpose()?;
        let keywords = q.map(keywords).transpose()?.unwrap_or_default();
        Ok(Self { expression, keywords })
    }

    /// Whether every event is meant.
    pub(crate) fn is_all(&self) -> bool {
        self.expression.is_none() && self.keywords.is_empty()
    }

    /// Whether that event is meant.
    pub(crate) fn takes(&self, line: &str) -> bool {
        let holds_words = self.keywords.is_empty() || {
            let line = line.to_lowercase();
            self.keywords.iter().all(|word| line.contains(word.as_str()))
        };
        holds_words && self.expression.as_ref().is_none_or(|expression| matches(expression, line))
    }
}

fn expression(text: &str) -> Result<Expr, Refusal> {
    let bad = |code, why: String| Refusal::api(StatusCode::BAD_REQUEST, code, why);
    let parsed = read(text);
    let Some(tree) = &parsed.tree else {
        let why = parsed.diagnostics.first().map_or("", |first| first.message.as_str());
        return Err(bad("E0000053", format!("Invalid filter '{text}': {why}")));
    };
    if let Some(name) = unfilterable(tree) {
        return Err(bad(
            "E0000031",
            format!("Invalid search criteria: {name} cannot be filtered."),
        ));
    }
    if let Some(doubt) = rule::okta::unknown_attributes(tree).first() {
        return Err(bad("E0000053", format!("Invalid filter '{text}': {}", doubt.message)));
    }
    let (expression, _) = rule::parse_filter(text);
    expression.ok_or_else(|| bad("E0000053", format!("Invalid filter '{text}'")))
}

/// The first attribute that Okta does not filter by, in that way. Source: Okta API reference, "Filter", checked 2026-11-22.
fn unfilterable(tree: &Tree) -> Option<String> {
    let mut found = None;
    tree.visit_predicates(&mut |predicate, _| {
        if found.is_none() && is_unfilterable(predicate) {
            found = Some(predicate.attribute.name.clone());
        }
    });
    found
}

fn is_unfilterable(predicate: &Predicate) -> bool {
    let name = predicate.attribute.name.as_str();
    let is_address =
        matches!(name, "debugContext.debugData.url" | "debugContext.debugData.requestUri");
    name == "published"
        || name.split('.').any(|step| step == "changeDetails")
        || is_address && predicate.operator == Operator::Contains
}

fn keywords(q: &str) -> Result<Vec<String>, Refusal> {
    let words: Vec<&str> = q.split_whitespace().collect();
    if words.len() > MOST_KEYWORDS {
        return Err(Refusal::invalid("q", "holds more than 10 keywords"));
    }
    if words.iter().any(|word| word.chars().count() > LONGEST_KEYWORD) {
        return Err(Refusal::invalid("q", "holds a keyword of more than 40 characters"));
    }
    let parts = words.iter().flat_map(|word| word.split('-'));
    Ok(parts.filter(|part| !part.is_empty()).map(str::to_lowercase).collect())
}

fn matches(expression: &Expr, line: &str) -> bool {
    struct Judge<'e>(&'e Expr, bool);
    impl Sink for Judge<'_> {
        fn event(&mut self, event: Event<'_>, _: Place) {
            self.1 |= self.0.matches(&event);
        }
        fn rejected(&mut self, _: Rejected) {}
    }
    let mut judge = Judge(expression, false);
    Framer::new(Form::Lines).feed(line.as_bytes(), End::Here, &mut judge);
    judge.1
}
