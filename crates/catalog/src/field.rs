//! The fields of audit records: their exact spelling, kind and stability.

use std::cmp::Ordering;
use std::sync::LazyLock;

use crate::Product;
use crate::derived::derived_fields;
use crate::nearest::{nearest, nearest_longer};
use crate::table::{compare, filled, rows};

const TEXT: &str = include_str!("../../../catalog/fields.tsv");

static FIELDS: LazyLock<Vec<Field>> = LazyLock::new(|| {
    rows(TEXT)
        .filter_map(|[product, path, kind, stability, many, note, source, date]| {
            Some(Field {
                product: Product::from_name(product)?,
                path,
                kind: FieldKind::from_name(kind)?,
                stability: Stability::from_name(stability)?,
                many: !many.is_empty(),
                note: filled(note),
                source,
                date,
            })
        })
        .collect()
});

/// One field of one product's audit records.
#[derive(Debug, PartialEq, Eq)]
pub struct Field {
    /// Whose records.
    pub product: Product,
    /// Dotted path in its exact spelling, without indexes: `target.alternateId`.
    pub path: &'static str,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether the provider promises to keep it.
    pub stability: Stability,
    /// It is an array or lies in one, so that one record may hold many values.
    pub many: bool,
    /// What else to know, as a fragment.
    pub note: Option<&'static str>,
    /// Where this is known from.
    pub source: &'static str,
    /// When that was checked, `yyyy-mm-dd`.
    pub date: &'static str,
}

/// What a field holds; in an array, what its elements are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldKind {
    /// Text, also where it spells a number or holds JSON.
    Text,
    /// A number; some copies of records write it as text.
    Number,
    /// True or false; some copies of records write it as text.
    Boolean,
    /// A point in time in ISO 8601.
    Time,
    /// An object whose keys are in the catalog.
    Object,
    /// An object that may hold keys the catalog cannot know.
    Map,
    /// Sometimes one kind, sometimes another.
    Mixed,
}

impl FieldKind {
    fn from_name(name: &str) -> Option<Self> {
        match name {
            "text" => Some(Self::Text),
            "number" => Some(Self::Number),
            "boolean" => Some(Self::Boolean),
            "time" => Some(Self::Time),
            "object" => Some(Self::Object),
            "map" => Some(Self::Map),
            "mixed" => Some(Self::Mixed),
            _ => None,
        }
    }
}

/// Whether a provider promises to keep a field as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stability {
    /// Part of the documented record.
    Stable,
    /// May change or go with any release.
    Unstable,
}

impl Stability {
    fn from_name(name: &str) -> Option<Self> {
        match name {
            "stable" => Some(Self::Stable),
            "unstable" => Some(Self::Unstable),
            _ => None,
        }
    }
}

/// Every known field, in order of product and path.
pub fn fields() -> &'static [Field] {
    &FIELDS
}

/// The field at a path, in any case.
///
/// Index segments and brackets do not count: `target.0.id`, `target[].id` and `target{}.id` are all
/// `target.id`. Derived fields are not found here, see [`crate::derived_field`].
pub fn field(product: Product, path: &str) -> Option<&'static Field> {
    let order = |field: &Field| {
        let by_path = || compare_paths(field.path, path);
        field.product.cmp(&product).then_with(by_path)
    };
    let at = FIELDS.binary_search_by(order).ok()?;
    FIELDS.get(at)
}

/// The map that a path leads into, at whose keys the catalog can only guess.
///
/// A path that [`field`] does not know is a mistake if there is none, and may be right if there
/// is: `target.detailEntry.anything`, `debugContext.debugData.anything`.
pub fn open_parent(product: Product, path: &str) -> Option<&'static Field> {
    let ends = path.rmatch_indices('.').map(|(end, _)| end);
    let parents = ends.filter_map(|end| field(product, path.get(..end)?));
    parents.take(1).find(|parent| parent.kind == FieldKind::Map)
}

/// The path that was probably meant, in its exact spelling; `None` when nothing comes close.
///
/// The end of a path is enough (`requestUri`) or some of its words (`client.ip`), else likeness
/// decides. Costs some milliseconds.
pub fn nearest_field(product: Product, path: &str) -> Option<&'static str> {
    let known = || FIELDS.iter().filter(move |field| field.product == product);
    let paths = || known().map(|field| field.path);
    if let Some(found) = field(product, path) {
        return Some(found.path);
    }
    let whole: Vec<&str> = segments(path).collect();
    if product == Product::Okta && whole.len() > 1 && compare("okta", whole[0]).is_eq() {
        return nearest(derived_fields().iter().map(|field| field.name), &whole[..2].join("."));
    }
    let path = whole.join(".");
    // A rule that shortens a name compares a value, not the object around it.
    let is_value = |field: &&Field| field.kind != FieldKind::Object;
    let values = known().filter(is_value).map(|field| field.path);
    let ending = paths().filter(|known| ends_with(known, &whole));
    ending
        .min_by_key(|known| known.len())
        .or_else(|| nearest_longer(values, &path))
        .or_else(|| nearest(paths(), &path))
}

/// Whether a path of the table ends in these segments.
fn ends_with(path: &str, end: &[&str]) -> bool {
    let mut ours = path.rsplit('.');
    let agree = |theirs: &&str| ours.next().is_some_and(|our| compare(our, theirs).is_eq());
    !end.is_empty() && end.iter().rev().all(agree)
}

/// The segments of a path that name something: indexes are left out, brackets cut off.
fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('.')
        .map(|segment| {
            let end = segment.find(['[', '{']).unwrap_or(segment.len());
            &segment[..end]
        })
        .filter(|segment| !segment.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Orders paths segment by segment, in any case.
fn compare_paths(one: &str, other: &str) -> Ordering {
    let mut theirs = segments(other);
    for our in segments(one) {
        let order = theirs.next().map_or(Ordering::Greater, |their| compare(our, their));
        if order.is_ne() {
            return order;
        }
    }
    theirs.next().map_or(Ordering::Equal, |_| Ordering::Less)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Role, derived_field, entity_exceptions, entity_paths};

    #[test]
    fn table_is_well_formed() {
        let columns = ["product", "path", "type", "stability", "many", "note", "source", "date"];
        crate::table::tests::check(TEXT, &columns);
        assert_eq!(FIELDS.len(), rows::<8>(TEXT).count(), "unknown names");
        for [_, path, _, _, many, ..] in rows::<8>(TEXT) {
            assert!(["", "yes"].contains(&many), "{path}");
            assert!(!path.contains(['[', '{', ' ']), "{path}");
        }
        let key = |field: &Field| (field.product, field.path);
        for pair in FIELDS.windows(2) {
            let by_path = compare_paths(pair[0].path, pair[1].path);
            let order = pair[0].product.cmp(&pair[1].product).then(by_path);
            assert!(order.is_lt(), "{:?}", key(&pair[1]));
        }
    }

    #[test]
    fn every_field_is_found_and_so_is_its_parent() {
        for row in fields() {
            assert_eq!(field(row.product, row.path), Some(row));
            assert_eq!(field(row.product, &row.path.to_uppercase()), Some(row));
            let Some((parent, _)) = row.path.rsplit_once('.') else {
                continue;
            };
            let parent = field(row.product, parent).unwrap();
            assert!(!parent.many || row.many, "{}", row.path);
        }
    }

    #[test]
    fn debug_data_is_unstable() {
        for row in fields() {
            if row.path.starts_with("debugContext.debugData") {
                assert_eq!(row.stability, Stability::Unstable, "{}", row.path);
            }
        }
    }

    #[test]
    fn indexes_brackets_and_case_do_not_count() {
        fn check(path: &str, expected: Option<&str>) {
            let found = field(Product::Okta, path).map(|field| field.path);
            assert_eq!(found, expected, "{path}");
        }
        check("target.0.alternateId", Some("target.alternateId"));
        check("target[].ALTERNATEID", Some("target.alternateId"));
        check("target{}.id", Some("target.id"));
        check("target[any].id", Some("target.id"));
        check("request.ipChain.0.ip", Some("request.ipChain.ip"));
        check("debugcontext.debugdata.dthash", Some("debugContext.debugData.dtHash"));
        check("target.detailEntry.anything", None);
        check("data.type", None);
        check("", None);
        check("0", None);
        let many = field(Product::Auth0, "data.details.accessedSecrets{}").unwrap();
        assert!(many.many);
    }

    #[test]
    fn maps_are_open_and_objects_are_not() {
        fn check(product: Product, path: &str, expected: Option<&str>) {
            let parent = open_parent(product, path).map(|field| field.path);
            assert_eq!(parent, expected, "{path}");
        }
        let debug_data = Some("debugContext.debugData");
        check(Product::Okta, "debugContext.debugData.anything", debug_data);
        check(Product::Okta, "target.0.detailEntry.a.b", Some("target.detailEntry"));
        check(Product::Okta, "actor.email", None);
        check(Product::Okta, "eventType", None);
        let body = Some("data.details.request.body");
        check(Product::Auth0, "data.details.request.body.shields{}", body);
        check(Product::Auth0, "data.request.body.allowlist", None);
    }

    #[test]
    fn what_events_are_read_by_is_in_the_table() {
        for product in Product::ALL {
            let rows = |role: &Role| {
                entity_paths(product, *role).into_iter().chain(entity_exceptions(product, *role))
            };
            for place in Role::ALL.iter().flat_map(rows).flat_map(|entity| &entity.paths) {
                let known = field(product, place.path).or(open_parent(product, place.path));
                assert!(known.is_some(), "{place:?}");
            }
        }
        for derived in derived_fields() {
            for source in &derived.sources {
                assert!(field(Product::Okta, source.path).is_some(), "{}", source.path);
            }
        }
    }

    #[test]
    fn notes_name_derived_fields_that_exist() {
        let notes = fields().iter().filter_map(|field| field.note);
        let named = notes.filter_map(|note| note.split_once("read it as ")?.1.split(' ').next());
        let named: Vec<_> = named.collect();
        assert!(named.len() > 10);
        for name in named {
            assert!(derived_field(name.trim_end_matches(';')).is_some(), "{name}");
        }
    }

    #[test]
    fn paths_are_guessed() {
        fn check(product: Product, path: &str, expected: Option<&str>) {
            assert_eq!(nearest_field(product, path), expected, "{path}");
        }
        let okta = Product::Okta;
        check(okta, "requestUri", Some("debugContext.debugData.requestUri"));
        check(okta, "debugData.dtHash", Some("debugContext.debugData.dtHash"));
        check(okta, "client.ipAdress", Some("client.ipAddress"));
        check(okta, "client.ip", Some("client.ipAddress"));
        check(okta, "actor.alternate_id", Some("actor.alternateId"));
        check(okta, "eventTyupe", Some("eventType"));
        check(okta, "event_type", Some("eventType"));
        check(okta, "outcome.results", Some("outcome.result"));
        check(okta, "targets.alternateId", Some("target.alternateId"));
        check(okta, "okta.behavior.New Device", Some("okta.behaviors"));
        check(okta, "CommandLine.ParentImage", None);
        check(okta, "", None);
        let auth0 = Product::Auth0;
        check(auth0, "type", Some("data.type"));
        check(auth0, "data.username", Some("data.user_name"));
        check(auth0, "data.details.request.methods", Some("data.details.request.method"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn looking_up_never_panics(path in "[a-zA-Z0-9.\\[\\]{}ä]*") {
            for product in Product::ALL {
                let found = field(product, &path);
                let _ = open_parent(product, &path);
                prop_assert!(found.is_none() || nearest_field(product, &path).is_some());
            }
        }
    }
}
