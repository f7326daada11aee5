//! What the provider says of what is to be shut off.

use serde_json::Value;

use super::super::desk::Desk;
use super::super::list::rows;
use super::super::order::Target;
use super::place::{own_place, place, url_encoded};
use super::{Fact, is_okta, there};

/// What was read.
#[derive(Default)]
pub(super) struct Object {
    /// As the provider says it; `None` if it is not there or could not be read.
    pub(super) seen: Option<Value>,
    /// For people.
    pub(super) facts: Vec<Fact>,
    /// Whether there is nothing of that id.
    pub(super) is_missing: bool,
    /// Ids of the client grants of an application of Auth0.
    pub(super) grants: Vec<String>,
    /// Whether these may not be all: a list that could not be read is no empty list.
    pub(super) is_unread: bool,
    /// What could not be read, and why.
    pub(super) gaps: Vec<String>,
}

/// Members of an object that are worth telling: where they stand, and what they are called.
const MEMBERS: [(&str, &str); 18] = [
    ("/name", "name"),
    ("/label", "label"),
    ("/client_id", "client"),
    ("/app_type", "type"),
    ("/status", "status"),
    ("/userId", "owner id"),
    ("/user_id", "user"),
    ("/email", "mail"),
    ("/login", "user"),
    ("/profile/login", "user"),
    ("/created", "created"),
    ("/createdAt", "created"),
    ("/created_at", "created"),
    ("/lastUpdated", "changed"),
    ("/expiresAt", "expires"),
    ("/expires_at", "expires"),
    ("/scopeId", "scope"),
    ("/kid", "key"),
];

/// The same of what belongs to an app: a secret, a key, a grant.
const OWN: [(&str, &str); 5] = [
    ("/scopeId", "its scope"),
    ("/kid", "its key id"),
    ("/status", "its status"),
    ("/created", "its creation"),
    ("/lastUpdated", "its last change"),
];

impl Object {
    /// Reads it. What cannot be read is a gap.
    pub(super) async fn look_up(target: &Target, desk: &Desk) -> Self {
        let mut object = Self::default();
        if let Some((path, scope)) = place(target, is_okta(desk)) {
            object.read(&path, scope, desk).await;
        }
        if let Some((path, scope)) = own_place(target).filter(|_| is_okta(desk)) {
            object.read_own(&path, scope, desk).await;
        }
        match target {
            Target::Token(_) => object.add_owner(desk).await,
            Target::Client(client) | Target::Grant { client, .. } if !is_okta(desk) => {
                object.add_grants(client, desk).await;
            }
            _ => {}
        }
        object
    }

    async fn read(&mut self, path: &str, scope: &str, desk: &Desk) {
        match desk.see(path, scope).await.map(there) {
            Ok(Some(value)) => {
                self.tell(&value);
                self.seen = Some(value);
            }
            Ok(None) => self.is_missing = true,
            Err(error) => self.gaps.push(format!("it could not be read ({error})")),
        }
    }

    /// Reads what belongs to an app beside the app. One that is not there is found out by the calls that it takes.
    async fn read_own(&mut self, path: &str, scope: &str, desk: &Desk) {
        match desk.see(path, scope).await.map(there) {
            Ok(Some(value)) => {
                for (pointer, name) in OWN {
                    let text = value.pointer(pointer).and_then(Value::as_str);
                    self.facts.extend(text.map(|text| Fact { name, value: text.to_owned() }));
                }
            }
            Ok(None) => {}
            Err(error) => self.gaps.push(format!("it could not be read itself ({error})")),
        }
    }

    fn tell(&mut self, value: &Value) {
        for (pointer, name) in MEMBERS {
            let text = value.pointer(pointer).and_then(Value::as_str);
            let text = text.filter(|text| !text.is_empty());
            self.facts.extend(text.map(|text| Fact { name, value: text.to_owned() }));
        }
        let network = value.get("network").filter(|network| network.is_object());
        self.facts.extend(network.map(|network| Fact { name: "network", value: told_of(network) }));
        // Okta does not say when a token was used: each use sets its end 30 days ahead.
        let expires = value.get("expiresAt").and_then(Value::as_str);
        let expires = expires.and_then(|text| text.parse::<jiff::Timestamp>().ok());
        if let Some(expires) = expires.filter(|_| value.get("tokenWindow").is_some()) {
            let used = expires.checked_sub(jiff::SignedDuration::from_hours(30 * 24));
            let told = used.map(|used| {
                format!("{used} (inferred: expiry less 30 days; a check by Keyward itself counts)")
            });
            self.facts.extend(told.ok().map(|value| Fact { name: "last touched", value }));
        }
    }

    /// What is meant, by its id where it was named otherwise.
    pub(super) fn whole(&self, target: Target) -> Target {
        let id = self.seen.as_ref().and_then(|seen| seen.get("id")?.as_str());
        match (target, id) {
            (Target::SessionsOf { oauth_tokens, .. }, Some(id)) => {
                Target::SessionsOf { user: id.to_owned(), oauth_tokens }
            }
            (target, _) => target,
        }
    }

    /// From where it works, as the provider writes it.
    pub(super) fn network(&self) -> Option<String> {
        Some(self.seen.as_ref()?.get("network")?.to_string())
    }

    /// Whose rights a token has.
    async fn add_owner(&mut self, desk: &Desk) {
        let owner = self.seen.as_ref().and_then(|token| token.get("userId")?.as_str());
        let Some(owner) = owner.map(str::to_owned) else { return };
        let path = format!("/api/v1/users/{}", url_encoded(&owner));
        let user = desk.see(&path, "okta.users.read").await;
        match user.map(there) {
            Ok(Some(user)) => {
                let login = user.pointer("/profile/login").and_then(Value::as_str);
                let status = user.get("status").and_then(Value::as_str).unwrap_or_default();
                let value = format!("{} ({status})", login.unwrap_or(&owner));
                self.facts.push(Fact { name: "owner", value });
            }
            Ok(None) => self.gaps.push("its owner is no user any more".to_owned()),
            Err(error) => self.gaps.push(format!("its owner could not be read ({error})")),
        }
        let roles = desk.see(&format!("{path}/roles"), "okta.roles.read").await;
        match roles.map(there) {
            Ok(roles) => {
                let roles = roles.as_ref().and_then(Value::as_array).into_iter().flatten();
                let labels: Vec<_> = roles.filter_map(|role| role.get("label")?.as_str()).collect();
                let value = if labels.is_empty() {
                    "none of its own".to_owned()
                } else {
                    labels.join(", ")
                };
                self.facts.push(Fact { name: "roles", value });
            }
            Err(error) => self.gaps.push(format!("its owner's roles could not be read ({error})")),
        }
    }

    /// The client grants of the application, and of no other: whatever else the provider answers is left alone.
    async fn add_grants(&mut self, client: &str, desk: &Desk) {
        let path = format!("/api/v2/client-grants?client_id={}&per_page=100", url_encoded(client));
        match rows(desk, &path, "read:client_grants").await {
            Ok(grants) => self.take_grants(client, grants),
            Err(why) => {
                self.gaps.push(format!("its grants could not be read ({why})"));
                self.is_unread = true;
            }
        }
        // Neither the application nor a grant of it was seen: that it has none is not known.
        self.is_unread |= self.seen.is_none() && !self.is_missing && self.grants.is_empty();
    }

    fn take_grants(&mut self, client: &str, grants: Vec<Value>) {
        let (own, others): (Vec<_>, Vec<_>) =
            grants.into_iter().partition(|grant| grant["client_id"] == *client);
        if !others.is_empty() {
            let n = others.len();
            self.gaps.push(format!(
                "the provider answered with {n} that are not known to be its own, too: they are left alone"
            ));
        }
        for grant in &own {
            let text = |name: &str| grant.get(name).and_then(Value::as_str);
            let Some(id) = text("id") else {
                self.gaps.push("one of its grants has no id, and cannot be named".to_owned());
                self.is_unread = true;
                continue;
            };
            // Whoever makes the grant again needs to know them, and nobody can read them any more.
            let scopes = grant.get("scope").and_then(Value::as_array).into_iter().flatten();
            let scopes: Vec<_> = scopes.filter_map(Value::as_str).collect();
            let scopes = if scopes.is_empty() { "no scopes".to_owned() } else { scopes.join(" ") };
            let audience = text("audience").unwrap_or("?");
            let value = format!("{id} of {client}: {audience}: {scopes}");
            self.facts.push(Fact { name: "grant", value });
            self.grants.push(id.to_owned());
        }
    }
}

/// From where a token works: `ZONE`, and which zones.
fn told_of(network: &Value) -> String {
    let connection = network.get("connection").and_then(Value::as_str).unwrap_or("?").to_owned();
    let zones = |name: &str| {
        let ids = network.get(name).and_then(Value::as_array).into_iter().flatten();
        let ids: Vec<_> = ids.filter_map(Value::as_str).collect();
        (!ids.is_empty()).then(|| format!(", {name} {}", ids.join(" ")))
    };
    connection + &["include", "exclude"].into_iter().filter_map(zones).collect::<String>()
}
