//! Derived fields: names for what events hold inside strings, and where to read it.

use std::sync::LazyLock;

use crate::table::{filled, rows};

const TEXT: &str = include_str!("../../../catalog/derived_fields.tsv");

static FIELDS: LazyLock<Vec<DerivedField>> = LazyLock::new(|| {
    let mut fields: Vec<DerivedField> = Vec::new();
    for [name, path, encoding, inner, _source, _date] in rows(TEXT) {
        let Some(encoding) = Encoding::from_name(encoding) else {
            continue;
        };
        let source = DerivedSource { path, encoding, inner: filled(inner) };
        match fields.last_mut() {
            Some(field) if field.name == name => field.sources.push(source),
            _ => fields.push(DerivedField { name, sources: vec![source] }),
        }
    }
    fields
});

/// A name under which an encoded part of an event reads like an object.
#[derive(Debug, PartialEq, Eq)]
pub struct DerivedField {
    /// The dotted name, such as `okta.behaviors`; its first segment is the product.
    pub name: &'static str,
    /// Where to look, in order of preference; never empty. The first source that holds the
    /// asked key gives the value.
    pub sources: Vec<DerivedSource>,
}

/// One place from which a derived field is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DerivedSource {
    /// Path of the encoded value in the event.
    pub path: &'static str,
    /// How that value is written.
    pub encoding: Encoding,
    /// Path inside the decoded value at which the field begins; `None` for all of it. For
    /// [`Encoding::Prefixed`] what names begin with.
    pub inner: Option<&'static str>,
}

/// How an encoded value is written. Where an event already holds an object
/// or an array in its place, as some copies do, that is read as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// JSON, as text or as itself.
    Json,
    /// `{key=value, key=value}`. A value may hold `, `; the braces may be missing and a type name
    /// may stand before them (`Risk{level=LOW}`).
    Map,
    /// `[{key=value, …}, {…}]`: maps in a list; a path into it means any element.
    List,
    /// An array of objects with `name` and `result`, read as result by name.
    Behaviors,
    /// Members whose names begin with `inner`: `old` makes `policyName` the member `oldPolicyName`.
    Prefixed,
}

impl Encoding {
    fn from_name(name: &str) -> Option<Self> {
        match name {
            "json" => Some(Self::Json),
            "map" => Some(Self::Map),
            "list" => Some(Self::List),
            "behaviors" => Some(Self::Behaviors),
            "prefixed" => Some(Self::Prefixed),
            _ => None,
        }
    }
}

/// Every derived field, in order of name.
pub fn derived_fields() -> &'static [DerivedField] {
    &FIELDS
}

/// The derived field that a path begins with, and the rest of the path.
///
/// The name compares in any case; the rest keeps its case, and is empty when the path is
/// the name alone. It may hold blanks and further dots: `okta.behaviors.New Device`.
pub fn derived_field(path: &str) -> Option<(&'static DerivedField, &str)> {
    FIELDS
        .iter()
        .filter_map(|field| Some((field, rest_after(path, field.name)?)))
        .max_by_key(|(field, _)| field.name.len())
}

/// What follows `name` and a dot in `path`; empty when they are equal.
fn rest_after<'p>(path: &'p str, name: &str) -> Option<&'p str> {
    let (head, rest) = path.split_at_checked(name.len())?;
    if !head.eq_ignore_ascii_case(name) {
        return None;
    }
    if rest.is_empty() {
        return Some(rest);
    }
    rest.strip_prefix('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_well_formed() {
        let columns = ["name", "path", "encoding", "inner", "source", "date"];
        crate::table::tests::check(TEXT, &columns);
        let n_sources: usize = FIELDS.iter().map(|field| field.sources.len()).sum();
        assert_eq!(n_sources, rows::<6>(TEXT).count(), "an unknown encoding");
        assert!(FIELDS.is_sorted_by(|one, next| one.name < next.name));
    }

    #[test]
    fn a_path_leads_to_its_field_and_rest() {
        fn check(path: &str, expected: Option<(&str, &str)>) {
            let found = derived_field(path).map(|(field, rest)| (field.name, rest));
            assert_eq!(found, expected);
        }
        check("okta.behaviors.New Device", Some(("okta.behaviors", "New Device")));
        check("Okta.Risk.level", Some(("okta.risk", "level")));
        check("okta.risk_change.direction", Some(("okta.risk_change", "direction")));
        check("okta.log_only.risk.level", Some(("okta.log_only", "risk.level")));
        check("okta.risk", Some(("okta.risk", "")));
        check("okta.riskier", None);
        check("okta", None);
        check("öktä.risk", None);
    }

    #[test]
    fn structured_twins_come_first() {
        let (behaviors, _) = derived_field("okta.behaviors").unwrap();
        assert_eq!(behaviors.sources[0].path, "securityContext.userBehaviors");
        assert_eq!(behaviors.sources[0].encoding, Encoding::Behaviors);
        assert_eq!(behaviors.sources[2].inner, Some("behaviors"));
    }
}
