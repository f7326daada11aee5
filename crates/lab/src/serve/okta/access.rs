//! Who sends a request to the API, and whether they may.

use axum::http::{HeaderMap, header};
use jiff::Timestamp;

use crate::serve::okta::Org;
use crate::serve::okta::proof;
use crate::serve::okta::refusal::Refusal;

/// Whoever a credential stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Principal {
    /// The client id of an app, or the id of a token.
    pub(crate) id: String,
    /// What it may, by scope; `None` for an API token, which may what its owner may.
    pub(crate) scopes: Option<Vec<String>>,
    /// The administrator role behind it.
    pub(crate) role: Option<String>,
    /// Whose it is, of an API token.
    pub(crate) owner: Option<String>,
}

/// A request, as far as it matters here.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'r> {
    /// The verb.
    pub(crate) method: &'r str,
    /// The address without query and fragment.
    pub(crate) url: &'r str,
    /// Its headers.
    pub(crate) headers: &'r HeaderMap,
}

/// Finds out who asks.
pub(crate) fn authenticate(
    org: &mut Org,
    asked: Asked<'_>,
    now: Timestamp,
) -> Result<Principal, Refusal> {
    let credential = asked.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, token) =
        credential.and_then(|text| text.split_once(' ')).ok_or_else(Refusal::token)?;
    if org.is_revoked(now) {
        return Err(Refusal::token());
    }
    match scheme.to_ascii_lowercase().as_str() {
        "ssws" => org.token_user(token, asked.headers, now),
        "bearer" => by_access_token(org, token, None, asked, now),
        "dpop" => {
            let proof = asked.headers.get("dpop").and_then(|proof| proof.to_str().ok());
            by_access_token(org, token, Some(proof.unwrap_or("")), asked, now)
        }
        _ => Err(Refusal::token()),
    }
}

fn by_access_token(
    org: &mut Org,
    token: &str,
    proof: Option<&str>,
    asked: Asked<'_>,
    now: Timestamp,
) -> Result<Principal, Refusal> {
    let access = org.sessions.access(token, now).cloned().ok_or_else(|| {
        Refusal::token().with(
            "www-authenticate",
            challenge("invalid_token", "The access token is invalid or expired."),
        )
    })?;
    let proved = match proof {
        Some(proof) => {
            let request =
                proof::Request { method: asked.method, url: asked.url, token: Some(token) };
            let proof = proof::check(proof, request, now).map_err(bad_proof)?;
            if !org.sessions.takes("proof", &proof.jti) {
                return Err(bad_proof("The DPoP proof jti has already been used."));
            }
            Some(proof.thumbprint)
        }
        None => None,
    };
    if proved != access.bound_to {
        return Err(bad_proof("The access token is bound to another key, or to none."));
    }
    let role = org.app(&access.client_id).filter(|app| app.is_active).map(|app| app.role);
    let role = role.ok_or_else(Refusal::token)?;
    Ok(Principal { id: access.client_id, scopes: Some(access.scopes), role, owner: None })
}

fn bad_proof(why: &str) -> Refusal {
    let challenge = format!("DPoP error=\"invalid_dpop_proof\", error_description=\"{why}\"");
    Refusal::token().with("www-authenticate", challenge)
}

fn challenge(error: &str, why: &str) -> String {
    format!("Bearer error=\"{error}\", error_description=\"{why}\"")
}

/// Whether they may do what takes that scope, and a role.
pub(crate) fn authorize(principal: &Principal, scope: &str) -> Result<(), Refusal> {
    let lacks =
        principal.scopes.as_ref().is_some_and(|scopes| !scopes.iter().any(|own| own == scope));
    if lacks {
        let why = "The access token provided does not contain the required scopes.";
        return Err(
            Refusal::permission().with("www-authenticate", challenge("insufficient_scope", why))
        );
    }
    let is_change = scope.ends_with(".manage");
    match principal.role.as_deref() {
        // A role that is not known here is taken for one that may what its scopes say.
        None => Err(Refusal::permission()),
        Some("READ_ONLY_ADMIN") if is_change => Err(Refusal::permission()),
        Some(_) => Ok(()),
    }
}
