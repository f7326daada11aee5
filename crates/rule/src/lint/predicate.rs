//! The tests of a rule, whichever language it is written in.

use crate::expr::Expr;
use crate::rule::{Rule, Syntax};
use crate::sigma::{Body, Item, Modifier, ValueKind};
use crate::span::Span;

/// One test of a field.
pub(super) struct Predicate<'r> {
    /// The whole path, arrays of blocks included.
    pub(super) field: String,
    /// Where it stands.
    pub(super) span: Span,
    /// The values that the field is compared with as they are, and their places.
    pub(super) equals: Vec<(&'r str, Span)>,
    /// What it compiles to.
    pub(super) expr: &'r Expr,
    /// The item, if it is written in Sigma.
    pub(super) item: Option<&'r Item>,
}

/// Every test of a rule, in the order of the file.
pub(super) fn of(rule: &Rule) -> Vec<Predicate<'_>> {
    let mut predicates = Vec::new();
    match &rule.syntax {
        Syntax::Sigma(detection) => {
            for selection in &detection.selections {
                gather(&selection.body, "", &mut predicates);
            }
        }
        Syntax::Correlation => {}
        Syntax::Filter(expressions) => {
            for expression in expressions {
                let leaves = expression.logic.leaves();
                for (test, (_, expr)) in expression.tests.iter().zip(leaves) {
                    let is_equal = matches!(test.operator, "eq" | "ne" | "in");
                    let values = test.values.iter().filter(|_| is_equal);
                    predicates.push(Predicate {
                        field: test.field.clone(),
                        span: test.span,
                        equals: values.map(|value| (value.as_str(), test.span)).collect(),
                        expr,
                        item: None,
                    });
                }
            }
        }
    }
    predicates
}

fn gather<'r>(body: &'r Body, prefix: &str, predicates: &mut Vec<Predicate<'r>>) {
    match body {
        Body::All(bodies) | Body::Any(bodies) => {
            for body in bodies {
                gather(body, prefix, predicates);
            }
        }
        Body::Item(item) => predicates.extend(of_item(item, prefix)),
        Body::Block(block) => {
            gather(&block.body, &format!("{prefix}{}.", block.array), predicates);
        }
        Body::Nested(detection) => {
            for selection in &detection.selections {
                gather(&selection.body, prefix, predicates);
            }
        }
    }
}

fn of_item<'r>(item: &'r Item, prefix: &str) -> Option<Predicate<'r>> {
    let field = format!("{prefix}{}", item.field.as_ref()?);
    let plain = |modifier: &Modifier| {
        matches!(modifier, Modifier::Neq | Modifier::Cased | Modifier::All | Modifier::Expand)
    };
    let is_equal = item.modifiers.iter().all(plain);
    let is_text = |text: &str| is_equal && !text.contains(['*', '?', '\\']);
    let values = item.values.iter().filter(|value| value.kind != ValueKind::Null);
    Some(Predicate {
        field: field.trim_end_matches('.').to_owned(),
        span: item.span,
        equals: values
            .filter(|value| is_text(&value.text))
            .map(|value| (value.text.as_str(), value.span))
            .collect(),
        expr: &item.expr,
        item: Some(item),
    })
}
