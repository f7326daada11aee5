//! `/api/v2/log-streams`: what pushes records, and how it stands.

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Access;
use crate::Product;
use crate::serve::Shared;
use crate::serve::ask::{self, Answer, Ask};
use crate::serve::auth0::refusal::Refusal;
use crate::serve::keys::random_text;
use crate::serve::push::{Outlet, Push, PushKind, Status};
use crate::serve::scribe::Call;
use crate::serve::store::text;

/// The forms of bodies, as Auth0 names them.
const FORMS: [(&str, PushKind); 3] = [
    ("JSONLINES", PushKind::Lines),
    ("JSONARRAY", PushKind::Array),
    ("JSONOBJECT", PushKind::Object),
];

/// Answers one request.
pub(super) fn answer(
    shared: &Shared,
    ask: &Ask,
    access: &Access,
    now: Timestamp,
) -> Result<Answer, Refusal> {
    let steps = ask.steps();
    let (scope, description) = match ask.method.as_str() {
        "GET" => ("read:log_streams", ""),
        "POST" => ("create:log_streams", "Create log stream"),
        "PATCH" => ("update:log_streams", "Update a log stream"),
        "DELETE" => ("delete:log_streams", "Delete log stream"),
        _ => return Err(Refusal::not_found()),
    };
    super::may(access, scope)?;
    let body = ask.json();
    let (status, told) = match (ask.method.as_str(), steps.get(3..).unwrap_or(&[])) {
        ("GET", []) => (StatusCode::OK, list(shared)),
        ("GET", [id]) => (StatusCode::OK, told(&find(shared, id)?)),
        ("POST", []) => (StatusCode::OK, create(shared, &body, now)?),
        ("PATCH", [id]) => (StatusCode::OK, update(shared, id, &body, now)?),
        ("DELETE", [id]) => {
            find(shared, id)?;
            shared.outlets().retain(|outlet| outlet.id != *id);
            (StatusCode::NO_CONTENT, Value::Null)
        }
        _ => return Err(Refusal::not_found()),
    };
    if !description.is_empty() {
        leave(shared, ask, access, (description, status, &told), body);
    }
    let is_empty = status == StatusCode::NO_CONTENT;
    Ok(if is_empty { ask::empty(status) } else { ask::json(status, told.to_string()) })
}

/// Leaves the record of a change, without the stream's secret.
fn leave(
    shared: &Shared,
    ask: &Ask,
    access: &Access,
    (description, status, told): (&str, StatusCode, &Value),
    mut body: Value,
) {
    if let Some(sink) = body.get_mut("sink").and_then(Value::as_object_mut) {
        sink.remove("httpAuthorization");
    }
    let name = shared
        .tenant()
        .store
        .get("clients", &access.client_id)
        .map(|client| text(client, "name").to_owned());
    let call = Call {
        description,
        method: &ask.method.as_str().to_lowercase(),
        path: &ask.path,
        body: &body,
        status: status.as_u16(),
        answer: told,
        client_id: &access.client_id,
        client_name: &name.unwrap_or_default(),
        scopes: &access.scopes,
    };
    shared.record("sapi", &call);
}

fn is_stream(outlet: &Outlet) -> bool {
    outlet.kind.product() == Product::Auth0
}

fn list(shared: &Shared) -> Value {
    let outlets = shared.outlets();
    let all: Vec<Value> = outlets.iter().filter(|outlet| is_stream(outlet)).map(told).collect();
    json!(all)
}

fn find(shared: &Shared, id: &str) -> Result<Outlet, Refusal> {
    let outlets = shared.outlets();
    let found = outlets.iter().find(|outlet| outlet.id == id && is_stream(outlet));
    found.cloned().ok_or_else(Refusal::not_found)
}

/// A webhook. It begins now, or at the moment that `startFrom` names.
fn create(shared: &Shared, body: &Value, now: Timestamp) -> Result<Value, Refusal> {
    let sink = &body["sink"];
    if body["type"] != "http" {
        return Err(Refusal::body("only streams of type http can be created here"));
    }
    let form = sink["httpContentFormat"].as_str().unwrap_or("JSONLINES");
    let kind = FORMS.iter().find(|(name, _)| *name == form).map(|(_, kind)| *kind);
    let kind = kind.ok_or_else(|| Refusal::body("Payload validation error: httpContentFormat"))?;
    let receiver = sink["httpEndpoint"].as_str().unwrap_or("").parse();
    let receiver = receiver.map_err(|_| {
        Refusal::body("httpEndpoint must be an `http://` address of this machine: records are pushed nowhere else")
    })?;
    let id = random_text(12).map_err(|_| Refusal::broken(500))?;
    let id = format!("lst_{}", id.replace(['-', '_'], "0"));
    let name = body["name"].as_str().unwrap_or("").to_owned();
    let secret = sink["httpAuthorization"].as_str().unwrap_or("").to_owned();
    let mut outlet = Outlet::new(id, name, Push { kind, receiver }, secret);
    let from = body["startFrom"].as_str().map(str::parse::<Timestamp>);
    let from =
        from.transpose().map_err(|_| Refusal::body("Payload validation error: startFrom"))?;
    let journal = shared.journal_at(now);
    let log = journal.log(Product::Auth0);
    outlet.position = from.map_or(log.len(), |from| log.first_written(from));
    drop(journal);
    outlet.status = Status::Active;
    let told = told(&outlet);
    shared.outlets().push(outlet);
    Ok(told)
}

fn update(shared: &Shared, id: &str, body: &Value, now: Timestamp) -> Result<Value, Refusal> {
    find(shared, id)?;
    let end = shared.journal_at(now).log(Product::Auth0).len();
    let mut outlets = shared.outlets();
    let outlet =
        outlets.iter_mut().find(|outlet| outlet.id == id).ok_or_else(Refusal::not_found)?;
    match body["status"].as_str() {
        Some("paused") => outlet.status = Status::Inactive,
        Some("active") if outlet.status == Status::Inactive => {
            // What happened in between is not sent; a new stream with a beginning does that.
            outlet.position = end;
            outlet.status = Status::Active;
        }
        Some("active") | None => {}
        Some(_) => return Err(Refusal::body("Payload validation error: status")),
    }
    if let Some(name) = body["name"].as_str() {
        name.clone_into(&mut outlet.name);
    }
    Ok(told(outlet))
}

/// A stream as the API answers it: never with its secret.
fn told(outlet: &Outlet) -> Value {
    let status = if outlet.status == Status::Inactive { "paused" } else { "active" };
    let form = FORMS.iter().find(|(_, kind)| *kind == outlet.kind).map(|(name, _)| *name);
    match form {
        Some(form) => json!({
            "id": outlet.id, "name": outlet.name, "type": "http", "status": status, "filters": [],
            "sink": {"httpEndpoint": outlet.receiver.to_string(), "httpContentFormat": form,
                "httpContentType": "application/json"},
        }),
        None => json!({
            "id": outlet.id, "name": outlet.name, "type": "eventbridge", "status": status, "filters": [],
            "sink": {"awsAccountId": "123456789012", "awsRegion": "us-east-1"},
        }),
    }
}
