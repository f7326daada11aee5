//! Which events a rule looks at.

use catalog::{
    Product, auth0_log_type, auth0_log_types, okta_event_type, okta_event_types, type_field,
};

use super::Subject;
use super::predicate::Predicate;
use crate::diagnostic::{Code, Diagnostic};
use crate::expr::Expr;
use crate::rule::Syntax;
use crate::sigma::{Body, Item, ValueKind};

/// A type that no event has. What still matches then costs every event.
const NO_SUCH_TYPE: &str = "keyward.no.such.type";

fn known_types(product: Product) -> Vec<&'static str> {
    match product {
        Product::Okta => okta_event_types().iter().map(|known| known.id).collect(),
        Product::Auth0 => auth0_log_types().iter().map(|known| known.code).collect(),
        _ => Vec::new(),
    }
}

/// Whether an expression over the type alone holds for one type; `None` when it asks for more.
fn holds(expr: &Expr, field: &str, kind: &str) -> Option<bool> {
    let known = |test: &crate::expr::Test| {
        let is_type = test.field.as_str().eq_ignore_ascii_case(field);
        is_type.then(|| test.matches_text(kind)).flatten()
    };
    match expr.given(&known) {
        Expr::Const(value) => Some(value),
        _ => None,
    }
}

pub(super) fn no_event_type(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let Some(field) = subject.cataloged().and_then(type_field) else { return };
    if holds(&subject.rule.expr, field, NO_SUCH_TYPE) == Some(false) {
        return;
    }
    let message = "events of every type can match, so the rule costs every event";
    let help = format!("test `{field}` in every branch of the condition");
    out.push(Diagnostic::warning(Code::NoEventType, subject.title(), message).help(help));
}

pub(super) fn outcome(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let is_silent = subject.product == Some(Product::Okta)
        && subject.rule.is_runnable()
        && subject.rule.correlation.is_none()
        && !subject.tests_below("outcome.");
    if is_silent {
        let message = "the rule does not look at the outcome: attempts that failed match too";
        let help = "test `outcome.result`; if every outcome matters, say `allow: [S104]`";
        out.push(Diagnostic::warning(Code::OutcomeIgnored, subject.title(), message).help(help));
    }
}

pub(super) fn unknown_event_type(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let Some(product) = subject.cataloged() else { return };
    let Some(field) = type_field(product) else { return };
    for test in subject.tests_of(field) {
        if test.equals.is_empty() {
            nothing_like_it(test, product, field, out);
        }
        for (value, span) in &test.equals {
            let is_known = match product {
                Product::Okta => okta_event_type(value).is_some(),
                _ => auth0_log_type(value).is_some(),
            };
            if is_known || stands_beside_its_real_name(subject, product, field, value) {
                continue;
            }
            let (code, what) = match product {
                Product::Okta => (Code::UnknownEventType, "event type"),
                _ => (Code::UnknownLogCode, "log code"),
            };
            let diagnostic = Diagnostic::warning(code, *span, format!("unknown {what} `{value}`"));
            out.push(suggest(diagnostic, product, value));
        }
    }
}

/// Rules may match a name in use for what the provider calls otherwise, as long as they match that too.
fn stands_beside_its_real_name(
    subject: &Subject<'_>,
    product: Product,
    field: &str,
    value: &str,
) -> bool {
    let Some(alias) = catalog::event_alias(product, value) else { return false };
    let mut tested = subject.tests_of(field).flat_map(|test| &test.equals);
    tested.any(|(other, _)| alias.replacements.iter().any(|name| name.eq_ignore_ascii_case(other)))
}

fn suggest(diagnostic: Diagnostic, product: Product, value: &str) -> Diagnostic {
    if let Some(alias) = catalog::event_alias(product, value) {
        let names = alias.replacements.join("`, `");
        let note = alias.note.map(|note| format!(" ({note})")).unwrap_or_default();
        return if names.is_empty() {
            diagnostic.help(format!("the provider has no such name{note}"))
        } else {
            diagnostic.help(format!("the provider calls it `{names}`{note}"))
        };
    }
    match catalog::nearest_event_type(product, value) {
        Some(nearest) => diagnostic.help(format!("did you mean `{nearest}`?")),
        None => diagnostic,
    }
}

/// A prefix, a part or a pattern that no known type has.
fn nothing_like_it(test: &Predicate<'_>, product: Product, field: &str, out: &mut Vec<Diagnostic>) {
    let mut verdicts = known_types(product).into_iter().map(|kind| holds(test.expr, field, kind));
    if verdicts.all(|verdict| verdict == Some(false)) {
        let message = format!("no known `{field}` is like that");
        let code = match product {
            Product::Okta => Code::UnknownEventType,
            _ => Code::UnknownLogCode,
        };
        out.push(Diagnostic::warning(code, test.span, message));
    }
}

pub(super) fn description_only(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    if subject.product != Some(Product::Auth0) || subject.tests_below("data.details.request.") {
        return;
    }
    let is_call = |code: &str| auth0_log_type(code).is_some_and(|known| known.is_call);
    let is_operation = |test: &Predicate<'_>| test.equals.iter().any(|(value, _)| is_call(value));
    if !subject.tests_of("data.type").any(is_operation) {
        return;
    }
    for test in subject.tests_of("data.description") {
        let message = "the description of an operation is text that changes";
        let help = "test `data.details.request.method` and `data.details.request.path`";
        out.push(Diagnostic::warning(Code::DescriptionOnly, test.span, message).help(help));
    }
}

pub(super) fn always_true(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let Syntax::Sigma(detection) = &subject.rule.syntax else { return };
    let field = subject.cataloged().and_then(type_field).zip(subject.product);
    for selection in &detection.selections {
        let is_empty = match &selection.body {
            Body::Item(item) if item.field.is_none() => item.values.iter().any(is_any),
            Body::Item(item) => {
                field.is_some_and(|(field, product)| holds_for_all(item, field, product))
            }
            _ => false,
        };
        if is_empty {
            let message = format!("the selection `{}` holds for every event", selection.name);
            out.push(Diagnostic::warning(Code::AlwaysTrue, selection.span, message));
        }
    }
}

fn is_any(value: &crate::sigma::Value) -> bool {
    value.kind == ValueKind::Text && value.text.bytes().all(|byte| byte == b'*')
}

fn holds_for_all(item: &Item, field: &str, product: Product) -> bool {
    let is_type = item.field.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(field));
    let known = || known_types(product).into_iter().chain([NO_SUCH_TYPE]);
    is_type && known().all(|kind| holds(&item.expr, field, kind) == Some(true))
}
