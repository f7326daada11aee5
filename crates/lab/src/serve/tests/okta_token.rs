//! `POST /oauth2/v1/token`, and what its tokens open.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::client::Answer;
use super::{Served, at, event, serve};
use crate::serve::Keys;

const READER: &str = "0oalabreader00000001";
const PLAIN: &str = "0oalabplain000000001";

fn unique() -> String {
    crate::serve::keys::random_text(9).unwrap()
}

fn claims(client_id: &str, url: &str) -> Value {
    let now = at(0).as_second();
    json!({"iss": client_id, "sub": client_id, "aud": url, "iat": now, "exp": now + 300, "jti": unique()})
}

fn signed(header: &Header, claims: &Value, key_pem: &str) -> String {
    encode(header, claims, &EncodingKey::from_ec_pem(key_pem.as_bytes()).unwrap()).unwrap()
}

/// A proof by a key of its own.
fn proof(
    key_pem: &str,
    method: &str,
    url: &str,
    nonce: Option<&str>,
    token: Option<&str>,
) -> String {
    let key = EncodingKey::from_ec_pem(key_pem.as_bytes()).unwrap();
    let mut header = Header::new(Algorithm::ES256);
    header.typ = Some("dpop+jwt".to_owned());
    header.jwk = Some(Jwk::from_encoding_key(&key, Algorithm::ES256).unwrap());
    let mut claims = json!({"htm": method, "htu": url, "iat": at(0).as_second(), "jti": unique()});
    if let Some(nonce) = nonce {
        claims["nonce"] = json!(nonce);
    }
    if let Some(token) = token {
        claims["ath"] = json!(URL_SAFE_NO_PAD.encode(digest(&SHA256, token.as_bytes())));
    }
    encode(&header, &claims, &key).unwrap()
}

async fn ask(served: &Served, client_id: &str, scope: &str, proof: Option<&str>) -> Answer {
    let url = format!("{}/oauth2/v1/token", served.okta.base());
    with_claims(served, &claims(client_id, &url), scope, proof).await
}

fn form(assertion: &str, scope: &str) -> String {
    format!(
        "grant_type=client_credentials&scope={scope}&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer&client_assertion={assertion}"
    )
}

async fn with_claims(served: &Served, claims: &Value, scope: &str, proof: Option<&str>) -> Answer {
    let assertion = signed(&Header::new(Algorithm::ES256), claims, &served.keys.okta_key_pem);
    let body = form(&assertion, scope);
    let mut headers = vec![("content-type", "application/x-www-form-urlencoded")];
    headers.extend(proof.map(|proof| ("dpop", proof)));
    served.okta.post("/oauth2/v1/token", &headers, &body).await
}

#[tokio::test]
async fn a_bound_token_takes_a_nonce_and_a_proof() {
    let served = serve(vec![event(1, -5, -5)], |_| {}).await;
    let url = format!("{}/oauth2/v1/token", served.okta.base());
    let own = Keys::random().unwrap().okta_key_pem;
    let bare = ask(&served, READER, "okta.logs.read", None).await;
    assert_eq!((bare.status, bare.code().as_str()), (400, "invalid_dpop_proof"));
    let first = proof(&own, "POST", &url, None, None);
    let first = ask(&served, READER, "okta.logs.read", Some(&first)).await;
    assert_eq!((first.status, first.code().as_str()), (400, "use_dpop_nonce"));
    let nonce = first.header("dpop-nonce").unwrap();
    let second = proof(&own, "POST", &url, Some(nonce), None);
    let granted = ask(&served, READER, "okta.logs.read", Some(&second)).await.json();
    assert_eq!(
        (granted["token_type"].as_str(), granted["expires_in"].as_i64()),
        (Some("DPoP"), Some(3600))
    );
    let token = granted["access_token"].as_str().unwrap();

    let logs = format!("{}/api/v1/logs", served.okta.base());
    let other = Keys::random().unwrap().okta_key_pem;
    let good = proof(&own, "GET", &logs, None, Some(token));
    let bearer = format!("Bearer {token}");
    let possessed = format!("DPoP {token}");
    let cases = [
        (&possessed, Some(good.clone()), 200),
        (&possessed, Some(good), 401),
        (&possessed, Some(proof(&other, "GET", &logs, None, Some(token))), 401),
        (&possessed, Some(proof(&own, "POST", &logs, None, Some(token))), 401),
        (&possessed, Some(proof(&own, "GET", &logs, None, None)), 401),
        (&possessed, None, 401),
        (&bearer, None, 401),
    ];
    for (idx, (authorization, proof, status)) in cases.iter().enumerate() {
        let mut headers = vec![("authorization", authorization.as_str())];
        headers.extend(proof.as_deref().map(|proof| ("dpop", proof)));
        let page = served.okta.get("/api/v1/logs?limit=5", &headers).await;
        assert_eq!(page.status, *status, "case {idx}");
    }
}

#[tokio::test]
async fn assertions_are_checked_claim_by_claim() {
    let served = serve(vec![], |_| {}).await;
    let url = format!("{}/oauth2/v1/token", served.okta.base());
    let good = claims(PLAIN, &url);
    let now = at(0).as_second();
    let changed = |name: &str, value: Value| {
        let mut changed = claims(PLAIN, &url);
        changed[name] = value;
        changed
    };
    let cases = [
        (good.clone(), 200, ""),
        (good, 401, "invalid_client"),
        (changed("aud", json!(served.okta.base())), 401, "invalid_client"),
        (changed("iss", json!("0oaother")), 401, "invalid_client"),
        (changed("exp", json!(now - 90)), 401, "invalid_client"),
        (changed("exp", json!(now + 7200)), 401, "invalid_client"),
        (changed("iat", json!(now + 600)), 401, "invalid_client"),
        (claims("0oalabexpired0000001", &url), 401, "invalid_client"),
        (claims("0oanobody", &url), 401, "invalid_client"),
    ];
    for (idx, (claims, status, code)) in cases.iter().enumerate() {
        let answer = with_claims(&served, claims, "okta.logs.read", None).await;
        assert_eq!((answer.status, answer.code().as_str()), (*status, *code), "case {idx}");
    }
    let scope = ask(&served, PLAIN, "okta.users.manage", None).await;
    assert_eq!((scope.status, scope.code().as_str()), (400, "invalid_scope"));
}

#[tokio::test]
async fn an_rsa_key_signs_as_well_and_its_name_must_fit() {
    let mut served = serve(vec![], |_| {}).await;
    let url = format!("{}/oauth2/v1/token", served.okta.base());
    let keys = Keys::random_rsa().unwrap();
    let mut jwk = serde_json::to_value(&keys.okta_jwk).unwrap();
    jwk["kid"] = json!("second");
    let admin = format!("SSWS {}", served.keys.okta_api_token);
    let path = format!("/api/v1/apps/{PLAIN}/credentials/jwks");
    let added = served.okta.post(&path, &[("authorization", &admin)], &jwk.to_string()).await;
    assert_eq!(added.status, 201);
    served.keys = keys;
    let key = EncodingKey::from_rsa_pem(served.keys.okta_key_pem.as_bytes()).unwrap();
    for (kid, algorithm, status) in [
        ("second", Algorithm::RS256, 200),
        ("second", Algorithm::RS512, 200),
        (Keys::OKTA_KEY_ID, Algorithm::RS256, 401),
        ("third", Algorithm::RS256, 401),
    ] {
        let header = Header { kid: Some(kid.to_owned()), ..Header::new(algorithm) };
        let assertion = encode(&header, &claims(PLAIN, &url), &key).unwrap();
        let answer =
            served.okta.post("/oauth2/v1/token", &[], &form(&assertion, "okta.logs.read")).await;
        assert_eq!(answer.status, status, "{kid} {algorithm:?}");
    }
}

#[tokio::test]
async fn what_a_credential_lacks_shows_in_the_answer() {
    let served = serve(vec![], |_| {}).await;
    let users = ask(&served, PLAIN, "okta.users.read", None).await.json();
    let authorization = format!("Bearer {}", users["access_token"].as_str().unwrap());
    let page = served.okta.get("/api/v1/logs", &[("authorization", &authorization)]).await;
    assert_eq!((page.status, page.code().as_str()), (403, "E0000006"));
    assert!(page.header("www-authenticate").unwrap().contains("insufficient_scope"));
    let page = served.okta.get("/api/v1/logs", &[("authorization", "SSWS 00nothing")]).await;
    assert_eq!((page.status, page.code().as_str()), (401, "E0000011"));
    let page = served.okta.get("/api/v1/logs", &[]).await;
    assert_eq!((page.status, page.code().as_str()), (401, "E0000011"));
}

#[tokio::test]
async fn tokens_are_told_of_and_ended_by_their_client() {
    let served = serve(vec![], |_| {}).await;
    let granted = ask(&served, PLAIN, "okta.logs.read", None).await.json();
    let token = granted["access_token"].as_str().unwrap();
    let about = async |verb: &str, client_id: &str| {
        let url = format!("{}/oauth2/v1/{verb}", served.okta.base());
        let key = &served.keys.okta_key_pem;
        let assertion = signed(&Header::new(Algorithm::ES256), &claims(client_id, &url), key);
        let body = format!(
            "token={token}&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer&client_assertion={assertion}"
        );
        served.okta.post(&format!("/oauth2/v1/{verb}"), &[], &body).await
    };
    assert_eq!(about("introspect", PLAIN).await.json()["scope"], "okta.logs.read");
    assert_eq!(about("introspect", READER).await.json(), json!({"active": false}));
    assert_eq!(about("revoke", READER).await.status, 200);
    assert_eq!(about("introspect", PLAIN).await.json()["active"], true, "it was another's");
    assert_eq!(about("revoke", PLAIN).await.status, 200);
    assert_eq!(about("introspect", PLAIN).await.json(), json!({"active": false}));
    let bearer = format!("Bearer {token}");
    let page = served.okta.get("/api/v1/logs", &[("authorization", &bearer)]).await;
    assert_eq!(page.status, 401);
}
