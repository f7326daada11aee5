//! Clients, grants, users and sessions of the tenant: what there is, and what may be changed. Every change leaves its record, and so does a
//! look at secrets.

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{Access, Tenant, session};
use crate::serve::Shared;
use crate::serve::ask::{self, Answer, Ask};
use crate::serve::auth0::refusal::Refusal;
use crate::serve::keys::random_text;
use crate::serve::scribe::Call;
use crate::serve::store::text;

/// One row of the table.
struct Route {
    method: &'static str,
    /// Steps of the path below `/api/v2/`; `*` is an id.
    path: &'static str,
    /// The scope that it takes.
    scope: &'static str,
    way: Way,
    /// What the record says.
    description: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    List,
    Read,
    /// A new object, whose id begins so.
    Create(&'static str),
    Patch,
    Delete,
    /// All grants of one user.
    DeleteOfUser,
    Rotate,
    /// One user.
    ReadUser,
    /// What a user has of a list.
    ListOfUser,
    /// One object ends, some time after this was accepted.
    End,
    /// The same for all of one user.
    EndOfUser,
}

const fn row(
    (method, path): (&'static str, &'static str),
    scope: &'static str,
    way: Way,
    description: &'static str,
) -> Route {
    Route { method, path, scope, way, description }
}

/// All of them. Source: `catalog/auth0_operations.tsv`, checked 2026-11-22.
static ROUTES: &[Route] = &[
    row(("GET", "clients"), "read:clients", Way::List, "Get clients"),
    row(("GET", "clients/*"), "read:clients", Way::Read, "Get a client"),
    row(("POST", "clients"), "create:clients", Way::Create(""), "Create a Client"),
    row(("PATCH", "clients/*"), "update:clients", Way::Patch, "Update a Client"),
    row(("DELETE", "clients/*"), "delete:clients", Way::Delete, "Delete a Client"),
    row(
        ("POST", "clients/*/rotate-secret"),
        "update:client_keys",
        Way::Rotate,
        "Rotate a client secret",
    ),
    row(("GET", "client-grants"), "read:client_grants", Way::List, "Get client grants"),
    row(
        ("POST", "client-grants"),
        "create:client_grants",
        Way::Create("cgr_"),
        "Create client grant",
    ),
    row(("DELETE", "client-grants/*"), "delete:client_grants", Way::Delete, "Delete client grant"),
    row(("GET", "resource-servers"), "read:resource_servers", Way::List, "Get resource servers"),
    row(("GET", "users/*"), "read:users", Way::ReadUser, "Get a User"),
    row(("GET", "users/*/sessions"), "read:sessions", Way::ListOfUser, "Get sessions for user"),
    row(
        ("DELETE", "users/*/sessions"),
        "delete:sessions",
        Way::EndOfUser,
        "Delete sessions for user",
    ),
    row(("GET", "sessions/*"), "read:sessions", Way::Read, "Get session"),
    row(("DELETE", "sessions/*"), "delete:sessions", Way::End, "Delete session"),
    row(
        ("GET", "users/*/refresh-tokens"),
        "read:refresh_tokens",
        Way::ListOfUser,
        "Get refresh tokens for a user",
    ),
    row(
        ("DELETE", "users/*/refresh-tokens"),
        "delete:refresh_tokens",
        Way::EndOfUser,
        "Delete refresh tokens for a user",
    ),
    row(("GET", "refresh-tokens/*"), "read:refresh_tokens", Way::Read, "Get a refresh token"),
    row(
        ("DELETE", "refresh-tokens/*"),
        "delete:refresh_tokens",
        Way::End,
        "Delete a refresh token",
    ),
    row(("GET", "grants"), "read:grants", Way::List, "Get grants"),
    row(("DELETE", "grants/*"), "delete:grants", Way::Delete, "Delete a grant by id"),
    row(("DELETE", "grants"), "delete:grants", Way::DeleteOfUser, "Delete a grant by user_id"),
];

/// Answers one request, by the table.
pub(super) fn answer(
    shared: &Shared,
    ask: &Ask,
    access: &Access,
    now: Timestamp,
) -> Result<Answer, Refusal> {
    let steps = ask.steps();
    let steps = steps.get(2..).unwrap_or(&[]);
    let route =
        ROUTES.iter().find(|route| route.method == ask.method.as_str() && fits(route.path, steps));
    let route = route.ok_or_else(Refusal::not_found)?;
    super::may(access, route.scope)?;
    let body = ask.json();
    let sees_secrets = super::may(access, "read:client_keys").is_ok();
    let mut tenant = shared.tenant();
    tenant.settle(now);
    let (status, answer) = carry_out(&mut tenant, route, steps, (ask, &body), now)?;
    let caller =
        tenant.store.get("clients", &access.client_id).map_or("", |client| text(client, "name"));
    let caller = caller.to_owned();
    drop(tenant);
    let shown = hidden(&answer);
    let has_secrets = shown != answer;
    let is_read = matches!(route.way, Way::List | Way::Read | Way::ReadUser | Way::ListOfUser);
    let is_open = has_secrets && (sees_secrets || !is_read);
    let code = if is_read { is_open.then_some("mgmt_api_read") } else { Some("sapi") };
    if let Some(code) = code {
        let call = Call {
            description: route.description,
            method: &route.method.to_lowercase(),
            path: &ask.path,
            body: &hidden(&body),
            status: status.as_u16(),
            answer: if is_read { &Value::Null } else { &shown },
            client_id: &access.client_id,
            client_name: &caller,
            scopes: &access.scopes,
        };
        shared.record(code, &call);
    }
    if matches!(status, StatusCode::NO_CONTENT | StatusCode::ACCEPTED) {
        return Ok(ask::empty(status));
    }
    let answer = if is_open { answer } else { shown };
    Ok(ask::json(status, answer.to_string()))
}

fn fits(path: &str, steps: &[&str]) -> bool {
    let path: Vec<&str> = path.split('/').collect();
    path.len() == steps.len()
        && path.iter().zip(steps).all(|(own, step)| *own == "*" || own == step)
}

/// The same without secrets.
fn hidden(value: &Value) -> Value {
    let mut value = value.clone();
    let items: &mut [Value] = match &mut value {
        Value::Array(items) => items,
        other => std::slice::from_mut(other),
    };
    for item in items {
        if let Value::Object(members) = item {
            members.remove("client_secret");
        }
    }
    value
}

fn carry_out(
    tenant: &mut Tenant,
    route: &Route,
    steps: &[&str],
    (ask, body): (&Ask, &Value),
    now: Timestamp,
) -> Result<(StatusCode, Value), Refusal> {
    let step = |at: usize| steps.get(at).copied().unwrap_or("");
    let (list, id, below) = (step(0), step(1), step(2));
    match route.way {
        Way::List => Ok((StatusCode::OK, page(tenant.store.list(list), ask))),
        Way::Read => {
            let item = tenant.store.get(list, id).ok_or_else(Refusal::not_found)?;
            Ok((StatusCode::OK, item.clone()))
        }
        Way::Create(prefix) => {
            let Value::Object(given) = body else {
                return Err(Refusal::body("Payload validation error"));
            };
            let item = Value::Object(made(tenant, prefix, given)?);
            tenant.store.add(list, item.clone());
            Ok((StatusCode::CREATED, item))
        }
        Way::Patch => {
            let item = tenant.store.get_mut(list, id).ok_or_else(Refusal::not_found)?;
            for (name, value) in body.as_object().into_iter().flatten() {
                if !matches!(name.as_str(), "client_id" | "tenant" | "client_secret") {
                    item[name.as_str()] = value.clone();
                }
            }
            Ok((StatusCode::OK, item.clone()))
        }
        Way::Delete => {
            tenant.store.remove(list, id).ok_or_else(Refusal::not_found)?;
            tenant.forget(id);
            Ok((StatusCode::NO_CONTENT, Value::Null))
        }
        Way::DeleteOfUser => {
            let user = ask
                .parameter("user_id")
                .ok_or_else(|| Refusal::invalid("Query validation error: user_id"))?;
            tenant.store.keep(list, |grant| text(grant, "user_id") != user);
            Ok((StatusCode::NO_CONTENT, Value::Null))
        }
        Way::ReadUser => Ok((StatusCode::OK, session::user(&tenant.store, id)?)),
        Way::ListOfUser => Ok((StatusCode::OK, session::of_user(&tenant.store, id, below)?)),
        Way::End => {
            tenant.end_later(list, ("id", id), now);
            Ok((StatusCode::ACCEPTED, Value::Null))
        }
        Way::EndOfUser => {
            tenant.end_later(below, ("user_id", id), now);
            Ok((StatusCode::ACCEPTED, Value::Null))
        }
        Way::Rotate => {
            let secret = fresh_secret()?;
            let item = tenant.store.get_mut(list, id).ok_or_else(Refusal::not_found)?;
            item["client_secret"] = json!(secret);
            Ok((StatusCode::OK, item.clone()))
        }
    }
}

fn made(
    tenant: &mut Tenant,
    prefix: &str,
    given: &Map<String, Value>,
) -> Result<Map<String, Value>, Refusal> {
    let mut item = given.clone();
    if prefix.is_empty() {
        let name = given.get("name").and_then(Value::as_str);
        name.ok_or_else(|| Refusal::body("Payload validation error: missing property name"))?;
        item.insert("client_id".to_owned(), json!(tenant.random.id("", 32, "")));
        item.insert("client_secret".to_owned(), json!(fresh_secret()?));
        item.insert("tenant".to_owned(), json!("acme"));
        return Ok(item);
    }
    let has = |name: &str| given.get(name).and_then(Value::as_str).is_some();
    if !has("client_id") || !has("audience") {
        return Err(Refusal::body(
            "Payload validation error: missing property client_id or audience",
        ));
    }
    item.insert("id".to_owned(), json!(tenant.random.id(prefix, 16, "")));
    Ok(item)
}

fn fresh_secret() -> Result<String, Refusal> {
    random_text(48).map_err(|_| Refusal::broken(500))
}

/// What of a list was asked for: `page`, `per_page`, and members that must be so.
fn page(items: &[Value], ask: &Ask) -> Value {
    let number = |name: &str| ask.parameter(name).and_then(|text| text.parse::<usize>().ok());
    let per_page = number("per_page").unwrap_or(50).clamp(1, 100);
    let first = number("page").unwrap_or(0).saturating_mul(per_page);
    let so = |item: &&Value| {
        ["client_id", "audience", "user_id"]
            .iter()
            .all(|name| ask.parameter(name).is_none_or(|wanted| text(item, name) == wanted))
    };
    let on_page: Vec<&Value> = items.iter().filter(so).skip(first).take(per_page).collect();
    json!(on_page)
}
