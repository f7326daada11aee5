//! Which fields a rule looks at, and how.

use catalog::{Product, Stability};

use super::Subject;
use crate::diagnostic::{Code, Diagnostic};
use crate::known::Known;
use crate::sigma::{Modifier, ValueKind};
use crate::span::Span;

pub(super) fn display_message(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for test in subject.tests_of("displayMessage") {
        let message = "`displayMessage` is text for people, which changes and is translated";
        let help = "test `eventType` instead";
        out.push(Diagnostic::warning(Code::DisplayMessage, test.span, message).help(help));
    }
}

pub(super) fn position(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    if subject.product.is_none() {
        return;
    }
    for test in subject.predicates.iter().filter(|test| has_index(&test.field)) {
        let message =
            format!("`{}` picks an element by its position, which is not fixed", test.field);
        let help = "leave the index out: any element counts; pick one by its `type`";
        out.push(Diagnostic::warning(Code::TargetPosition, test.span, message).help(help));
    }
}

fn has_index(path: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    path.split(['.', '[', ']']).any(|step| is_number(step.trim_start_matches('-')))
}

pub(super) fn unstable(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let Some(product) = subject.product else { return };
    for test in &subject.predicates {
        let field = catalog::field(product, &test.field)
            .or_else(|| catalog::open_parent(product, &test.field));
        if field.is_some_and(|field| field.stability == Stability::Unstable) {
            let message =
                format!("`{}` may change or go with any release of the provider", test.field);
            out.push(Diagnostic::note(Code::UnstableField, test.span, message));
        }
    }
}

pub(super) fn unknown_field(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let Some(product) = subject.cataloged() else { return };
    for test in &subject.predicates {
        out.extend(unknown(product, &test.field, test.span));
    }
}

/// That events of a product have no such field, if they have none.
pub(super) fn unknown(product: Product, field: &str, span: Span) -> Option<Diagnostic> {
    if is_known(product, field) {
        return None;
    }
    let message = format!("events of {} have no field `{field}`", product.name());
    let diagnostic = Diagnostic::warning(Code::UnknownField, span, message);
    Some(match catalog::nearest_field(product, field) {
        Some(nearest) => diagnostic.help(format!("did you mean `{nearest}`?")),
        None => diagnostic,
    })
}

/// Whether events of a product have a field, or it is asked of what else is known.
fn is_known(product: Product, path: &str) -> bool {
    let path = &without_type(path);
    is_asked(path)
        || catalog::field(product, path).is_some()
        || catalog::open_parent(product, path).is_some()
        || catalog::derived_field(path).is_some_and(|_| product == Product::Okta)
}

/// `target[User].id` without the type of the element.
fn without_type(path: &str) -> String {
    let is_type = |text: &str| text.starts_with(|c: char| c.is_ascii_alphabetic());
    match path.split_once('[').zip(path.split_once(']')) {
        Some(((array, inside), (_, rest))) if is_type(inside) => format!("{array}{rest}"),
        _ => path.to_owned(),
    }
}

/// Whether it is asked of what is known besides the event.
fn is_asked(path: &str) -> bool {
    Known::from_name(path).is_some()
}

pub(super) fn value_less(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for test in &subject.predicates {
        let values = test.item.map(|item| item.values.as_slice()).unwrap_or_default();
        if values.iter().any(|value| value.kind == ValueKind::Null && value.text.is_empty()) {
            let message = format!("`{}` has no value: events without the field match", test.field);
            let help = "give it a value, or write `null` if that is meant";
            out.push(Diagnostic::warning(Code::ValueLess, test.span, message).help(help));
        }
    }
}

pub(super) fn lone_all(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for item in subject.predicates.iter().filter_map(|test| test.item) {
        let is_expanded = item.modifiers.contains(&Modifier::Expand);
        if item.modifiers.contains(&Modifier::All) && item.values.len() == 1 && !is_expanded {
            let message = "`all` stands at a single value, which other tools refuse";
            out.push(Diagnostic::warning(Code::LoneAll, item.span, message).help("drop `all`"));
        }
    }
}
