//! Okta filter expressions, the language of the System Log API.
//!
//! ```text
//!  eventType sw "policy.lifecycle" and not (outcome.result eq "FAILURE" or actor.type pr)
//! ```
//!
//! Operators and `and`, `or`, `not` in any case; `and` binds closer than `or`.
//! Text compares in any case. Beyond Okta's own language, the name of a field
//! may be quoted, since derived fields can hold blanks, and `null` is a value.
//!
//! *Source.* Okta API reference, "Filter" (core API) and "System Log query",
//! checked 2026-11-22; `in` as Okta's published detections use it.

mod literal;
mod parse;
mod tokens;

pub(crate) use self::parse::parse;
use crate::diagnostic::Diagnostic;
use crate::expr::Expr;
use crate::logic::Part;
use crate::span::Span;
use crate::yaml::Origin;

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
    /// The values as they are written, without quotes; none for `pr`.
    pub values: Vec<String>,
    /// Where the test stands.
    pub span: Span,
}

/// Reads a filter expression that stands alone, such as an argument of a command.
///
/// The expression is `None` exactly when a diagnostic is an error.
pub fn parse_filter(text: &str) -> (Option<Expr>, Vec<Diagnostic>) {
    let mut out = Vec::new();
    let expression = parse(text, &Origin::whole(text), &mut out);
    (expression.map(|expression| expression.logic.expr()), out)
}

#[cfg(test)]
mod tests;
