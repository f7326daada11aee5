//! Requests that are not what their path says at first sight.

use std::sync::LazyLock;

use crate::Product;
use crate::table::rows;

const TEXT: &str = include_str!("../../../catalog/path_aliases.tsv");

static ALIASES: LazyLock<Vec<PathAlias>> = LazyLock::new(|| {
    rows(TEXT)
        .filter_map(|[product, kind, method, path, with, operations, note, _source, _date]| {
            Some(PathAlias {
                product: Product::from_name(product)?,
                kind: PathAliasKind::from_name(kind)?,
                method,
                path,
                with,
                operations: operations.split(' ').filter(|name| !name.is_empty()).collect(),
                note,
            })
        })
        .collect()
});

/// A request that is not what its path says.
#[derive(Debug, PartialEq, Eq)]
pub struct PathAlias {
    /// Whose API it is.
    pub product: Product,
    /// What is special about it.
    pub kind: PathAliasKind,
    /// In capitals; `*` for any.
    pub method: &'static str,
    /// The path's template.
    pub path: &'static str,
    /// The value, or name or pair of the query, that makes it special; empty if it always is.
    pub with: &'static str,
    /// The vendor's names of what it really is, or of what to do instead, the likeliest first.
    pub operations: Vec<&'static str>,
    /// What to tell whoever sends it, as a fragment.
    pub note: &'static str,
}

/// What is special about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PathAliasKind {
    /// A value stands for an id, or for whoever asks.
    Value,
    /// An older form of an operation.
    Legacy,
    /// It works, but does more than people expect.
    Risky,
    /// Its last segment is too much.
    Extra,
    /// No description has that verb there.
    Instead,
}

impl PathAliasKind {
    fn from_name(name: &str) -> Option<Self> {
        match name {
            "value" => Some(Self::Value),
            "legacy" => Some(Self::Legacy),
            "risky" => Some(Self::Risky),
            "extra" => Some(Self::Extra),
            "instead" => Some(Self::Instead),
            _ => None,
        }
    }
}

/// Every alias, in order of product and path.
pub fn path_aliases() -> &'static [PathAlias] {
    &ALIASES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api_operations;
    use crate::table::tests::check;

    #[test]
    fn the_table_holds_its_form() {
        let columns =
            ["product", "kind", "method", "path", "with", "operations", "note", "source", "date"];
        check(TEXT, &columns);
        let n_rows = TEXT.lines().filter(|line| !line.starts_with('#')).count() - 1;
        assert_eq!(path_aliases().len(), n_rows, "an unknown kind or product");
        assert!(path_aliases().is_sorted_by_key(|row| (row.product, row.path)));
    }

    #[test]
    fn every_operation_that_is_named_is_there() {
        for row in path_aliases() {
            for name in &row.operations {
                let is_it = |operation: &&crate::ApiOperation| {
                    operation.product == row.product && operation.id == *name
                };
                assert_eq!(api_operations().iter().filter(is_it).count(), 1, "{name}");
            }
            let is_described = api_operations().iter().any(|operation| {
                operation.product == row.product
                    && operation.path == row.path
                    && (row.method == "*" || operation.method == row.method)
            });
            let is_new = row.kind == PathAliasKind::Instead || row.path == "/api/v1/events";
            assert_eq!(is_described, !is_new, "{row:?}");
        }
    }
}
