//! Parameters of requests, by what may be kept of their values.

use std::sync::LazyLock;

use crate::table::{filled, find, rows};

const TEXT: &str = include_str!("../../../catalog/request_parameters.tsv");

static PARAMETERS: LazyLock<Vec<RequestParameter>> = LazyLock::new(|| {
    rows(TEXT)
        .filter_map(|[name, kind, note]| {
            let is_secret = match kind {
                "harmless" => false,
                "secret" => true,
                _ => return None,
            };
            Some(RequestParameter { name, is_secret, note: filled(note) })
        })
        .collect()
});

/// A parameter of a path or a query.
#[derive(Debug, PartialEq, Eq)]
pub struct RequestParameter {
    /// Its name.
    pub name: &'static str,
    /// Its values let whoever has them act; otherwise they only choose what is done or shown.
    pub is_secret: bool,
    /// What else to know, as a fragment.
    pub note: Option<&'static str>,
}

/// Every parameter that is known, in order of name. Values of others may be anything.
pub fn request_parameters() -> &'static [RequestParameter] {
    &PARAMETERS
}

/// The parameter of that name, in any case.
pub fn request_parameter(name: &str) -> Option<&'static RequestParameter> {
    find(&PARAMETERS, |row| row.name, name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::tests::{check, check_keys};

    #[test]
    fn the_table_holds_its_form() {
        check(TEXT, &["name", "kind", "note"]);
        check_keys(request_parameters(), |row| row.name);
        let n_rows = TEXT.lines().filter(|line| !line.starts_with('#')).count() - 1;
        assert_eq!(request_parameters().len(), n_rows, "an unknown kind");
    }
}
