//! Doubts about an expression that is well-formed.

use catalog::Product;

use crate::diagnostic::{Code, Diagnostic};
use crate::okta::tree::{Attribute, Tree};

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
