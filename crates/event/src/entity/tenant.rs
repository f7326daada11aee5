//! The tenant that a record or its envelope names.

use catalog::Role;

use crate::doc::Node;
use crate::event::Event;
use crate::lookup::member;
use crate::value::Value;

/// Beginnings of an EventBridge `source`, which goes on with the tenant and a `/`.
/// Sources: Okta log streaming and Auth0 log streams documentation, checked 2026-11-22.
const PARTNERS: [&str; 2] = ["aws.partner/okta.com/", "aws.partner/auth0.com/"];

pub(super) fn of(event: &Event<'_>) -> Option<String> {
    event.entity(Role::Tenant).or_else(|| {
        event.product()?;
        of_source(&text(member(event.envelope()?, "source").ok()??)?)
    })
}

fn text(node: Node<'_>) -> Option<String> {
    Some(node.value().ok().and_then(Value::to_text)?.into_owned())
}

/// The tenant in the `source` of an envelope: an EventBridge partner, or the URL of an event hook.
fn of_source(source: &str) -> Option<String> {
    let partner = PARTNERS.iter().find_map(|start| source.strip_prefix(start));
    let tenant = match partner {
        Some(rest) => without_uuid(rest.split('/').next()?),
        None => source.strip_prefix("https://")?.split(['/', '?', '#']).next()?,
    };
    (!tenant.is_empty()).then(|| tenant.to_owned())
}

/// Auth0 puts an id of the stream behind the tenant: `acme-01234567-89ab-…`.
fn without_uuid(name: &str) -> &str {
    let split = name.len().checked_sub(37).and_then(|at| name.split_at_checked(at));
    match split.map(|(tenant, id)| (tenant, id.strip_prefix('-'))) {
        Some((tenant, Some(id))) if is_uuid(id) => tenant,
        _ => name,
    }
}

fn is_uuid(id: &str) -> bool {
    let lengths = id.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && id.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}
