//! Doubts about an expression that is well-formed.

use catalog::Product;

use crate::diagnostic::{Code, Diagnostic};
use crate::okta::operator::Operator;
use crate::okta::tree::{Attribute, Tree, Value};

/// A warning for each attribute that Okta's events do not have.
///
/// Attributes inside maps whose keys nobody can know, such as `target.detailEntry`, are not doubted,
/// nor are derived fields.
pub fn unknown_attributes(tree: &Tree) -> Vec<Diagnostic> {
    let mut doubts = Vec::new();
    tree.visit_predicates(&mut |predicate, _| {
        if !is_known(&predicate.attribute.name) {
            doubts.push(doubt(&predicate.attribute));
        }
    });
    doubts
}

/// A warning for each field and event type in an expression for logs of any product that is
/// nearly one of Okta or Auth0, and so probably meant to be it. Places are bytes of `text`; none when
/// the expression has mistakes.
pub fn misspellings(text: &str) -> Vec<Diagnostic> {
    let Some(tree) = super::read(text).tree else { return Vec::new() };
    let mut doubts = unknown_attributes(&tree);
    doubts.retain(|doubt| !is_of_auth0(&text[doubt.span().range()]));
    tree.visit_predicates(&mut |test, _| {
        if test.attribute.name.eq_ignore_ascii_case("eventType")
            && matches!(test.operator, Operator::Equal | Operator::In)
        {
            doubts.extend(test.values.iter().filter_map(doubt_type));
        }
    });
    doubts.retain(|doubt| doubt.help.is_some());
    doubts
}

fn is_of_auth0(name: &str) -> bool {
    catalog::field(Product::Auth0, name).is_some()
        || catalog::open_parent(Product::Auth0, name).is_some()
}

/// A doubt about a value of `eventType` that Okta's catalogue does not have.
fn doubt_type(value: &Value) -> Option<Diagnostic> {
    let name = value.literal.text();
    let near = catalog::nearest_event_type(Product::Okta, &name)?;
    let message = format!("unknown event type `{name}`");
    let warning = Diagnostic::warning(Code::UnknownEventType, value.span, message);
    let is_known = catalog::okta_event_type(&name).is_some();
    (!is_known).then(|| warning.help(format!("did you mean `{near}`?")))
}

fn is_known(name: &str) -> bool {
    catalog::derived_field(name).is_some()
        || catalog::field(Product::Okta, name).is_some()
        || catalog::open_parent(Product::Okta, name).is_some()
}

fn doubt(attribute: &Attribute) -> Diagnostic {
    let Attribute { name, span } = attribute;
    let message = format!("events of Okta have no `{name}`");
    let warning = Diagnostic::warning(Code::UnknownField, *span, message);
    match catalog::nearest_field(Product::Okta, name) {
        Some(near) => warning.help(format!("did you mean `{near}`?")),
        None => warning,
    }
}
