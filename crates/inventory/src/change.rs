//! Which events tell of a change.

use std::collections::HashMap;
use std::sync::LazyLock;

use catalog::{Product, api_operations, auth0_log_type, event_operation};
use event::{Event, Outcome, Path};

/// The methods of Okta's operations.
static METHODS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let okta = api_operations().iter().filter(|row| row.product == Product::Okta);
    okta.map(|row| (row.id, row.method)).collect()
});

static METHOD: LazyLock<Path> = LazyLock::new(|| Path::parse("data.details.request.method"));

/// Whether an event tells that something was changed through the provider's interface, and not refused.
///
/// Okta's events are judged by the operations that leave them, which the catalog infers from names; Auth0's by the request in them.
pub fn is_change(event: &Event<'_>) -> bool {
    if event.outcome() == Some(Outcome::Failure) {
        return false;
    }
    let kind = event.kind().unwrap_or_default();
    match event.product() {
        Some(Product::Okta) => is_change_of_okta(&kind),
        Some(Product::Auth0) => {
            let is_call = auth0_log_type(&kind).is_some_and(|row| row.is_call);
            let method = event.text_at(&METHOD).unwrap_or_default();
            is_call && !method.is_empty() && !method.eq_ignore_ascii_case("get")
        }
        _ => false,
    }
}

/// Whether an event type of Okta tells of a change, by the operations that leave it.
pub(crate) fn is_change_of_okta(kind: &str) -> bool {
    event_operation(kind).is_some_and(|row| {
        row.operations().any(|id| METHODS.get(id).is_some_and(|method| *method != "GET"))
    })
}
