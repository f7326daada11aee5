//! Ids of objects in Okta, which are public and look a little like credentials.

use std::sync::LazyLock;

use crate::table::{filled, rows};

const TEXT: &str = include_str!("../../../catalog/object_ids.tsv");

/// Letters and digits of every id. Source: Okta management API specification, examples of ids, checked 2026-11-22.
const LENGTH: usize = 20;

static IDS: LazyLock<Vec<ObjectId>> = LazyLock::new(|| {
    rows(TEXT)
        .map(|[prefix, met, what, _source, _date]| ObjectId {
            prefix,
            is_met_anywhere: met == "anywhere",
            what: filled(what),
        })
        .collect()
});

/// How the ids of one kind of object begin.
#[derive(Debug, PartialEq, Eq)]
pub struct ObjectId {
    /// The first letters, in their case.
    pub prefix: &'static str,
    /// Whether it is taken for an id wherever it stands; else only in recordings, where most values are ids.
    pub is_met_anywhere: bool,
    /// What has such an id; `None` where no source says so.
    pub what: Option<&'static str>,
}

/// The kind of object whose id `value` is by its length, letters and begin; `None` for anything else.
pub fn object_id(value: &[u8]) -> Option<&'static ObjectId> {
    let is_id = value.len() == LENGTH && value.iter().all(u8::is_ascii_alphanumeric);
    IDS.iter().find(|id| is_id && value.starts_with(id.prefix.as_bytes()))
}

/// Whether `value` is the id of an OAuth client in Okta, `0oa…`.
pub fn is_okta_client_id(value: &str) -> bool {
    object_id(value.as_bytes()).is_some_and(|id| id.prefix == "0oa")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::tests::check;

    #[test]
    fn the_table_holds_its_form() {
        check(TEXT, &["prefix", "met", "what", "source", "date"]);
        assert!(IDS.windows(2).all(|pair| pair[0].prefix < pair[1].prefix));
        let met = rows::<5>(TEXT).map(|[_, met, ..]| met);
        assert!(met.into_iter().all(|met| ["anywhere", "recording"].contains(&met)));
    }

    #[test]
    fn ids_are_told_by_length_letters_and_begin() {
        let id =
            |value: &str| object_id(value.as_bytes()).map(|id| (id.prefix, id.is_met_anywhere));
        assert_eq!(id("0oa1k2m3n4p5q6r7s8t9"), Some(("0oa", true)));
        assert_eq!(id("opf1k2m3n4p5q6r7s8t9"), Some(("opf", false)));
        assert_eq!(id("0OA1k2m3n4p5q6r7s8t9"), None);
        assert_eq!(id("0oa1k2m3n4p5q6r7s8t"), None);
        assert_eq!(id("0oa1k2m3n4p5q6-7s8t9"), None);
        assert!(
            is_okta_client_id("0oa1k2m3n4p5q6r7s8t9") && !is_okta_client_id("00u1k2m3n4p5q6r7s8t9")
        );
    }
}
