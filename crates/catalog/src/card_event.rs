//! Events about a credential: what happened to it.

use std::sync::LazyLock;

use crate::Product;
use crate::table::rows;

const TEXT: &str = include_str!("../../../catalog/card_events.tsv");

static ROWS: LazyLock<Vec<CardEvent>> = LazyLock::new(|| {
    rows(TEXT)
        .filter_map(|[product, event_type, call, what, _note, _source, _date]| {
            let (product, call) = (Product::from_name(product)?, call.split_once(' '));
            Some(CardEvent { product, event_type, call, what })
        })
        .collect()
});

/// An event that tells what happened to a credential.
#[derive(Debug, PartialEq, Eq)]
pub struct CardEvent {
    /// Whose event.
    pub product: Product,
    /// Its type; empty where any record of a call tells.
    pub event_type: &'static str,
    /// Method in lower case, and path below the root of the interface in which `*` is an id; `None` where the type tells.
    pub call: Option<(&'static str, &'static str)>,
    /// What happened, for people, such as `created` or `secret rotated`.
    pub what: &'static str,
}

/// The event of a type; `None` for events that are about no credential.
pub fn card_event(product: Product, event_type: &str) -> Option<&'static CardEvent> {
    let is_it = |row: &&CardEvent| row.product == product && row.event_type == event_type;
    ROWS.iter().filter(|row| row.call.is_none()).find(is_it)
}

/// The call of a product's interface by that method at that path, which begins below the root of the interface and has no query.
pub fn card_call(product: Product, method: &str, path: &str) -> Option<&'static CardEvent> {
    let is_it = |row: &&CardEvent| {
        row.product == product
            && row.call.is_some_and(|(own, at)| own.eq_ignore_ascii_case(method) && fits(at, path))
    };
    ROWS.iter().find(is_it)
}

fn fits(template: &str, path: &str) -> bool {
    let (mut own, mut steps) = (template.split('/'), path.split('/'));
    loop {
        match (own.next(), steps.next()) {
            (None, None) => return true,
            (Some("*"), Some(step)) if !step.is_empty() => {}
            (Some(own), Some(step)) if own == step => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{api_operations, okta_event_type};

    #[test]
    fn every_row_names_what_exists() {
        let columns = ["product", "event_type", "call", "what", "note", "source", "date"];
        crate::table::tests::check(TEXT, &columns);
        for row in &*ROWS {
            let Some((method, path)) = row.call else {
                assert!(okta_event_type(row.event_type).is_some(), "{row:?}");
                continue;
            };
            let has = api_operations().iter().any(|operation| {
                let own = operation.path.strip_prefix("/api/v2/").unwrap_or_default();
                let own: Vec<&str> = own
                    .split('/')
                    .map(|step| if step.starts_with('{') { "*" } else { step })
                    .collect();
                operation.method.eq_ignore_ascii_case(method) && own.join("/") == path
            });
            assert!(has, "{row:?}");
        }
    }

    #[test]
    fn events_and_calls_are_found() {
        let okta = |kind| card_event(Product::Okta, kind).map(|row| row.what);
        assert_eq!(okta("system.api_token.create"), Some("created"));
        assert_eq!(okta("user.session.start"), None);
        let auth0 = |path| card_call(Product::Auth0, "POST", path).map(|row| row.what);
        assert_eq!(auth0("clients/c1/rotate-secret"), Some("secret rotated"));
        assert_eq!(auth0("clients//rotate-secret"), None);
        assert_eq!(auth0("clients/c1"), None);
    }
}
