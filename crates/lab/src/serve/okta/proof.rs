//! Proofs of possession (`DPoP`): that whoever shows a token holds the key it is bound to.
//!
//! Source: RFC 9449 and Okta's guide to `DPoP`, checked 2026-11-22.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jsonwebtoken::jwk::ThumbprintHash;
use jsonwebtoken::{DecodingKey, decode_header};
use serde::Deserialize;

use crate::serve::okta::assertion::{ALGORITHMS, signed_claims};

/// Furthest that the moment of a proof may be away, in seconds.
const AWAY_S: i64 = 300;

/// What was proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Proof {
    /// Thumbprint of the client's key.
    pub(crate) thumbprint: String,
    /// The id of this proof; each counts once.
    pub(crate) jti: String,
    /// The server's word that it repeats.
    pub(crate) nonce: Option<String>,
}

/// What a proof has to be about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'r> {
    /// The verb.
    pub(crate) method: &'r str,
    /// The address without query and fragment.
    pub(crate) url: &'r str,
    /// The token that comes with it.
    pub(crate) token: Option<&'r str>,
}

#[derive(Deserialize)]
struct Claims {
    jti: String,
    htm: String,
    htu: String,
    iat: i64,
    ath: Option<String>,
    nonce: Option<String>,
}

/// Checks a proof; the text says what is wrong with it.
pub(crate) fn check(
    proof: &str,
    request: Request<'_>,
    now: Timestamp,
) -> Result<Proof, &'static str> {
    let header = decode_header(proof).map_err(|_| "The DPoP proof is not a JWT.")?;
    if header.typ.as_deref() != Some("dpop+jwt") {
        return Err("The DPoP proof JWT header must have the type dpop+jwt.");
    }
    if !ALGORITHMS.contains(&header.alg) {
        return Err("The DPoP proof JWT header has an invalid algorithm.");
    }
    let jwk = header.jwk.as_ref().ok_or("The DPoP proof JWT header is missing a JWK.")?;
    let key = DecodingKey::from_jwk(jwk).map_err(|_| "The DPoP proof JWK is invalid.")?;
    let claims: Claims = signed_claims(proof, &key, header.alg)
        .ok_or("The DPoP proof has an invalid signature or lacks a claim.")?;
    let thumbprint =
        jwk.thumbprint(ThumbprintHash::SHA256).map_err(|_| "The DPoP proof JWK is invalid.")?;
    claims.hold_for(request, now)?;
    Ok(Proof { thumbprint, jti: claims.jti, nonce: claims.nonce })
}

impl Claims {
    fn hold_for(&self, request: Request<'_>, now: Timestamp) -> Result<(), &'static str> {
        if self.htm != request.method {
            return Err("The DPoP proof claim htm does not match the request.");
        }
        if self.htu != request.url {
            return Err("The DPoP proof claim htu does not match the request.");
        }
        if (self.iat - now.as_second()).abs() > AWAY_S {
            return Err("The DPoP proof claim iat is too far in the past or the future.");
        }
        if self.jti.is_empty() {
            return Err("The DPoP proof claim jti is missing.");
        }
        let ath = request.token.map(hash_of);
        if ath.is_some() && ath != self.ath {
            return Err("The DPoP proof claim ath does not match the access token.");
        }
        Ok(())
    }
}

/// The hash of a token that a proof names.
fn hash_of(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, token.as_bytes()))
}
