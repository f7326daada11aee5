//! Signed statements: who signs in, and who sends a request.
//!
//! Source: RFC 7519, RFC 7523, RFC 9449, Okta "Configure OAuth 2.0 Demonstrating Proof-of-Possession", checked 2026-11-22.

use aws_lc_rs::digest::{SHA256, digest};
use jiff::Timestamp;
use outbound::Secret;
use serde_json::{Map, Value, json};

use crate::key::{BadKey, SigningKey, encode};

/// How long an assertion holds, in seconds. Okta takes an hour at most.
pub(crate) const ASSERTION_S: i64 = 300;

/// That a client signs in itself.
pub(crate) struct Statement<'a> {
    /// Who.
    pub(crate) client_id: &'a str,
    /// Where.
    pub(crate) audience: &'a str,
    /// Since when it holds.
    pub(crate) issued: Timestamp,
    /// For how long, in seconds.
    pub(crate) life_s: i64,
}

/// A signed statement.
pub(crate) fn assertion(
    key: &SigningKey,
    key_id: Option<&str>,
    statement: &Statement<'_>,
) -> Result<Secret, BadKey> {
    let Statement { client_id, audience, issued, life_s } = statement;
    let mut header = json!({"alg": key.algorithm(), "typ": "JWT"});
    if let (Some(id), Some(header)) = (key_id.or(key.id.as_deref()), header.as_object_mut()) {
        header.insert("kid".into(), id.into());
    }
    let issued = issued.as_second();
    let claims = json!({
        "iss": client_id, "sub": client_id, "aud": audience,
        "iat": issued, "exp": issued + life_s, "jti": once()?,
    });
    signed(key, &header, &claims)
}

/// What a proof speaks of.
pub(crate) struct Proven<'a> {
    /// The method of the request.
    pub(crate) method: &'static str,
    /// Its address, without query.
    pub(crate) url: &'a str,
    /// The nonce that the server asked for.
    pub(crate) nonce: Option<&'a str>,
    /// The token that goes along.
    pub(crate) token: Option<&'a Secret>,
}

/// A proof that whoever sends a request holds the key.
pub(crate) fn proof(
    key: &SigningKey,
    proven: &Proven<'_>,
    now: Timestamp,
) -> Result<Secret, BadKey> {
    let header = json!({"typ": "dpop+jwt", "alg": key.algorithm(), "jwk": key.public()});
    let mut claims = Map::new();
    claims.insert("htm".into(), proven.method.into());
    claims.insert("htu".into(), proven.url.into());
    claims.insert("iat".into(), now.as_second().into());
    claims.insert("jti".into(), once()?.into());
    if let Some(nonce) = proven.nonce {
        claims.insert("nonce".into(), nonce.into());
    }
    if let Some(token) = proven.token {
        claims.insert("ath".into(), encode(digest(&SHA256, token.expose().as_bytes())).into());
    }
    signed(key, &header, &Value::Object(claims))
}

fn signed(key: &SigningKey, header: &Value, claims: &Value) -> Result<Secret, BadKey> {
    let message = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
    let signature = encode(key.sign(message.as_bytes())?);
    Ok(Secret::new(format!("{message}.{signature}")))
}

/// An id that was never used before.
fn once() -> Result<String, BadKey> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| BadKey::Signature)?;
    Ok(encode(bytes))
}
