//! Where the provider tells of what is to be shut off.

use super::super::order::Target;

/// Where it is read, and with what scope.
pub(super) fn place(target: &Target, is_okta: bool) -> Option<(String, &'static str)> {
    let app = |client: &str| format!("/api/v1/apps/{}", url_encoded(client));
    Some(match (target, is_okta) {
        (Target::Token(id), true) => {
            (format!("/api/v1/api-tokens/{}", url_encoded(id)), "okta.apiTokens.read")
        }
        (Target::Session(id), true) => {
            (format!("/api/v1/sessions/{}", url_encoded(id)), "okta.sessions.read")
        }
        (Target::SessionsOf { user, .. }, true) => {
            (format!("/api/v1/users/{}", url_encoded(user)), "okta.users.read")
        }
        (Target::Session(id), false) => {
            (format!("/api/v2/sessions/{}", url_encoded(id)), "read:sessions")
        }
        (Target::SessionsOf { user, .. }, false) => {
            (format!("/api/v2/users/{}", url_encoded(user)), "read:users")
        }
        (target, true) => (app(target.client()?), "okta.apps.read"),
        (target, false) => {
            (format!("/api/v2/clients/{}", url_encoded(target.client()?)), "read:clients")
        }
    })
}

/// Where something that belongs to an app of Okta is read, and with what scope.
pub(super) fn own_place(target: &Target) -> Option<(String, &'static str)> {
    let (client, list, id, scope) = match target {
        Target::Secret { client, id: Some(id) } => {
            (client, "credentials/secrets", id, "okta.apps.read")
        }
        Target::Key { client, id } => (client, "credentials/jwks", id, "okta.apps.read"),
        Target::Grant { client, id } => (client, "grants", id, "okta.appGrants.read"),
        _ => return None,
    };
    Some((format!("/api/v1/apps/{}/{list}/{}", url_encoded(client), url_encoded(id)), scope))
}

/// A text as one step of a path, or one value of a query.
pub(crate) fn url_encoded(text: &str) -> String {
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    let step = |byte: u8| {
        if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    text.bytes().map(step).collect()
}
