//! How the targets of Okta's events are called in paths of its API.

use std::sync::LazyLock;

use crate::table::{find, rows};

const TEXT: &str = include_str!("../../../catalog/target_parameters.tsv");

static KINDS: LazyLock<Vec<Kind>> =
    LazyLock::new(|| rows(TEXT).map(|[name, parameters]| Kind { name, parameters }).collect());

struct Kind {
    name: &'static str,
    parameters: &'static str,
}

/// Names of parameters of paths that the id of such a target stands for, such as `userId` for `User`.
/// None for kinds that no path is known to name.
pub fn target_parameters(kind: &str) -> impl Iterator<Item = &'static str> + use<> {
    let found = find(&KINDS, |kind| kind.name, kind);
    found.into_iter().flat_map(|kind| kind.parameters.split('|'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::tests::check;

    #[test]
    fn the_table_holds_its_form_and_every_parameter_is_met() {
        check(TEXT, &["kind", "parameters"]);
        assert!(
            KINDS.windows(2).all(|pair| crate::table::compare(pair[0].name, pair[1].name).is_lt())
        );
        for parameter in KINDS.iter().flat_map(|kind| target_parameters(kind.name)) {
            let braced = format!("{{{parameter}}}");
            assert!(
                crate::api_operations().iter().any(|row| row.path.contains(&braced)),
                "{braced}"
            );
        }
        assert!(target_parameters("Nobody").next().is_none());
    }
}
