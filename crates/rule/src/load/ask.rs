//! Questions to what is known besides the event: taken out of the logic of a rule, and asked for levels.

use crate::diagnostic::{Code, Diagnostic};
use crate::expr::{Check, Expr, Test};
use crate::known::{Ask, Known};
use crate::logic::{Label, Part};
use crate::span::Span;

/// What `user.admin` can be.
const ANSWERS: [&str; 3] = ["yes", "no", "unknown"];

const HELP: &str = "ask at the top, joined by `and` to the rest of the condition, or write a rule for \
                    each case";

/// Takes the questions out of the logic of a rule.
///
/// What is left holds for the event alone. A question that is not joined by `and` to all the rest cannot be taken
/// out, which is said.
pub(super) fn hoist(logic: Part, asks: &mut Vec<(Label, Ask)>, out: &mut Vec<Diagnostic>) -> Part {
    if !has_ask(&logic) {
        return logic;
    }
    take(logic, asks, out).unwrap_or(Part::All(Vec::new()))
}

/// Whether something is asked anywhere in it.
pub(super) fn has_ask(logic: &Part) -> bool {
    logic.leaves().iter().any(|(_, expr)| asked(expr).is_some())
}

/// Says of every question that it cannot be asked here.
pub(super) fn refuse(logic: &Part, message: &str, help: &str, out: &mut Vec<Diagnostic>) {
    for (label, _) in logic.leaves().iter().filter(|(_, expr)| asked(expr).is_some()) {
        let message = format!("`{}` {message}", label.what);
        out.push(Diagnostic::error(Code::AskPlace, label.span, message).help(help));
    }
}

/// What is left of a part that stands at the top; `None` when that is nothing.
fn take(part: Part, asks: &mut Vec<(Label, Ask)>, out: &mut Vec<Diagnostic>) -> Option<Part> {
    match part {
        part if !has_ask(&part) => Some(part),
        Part::All(parts) => {
            let left: Vec<_> = parts.into_iter().filter_map(|part| take(part, asks, out)).collect();
            (!left.is_empty()).then_some(Part::All(left))
        }
        Part::Any(mut parts) if parts.len() == 1 => take(parts.remove(0), asks, out),
        Part::Group(label, inner) => {
            let left = take(*inner, asks, out)?;
            Some(Part::Group(label, Box::new(left)))
        }
        Part::Leaf(label, expr) => {
            question(&label, &expr, false, asks, out);
            None
        }
        Part::Not(span, inner) => {
            if let Some((label, expr)) = lone(&inner) {
                question(label, expr, true, asks, out);
                None
            } else {
                let part = Part::Not(span, inner);
                refuse(&part, "is asked behind `not` with something else", HELP, out);
                Some(part)
            }
        }
        part => {
            refuse(&part, "is asked in a part that need not hold", HELP, out);
            Some(part)
        }
    }
}

/// The only predicate of a part.
fn lone(part: &Part) -> Option<(&Label, &Expr)> {
    match part {
        Part::Leaf(label, expr) => Some((label, expr)),
        Part::Group(_, inner) => lone(inner),
        Part::All(parts) | Part::Any(parts) => match parts.as_slice() {
            [one] => lone(one),
            _ => None,
        },
        Part::Not(..) | Part::AtLeast(..) | Part::Element(..) => None,
    }
}

/// What a predicate asks, if it asks something.
fn asked(expr: &Expr) -> Option<Known> {
    match expr {
        Expr::Test(test) => Known::from_name(test.field.as_str()),
        Expr::Not(inner) => asked(inner),
        Expr::All(parts) | Expr::Any(parts) => parts.iter().find_map(asked),
        Expr::Const(_) | Expr::Keyword(_) | Expr::Element(_) => None,
    }
}

/// Asks what a predicate asks.
pub(super) fn question(
    label: &Label,
    expr: &Expr,
    negated: bool,
    asks: &mut Vec<(Label, Ask)>,
    out: &mut Vec<Diagnostic>,
) {
    match expr {
        Expr::Not(inner) => question(label, inner, !negated, asks, out),
        // Every value must be found, each by itself.
        Expr::All(parts) if !negated => {
            for part in parts {
                question(label, part, negated, asks, out);
            }
        }
        Expr::Test(Test { field, check: Check::Match(matchers) }) => {
            let Some(of) = Known::from_name(field.as_str()) else { return };
            let ask = Ask { of, matchers: matchers.clone(), negated };
            if matches!(of, Known::UserAdmin | Known::TargetAdmin) {
                check_answers(&ask, label.span, out);
            }
            asks.push((label.clone(), ask));
        }
        _ => {
            let message = format!("`{}` can only be compared with answers", label.what);
            let help = match asked(expr) {
                Some(Known::UserRoles | Known::TargetRoles) => {
                    "compare it with names of roles; for none, ask whether the user is an admin"
                }
                _ => "compare it with `yes`, `no` or `unknown`",
            };
            out.push(Diagnostic::error(Code::AskPlace, label.span, message).help(help));
        }
    }
}

/// Says when no answer will do.
fn check_answers(ask: &Ask, span: Span, out: &mut Vec<Diagnostic>) {
    let each = ask.matchers.iter().map(|matcher| Ask {
        of: ask.of,
        matchers: vec![matcher.clone()],
        negated: false,
    });
    if each.into_iter().any(|ask| !ANSWERS.into_iter().any(|answer| ask.holds([answer]))) {
        let message = format!("`{}` is never this", ask.of.name());
        let help = "it is `yes`, `no` or `unknown`";
        out.push(Diagnostic::error(Code::AskPlace, span, message).help(help));
    }
}
