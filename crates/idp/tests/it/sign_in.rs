//! Signing in, held against another library's idea of it.

use std::collections::HashSet;
use std::sync::Mutex;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use idp::{Credential, Error, Lacks, Provider, Query};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use outbound::Secret;
use serde_json::Value;

use crate::server::{Asked, Reply, Server, reply};

const POLL: Query = Query::Poll { since: None, filter: None };
const LINK: &str = "link: </api/v1/logs?after=1>; rel=next";

/// A key for signing in, and what it is verified with.
fn key() -> (Secret, DecodingKey) {
    let _ = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let der = BASE64_STANDARD.encode(pair.to_pkcs8v1().unwrap());
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{der}\n-----END PRIVATE KEY-----\n");
    let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
    let [x, y] = [x, y].map(|half| BASE64_URL_SAFE_NO_PAD.encode(half));
    (Secret::new(pem), DecodingKey::from_ec_components(&x, &y).unwrap())
}

fn service_app(key: Secret, dpop: bool) -> Credential {
    let (client_id, key_id) = ("0oa1".to_owned(), Some("kid1".to_owned()));
    Credential::ServiceApp { client_id, key, key_id, scopes: Vec::new(), dpop }
}

/// The claims of a signed statement, if its signature holds.
fn claims(token: &str, key: &DecodingKey, algorithm: Algorithm) -> Value {
    let mut rules = Validation::new(algorithm);
    rules.validate_aud = false;
    rules.validate_exp = false;
    rules.required_spec_claims = HashSet::new();
    jsonwebtoken::decode::<Value>(token, key, &rules).unwrap().claims
}

/// The claims of a proof, by the key within it, or nothing if there is none.
fn proof(asked: &Asked) -> Value {
    let token = asked.header("dpop");
    if token.is_empty() {
        return Value::Null;
    }
    let header = jsonwebtoken::decode_header(token).unwrap();
    assert_eq!(header.typ.as_deref(), Some("dpop+jwt"));
    let key = header.jwk.unwrap();
    assert!(!serde_json::to_string(&key).unwrap().contains("\"d\""));
    claims(token, &DecodingKey::from_jwk(&key).unwrap(), Algorithm::RS256)
}

fn issued(kind: &str, expires_in: u32) -> Reply {
    let body = format!(
        r#"{{"access_token":"canary-access","token_type":"{kind}","expires_in":{expires_in},"scope":"okta.logs.read"}}"#
    );
    reply(200, &[], &body)
}

#[tokio::test]
async fn a_service_app_signs_in_with_its_key() {
    let (secret, public) = key();
    let server = Server::start(|_, asked| match asked.method.as_str() {
        "POST" => issued("Bearer", 3600),
        _ => reply(200, &[LINK], "[]"),
    })
    .await;
    let tenant = server.tenant(Provider::Okta, service_app(secret, false));
    tenant.page(&POLL).await.unwrap();
    tenant.page(&POLL).await.unwrap();
    let asked = server.asked();
    assert_eq!(asked.len(), 3, "the token is kept");
    assert_eq!(asked[0].path, "/oauth2/v1/token");
    assert_eq!(asked[0].form("scope"), "okta.logs.read");
    let assertion = asked[0].form("client_assertion");
    let header = jsonwebtoken::decode_header(&assertion).unwrap();
    assert_eq!((header.kid.as_deref(), header.alg), (Some("kid1"), Algorithm::ES256));
    let said = claims(&assertion, &public, Algorithm::ES256);
    assert_eq!((&said["iss"], &said["sub"]), (&"0oa1".into(), &"0oa1".into()));
    assert_eq!(said["aud"], format!("{}/oauth2/v1/token", server.origin));
    assert_eq!(said["exp"].as_i64().unwrap() - said["iat"].as_i64().unwrap(), 300);
    assert_eq!(asked[1].header("authorization"), "Bearer canary-access");
    assert_eq!(tenant.scopes().await.as_deref(), Some("okta.logs.read"));
}

#[tokio::test]
async fn tokens_are_bound_to_a_key_when_the_provider_gives_its_nonce() {
    let server = Server::start(|_, asked| {
        let proof = proof(asked);
        match (asked.method.as_str(), proof["nonce"].as_str()) {
            ("POST", Some("nonce-1")) => issued("DPoP", 3600),
            ("POST", _) => reply(400, &["dpop-nonce: nonce-1"], r#"{"error":"use_dpop_nonce"}"#),
            (_, Some("nonce-2")) => reply(200, &[LINK], "[]"),
            _ => reply(
                401,
                &["dpop-nonce: nonce-2", r#"www-authenticate: DPoP error="use_dpop_nonce""#],
                "",
            ),
        }
    })
    .await;
    let (secret, _) = key();
    let tenant = server.tenant(Provider::Okta, service_app(secret, true));
    tenant.page(&POLL).await.unwrap();
    tenant.page(&POLL).await.unwrap();
    let asked = server.asked();
    let methods: Vec<_> = asked.iter().map(|asked| asked.method.as_str()).collect();
    assert_eq!(methods, ["POST", "POST", "GET", "GET", "GET"]);
    let proofs: Vec<Value> = asked.iter().map(proof).collect();
    let ids: HashSet<_> = proofs.iter().map(|proof| proof["jti"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 5, "no id is used twice");
    assert_ne!(asked[0].form("client_assertion"), asked[1].form("client_assertion"));
    let last = &proofs[4];
    assert_eq!(last["htm"], "GET");
    assert_eq!(last["htu"], format!("{}/api/v1/logs", server.origin), "without query");
    let hash = BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, b"canary-access"));
    assert_eq!(last["ath"], hash);
    assert_eq!(asked[4].header("authorization"), "DPoP canary-access");
}

#[tokio::test]
async fn a_provider_that_wants_nonce_after_nonce_is_not_obliged_forever() {
    let server = Server::start(|number, _| {
        let nonce = format!("dpop-nonce: {number}");
        reply(400, &[&nonce], r#"{"error":"use_dpop_nonce"}"#)
    })
    .await;
    let tenant = server.tenant(Provider::Okta, service_app(key().0, true));
    let error = tenant.page(&POLL).await.unwrap_err();
    assert!(matches!(error, Error::SignIn { code: Some(code), .. } if code == "use_dpop_nonce"));
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn a_clock_that_is_off_is_corrected_by_the_answers_own() {
    let server = Server::start(|_, asked| {
        let dated = "date: Sun, 20 Dec 2043 12:00:00 GMT";
        if asked.method == "GET" {
            return reply(200, &[dated, LINK], "[]");
        }
        let said = asked.form("client_assertion");
        let payload = said.split('.').nth(1).unwrap();
        let payload = BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap();
        let said: Value = serde_json::from_slice(&payload).unwrap();
        if said["iat"].as_i64().unwrap() < 2_334_225_600 - 60 {
            return reply(401, &[dated], r#"{"error":"invalid_client"}"#);
        }
        let body = r#"{"access_token":"a","token_type":"Bearer","expires_in":3600}"#;
        reply(200, &[dated], body)
    })
    .await;
    let tenant = server.tenant(Provider::Okta, service_app(key().0, false));
    tenant.page(&POLL).await.unwrap();
    assert!(tenant.skew().as_hours() > 24 * 300);
    assert_eq!(server.asked().len(), 3);
}

#[tokio::test]
async fn a_token_that_is_refused_is_replaced_once() {
    let revoked = Mutex::new(false);
    let server = Server::start(move |number, asked| {
        let mut revoked = revoked.lock().unwrap();
        match (asked.method.as_str(), number) {
            ("POST", _) => {
                *revoked = number > 3;
                issued("Bearer", 3600)
            }
            // The first token ends after its first use, the second one works, the third never does.
            (_, 2 | 5) => reply(401, &[], ""),
            _ if *revoked => reply(401, &[], ""),
            _ => reply(200, &[LINK], "[]"),
        }
    })
    .await;
    let tenant = server.tenant(Provider::Okta, service_app(key().0, false));
    tenant.page(&POLL).await.unwrap();
    tenant.page(&POLL).await.unwrap();
    let error = tenant.page(&POLL).await.unwrap_err();
    assert!(matches!(error, Error::Refused { .. }));
    let error = tenant.page(&POLL).await.unwrap_err();
    assert!(matches!(error, Error::Refused { .. }));
    let methods: String = server.asked().iter().map(|asked| &asked.method[..1]).collect();
    assert_eq!(methods, "PGGPGGPGPG");
}

#[tokio::test]
async fn a_token_is_renewed_before_it_ends() {
    let server = Server::start(|_, asked| match asked.method.as_str() {
        "POST" => issued("Bearer", 0),
        _ => reply(200, &[LINK], "[]"),
    })
    .await;
    let tenant = server.tenant(Provider::Okta, service_app(key().0, false));
    tenant.page(&POLL).await.unwrap();
    tenant.page(&POLL).await.unwrap();
    assert_eq!(server.asked().len(), 4);
}

#[tokio::test]
async fn refusals_of_the_token_are_told_apart() {
    async fn check(status: u16, body: &'static str) -> Error {
        let server = Server::start(move |_, _| reply(status, &[], body)).await;
        server.tenant(Provider::Okta, service_app(key().0, false)).page(&POLL).await.unwrap_err()
    }
    let error = check(400, r#"{"error":"invalid_scope"}"#).await;
    let scope = Lacks::Scope("okta.logs.read".into());
    assert!(matches!(&error, Error::Forbidden { lacks, .. } if *lacks == scope), "{error:?}");
    let error = check(401, r#"{"error":"invalid_client"}"#).await;
    assert_eq!(error.to_string(), "127.0.0.1 does not let 0oa1 sign in (invalid_client)");
    assert!(matches!(check(429, "").await, Error::RateLimited { .. }));
    assert!(matches!(check(502, "").await, Error::Unavailable { status: 502, .. }));
    assert!(matches!(check(200, "{}").await, Error::Shape { .. }));
    let odd = r#"{"access_token":"a\r\nb","token_type":"Bearer","expires_in":3600}"#;
    assert!(matches!(check(200, odd).await, Error::Unreachable(outbound::Error::Header { .. })));
}

#[tokio::test]
async fn credentials_of_the_other_provider_are_refused() {
    let server = Server::start(|_, _| reply(200, &[], "")).await;
    let outbound = outbound::Outbound::new(&outbound::Settings::default()).unwrap();
    let credential = service_app(key().0, false);
    let pace = idp::Pace::default();
    let made = idp::Tenant::new(Provider::Auth0, server.origin.clone(), credential, outbound, pace);
    let error = made.err().unwrap();
    assert_eq!(error.to_string(), "auth0 has no credential of the method `service-app`");
}
