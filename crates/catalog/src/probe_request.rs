//! How to call operations so that little happens.

use std::sync::LazyLock;

use crate::table::rows;

const TEXT: &str = include_str!("../../../catalog/probe_requests.tsv");

static REQUESTS: LazyLock<Vec<ProbeRequest>> = LazyLock::new(|| {
    let row = |[method, path, query, body, leaves, _source, _date]: [&'static str; 7]| {
        ProbeRequest { method, path, query, body, leaves }
    };
    rows(TEXT).map(row).collect()
});

/// How to call an operation of Okta so that little happens.
#[derive(Debug, PartialEq, Eq)]
pub struct ProbeRequest {
    method: &'static str,
    path: &'static str,
    /// The query without `?`; empty for none.
    pub query: &'static str,
    /// The body, JSON; empty for none.
    pub body: &'static str,
    /// What the call leaves behind; empty for nothing worth saying.
    pub leaves: &'static str,
}

/// The request for the operation of that verb and template; `None` where nothing is known.
pub fn probe_request(method: &str, path: &str) -> Option<&'static ProbeRequest> {
    REQUESTS.iter().find(|row| row.method == method && row.path == path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api_operations;
    use crate::table::tests::check;

    #[test]
    fn every_row_is_an_operation() {
        check(TEXT, &["method", "path", "query", "body", "leaves", "source", "date"]);
        for row in &*REQUESTS {
            let is_known = |operation: &crate::ApiOperation| {
                operation.method == row.method && operation.path == row.path
            };
            assert!(api_operations().iter().any(is_known), "{row:?}");
            assert_eq!(probe_request(row.method, row.path), Some(row));
            assert!(row.body.is_empty() || row.body.starts_with('{'), "{row:?}");
        }
    }
}
