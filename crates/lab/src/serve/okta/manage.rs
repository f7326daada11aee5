//! The rest of the API: what the organization has, and what may be changed about it. Every change leaves its event.

mod change;
mod route;

use axum::http::{Method, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};

use self::route::{Does, Found, SELF_REVOKE, find};
use crate::serve::ask::{self, Answer, Ask};
use crate::serve::okta::Org;
use crate::serve::okta::access::{self, Principal};
use crate::serve::okta::refusal::Refusal;
use crate::serve::store::text;

/// Objects on a page unless told, and at most. Source: Okta API reference, "Pagination", checked 2026-11-22.
const USUAL: usize = 200;

/// Answers one request, by the table of routes.
pub(crate) fn answer(
    org: &mut Org,
    ask: &Ask,
    principal: &Principal,
    now: Timestamp,
) -> Result<Answer, Refusal> {
    let steps = ask.steps();
    let me = principal.owner.clone().unwrap_or_else(|| principal.id.clone());
    // `/users/me` is whoever asks.
    let steps: Vec<&str> =
        steps.iter().map(|&step| if step == "me" { me.as_str() } else { step }).collect();
    if let (&Method::DELETE, ["api", "v1", "api-tokens", "current"]) =
        (&ask.method, steps.as_slice())
    {
        return revoke_itself(org, ask, principal, now);
    }
    let found = match find(ask.method.as_str(), &steps) {
        Found::Route(route) => route,
        Found::OtherMethod => return Err(not_allowed()),
        Found::Nothing => return Err(Refusal::not_found("path", &ask.path)),
    };
    access::authorize(principal, found.scope)?;
    match found.does {
        Does::List => Ok(list(org, ask, &path_of(&steps))),
        Does::Assignees => Ok(assignees(org)),
        Does::Read => read(org, &steps),
        Does::Change(change) => change::make(org, ask, principal, (&steps, change), now),
    }
}

/// `DELETE /api/v1/api-tokens/current`: whoever holds a token may end it. An access token of an app has none to end.
fn revoke_itself(
    org: &mut Org,
    ask: &Ask,
    principal: &Principal,
    now: Timestamp,
) -> Result<Answer, Refusal> {
    if principal.owner.is_none() {
        return Err(Refusal::permission());
    }
    let steps = ["api", "v1", "api-tokens", principal.id.as_str()];
    change::make(org, ask, principal, (&steps, SELF_REVOKE), now)
}

fn not_allowed() -> Refusal {
    let why = "The endpoint does not support the provided HTTP method";
    Refusal::api(StatusCode::METHOD_NOT_ALLOWED, "E0000022", why)
}

/// The path of a list in the store: without the name and version of the API.
fn path_of(steps: &[&str]) -> String {
    steps.get(2..).unwrap_or(&[]).join("/")
}

/// The list and the id of an object.
fn place_of(steps: &[&str]) -> (String, String) {
    let (last, above) = steps.split_last().map_or(("", steps), |(last, above)| (*last, above));
    (path_of(above), last.to_owned())
}

fn list(org: &Org, ask: &Ask, path: &str) -> Answer {
    let items = expanded(org, path);
    let limit = ask.parameter("limit").and_then(|limit| limit.parse().ok()).unwrap_or(USUAL);
    let q = ask.parameter("q").unwrap_or_default().to_lowercase();
    let kind = ask.parameter("type");
    let mut rest: Vec<&Value> = items
        .iter()
        .filter(|item| q.is_empty() || item.to_string().to_lowercase().contains(&q))
        .filter(|item| kind.as_deref().is_none_or(|kind| text(item, "type") == kind))
        .collect();
    if let Some(after) = ask.parameter("after") {
        let place = rest.iter().position(|item| text(item, "id") == after);
        rest.drain(..place.map_or(0, |place| place + 1));
    }
    let is_last = rest.len() <= limit;
    rest.truncate(limit.max(1));
    let mut answer = ask::json(StatusCode::OK, json!(rest).to_string());
    ask::add(&mut answer, "link", &format!("<{}>; rel=\"self\"", ask.address()));
    if let Some(last) = rest.last().filter(|_| !is_last) {
        let next = format!("{}?after={}&limit={limit}", ask.url(), text(last, "id"));
        ask::add(&mut answer, "link", &format!("<{next}>; rel=\"next\""));
    }
    answer
}

/// The objects of a list. Members of a group are kept as ids, a person's groups not at all.
fn expanded(org: &Org, path: &str) -> Vec<Value> {
    let steps: Vec<&str> = path.split('/').collect();
    match steps.as_slice() {
        ["groups", _, "users"] => {
            let members = org.store.list(path).iter();
            members
                .filter_map(|member| org.store.get("users", text(member, "id")).cloned())
                .collect()
        }
        ["users", user, "groups"] => {
            let has = |group: &&Value| {
                let path = format!("groups/{}/users", text(group, "id"));
                org.store.get(&path, user).is_some()
            };
            org.store.list("groups").iter().filter(has).cloned().collect()
        }
        ["users", user, "clients", client, "tokens"] => {
            let tokens = org.store.list(&format!("apps/{client}/tokens")).iter();
            tokens.filter(|token| text(token, "userId") == *user).cloned().collect()
        }
        _ => org.store.list(path).to_vec(),
    }
}

/// Everybody with a role of their own, by id alone.
/// Source: Okta Management API 2026.06.3, `listUsersWithRoleAssignments`, checked 2026-11-22.
fn assignees(org: &Org) -> Answer {
    let users = org.store.list("users").iter();
    let has = |user: &&Value| {
        let roles = org.store.list(&format!("users/{}/roles", text(user, "id")));
        roles.iter().any(|role| text(role, "status") == "ACTIVE")
    };
    let value: Vec<Value> = users.filter(has).map(|user| json!({"id": text(user, "id")})).collect();
    ask::json(StatusCode::OK, json!({"value": value, "_links": {}}).to_string())
}

fn read(org: &Org, steps: &[&str]) -> Result<Answer, Refusal> {
    let (path, id) = place_of(steps);
    let item = org.store.get(&path, &id).ok_or_else(|| Refusal::not_found(&path, &id))?;
    Ok(ask::json(StatusCode::OK, item.to_string()))
}

/// Whether a verb changes nothing.
pub(crate) fn is_read(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}
