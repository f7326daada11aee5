//! What a resource set of Okta can hold.

use std::sync::LazyLock;

use crate::table::rows;

const TEXT: &str = include_str!("../../../catalog/okta_resources.tsv");

static ROWS: LazyLock<Vec<Resource>> = LazyLock::new(|| {
    rows(TEXT)
        .map(|[service, resource, orn, path]| Resource { service, resource, orn, path })
        .collect()
});

/// One kind of resource.
#[derive(Debug, PartialEq, Eq)]
pub struct Resource {
    /// The service in its ORN: `directory`, `idp`, `workflow`, `governance`.
    pub service: &'static str,
    /// What it is, in words.
    pub resource: &'static str,
    /// Its ORN, with `{partition}` (`okta` or `oktapreview`), `{orgId}` and ids in braces.
    pub orn: &'static str,
    /// Its path in the REST API, with ids in braces; empty where it has none.
    pub path: &'static str,
}

/// Every kind of resource, by service.
pub fn resources() -> &'static [Resource] {
    &ROWS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_resource_has_its_orn() {
        crate::table::tests::check(TEXT, &["service", "resource", "orn", "path"]);
        assert_eq!(ROWS.len(), 21);
        for row in &*ROWS {
            let begin = format!("orn:{{partition}}:{}:{{orgId}}:", row.service);
            assert!(row.orn.starts_with(&begin), "{row:?}");
            assert!(row.path.is_empty() || row.path.starts_with("/api/v1/"), "{row:?}");
        }
    }
}
