//! Okta filter expressions, the language of the System Log API: rules and queries.
//!
//! ```text
//!  text ──lexer──▶ tokens ──parser──▶ Tree ──lower──▶ Part ──▶ Expr
//!            └──────── Diagnostics, all of them ───────┘
//! ```
//!
//! *Invariants.* Reading never stops at the first mistake, never recurses deeper than [`MAX_DEPTH`] and
//! never panics. A tree that exists compiles.
//!
//! *Source.* Okta API reference, "Filter" (core API) and "System Log query", checked 2026-11-22; `in` and
//! several values in parentheses as Okta's published detections use them. Beyond that, the name of a
//! field may be quoted, since derived fields can hold blanks, and `null` is a value.
//! `docs/okta-filters.md` says what matches.

mod fill;
mod lexer;
mod lint;
mod lower;
mod mistakes;
mod operator;
mod parser;
mod print;
mod tree;

pub use self::lint::{misspellings, unknown_attributes};
pub use self::operator::Operator;
pub use self::tree::{Attribute, Literal, Predicate, Tree, Value};
use crate::diagnostic::{Code, Diagnostic, has_error};
use crate::expr::Expr;
use crate::logic::Part;
use crate::okta::mistakes::Mistakes;
use crate::okta::parser::Parser;
use crate::sigma::Placeholders;
use crate::span::Span;
use crate::yaml::Origin;

/// Longest expression that is read, in bytes. What Okta takes fits into a URL.
pub const MAX_BYTES: usize = 1 << 18;

/// Deepest nesting of parentheses and `not`. Okta's published detections reach 4.
pub const MAX_DEPTH: usize = 64;

/// Most values of one expression; a test without a value counts as one.
pub const MAX_VALUES: usize = 10_000;

/// One filter expression of a rule.
#[derive(Debug, Clone)]
pub struct Expression {
    /// As it is written, without blanks around it.
    pub text: String,
    /// Where it stands.
    pub span: Span,
    /// The tests in it, in order.
    pub tests: Vec<FilterTest>,
    pub(crate) logic: Part,
}

/// One test of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterTest {
    /// The field.
    pub field: String,
    /// `eq`, `ne`, `gt`, `ge`, `lt`, `le`, `sw`, `ew`, `co`, `pr` or `in`.
    pub operator: &'static str,
    /// The values as they are written, without quotes and escapes; none for `pr`.
    pub values: Vec<String>,
    /// Where the test stands.
    pub span: Span,
}

/// What was read of an expression.
#[derive(Debug)]
pub struct Parsed {
    /// The expression; `None` exactly when a diagnostic is an error.
    pub tree: Option<Tree>,
    /// In order of place.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads an expression that stands alone. Places are bytes of `text`.
pub fn read(text: &str) -> Parsed {
    let mut mistakes = Mistakes::default();
    if text.len() > MAX_BYTES {
        let message = format!("an expression of more than {MAX_BYTES} bytes is not read");
        mistakes.add(Diagnostic::error(Code::TooComplex, Span::new(0, 0), message));
        return Parsed { tree: None, diagnostics: mistakes.into_sorted() };
    }
    let tokens = lexer::tokens(text, &mut mistakes);
    let tree = Parser::new(text, tokens, &mut mistakes).whole();
    let diagnostics = mistakes.into_sorted();
    Parsed { tree: tree.filter(|_| !has_error(&diagnostics)), diagnostics }
}

/// Reads and compiles an expression that stands alone, such as an argument of a command.
///
/// The expression is `None` exactly when a diagnostic is an error.
pub fn parse_filter(text: &str) -> (Option<Expr>, Vec<Diagnostic>) {
    let Parsed { tree, diagnostics } = read(text);
    (tree.map(|tree| tree.part(&|span| span).expr()), diagnostics)
}

/// Reads an expression that stands in a file; `None` when there is a mistake in it, which is said.
///
/// A value that is only `{name}` is a placeholder.
pub(crate) fn parse(
    text: &str,
    origin: &Origin<'_>,
    placeholders: &mut Placeholders<'_>,
    out: &mut Vec<Diagnostic>,
) -> Option<Expression> {
    let Parsed { tree, diagnostics } = read(text);
    let place = |span: Span| origin.span(span.range());
    out.extend(diagnostics.into_iter().map(|mut diagnostic| {
        for label in &mut diagnostic.labels {
            label.span = place(label.span);
        }
        diagnostic
    }));
    let mut tree = tree?;
    tree.fill(placeholders, &mut |unfilled, at| out.push(unfilled.at(place(at))))?;
    let written = text.trim();
    let start = text.len() - text.trim_start().len();
    Some(Expression {
        text: written.to_owned(),
        span: place(Span::new(start, start + written.len())),
        tests: listed(&tree, &place),
        logic: tree.part(&place),
    })
}

/// The tests of an expression, one by one.
fn listed(tree: &Tree, place: &dyn Fn(Span) -> Span) -> Vec<FilterTest> {
    let mut tests = Vec::new();
    tree.visit_predicates(&mut |predicate, _| {
        let Predicate { attribute, operator, values, span } = predicate;
        tests.push(FilterTest {
            field: attribute.name.clone(),
            operator: operator.as_str(),
            values: values.iter().map(|value| value.literal.text()).collect(),
            span: place(*span),
        });
    });
    tests
}

#[cfg(test)]
mod tests;
