//! Changes: what becomes of the lists, and the event that it leaves.

use axum::http::StatusCode;
use jiff::Timestamp;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::Jwk;
use serde_json::{Map, Value, json};

use super::route::{Change, Way};
use super::{path_of, place_of};
use crate::org::CELL;
use crate::serve::ask::{self, Answer, Ask};
use crate::serve::keys::random_text;
use crate::serve::okta::Org;
use crate::serve::okta::access::Principal;
use crate::serve::okta::refusal::Refusal;
use crate::serve::scribe::{About, Note};
use crate::serve::store::{name_of, text};

/// Secrets that an app may have. Source: Okta Management API 2026.06.3, `OAuth2ClientSecret`, checked 2026-11-22.
const SECRETS: usize = 2;

/// A request for a change, with what it leads to.
struct Making<'r> {
    steps: &'r [&'r str],
    change: Change,
    body: Value,
    now: String,
}

/// Makes a change; whether it was one, its event tells.
pub(super) fn make(
    org: &mut Org,
    ask: &Ask,
    principal: &Principal,
    (steps, change): (&[&str], Change),
    now: Timestamp,
) -> Result<Answer, Refusal> {
    let making = Making { steps, change, body: ask.json(), now: now.to_string() };
    // Whom it is about is known before it is gone.
    let mut about = making.about(org);
    let answer = making.carry_out(org)?;
    if let (Way::Create(_), Some((created, _))) = (change.way, &answer)
        && !making.is_below()
    {
        about = vec![About::new(change.about, text(created, "id"), name_of(created))];
    }
    if let Some(kind) = change.kind {
        let author = org.author(principal);
        org.notes.push(Note { kind, author, about, outcome: ("SUCCESS", None) });
        org.settle();
    }
    Ok(match answer {
        Some((body, status)) => ask::json(status, body.to_string()),
        None => ask::empty(StatusCode::NO_CONTENT),
    })
}

impl Making<'_> {
    fn carry_out(&self, org: &mut Org) -> Result<Option<(Value, StatusCode)>, Refusal> {
        match self.change.way {
            Way::Status(status) => self.set_status(org, status).map(Some),
            Way::Create(prefix) => self.create(org, prefix).map(Some),
            Way::Replace => self.replace(org).map(Some),
            Way::Delete => self.delete(org, None),
            Way::DeleteInactive => self.delete(org, Some("INACTIVE")),
            Way::Join => self.join(org),
            Way::ClearSessions => self.clear_sessions(org),
            Way::ClearTokens => self.clear_tokens(org),
            Way::Told => {
                self.subject(org)?;
                Ok(Some((json!({}), StatusCode::OK)))
            }
        }
    }

    /// The list and the id of what a lifecycle is of.
    fn above_lifecycle(&self) -> (String, String) {
        place_of(self.steps.get(..self.steps.len().saturating_sub(2)).unwrap_or(&[]))
    }

    fn set_status(&self, org: &mut Org, status: &str) -> Result<(Value, StatusCode), Refusal> {
        let (path, id) = self.above_lifecycle();
        let item = org.store.get_mut(&path, &id).ok_or_else(|| Refusal::not_found(&path, &id))?;
        item["status"] = json!(status);
        item["lastUpdated"] = json!(self.now);
        let body = if matches!(path.as_str(), "users" | "apps") { json!({}) } else { item.clone() };
        Ok((body, StatusCode::OK))
    }

    fn create(&self, org: &mut Org, prefix: &str) -> Result<(Value, StatusCode), Refusal> {
        self.subject(org)?;
        let Value::Object(given) = &self.body else {
            return Err(Refusal::invalid("body", "The request body was not well-formed"));
        };
        let path = path_of(self.steps);
        if prefix == "ocs" && org.store.list(&path).len() >= SECRETS {
            let why = "The maximum number of client secrets was reached";
            return Err(Refusal::invalid("client_secret", why));
        }
        let item = Value::Object(self.made(given, prefix, org)?);
        if path.ends_with("/jwks") && !is_key(&item) {
            return Err(Refusal::invalid("kty", "is no key that can be used"));
        }
        let mut kept = item.clone();
        if let Some(kept) = kept.as_object_mut() {
            // A secret is shown once.
            kept.remove("client_secret");
        }
        org.store.add(path, kept);
        Ok((item, StatusCode::CREATED))
    }

    fn made(
        &self,
        given: &Map<String, Value>,
        prefix: &str,
        org: &mut Org,
    ) -> Result<Map<String, Value>, Refusal> {
        let mut item = given.clone();
        let id = org.random.id(prefix, 20, CELL);
        item.insert("id".to_owned(), json!(id));
        for (name, value) in
            [("status", "ACTIVE"), ("created", &self.now), ("lastUpdated", &self.now)]
        {
            item.entry(name).or_insert_with(|| json!(value));
        }
        match prefix {
            "ocs" => {
                let secret = random_text(30)
                    .map_err(|_| Refusal::invalid("client_secret", "was not made"))?;
                item.insert("client_secret".to_owned(), json!(secret));
            }
            "ra1" => {
                let kind = given.get("type").and_then(Value::as_str);
                let kind =
                    kind.ok_or_else(|| Refusal::invalid("type", "The field cannot be left blank"))?;
                item.insert("label".to_owned(), json!(kind));
            }
            "oag" => {
                let scope = given.get("scopeId").and_then(Value::as_str);
                scope
                    .ok_or_else(|| Refusal::invalid("scopeId", "The field cannot be left blank"))?;
                item.insert("clientId".to_owned(), json!(self.steps.get(3)));
            }
            _ => {}
        }
        Ok(item)
    }

    fn replace(&self, org: &mut Org) -> Result<(Value, StatusCode), Refusal> {
        let (path, id) = place_of(self.steps);
        self.check_zones(org)?;
        let item = org.store.get_mut(&path, &id).ok_or_else(|| Refusal::not_found(&path, &id))?;
        for (name, value) in self.body.as_object().into_iter().flatten() {
            // Who something is, and when it came to be, is not the client's to say.
            if !matches!(name.as_str(), "id" | "created" | "expiresAt" | "userId" | "status") {
                item[name.as_str()] = value.clone();
            }
        }
        item["lastUpdated"] = json!(self.now);
        Ok((item.clone(), StatusCode::OK))
    }

    /// Zones that a token is bound to must be there.
    fn check_zones(&self, org: &Org) -> Result<(), Refusal> {
        let network = &self.body["network"];
        let lists = ["include", "exclude"].map(|name| network[name].as_array());
        let mut ids = lists.into_iter().flatten().flatten().filter_map(Value::as_str);
        match ids.find(|id| org.store.get("zones", id).is_none()) {
            Some(id) => Err(Refusal::invalid("network", &format!("names no network zone: {id}"))),
            None => Ok(()),
        }
    }

    fn delete(
        &self,
        org: &mut Org,
        only: Option<&str>,
    ) -> Result<Option<(Value, StatusCode)>, Refusal> {
        let (path, id) = place_of(self.steps);
        // Clients are apps under another name.
        let path = if path == "clients" { "apps" } else { path.as_str() };
        let item = org.store.get(path, &id).ok_or_else(|| Refusal::not_found(path, &id))?;
        if only.is_some_and(|status| text(item, "status") != status) {
            return Err(Refusal::permission());
        }
        org.store.remove(path, &id);
        Ok(None)
    }

    fn join(&self, org: &mut Org) -> Result<Option<(Value, StatusCode)>, Refusal> {
        self.subject(org)?;
        let (path, user) = place_of(self.steps);
        org.store.get("users", &user).ok_or_else(|| Refusal::not_found("users", &user))?;
        if org.store.get(&path, &user).is_none() {
            org.store.add(path, json!({"id": user}));
        }
        Ok(None)
    }

    fn clear_sessions(&self, org: &mut Org) -> Result<Option<(Value, StatusCode)>, Refusal> {
        let subject = self.subject(org)?;
        let user = text(&subject, "id").to_owned();
        org.store.keep("sessions", |session| text(session, "userId") != user);
        Ok(None)
    }

    fn clear_tokens(&self, org: &mut Org) -> Result<Option<(Value, StatusCode)>, Refusal> {
        self.subject(org)?;
        match self.steps {
            [_, _, "users", user, "clients", client, _] => {
                let path = format!("apps/{client}/tokens");
                org.store.keep(&path, |token| text(token, "userId") != *user);
            }
            steps => drop(org.store.keep(&path_of(steps), |_| false)),
        }
        Ok(None)
    }

    /// Whether the path goes on below an object.
    fn is_below(&self) -> bool {
        self.steps.len() > 3
    }

    /// The object that the path begins with: a person, an app, a group. A path of one list has none, and needs none.
    fn subject(&self, org: &Org) -> Result<Value, Refusal> {
        if !self.is_below() {
            return Ok(Value::Null);
        }
        let (list, id) =
            (self.steps.get(2).copied().unwrap_or(""), self.steps.get(3).copied().unwrap_or(""));
        let list = if list == "clients" { "apps" } else { list };
        org.store.get(list, id).cloned().ok_or_else(|| Refusal::not_found(list, id))
    }

    /// What the event is about: the subject, and the person where one joins or leaves.
    fn about(&self, org: &Org) -> Vec<About> {
        let Ok(subject) = self.subject(org) else { return Vec::new() };
        let of = |kind, item: &Value| About {
            alternate_id: item["profile"]["login"].as_str().unwrap_or("").to_owned(),
            ..About::new(kind, text(item, "id"), name_of(item))
        };
        let mut about = vec![of(self.change.about, &subject)];
        if self.change.about == "UserGroup" {
            let user = self.steps.last().and_then(|user| org.store.get("users", user));
            about.extend(user.map(|user| of("User", user)));
        }
        if self.steps.get(2) == Some(&"sessions") {
            let user = org.store.get("users", text(&subject, "userId"));
            about = user.map(|user| of("User", user)).into_iter().collect();
        }
        about
    }
}

/// Whether assertions can be checked with a key.
fn is_key(item: &Value) -> bool {
    let key = serde_json::from_value::<Jwk>(item.clone());
    key.is_ok_and(|key| DecodingKey::from_jwk(&key).is_ok())
}
