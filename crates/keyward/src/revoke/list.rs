//! Lists that what is done depends on, read to their ends.

use idp::{Expected, Look, Looked};
use serde_json::Value;

use super::desk::Desk;

/// Most pages that are read, of a hundred rows each as a rule.
const PAGES: usize = 50;

/// Every row of a list of Auth0. `path` has a query and no `page`.
///
/// Fails, in words, if a page cannot be read, is no list, or is not the last one after [`PAGES`]: a list that is not known to
/// its end is no empty list.
pub(super) async fn rows(desk: &Desk, path: &str, scope: &str) -> Result<Vec<Value>, String> {
    let mut rows: Vec<Value> = Vec::new();
    for number in 0..PAGES {
        let seen = desk.see(&format!("{path}&page={number}"), scope).await;
        let Looked::There(page) = seen.map_err(|error| error.to_string())? else {
            return Err("the provider has no such list".to_owned());
        };
        let page = page.as_array().ok_or("the answer is no list")?;
        let fresh: Vec<Value> = page.iter().filter(|row| !rows.contains(row)).cloned().collect();
        if fresh.is_empty() {
            return Ok(rows);
        }
        rows.extend(fresh);
    }
    Err(format!("it goes on after {PAGES} pages"))
}

/// What there is to be looked at; a list to its end where something should be absent from it.
pub(super) async fn look(desk: &Desk, look: &Look) -> Result<Looked, String> {
    if let Expected::Absent(_) = look.expected {
        let rows = rows(desk, &look.path, look.scope).await;
        return rows.map(|rows| Looked::There(Value::Array(rows)));
    }
    desk.see(&look.path, look.scope).await.map_err(|error| error.to_string())
}
