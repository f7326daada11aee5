//! Users of the tenant with their sessions and refresh tokens, and how these end: a request is accepted, and carried out later.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Tenant;
use crate::serve::auth0::refusal::Refusal;
use crate::serve::clock::{earlier, later};
use crate::serve::store::{Store, text};
use crate::world::World;

/// How long an end that was accepted takes. The provider does not say how long it takes there.
const TAKES: Duration = Duration::from_secs(1);

/// Users that are signed in.
const SIGNED_IN: usize = 3;

/// An end that was accepted.
pub(super) struct Ending {
    at: Timestamp,
    list: &'static str,
    /// `id` or `user_id`.
    member: &'static str,
    value: String,
}

/// Fills the lists of users, sessions and refresh tokens.
pub(super) fn populate(store: &mut Store, world: &World, now: Timestamp) {
    let (created, until) =
        (earlier(now, Duration::from_hours(1)), later(now, Duration::from_hours(71)));
    let (created, until) = (created.to_string(), until.to_string());
    let portal = &world.tenant.portal;
    for (number, customer) in world.tenant.customers.iter().enumerate() {
        let user = &customer.id;
        store.add(
            "users",
            json!({"user_id": user, "email": customer.name, "email_verified": true,
                "created_at": created, "updated_at": created}),
        );
        if number >= SIGNED_IN {
            continue;
        }
        let session = format!("labsession{number:010}");
        store.add(
            "sessions",
            json!({"id": session, "user_id": user, "created_at": created, "updated_at": created,
                "authenticated_at": created, "expires_at": until, "idle_expires_at": until,
                "device": {"initial_user_agent": customer.device.agent.raw, "initial_ip": customer.home.ip},
                "clients": [{"client_id": portal.id}]}),
        );
        store.add(
            "refresh-tokens",
            json!({"id": format!("labrefresh{number:010}"), "user_id": user, "created_at": created,
                "expires_at": until, "idle_expires_at": until, "client_id": portal.id,
                "session_id": session, "rotating": true,
                "resource_servers": [{"audience": "https://acme.us.auth0.com/userinfo", "scopes": "openid profile email"}]}),
        );
    }
}

/// One user.
pub(super) fn user(store: &Store, id: &str) -> Result<Value, Refusal> {
    let mut users = store.list("users").iter();
    users.find(|user| text(user, "user_id") == id).cloned().ok_or_else(Refusal::not_found)
}

/// What a user has of a list, in the member that Auth0 puts it into.
pub(super) fn of_user(store: &Store, id: &str, list: &str) -> Result<Value, Refusal> {
    user(store, id)?;
    let own = |item: &&Value| text(item, "user_id") == id;
    let items: Vec<&Value> = store.list(list).iter().filter(own).collect();
    Ok(match list {
        "sessions" => json!({"sessions": items}),
        _ => json!({"tokens": items}),
    })
}

impl Tenant {
    /// Accepts that objects of a list end. Whether there are any is not looked at, as the provider does not tell.
    pub(super) fn end_later(
        &mut self,
        list: &str,
        (member, value): (&'static str, &str),
        now: Timestamp,
    ) {
        let list = if list == "sessions" { "sessions" } else { "refresh-tokens" };
        self.ending.push(Ending { at: later(now, TAKES), list, member, value: value.to_owned() });
    }

    /// Carries out what was accepted long enough ago.
    pub(super) fn settle(&mut self, now: Timestamp) {
        let due: Vec<Ending> = self.ending.extract_if(.., |ending| ending.at <= now).collect();
        for ending in due {
            self.store.keep(ending.list, |item| text(item, ending.member) != ending.value);
        }
    }
}
