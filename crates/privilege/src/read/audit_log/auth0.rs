//! Tenant logs of Auth0: records of its Management API say method and path.

use std::ops::ControlFlow;
use std::sync::LazyLock;

use event::{Event, Path, Value};

use crate::read::masked;
use crate::{Asked, Body, EvidenceKind, Method, Sighting, Taker};

/// Names of members of a body that are kept.
const MAX_MEMBERS: usize = 100;

/// How deep members of a body are named.
const MAX_DEPTH: usize = 4;

/// What a request from Auth0's own dashboard says of its channel. Source: Auth0 tenant log schemas, checked 2026-11-22.
const DASHBOARD: &str = "https://manage.auth0.com/";

static FIELDS: LazyLock<Fields> = LazyLock::new(|| Fields {
    method: Path::parse("data.details.request.method"),
    path: Path::parse("data.details.request.path"),
    query: Path::parse("data.details.request.query"),
    body: Path::parse("data.details.request.body"),
    channel: Path::parse("data.details.request.channel"),
    status: Path::parse("data.details.response.statusCode"),
    client: Path::parse("data.client_id"),
    description: Path::parse("data.description"),
});

struct Fields {
    method: Path,
    path: Path,
    query: Path,
    body: Path,
    channel: Path,
    status: Path,
    client: Path,
    description: Path,
}

/// Passes the call that a record tells of on, if it tells of one.
pub(super) fn read(event: &Event<'_>, line: u64, taker: &mut dyn Taker) {
    let text = |path| event.text_at(path);
    let Some(path) = text(&FIELDS.path) else { return };
    let method = text(&FIELDS.method).and_then(|name| Method::from_name(&name));
    let verb = method.map_or("", Method::name);
    if text(&FIELDS.channel).is_some_and(|channel| channel == DASHBOARD) {
        taker.passed_over(line, &format!("{verb} {path} in the dashboard"));
        return;
    }
    let (with_query, mut room) = (with_query(event, path), String::new());
    let target = masked::target(&with_query, &mut room);
    let members = members(event);
    let names: Vec<&str> = members.iter().flatten().map(String::as_str).collect();
    let body = match &members {
        None => Body::Unknown,
        Some(members) if members.is_empty() => Body::Empty,
        Some(_) => Body::Members(&names),
    };
    taker.sighting(&Sighting {
        asked: Asked::Request { method, target },
        evidence: EvidenceKind::AuditLog,
        line,
        input: format!("{verb} {target}").trim_start(),
        label: &text(&FIELDS.description).unwrap_or_default(),
        body,
        status: text(&FIELDS.status).and_then(|status| status.parse().ok()),
        time: event.time(),
        credential: text(&FIELDS.client).filter(|id| !id.is_empty()).as_deref(),
    });
}

fn with_query(event: &Event<'_>, mut target: String) -> String {
    event.visit(&FIELDS.query, &mut |value| {
        if let Value::Object(object) = value {
            for member in object.members().flatten().take(MAX_MEMBERS) {
                let value = member.value.value().ok().and_then(Value::to_text);
                target.push(if target.contains('?') { '&' } else { '?' });
                target.push_str(member.key);
                target.push('=');
                target.push_str(value.as_deref().unwrap_or(masked::MASK));
            }
        }
        ControlFlow::Break(())
    });
    target
}

/// Dotted paths of the members of the body; `None` if nothing is said of it.
fn members(event: &Event<'_>) -> Option<Vec<String>> {
    let mut names = None;
    event.visit(&FIELDS.body, &mut |value| {
        if let Value::Object(object) = value {
            let mut found = Vec::new();
            walk(object, "", MAX_DEPTH, &mut found);
            names = Some(found);
        }
        ControlFlow::Break(())
    });
    names
}

fn walk(object: event::Node<'_>, before: &str, depth: usize, names: &mut Vec<String>) {
    for member in object.members().flatten() {
        if names.len() == MAX_MEMBERS {
            return;
        }
        let name = if before.is_empty() {
            member.key.to_owned()
        } else {
            format!("{before}.{}", member.key)
        };
        if member.value.is_object() && depth > 1 {
            names.push(name.clone());
            walk(member.value, &name, depth - 1, names);
        } else {
            names.push(name);
        }
    }
}
