//! Which of the catalog's kinds a token is, by what it says of itself.
//!
//! *Sources.* Okta `OpenID` Connect API reference, "Tokens"; Auth0 documentation, "Access tokens" and "ID tokens";
//! RFC 9449 section 4.2; headers of encrypted tokens as seen. Checked 2026-11-22.

use catalog::is_okta_client_id;
use serde_json::Value;

use crate::leak::Claims;
use crate::tenant::provider_of;
use crate::token::Jwt;

/// Distinct scopes of the Auth0 Management API. Source: Auth0 Management API definition of 2026-06-25.
const MANAGEMENT_SCOPES: usize = 253;

/// From how many on a Management API token is taken for the API Explorer's, which is given every scope there is when it
/// is made, and none of those released later. Inferred: applications of one's own are given few.
const EXPLORER_SCOPES: usize = MANAGEMENT_SCOPES / 3;

type Kind = (&'static str, &'static str);

/// The kind by its name in the catalog and why, as a fragment; `None` for tokens of others.
///
/// For an encrypted token this is a guess by its header that the name it is given may correct: Okta writes session
/// cookies and handles of a sign-in alike.
pub(crate) fn kind_of(jwt: &Jwt) -> Option<Kind> {
    if jwt.is_encrypted {
        return encrypted(&jwt.header);
    }
    let claims = jwt.claims.as_ref()?;
    let issuer = claims.issuer.as_deref().unwrap_or_default();
    proof(jwt).or_else(|| assertion(claims)).or_else(|| match provider_of(host_of(issuer)?) {
        Some("okta") => okta(claims, &jwt.payload),
        Some(_) => auth0(claims, &jwt.payload),
        None => custom(claims, &jwt.payload),
    })
}

fn encrypted(header: &Value) -> Option<Kind> {
    let text = |name: &str| header.get(name).and_then(Value::as_str);
    let is_direct = text("alg") == Some("dir");
    if header.is_null() {
        return Some(("okta_session_cookie", "an encrypted token whose header is closed as well"));
    }
    if text("oid").is_some_and(|org| org.starts_with("00o")) {
        return Some(("okta_session_cookie", "an encrypted token whose header names an Okta org"));
    }
    if let Some(host) = text("iss").and_then(host_of).filter(|_| is_direct) {
        let provider = provider_of(host);
        let is_auth0 = provider == Some("auth0") || provider.is_none() && fields(header) == 3;
        return is_auth0.then_some((
            "auth0_access_token",
            "an encrypted token whose header names the issuer, as Auth0 writes opaque access tokens",
        ));
    }
    let is_session = is_direct && ["iat", "uat", "exp"].iter().all(|name| header[name].is_u64());
    is_session.then_some((
        "auth0_session_cookie",
        "an encrypted token with the times of a session in its header, as Auth0's SDKs write it",
    ))
}

fn fields(header: &Value) -> usize {
    header.as_object().map_or(0, serde_json::Map::len)
}

fn proof(jwt: &Jwt) -> Option<Kind> {
    let is_proof = jwt.header.get("typ").and_then(Value::as_str) == Some("dpop+jwt");
    let has_key = jwt.header.get("jwk").is_some_and(Value::is_object);
    let target = jwt.payload.get("htu").and_then(Value::as_str).and_then(host_of);
    let is_auth0 = target.and_then(provider_of) == Some("auth0");
    (is_proof && has_key && !is_auth0)
        .then_some(("okta_dpop_proof", "its header says dpop+jwt and holds the public key"))
}

/// A client says who it is: issuer and subject are its id, the audience is where it asks.
fn assertion(claims: &Claims) -> Option<Kind> {
    let is_own = claims.subject.is_some() && claims.subject == claims.issuer;
    let is_client = claims.subject.as_deref().is_some_and(is_okta_client_id);
    let asks_for_tokens = |audience: &String| {
        let asks = ["/token", "/introspect", "/revoke", "/par", "/authorize"];
        audience.contains("/oauth2/") && asks.iter().any(|end| audience.ends_with(end))
    };
    (is_own && is_client && claims.audience.iter().any(asks_for_tokens)).then_some((
        "okta_client_assertion",
        "issued by and for one Okta client, to a token endpoint",
    ))
}

fn okta(claims: &Claims, payload: &Value) -> Option<Kind> {
    let is_custom = is_custom_server(claims.issuer.as_deref().unwrap_or_default());
    let has_client = payload.get("cid").is_some();
    if has_client || !claims.scopes.is_empty() {
        return Some(if is_custom {
            (
                "okta_custom_access_token",
                "issued by an Okta custom authorization server, with scopes",
            )
        } else {
            ("okta_access_token", "issued by an Okta org for its own API, with scopes")
        });
    }
    let is_for_client = claims.audience.iter().any(|audience| audience.starts_with("0oa"));
    (is_for_client || tells_of_sign_in(payload))
        .then_some(("okta_id_token", "issued by Okta to a client, of a user's sign-in"))
}

fn auth0(claims: &Claims, payload: &Value) -> Option<Kind> {
    let is_management = |audience: &String| {
        audience.ends_with("/api/v2/") && host_of(audience).and_then(provider_of) == Some("auth0")
    };
    if claims.audience.iter().any(is_management) {
        return Some(management(claims));
    }
    let says_what_for = !claims.scopes.is_empty()
        || claims.grant.is_some()
        || payload.get("permissions").is_some_and(Value::is_array);
    let is_for_client = claims.audience.len() == 1 && is_auth0_client(&claims.audience[0]);
    if says_what_for || !is_for_client && !claims.audience.is_empty() {
        return Some(("auth0_access_token", "issued by an Auth0 tenant for an API"));
    }
    (is_for_client || tells_of_sign_in(payload))
        .then_some(("auth0_id_token", "issued by an Auth0 tenant to a client, of a user's sign-in"))
}

fn management(claims: &Claims) -> Kind {
    let is_machine = claims.subject.as_deref().is_some_and(|subject| subject.ends_with("@clients"));
    let mut scopes: Vec<&str> = claims.scopes.iter().map(String::as_str).collect();
    scopes.sort_unstable();
    scopes.dedup();
    if is_machine && scopes.len() >= EXPLORER_SCOPES {
        ("auth0_api_explorer_token", "for the Management API, with nearly every scope it has")
    } else {
        ("auth0_mgmt_token", "issued by an Auth0 tenant for its Management API")
    }
}

/// An issuer under a domain of the customer's own: only the form of the claims tells.
fn custom(claims: &Claims, payload: &Value) -> Option<Kind> {
    let text = |name: &str| payload.get(name).and_then(Value::as_str);
    let has_okta_client = text("cid").is_some_and(is_okta_client_id);
    let id = text("jti").unwrap_or_default();
    let is_okta = has_okta_client && payload.get("scp").is_some()
        || id.starts_with("AT.") && payload.get("scp").is_some()
        || id.starts_with("ID.") && claims.audience.iter().any(|client| is_okta_client_id(client));
    if is_okta {
        return okta(claims, payload);
    }
    let is_auth0_subject = claims.subject.as_deref().is_some_and(|subject| {
        subject.contains('|') || subject.strip_suffix("@clients").is_some_and(is_auth0_client)
    });
    let client = text("azp").or_else(|| claims.audience.first().map(String::as_str));
    // Others write `azp` too; the slash that ends the issuer and the form of the subject are Auth0's.
    let is_auth0 = is_auth0_subject
        && claims.issuer.as_deref().is_some_and(is_bare_issuer)
        && (client.is_some_and(is_auth0_client) || claims.grant.is_some());
    is_auth0.then(|| auth0(claims, payload)).flatten()
}

/// What only a token about a user's sign-in says.
fn tells_of_sign_in(payload: &Value) -> bool {
    let names = ["nonce", "auth_time", "amr", "at_hash", "c_hash", "idp", "email_verified"];
    names.iter().any(|name| payload.get(name).is_some())
}

/// `https://acme.okta.com/oauth2/default`, not `https://acme.okta.com`.
fn is_custom_server(issuer: &str) -> bool {
    issuer.split_once("/oauth2/").is_some_and(|(_, server)| !server.is_empty())
}

fn is_bare_issuer(issuer: &str) -> bool {
    let rest = issuer.strip_prefix("https://").and_then(|rest| rest.strip_suffix('/'));
    rest.is_some_and(|host| !host.contains('/'))
}

fn is_auth0_client(id: &str) -> bool {
    id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The host of an issuer or another URL; `None` where there is none.
fn host_of(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    rest.split(['/', ':', '?', '#']).next().filter(|host| !host.is_empty())
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::json;

    use super::*;
    use crate::token::jwt;

    const CLIENT: &str = "0oa1a2b3c4d5e6f7g8h9";
    const AUTH0_CLIENT: &str = "A1b2C3d4E5f6G7h8J9k0L1m2N3o4P5q6";

    fn signed(payload: &Value) -> String {
        let header = json!({"alg": "RS256", "kid": "k"});
        token(&header, payload)
    }

    fn token(header: &Value, payload: &Value) -> String {
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.c2ln", encode(header), encode(payload))
    }

    fn check(token: &str, expected: Option<&str>) {
        let read = jwt(token.as_bytes()).unwrap();
        let kind = kind_of(&read).map(|(kind, _)| kind);
        assert_eq!(kind, expected, "{} {}", read.header, read.payload);
        assert!(kind.is_none_or(|kind| catalog::credential(kind).is_some()));
    }

    #[test]
    fn tokens_of_okta() {
        let check = |payload, expected| check(&signed(&payload), expected);
        let org = "https://acme.okta.com";
        let default = "https://acme.okta.com/oauth2/default";
        let custom = "https://login.acme.example/oauth2/aus1a2b3c4d5e6f7g8h9";
        check(
            json!({"iss": org, "aud": org, "cid": CLIENT, "scp": ["okta.users.manage"]}),
            Some("okta_access_token"),
        );
        check(
            json!({"iss": "https://acme.trex-govcloud.com", "scp": ["a"]}),
            Some("okta_access_token"),
        );
        check(
            json!({"iss": default, "aud": "api://default", "cid": CLIENT, "scp": ["a"]}),
            Some("okta_custom_access_token"),
        );
        check(json!({"iss": default, "aud": "0oabc", "sub": "x", "exp": 1}), Some("okta_id_token"));
        check(json!({"iss": org, "aud": CLIENT, "nonce": "n"}), Some("okta_id_token"));
        check(json!({"iss": org, "sub": "x"}), None);
        let at = "https://acme.okta.com/oauth2/v1/token";
        check(json!({"iss": CLIENT, "sub": CLIENT, "aud": at}), Some("okta_client_assertion"));
        check(
            json!({"iss": CLIENT, "sub": CLIENT, "aud": [custom, at]}),
            Some("okta_client_assertion"),
        );
        check(json!({"iss": CLIENT, "sub": CLIENT, "aud": "https://api.acme.example"}), None);
        check(
            json!({"iss": custom, "aud": "a", "cid": CLIENT, "scp": ["a"]}),
            Some("okta_custom_access_token"),
        );
        let bare = "https://login.acme.example";
        check(
            json!({"iss": bare, "aud": bare, "cid": CLIENT, "scp": ["a"]}),
            Some("okta_access_token"),
        );
        check(
            json!({"iss": bare, "aud": CLIENT, "jti": "ID.x", "sub": "00u"}),
            Some("okta_id_token"),
        );
        check(json!({"iss": bare, "aud": CLIENT}), None);
    }

    #[test]
    fn tokens_of_auth0() {
        let check = |payload, expected| check(&signed(&payload), expected);
        let tenant = "https://acme.us.auth0.com/";
        let api = "https://acme.us.auth0.com/api/v2/";
        let machine = format!("{AUTH0_CLIENT}@clients");
        let scopes =
            |n: usize| (0..n).map(|idx| format!("read:r{idx}")).collect::<Vec<_>>().join(" ");
        let management = |scope: String| json!({"iss": tenant, "sub": machine, "aud": api, "azp": AUTH0_CLIENT, "scope": scope, "gty": "client-credentials"});
        check(management(scopes(4)), Some("auth0_mgmt_token"));
        check(management(scopes(EXPLORER_SCOPES - 1)), Some("auth0_mgmt_token"));
        check(management("read:users ".repeat(300)), Some("auth0_mgmt_token"));
        check(management(scopes(EXPLORER_SCOPES)), Some("auth0_api_explorer_token"));
        check(
            json!({"iss": tenant, "aud": [api, format!("{tenant}userinfo")]}),
            Some("auth0_mgmt_token"),
        );
        check(
            json!({"iss": tenant, "aud": "https://api.acme.example/api/v2/", "scope": "a"}),
            Some("auth0_access_token"),
        );
        check(
            json!({"iss": tenant, "aud": AUTH0_CLIENT, "permissions": []}),
            Some("auth0_access_token"),
        );
        check(
            json!({"iss": tenant, "aud": AUTH0_CLIENT, "sub": "auth0|1"}),
            Some("auth0_id_token"),
        );
        check(json!({"iss": tenant, "sub": "auth0|1"}), None);
        let own = "https://login.acme.example/";
        check(
            json!({"iss": own, "aud": api, "sub": machine, "azp": AUTH0_CLIENT, "gty": "client-credentials"}),
            Some("auth0_mgmt_token"),
        );
        check(
            json!({"iss": own, "aud": "a", "sub": "auth0|1", "azp": AUTH0_CLIENT, "scope": "openid"}),
            Some("auth0_access_token"),
        );
        check(
            json!({"iss": own, "aud": AUTH0_CLIENT, "sub": "google-oauth2|1"}),
            Some("auth0_id_token"),
        );
    }

    #[test]
    fn tokens_of_others_are_left_alone() {
        let check = |payload, expected| check(&signed(&payload), expected);
        check(json!({}), None);
        check(json!({"sub": "1234567890", "name": "John Doe", "iat": 1_516_239_022}), None);
        check(
            json!({"iss": "https://accounts.google.com", "azp": "a", "aud": "a", "sub": "1", "at_hash": "h"}),
            None,
        );
        check(
            json!({"iss": "https://id.acme.example/realms/acme", "azp": "web", "scope": "openid", "sub": "u|1"}),
            None,
        );
        check(json!({"iss": "https://acme.okta.com.evil.example", "scp": ["a"]}), None);
    }

    #[test]
    fn proofs_and_encrypted_tokens_are_known_by_their_header() {
        let proof = |htu: &str| {
            let header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": {"kty": "EC"}});
            token(&header, &json!({"jti": "j", "htm": "POST", "htu": htu}))
        };
        check(&proof("https://acme.okta.com/oauth2/v1/token"), Some("okta_dpop_proof"));
        check(&proof("https://acme.us.auth0.com/oauth/token"), None);
        let encrypted = |header: Value| {
            format!("{}..aXY.Y2lwaGVy.dGFn", URL_SAFE_NO_PAD.encode(header.to_string()))
        };
        let sealed = |more: Value| {
            let mut header = json!({"alg": "dir", "enc": "A256GCM"});
            header.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            encrypted(header)
        };
        check(&sealed(json!({"zip": "DEF", "oid": "00o1"})), Some("okta_session_cookie"));
        check("eyJ6aXAiOiJERUYiLCJwMnMiOiI_x9..aXY.Y2lwaGVy.dGFn", Some("okta_session_cookie"));
        check(&sealed(json!({"iss": "https://acme.us.auth0.com/"})), Some("auth0_access_token"));
        check(&sealed(json!({"iss": "https://login.acme.example/"})), Some("auth0_access_token"));
        check(&sealed(json!({"iss": "https://acme.okta.com"})), None);
        check(&sealed(json!({"iat": 1, "uat": 1, "exp": 2})), Some("auth0_session_cookie"));
        check(&sealed(json!({"kid": "k"})), None);
        check(&encrypted(json!({"alg": "RSA-OAEP", "enc": "A256GCM"})), None);
    }
}
