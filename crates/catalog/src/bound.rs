//! To which resources a permission of a custom role is bound.

use std::sync::LazyLock;

use crate::resource::{Resource, resources};
use crate::table::{filled, rows};

const TEXT: &str = include_str!("../../../catalog/permission_resources.tsv");

static ROWS: LazyLock<Vec<Bound>> = LazyLock::new(|| {
    rows(TEXT)
        .map(|[permission, whole, part, parameter, by, note, source]| Bound {
            permission,
            whole: resource(whole),
            part: resource(part),
            parameter,
            by_any: by != "own",
            if_answered: by.split_once('='),
            note: filled(note),
            source,
        })
        .collect()
});

/// To which resources permissions are bound whose names begin alike.
#[derive(Debug, PartialEq, Eq)]
pub struct Bound {
    permission: &'static str,
    /// All of them; `None` if their form is not known.
    pub whole: Option<&'static Resource>,
    /// One of them; `None` if they cannot be told apart.
    pub part: Option<&'static Resource>,
    /// The parameter of paths whose ids name such a part; empty if there is none.
    pub parameter: &'static str,
    /// Whether ids in any call of an integration tell the parts, not only those in calls that need the
    /// permission.
    pub by_any: bool,
    /// The question and the answer that every call that needs the permission has to have for that;
    /// `None` if it hangs on none.
    pub if_answered: Option<(&'static str, &'static str)>,
    /// What to know beside.
    pub note: Option<&'static str>,
    /// Where from.
    pub source: &'static str,
}

fn resource(name: &str) -> Option<&'static Resource> {
    resources().iter().find(|resource| resource.resource == name)
}

/// To which resources permissions are bound, in the catalog's order.
pub fn bounds() -> &'static [Bound] {
    &ROWS
}

/// To which resources the permission of that name is bound; `None` if that is not known.
pub fn bound(permission: &str) -> Option<&'static Bound> {
    let fits = |row: &&Bound| permission.starts_with(row.permission);
    ROWS.iter().filter(fits).max_by_key(|row| row.permission.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permissions;

    #[test]
    fn table_is_well_formed() {
        let columns = ["permission", "whole", "part", "parameter", "by", "note", "source"];
        crate::table::tests::check(TEXT, &columns);
        for [permission, whole, part, parameter, by, ..] in rows::<7>(TEXT) {
            assert!(
                permissions().iter().any(|one| one.name.starts_with(permission)),
                "{permission}"
            );
            assert!([whole, part].iter().all(|name| name.is_empty() || resource(name).is_some()));
            assert_eq!([part, parameter, by].map(str::is_empty), [part.is_empty(); 3]);
            let is_answer = by.split_once('=').is_some_and(|(question, answer)| {
                let fits =
                    |row: &crate::QuestionAnswer| (row.question, row.answer) == (question, answer);
                crate::question_answers().iter().any(fits)
            });
            assert!(["own", "any", ""].contains(&by) || is_answer, "{permission}");
        }
    }

    #[test]
    fn the_longest_beginning_holds() {
        let whole = |name| bound(name).and_then(|bound| bound.whole).map(|one| one.resource);
        assert_eq!(whole("okta.users.read"), Some("all users"));
        assert_eq!(whole("okta.users.create"), Some("all groups"));
        assert_eq!(whole("okta.agents.manage"), None);
    }
}
