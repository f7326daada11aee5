//! Whose host this is, told to anybody.
//!
//! Source: Auth0 documentation, "`OpenID` Connect discovery", checked 2026-11-22.

use axum::http::StatusCode;
use serde_json::json;

use crate::serve::ask::{self, Answer, Ask};

/// What clients need to know, as far as the lab has it.
pub(super) fn configuration(ask: &Ask) -> Answer {
    let at = |path: &str| format!("{}{path}", ask.base);
    let body = json!({
        "issuer": at("/"),
        "token_endpoint": at("/oauth/token"),
        "device_authorization_endpoint": at("/oauth/device/code"),
        "jwks_uri": at("/.well-known/jwks.json"),
        "token_endpoint_auth_methods_supported":
            ["client_secret_basic", "client_secret_post", "private_key_jwt"],
    });
    ask::json(StatusCode::OK, body.to_string())
}
