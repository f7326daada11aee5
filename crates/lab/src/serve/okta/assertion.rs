//! What a client signs to show who it is (`private_key_jwt`).

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::serve::okta::app::ServiceApp;

/// Signatures that Okta takes. Source: Okta's guide to service apps, checked 2026-11-22; its ES512 is not served.
pub(crate) const ALGORITHMS: [Algorithm; 5] =
    [Algorithm::RS256, Algorithm::RS384, Algorithm::RS512, Algorithm::ES256, Algorithm::ES384];

/// Furthest that an assertion may be valid, in seconds.
const LONGEST_S: i64 = 3600;

/// How far the clocks of client and server may be apart, in seconds.
const LEEWAY_S: i64 = 60;

/// What an assertion says.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: i64,
    iat: Option<i64>,
    /// The id of this assertion; each counts once.
    pub(crate) jti: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn names(&self, url: &str) -> bool {
        match self {
            Self::One(one) => one == url,
            Self::Many(many) => many.iter().any(|one| one == url),
        }
    }
}

/// Who signed, without a look at the signature.
pub(crate) fn client_of(assertion: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Subject {
        sub: String,
    }
    jsonwebtoken::dangerous::insecure_decode_claims::<Subject>(assertion)
        .ok()
        .map(|claims| claims.sub)
}

/// Checks an assertion of that app for that address; the text says what is wrong with it.
pub(crate) fn check(
    assertion: &str,
    app: &ServiceApp,
    url: &str,
    now: Timestamp,
) -> Result<Claims, &'static str> {
    let header = decode_header(assertion).map_err(|_| "The client_assertion is not a JWT.")?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err("The client_assertion is signed with an algorithm that is not supported.");
    }
    let named = |key: &&(jsonwebtoken::jwk::Jwk, bool)| {
        header.kid.is_none() || key.0.common.key_id == header.kid
    };
    let active = || app.keys.iter().filter(|(_, is_active)| *is_active);
    let key = active()
        .find(named)
        .ok_or("The client_assertion names a key that the client does not have.")?;
    let key = DecodingKey::from_jwk(&key.0).map_err(|_| "The key of the client is not usable.")?;
    let claims: Claims = signed_claims(assertion, &key, header.alg)
        .ok_or("The client_assertion signature is invalid, or a claim is missing.")?;
    claims.hold_for(&app.client_id, url, now)?;
    Ok(claims)
}

impl Claims {
    fn hold_for(&self, client_id: &str, url: &str, now: Timestamp) -> Result<(), &'static str> {
        let now_s = now.as_second();
        if self.iss != client_id || self.sub != client_id {
            return Err("The client_assertion claims iss and sub must be the client_id.");
        }
        if !self.aud.names(url) {
            return Err(
                "The client_assertion claim aud must be the address of the token endpoint.",
            );
        }
        if self.exp <= now_s - LEEWAY_S {
            return Err("The client_assertion token is expired.");
        }
        if self.exp > now_s + LONGEST_S + LEEWAY_S {
            return Err("The client_assertion token is valid for more than an hour.");
        }
        if self.iat.is_some_and(|iat| iat > now_s + LEEWAY_S) {
            return Err("The client_assertion token was issued in the future.");
        }
        Ok(())
    }
}

/// The claims of a token that this key signed. Times are the caller's to judge, by its own clock.
pub(crate) fn signed_claims<T: DeserializeOwned>(
    token: &str,
    key: &DecodingKey,
    algorithm: Algorithm,
) -> Option<T> {
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    decode::<T>(token, key, &validation).ok().map(|token| token.claims)
}
