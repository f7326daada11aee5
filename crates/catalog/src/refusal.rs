//! What it means when a call is refused, or answered with less than was hoped for.

use std::sync::LazyLock;

use crate::table::rows;
use crate::{Confidence, Product};

const TEXT: &str = include_str!("../../../catalog/refusals.tsv");

static REFUSALS: LazyLock<Vec<Refusal>> = LazyLock::new(|| {
    let row = |[product, code, _status, when, layer, means, remedy, check, level, source, date]: [_; 11]| {
        Some(Refusal {
            product: Product::from_name(product)?,
            code,
            when,
            layer,
            means,
            remedy,
            check,
            level: Confidence::from_name(level)?,
            source,
            date,
        })
    };
    rows(TEXT).filter_map(row).collect()
});

/// One possible cause of a refusal.
#[derive(Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Whose answer it is.
    pub product: Product,
    /// Such as `E0000006`; see the table for names that stand for answers without a code.
    pub code: &'static str,
    /// For which calls; empty for all.
    pub when: &'static str,
    /// `scope`, `role`, `resource-set`, `credential`, `rate-limit`, or what is no matter of privileges: `request`, `state`, `feature`, `service`.
    pub layer: &'static str,
    /// What it means.
    pub means: &'static str,
    /// What to do.
    pub remedy: &'static str,
    /// How to make sure; may be empty.
    pub check: &'static str,
    /// How well that is known.
    pub level: Confidence,
    /// Where from.
    pub source: &'static str,
    /// When that was checked, `YYYY-MM-DD`.
    pub date: &'static str,
}

/// What a code of a product may mean, likeliest first; empty for a code that is not known.
pub fn refusal(product: Product, code: &str) -> impl Iterator<Item = &'static Refusal> {
    REFUSALS.iter().filter(move |row| row.product == product && row.code.eq_ignore_ascii_case(code))
}

/// Every row, in order of product and code.
pub fn refusals() -> &'static [Refusal] {
    &REFUSALS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::tests::check;

    const LAYERS: [&str; 9] = [
        "scope",
        "role",
        "resource-set",
        "credential",
        "rate-limit",
        "request",
        "state",
        "feature",
        "service",
    ];
    const WHEN: [&str; 6] = ["", "oauth", "token", "custom-server", "ungrantable", "grantable"];

    #[test]
    fn the_table_holds_its_form() {
        let columns = [
            "product", "code", "status", "when", "layer", "means", "remedy", "check", "level",
            "source", "date",
        ];
        check(TEXT, &columns);
        let n_rows = TEXT.lines().filter(|line| !line.starts_with('#')).count() - 1;
        assert_eq!(REFUSALS.len(), n_rows, "every product and level is known");
        for row in refusals() {
            assert!(LAYERS.contains(&row.layer) && WHEN.contains(&row.when), "{row:?}");
            assert!(!row.means.is_empty() && !row.remedy.is_empty(), "{row:?}");
        }
        let keys = refusals().iter().map(|row| (row.product.name(), row.code.to_ascii_lowercase()));
        assert!(keys.is_sorted());
    }

    #[test]
    fn codes_are_found_in_any_case() {
        let layers =
            |product, code: &str| refusal(product, code).map(|row| row.layer).collect::<Vec<_>>();
        assert_eq!(layers(Product::Okta, "e0000006")[..], ["role", "role", "resource-set", "role"]);
        assert_eq!(layers(Product::Auth0, "insufficient_scope"), ["scope"]);
        assert!(layers(Product::Auth0, "E0000006").is_empty());
    }
}
