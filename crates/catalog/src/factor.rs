//! Kinds of factors that accounts of Okta sign in with.

use std::sync::LazyLock;

use crate::table::{find, rows};

const TEXT: &str = include_str!("../../../catalog/okta_factors.tsv");

static ROWS: LazyLock<Vec<FactorKind>> = LazyLock::new(|| {
    rows(TEXT)
        .map(|[kind, second, resistant, _note]| FactorKind {
            kind,
            is_second: second == "yes",
            is_phishing_resistant: resistant == "yes",
        })
        .collect()
});

/// A kind of factor.
#[derive(Debug, PartialEq, Eq)]
pub struct FactorKind {
    /// The provider's word, such as `webauthn`.
    pub kind: &'static str,
    /// Whether it counts as a factor beside a password.
    pub is_second: bool,
    /// Whether a page that only looks right cannot use what it gives away.
    pub is_phishing_resistant: bool,
}

/// The kind of that name, in any case; `None` for one that is not known.
pub fn factor_kind(kind: &str) -> Option<&'static FactorKind> {
    find(&ROWS, |row| row.kind, kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_holds_its_form() {
        crate::table::tests::check(TEXT, &["kind", "second", "resistant", "note"]);
        crate::table::tests::check_keys(&ROWS, |row| row.kind);
        assert!(ROWS.iter().all(|row| row.is_second || !row.is_phishing_resistant));
        assert!(factor_kind("webauthn").is_some_and(|row| row.is_phishing_resistant));
        assert!(factor_kind("question").is_some_and(|row| !row.is_second));
    }
}
