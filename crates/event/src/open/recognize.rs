//! Whose event a record is, told by as few of its members as will do.

use catalog::Product;

use super::is_text;
use crate::doc::{Key, Node};
use crate::event::{Event, Shape};
use crate::lookup::member;

/// The event types that envelopes and other products use in the same place as Okta.
const NOT_OKTA: [&str; 1] = ["\"com.okta.event_hook\""];

/// Where Okta writes the type of an event.
pub(crate) const EVENT_TYPE: Key<'static> = Key::new("eventType");

/// Members of which every Okta event has some.
const BESIDE_EVENT_TYPE: [Key<'static>; 4] =
    [Key::new("actor"), Key::new("uuid"), Key::new("published"), Key::new("outcome")];

/// Whether an event is one of a product.
type Is = fn(&Event<'_>) -> bool;

/// An event of a known product.
pub(super) fn recognize(event: Event<'_>) -> Option<Event<'_>> {
    let plain = |product| event.with_product(product, Shape::Plain);
    if let Some(kind) = event.top(EVENT_TYPE) {
        if is_okta(&event, kind) {
            return Some(plain(Product::Okta));
        }
        return is_aws(&event).then(|| plain(Product::Aws));
    }
    if let Some(data) = event.top_member("data").filter(|data| data.is_object()) {
        if is_auth0(&event, data) {
            return Some(event.with_product(Product::Auth0, Shape::Wrapped(data)));
        }
        return is_github(&event).then(|| plain(Product::Github));
    }
    if is_bare_auth0(&event) {
        return Some(event.with_product(Product::Auth0, Shape::Bare));
    }
    let others: [(Product, Is); 3] =
        [(Product::Aws, is_aws), (Product::Github, is_github), (Product::Entra, is_entra)];
    let (product, _) = others.into_iter().find(|(_, is)| is(&event))?;
    Some(plain(product))
}

/// Okta's event types are dotted names; CloudTrail's, in a field of the same name, are not.
fn is_okta(event: &Event<'_>, kind: Node<'_>) -> bool {
    let kind = kind.text();
    kind.contains('.')
        && !NOT_OKTA.contains(&kind)
        && BESIDE_EVENT_TYPE.iter().any(|name| event.top(*name).is_some())
}

/// `{log_id, data}`, where `data` may hold the id itself. A cloud event around a record looks alike.
fn is_auth0(event: &Event<'_>, data: Node<'_>) -> bool {
    let has = |name| matches!(member(data, name), Ok(Some(_)));
    is_text(member(data, "type").ok().flatten())
        && (event.top_member("log_id").is_some() || has("log_id") || has("tenant_name"))
        && event.top_member("specversion").is_none()
}

/// A record as the Management API returns it. Other databases have `_id`, `type` and `date` as well.
fn is_bare_auth0(event: &Event<'_>) -> bool {
    let Some(kind) = event.top_member("type").filter(|kind| is_text(Some(*kind))) else {
        return false;
    };
    let has = |name| event.top_member(name).is_some();
    let is_code = || catalog::auth0_log_type(kind.text().trim_matches('"')).is_some();
    match (has("log_id"), has("date")) {
        (true, true) => true,
        (true, false) => has("tenant_name"),
        (false, true) => has("tenant_name") || has("_id") && is_code(),
        (false, false) => false,
    }
}

/// A `CloudTrail` record. Notices of S3 have the same members, and another source.
fn is_aws(event: &Event<'_>) -> bool {
    let source = event.top_member("eventSource");
    source.is_some_and(|source| source.text().ends_with(".amazonaws.com\""))
        && is_text(event.top_member("eventName"))
        && has_any(event, &["eventTime", "eventID", "userIdentity"])
}

/// An entry of a GitHub audit log: a dotted action, a time as GitHub names it, and whose it was.
fn is_github(event: &Event<'_>) -> bool {
    let action = event.top_member("action").filter(|action| is_text(Some(*action)));
    action.is_some_and(|action| action.text().contains('.'))
        && has_any(event, &["@timestamp", "created_at"])
        && (event.top_member("_document_id").is_some()
            || has_any(event, &["actor", "actor_id"])
                && has_any(event, &["org", "business", "repo"]))
}

/// A sign-in or an audit entry of Entra, as Microsoft Graph, diagnostic settings or Log Analytics write it.
fn is_entra(event: &Event<'_>) -> bool {
    let is_audit = || {
        is_text(event.top_member("activityDisplayName"))
            && has_any(event, &["initiatedBy", "targetResources"])
    };
    // Users and service principals of a directory have all but the last of these as well.
    let is_sign_in = || {
        event.top_member("createdDateTime").is_some()
            && has_any(event, &["userPrincipalName", "servicePrincipalId"])
            && has_any(event, &["appId", "appDisplayName"])
            && has_any(event, &["ipAddress", "status", "correlationId"])
    };
    is_audit() || is_sign_in()
}

fn has_any(event: &Event<'_>, names: &[&str]) -> bool {
    names.iter().any(|name| event.top_member(name).is_some())
}
