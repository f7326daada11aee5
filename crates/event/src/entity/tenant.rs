//! The tenant that a record or its envelope names.

use catalog::{Product, Role};

use crate::event::Event;
use crate::lookup::member;

/// Beginnings of an EventBridge `source`, which goes on with the tenant and a `/`.
/// Sources: Okta log streaming and Auth0 log streams documentation, checked 2026-11-22.
const PARTNERS: [&str; 2] = ["aws.partner/okta.com/", "aws.partner/auth0.com/"];

/// Calls `sink` with the tenant, if it is known.
pub(super) fn visit(event: &Event<'_>, sink: &mut dyn FnMut(&str)) {
    if event.product().is_some() && !event.tell(Role::Tenant, sink) {
        let _ = of_envelope(event, sink);
    }
}

fn of_envelope(event: &Event<'_>, sink: &mut dyn FnMut(&str)) -> Option<()> {
    let member = |name| member(event.envelope()?, name).ok()??.value().ok()?.to_text();
    match event.product()? {
        Product::Entra => member("tenantId").filter(|id| !id.is_empty()).map(|id| sink(&id)),
        _ => of_source(&member("source")?).map(sink),
    }
}

/// The tenant in the `source` of an envelope: an EventBridge partner, or the URL of an event hook.
fn of_source(source: &str) -> Option<&str> {
    let partner = PARTNERS.iter().find_map(|start| source.strip_prefix(start));
    let tenant = match partner {
        Some(rest) => without_uuid(rest.split('/').next()?),
        None => source.strip_prefix("https://")?.split(['/', '?', '#']).next()?,
    };
    (!tenant.is_empty()).then_some(tenant)
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
