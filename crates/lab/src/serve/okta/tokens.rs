//! API tokens: their secrets, how long they live unused, and from where they may be used.

use std::collections::HashMap;
use std::time::Duration;

use axum::http::HeaderMap;
use ipnet::IpNet;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::serve::clock::later;
use crate::serve::okta::access::Principal;
use crate::serve::okta::refusal::Refusal;
use crate::serve::store::{Store, text};

/// How long a token lives that nobody uses. Each use begins it anew. Source: Okta "API token management", checked 2026-11-22.
pub(crate) const IDLE: Duration = Duration::from_hours(30 * 24);

/// What opens which token.
#[derive(Debug, Default)]
pub(crate) struct ApiTokens {
    by_secret: HashMap<String, String>,
}

/// Why a token does not open anything here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shut {
    /// It does not work.
    Dead,
    /// It works, from elsewhere. Its id and its owner's.
    Outside(String, String),
}

impl From<Shut> for Refusal {
    fn from(shut: Shut) -> Self {
        match shut {
            Shut::Dead => Self::token(),
            Shut::Outside(..) => Self::permission(),
        }
    }
}

impl ApiTokens {
    /// Lets a secret open a token.
    pub(crate) fn give(&mut self, id: &str, secret: &str) {
        self.by_secret.insert(secret.to_owned(), id.to_owned());
    }

    /// Whom a secret stands for, at that moment, from there. Its life begins anew.
    pub(crate) fn open(
        &self,
        store: &mut Store,
        secret: &str,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Result<Principal, Shut> {
        let id = self.by_secret.get(secret).ok_or(Shut::Dead)?;
        let token = store.get("api-tokens", id).cloned().ok_or(Shut::Dead)?;
        let expires: Option<Timestamp> = text(&token, "expiresAt").parse().ok();
        if expires.is_none_or(|expires| expires <= now) {
            return Err(Shut::Dead);
        }
        let owner = text(&token, "userId").to_owned();
        let status = store.get("users", &owner).map(|user| text(user, "status"));
        if !matches!(status, Some("ACTIVE" | "PASSWORD_EXPIRED" | "RECOVERY" | "LOCKED_OUT")) {
            return Err(Shut::Dead);
        }
        if !is_inside(&token["network"], store, headers) {
            return Err(Shut::Outside(id.clone(), owner));
        }
        if let Some(token) = store.get_mut("api-tokens", id) {
            token["expiresAt"] = json!(later(now, IDLE).to_string());
            token["lastUpdated"] = json!(now.to_string());
        }
        let role = store.list(&format!("users/{owner}/roles")).first();
        let role = role.map(|role| text(role, "type").to_owned());
        Ok(Principal { id: id.clone(), scopes: None, role, owner: Some(owner) })
    }
}

/// Whether the client's address is one that the token allows. The lab takes the address from `X-Forwarded-For`; this machine
/// itself is inside of every zone.
fn is_inside(network: &Value, store: &Store, headers: &HeaderMap) -> bool {
    let from = headers.get("x-forwarded-for").and_then(|value| value.to_str().ok());
    let address =
        from.and_then(|list| list.split(',').next()?.trim().parse::<std::net::IpAddr>().ok());
    let Some(address) = address else { return true };
    let holds = |name: &str| {
        let zones = network.get(name).and_then(Value::as_array).into_iter().flatten();
        let mut zones = zones.filter_map(|id| store.get("zones", id.as_str()?));
        zones.any(|zone| zone_holds(zone, address))
    };
    match text(network, "connection") {
        "ZONE" if network.get("include").is_some() => holds("include"),
        "ZONE" => !holds("exclude"),
        _ => true,
    }
}

fn zone_holds(zone: &Value, address: std::net::IpAddr) -> bool {
    let gateways = zone["gateways"].as_array().into_iter().flatten();
    let mut nets = gateways.filter_map(|gateway| text(gateway, "value").parse::<IpNet>().ok());
    nets.any(|net| net.contains(&address))
}
