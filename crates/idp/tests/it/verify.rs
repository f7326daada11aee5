//! Trying credentials: what is sent, once, and what answers mean.

use catalog::{Check, Mode, Status, credentials, verification};
use idp::{Proof, Provider, Seen, Trial, Untried, prove, verify};
use jiff::Timestamp;
use lab::serve::Keys;
use outbound::{Outbound, Secret};

use crate::proof::base;
use crate::server::{Asked, Reply, Server, reply, short};

const VALUE: &str = "00canary_value-that-may-go-nowhere-0123456";
const NOW: &str = "2026-11-22T12:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn live(kind: &str, provider: Provider) -> &'static Check {
    let is_it =
        |check: &&Check| check.mode == Mode::Live && check.provider == Some(provider.as_str());
    verification(kind).iter().find(is_it).unwrap()
}

fn trial(kind: &str, provider: Provider) -> Trial {
    let check = live(kind, provider);
    Trial {
        check,
        path: check.request.as_ref().unwrap().path.to_owned(),
        secret: Secret::new(VALUE),
        client_id: Some("0oaclient00000000001".to_owned()),
        key_id: None,
    }
}

/// A host that proves itself and answers everything else by script.
async fn host(script: impl Fn(usize, &Asked) -> Reply + Send + Sync + 'static) -> Server {
    Server::start(move |number, asked| match asked.path.as_str() {
        "/.well-known/okta-organization" => reply(
            200,
            &[],
            &r#"{"id":"00oabc1234567890EFGH","pipeline":"idx","_links":{"organization":{"href":"{base}"}}}"#
                .replace("{base}", &base(asked)),
        ),
        "/.well-known/openid-configuration" => reply(
            200,
            &[],
            &r#"{"issuer":"{base}/","device_authorization_endpoint":"{base}/d","jwks_uri":"{base}/j"}"#
                .replace("{base}", &base(asked)),
        ),
        _ => script(number, asked),
    })
    .await
}

async fn proven(server: &Server, provider: Provider) -> Proof {
    prove(&Outbound::new(&short()).unwrap(), &server.origin, provider).await.unwrap()
}

/// The last request, and what came of it.
async fn tried(
    trial: &Trial,
    provider: Provider,
    script: impl Fn() -> Reply + Send + Sync + 'static,
) -> (Asked, Result<Seen, outbound::Error>) {
    let server = host(move |_, _| script()).await;
    let proof = proven(&server, provider).await;
    let seen = verify(&Outbound::new(&short()).unwrap(), &proof, trial, now()).await.unwrap();
    let asked = server.asked();
    assert_eq!(asked.len(), 2, "one request for the proof, one for the credential");
    (asked[1].clone(), seen)
}

async fn status(kind: &str, provider: Provider, code: u16, body: &'static str) -> Status {
    let (_, seen) = tried(&trial(kind, provider), provider, move || reply(code, &[], body)).await;
    seen.unwrap().status
}

#[tokio::test]
async fn answers_mean_what_the_catalog_says() {
    use Provider::{Auth0, Okta};
    use Status::{Dead, Live, LiveRestricted, NotChecked, RateLimited};
    let me = r#"{"id":"00uabc1234567890EFGH","profile":{"login":"ada@example.com"}}"#;
    let cases = [
        ("okta_api_token", Okta, 200, me, Live),
        ("okta_api_token", Okta, 200, "<html>sign in</html>", NotChecked),
        ("okta_api_token", Okta, 200, "", NotChecked),
        ("okta_api_token", Okta, 401, r#"{"errorCode":"E0000011"}"#, Dead),
        ("okta_api_token", Okta, 401, r#"{"errorCode":"E0000004"}"#, NotChecked),
        ("okta_api_token", Okta, 401, "", NotChecked),
        ("okta_api_token", Okta, 403, r#"{"errorCode":"E0000006"}"#, LiveRestricted),
        ("okta_api_token", Okta, 429, "", RateLimited),
        ("okta_api_token", Okta, 404, "", NotChecked),
        ("okta_api_token", Okta, 503, "", NotChecked),
        ("okta_client_secret", Okta, 200, r#"{"active":false}"#, Live),
        ("okta_client_secret", Okta, 200, r#"{"active":true}"#, NotChecked),
        ("okta_client_secret", Okta, 200, "{}", NotChecked),
        ("okta_client_secret", Okta, 401, r#"{"error":"invalid_client"}"#, Dead),
        ("okta_client_secret", Okta, 401, "{}", NotChecked),
        ("auth0_client_secret", Auth0, 403, r#"{"error":"invalid_grant"}"#, Live),
        ("auth0_client_secret", Auth0, 403, r#"{"error":"unauthorized_client"}"#, Live),
        (
            "auth0_client_secret",
            Auth0,
            403,
            r#"{"error":"access_denied","error_description":"Client is not authorized to access \"x\""}"#,
            Live,
        ),
        (
            "auth0_client_secret",
            Auth0,
            401,
            r#"{"error":"access_denied","error_description":"Unauthorized"}"#,
            Dead,
        ),
        ("auth0_client_secret", Auth0, 403, r#"{"error":"access_denied"}"#, NotChecked),
        ("auth0_client_secret", Auth0, 403, "", NotChecked),
        ("auth0_mgmt_token", Auth0, 200, "[]", Live),
        ("okta_session_cookie", Okta, 404, "", Dead),
    ];
    for (kind, provider, code, body, expected) in cases {
        assert_eq!(status(kind, provider, code, body).await, expected, "{kind} {code} {body}");
    }
}

#[tokio::test]
async fn what_is_sent_is_what_the_catalog_says_and_no_more() {
    let body = r#"{"id":"00uabc1234567890EFGH","profile":{"login":"ada@example.com"}}"#;
    let token = trial("okta_api_token", Provider::Okta);
    let (asked, seen) = tried(&token, Provider::Okta, move || reply(200, &[], body)).await;
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("GET", "/api/v1/users/me"));
    assert_eq!(asked.header("authorization"), format!("SSWS {VALUE}"));
    let who = seen.unwrap().who.unwrap();
    assert_eq!(
        (who.id.as_str(), who.login.as_deref()),
        ("00uabc1234567890EFGH", Some("ada@example.com"))
    );

    let secret = trial("okta_client_secret", Provider::Okta);
    let (asked, _) = tried(&secret, Provider::Okta, || reply(401, &[], "")).await;
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("POST", "/oauth2/v1/introspect"));
    assert!(asked.header("authorization").starts_with("Basic MG9hY2xpZW50"));
    assert_eq!(asked.body, "token=x");

    let secret = trial("auth0_client_secret", Provider::Auth0);
    let (asked, _) = tried(&secret, Provider::Auth0, || reply(401, &[], "")).await;
    assert_eq!(asked.form("grant_type"), "authorization_code");
    assert_eq!((asked.form("client_secret").as_str(), asked.header("authorization")), (VALUE, ""));
}

#[tokio::test]
async fn a_key_signs_for_its_own_endpoint_for_a_minute() {
    let keys = Keys::random().unwrap();
    for provider in [Provider::Okta, Provider::Auth0] {
        let secret = Secret::new(keys.okta_key_pem.as_str());
        let trial = Trial { secret, key_id: Some("k1".into()), ..trial("private_jwk", provider) };
        let (asked, _) = tried(&trial, provider, || reply(401, &[], "")).await;
        let assertion = asked.form("client_assertion");
        let claims: serde_json::Value = {
            use base64::Engine as _;
            let part = assertion.split('.').nth(1).unwrap();
            let bytes = base64::prelude::BASE64_URL_SAFE_NO_PAD.decode(part).unwrap();
            serde_json::from_slice(&bytes).unwrap()
        };
        let path = if provider == Provider::Okta { "/oauth2/v1/introspect" } else { "/" };
        assert_eq!(claims["aud"], format!("{}{path}", base(&asked)));
        let (from, until) = (claims["iat"].as_i64().unwrap(), claims["exp"].as_i64().unwrap());
        assert_eq!(until - from, 60);
        assert_ne!(asked.form("grant_type"), "client_credentials");
    }
}

#[tokio::test]
async fn a_redirect_takes_no_credential_along() {
    let thief = Server::start(|_, _| reply(200, &[], "{}")).await;
    for code in [301, 302, 307, 308] {
        let location = format!("location: {}/api/v1/users/me", thief.origin);
        let token = trial("okta_api_token", Provider::Okta);
        let (_, seen) = tried(&token, Provider::Okta, move || reply(code, &[&location], "")).await;
        let error = seen.unwrap_err();
        assert!(matches!(error, outbound::Error::Redirected { .. }));
        assert!(!format!("{error:?} {error}").contains(VALUE));
    }
    assert!(thief.asked().is_empty());
}

#[tokio::test]
async fn what_must_not_be_tried_is_not() {
    let server = host(|_, _| reply(200, &[], "{}")).await;
    let (okta, auth0) =
        (proven(&server, Provider::Okta).await, proven(&server, Provider::Auth0).await);
    let token = trial("okta_api_token", Provider::Okta);
    assert_eq!(token.check(&auth0), Err(Untried::Elsewhere));
    let client = trial("okta_client_secret", Provider::Okta);
    let nobodys = Trial { client_id: None, ..client.clone() };
    assert_eq!(nobodys.check(&okta), Err(Untried::ClientUnknown));
    let holes = Trial { path: "/oauth2/{authorization_server}/v1/introspect".into(), ..client };
    assert_eq!(holes.check(&okta), Err(Untried::PathUnknown));
    let refresh = trial("okta_refresh_token", Provider::Okta);
    assert_eq!(refresh.check(&okta), Err(Untried::ClientAlone));
    assert_eq!(trial("private_jwk", Provider::Okta).check(&okta), Err(Untried::Key));
    for check in credentials().iter().flat_map(|row| verification(row.kind)) {
        if check.mode != Mode::Live {
            let other = Trial { check, ..token.clone() };
            assert_eq!(other.check(&okta), Err(Untried::NotLive), "{}", check.kind);
            assert_eq!(
                verify(&Outbound::new(&short()).unwrap(), &okta, &other, now()).await.unwrap_err(),
                Untried::NotLive
            );
        }
    }
    assert_eq!(server.asked().len(), 2, "the two proofs alone");
    assert!(!format!("{token:?}").contains(VALUE));
}

#[tokio::test]
async fn the_wait_is_the_providers_and_bounded() {
    let cases = [
        (
            vec![
                "x-rate-limit-limit: 10",
                "x-rate-limit-remaining: 0",
                "x-rate-limit-reset: 1795348830",
                "date: Sun, 22 Nov 2026 12:00:00 GMT",
            ],
            31,
        ),
        (vec!["retry-after: 7"], 7),
        (vec!["retry-after: 999999"], 120),
        (vec![], 60),
    ];
    for (headers, expected) in cases {
        let token = trial("okta_api_token", Provider::Okta);
        let told = headers.clone();
        let (_, seen) = tried(&token, Provider::Okta, move || reply(429, &told, "")).await;
        assert_eq!(seen.unwrap().reset.unwrap().as_secs(), expected, "{headers:?}");
    }
}
