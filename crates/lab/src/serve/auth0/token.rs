//! `POST /oauth/token`: a secret in, an access token out.

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::json;

use super::{Access, member};
use crate::serve::Shared;
use crate::serve::ask::{self, Answer, Ask};
use crate::serve::auth0::client::MachineClient;
use crate::serve::auth0::refusal::Refusal;
use crate::serve::keys::random_text;
use crate::serve::store::Store;

/// How long a token works, in seconds. Source: Auth0 Management API tokens, checked 2026-11-22.
const TOKEN_S: i64 = 86_400;

/// Answers a request for a token of the Management API.
pub(crate) fn grant(shared: &Shared, ask: &Ask, now: Timestamp) -> Result<Answer, Refusal> {
    let grant_type = member(ask, "grant_type").unwrap_or_default();
    if !matches!(grant_type.as_str(), "client_credentials" | "authorization_code") {
        return Err(Refusal::oauth(403, "unsupported_grant_type", "Unsupported grant type"));
    }
    let unauthorized = || Refusal::oauth(401, "access_denied", "Unauthorized");
    let client_id = member(ask, "client_id").ok_or_else(unauthorized)?;
    let secret = member(ask, "client_secret").ok_or_else(unauthorized)?;
    let audience = member(ask, "audience").unwrap_or_default();
    let mut tenant = shared.tenant();
    let client = MachineClient::of(&tenant.store, &client_id);
    let client = client.filter(|client| client.secret == secret).ok_or_else(unauthorized)?;
    if tenant.is_revoked(now) {
        return Err(unauthorized());
    }
    if grant_type == "authorization_code" {
        return Err(no_code(&tenant.store, &client_id));
    }
    if audience != format!("{}/api/v2/", ask.base) {
        let why = format!("Service not enabled within domain: {audience}");
        return Err(Refusal::oauth(403, "access_denied", why));
    }
    let scopes = client.scopes.ok_or_else(|| {
        let why = "Client is not authorized to access the audience. You need to create a client-grant associated to it.";
        Refusal::oauth(403, "access_denied", why)
    })?;
    let scopes = asked(&scopes, member(ask, "scope").as_deref())?;
    let scope = scopes.join(" ");
    let made = |n| random_text(n).map_err(|_| Refusal::broken(500));
    let token = format!("eyJhbGciOiJub25lIn0.{}.{}", made(96)?, made(64)?);
    let expires_s = now.as_second() + TOKEN_S;
    tenant.tokens.retain(|_, access| access.expires_s > now.as_second());
    tenant.tokens.insert(token.clone(), Access { client_id, scopes, expires_s });
    let body = json!({
        "access_token": token, "scope": scope, "expires_in": TOKEN_S, "token_type": "Bearer",
    });
    Ok(ask::json(StatusCode::OK, body.to_string()))
}

/// Nobody signs in here, so that there is no code: what tells a secret that is right from one that is not.
fn no_code(store: &Store, client_id: &str) -> Refusal {
    let client = store.get("clients", client_id);
    let grants = client.and_then(|client| client["grant_types"].as_array()).into_iter().flatten();
    if grants.into_iter().any(|grant| grant == "authorization_code") {
        return Refusal::oauth(403, "invalid_grant", "Invalid authorization code");
    }
    let why = "Grant type 'authorization_code' not allowed for the client.";
    Refusal::oauth(403, "unauthorized_client", why)
}

/// All that is granted, or what of it was asked for.
fn asked(granted: &[String], scope: Option<&str>) -> Result<Vec<String>, Refusal> {
    let Some(scope) = scope else { return Ok(granted.to_vec()) };
    let asked: Vec<String> = scope.split_whitespace().map(str::to_owned).collect();
    if asked.iter().all(|scope| granted.contains(scope)) {
        return Ok(asked);
    }
    Err(Refusal::oauth(403, "access_denied", "Client has not been granted scopes"))
}
