//! `POST /oauth2/v1/token`: an assertion in, an access token out.

use std::collections::HashMap;

use axum::http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::serve::okta::Org;
use crate::serve::okta::app::ServiceApp;
use crate::serve::okta::assertion;
use crate::serve::okta::proof::{self, Proof};
use crate::serve::okta::refusal::Refusal;
use crate::serve::okta::session::{Access, TOKEN_S};

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The form that a client posts.
pub(crate) type Form = HashMap<String, String>;

/// Answers a request for a token. `url` is the address of the endpoint as the client reached it.
pub(crate) fn grant(
    org: &mut Org,
    form: &Form,
    headers: &HeaderMap,
    url: &str,
    now: Timestamp,
) -> Result<Value, Refusal> {
    if form.get("grant_type").map(String::as_str) != Some("client_credentials") {
        return Err(Refusal::oauth(
            400,
            "unsupported_grant_type",
            "The authorization grant type is not supported by the authorization server.",
        ));
    }
    let app = authenticate(org, form, url, now)?;
    let bound_to = possession(org, &app, headers, url, now)?;
    let scopes = scopes(&app, form)?;
    let is_bound = bound_to.is_some();
    let scope = scopes.join(" ");
    let access = Access { client_id: app.client_id, scopes, bound_to, issued_s: now.as_second() };
    let token = org.sessions.give(access).map_err(|_| internal())?;
    let token_type = if is_bound { "DPoP" } else { "Bearer" };
    Ok(json!({
        "token_type": token_type, "expires_in": TOKEN_S, "access_token": token, "scope": scope,
    }))
}

/// Who asks, by the assertion in the form.
pub(crate) fn authenticate(
    org: &mut Org,
    form: &Form,
    url: &str,
    now: Timestamp,
) -> Result<ServiceApp, Refusal> {
    let refused = |why: &str| Refusal::oauth(401, "invalid_client", why);
    if form.get("client_assertion_type").map(String::as_str) != Some(JWT_BEARER) {
        return Err(refused("Clients that ask for scopes of Okta must use private_key_jwt."));
    }
    let assertion =
        form.get("client_assertion").ok_or_else(|| refused("The client_assertion is missing."))?;
    let client_id = assertion::client_of(assertion)
        .ok_or_else(|| refused("The client_assertion is not a JWT."))?;
    let unknown = || refused("Invalid value for 'client_id' parameter.");
    let app = org.app(&client_id).filter(|app| app.is_active).ok_or_else(unknown)?;
    if org.is_revoked(now) {
        return Err(unknown());
    }
    let claims = assertion::check(assertion, &app, url, now).map_err(refused)?;
    if claims.jti.is_some_and(|jti| !org.sessions.takes("assertion", &jti)) {
        return Err(refused("The client_assertion token has already been used."));
    }
    Ok(app)
}

/// The thumbprint that the token is to be bound to.
fn possession(
    org: &mut Org,
    app: &ServiceApp,
    headers: &HeaderMap,
    url: &str,
    now: Timestamp,
) -> Result<Option<String>, Refusal> {
    let invalid = |why: &str| Refusal::oauth(400, "invalid_dpop_proof", why);
    let Some(proof) = headers.get("dpop") else {
        let missing = "The DPoP proof JWT header is missing.";
        return if app.needs_dpop { Err(invalid(missing)) } else { Ok(None) };
    };
    let proof = proof.to_str().map_err(|_| invalid("The DPoP proof is not a JWT."))?;
    let request = proof::Request { method: "POST", url, token: None };
    let Proof { thumbprint, jti, nonce } = proof::check(proof, request, now).map_err(invalid)?;
    if !nonce.is_some_and(|nonce| org.sessions.knows_nonce(&nonce, now)) {
        let nonce = org.sessions.nonce(now).map_err(|_| internal())?;
        let why = "Authorization server requires nonce in DPoP proof.";
        return Err(Refusal::oauth(400, "use_dpop_nonce", why).with("dpop-nonce", nonce));
    }
    if !org.sessions.takes("proof", &jti) {
        return Err(invalid("The DPoP proof jti has already been used."));
    }
    Ok(Some(thumbprint))
}

/// The scopes that were asked for, all of which must have been granted.
fn scopes(app: &ServiceApp, form: &Form) -> Result<Vec<String>, Refusal> {
    let asked = form.get("scope").map_or("", String::as_str);
    let scopes: Vec<String> = asked.split_whitespace().map(str::to_owned).collect();
    if scopes.is_empty() {
        return Err(Refusal::oauth(400, "invalid_scope", "The requested scope is missing."));
    }
    if scopes.iter().any(|scope| !app.scopes.contains(scope)) {
        return Err(Refusal::oauth(
            400,
            "invalid_scope",
            "One or more scopes are not granted to the client.",
        ));
    }
    Ok(scopes)
}

fn internal() -> Refusal {
    Refusal::api(StatusCode::INTERNAL_SERVER_ERROR, "E0000009", "Internal Server Error")
}
