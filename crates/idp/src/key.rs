//! Private keys.

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING,
    ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, KeyPair as _,
    RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use outbound::Secret;
use serde::Deserialize;
use serde_json::{Value, json};
use thiserror::Error;

/// Why a private key cannot be used. Never holds any of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BadKey {
    /// It is neither PEM nor a JWK.
    #[error("is neither PEM nor a JWK")]
    Unreadable,
    /// It is a public key, or a certificate.
    #[error("is a public key; the private one is needed to sign")]
    Public,
    /// It is locked with a password.
    #[error("is encrypted; Keyward takes it unencrypted, from a file that nobody else may read")]
    Encrypted,
    /// It is of a kind that Okta does not take, or its parts do not belong together.
    #[error("is neither RSA of 2,048 bits or more nor EC on P-256, P-384 or P-521")]
    Kind,
    /// There was no randomness to make or to use it.
    #[error("cannot sign: this machine gives no random numbers")]
    Signature,
}

/// A private key that signs.
pub(crate) struct SigningKey {
    pair: Pair,
    /// The `kid` within a JWK.
    pub(crate) id: Option<String>,
}

enum Pair {
    Rsa(RsaKeyPair),
    Ec(Curve, EcdsaKeyPair),
}

/// A curve: its name in a JWK, that of its signatures, and how they are made.
type Curve = &'static (&'static str, &'static str, &'static EcdsaSigningAlgorithm);

const CURVES: &[(&str, &str, &EcdsaSigningAlgorithm)] = &[
    ("P-256", "ES256", &ECDSA_P256_SHA256_FIXED_SIGNING),
    ("P-384", "ES384", &ECDSA_P384_SHA384_FIXED_SIGNING),
    ("P-521", "ES512", &ECDSA_P521_SHA512_FIXED_SIGNING),
];

impl SigningKey {
    /// Reads PEM or a JWK.
    pub(crate) fn parse(text: &Secret) -> Result<Self, BadKey> {
        let text = text.expose().trim();
        if text.starts_with('{') { from_jwk(text) } else { from_pem(text) }
    }

    /// A new RSA key.
    pub(crate) fn generate() -> Result<Self, BadKey> {
        let made = rsa::KeyPair::generate(rsa::KeySize::Rsa2048).map_err(|_| BadKey::Signature)?;
        let der = made.as_der().map_err(|_| BadKey::Signature)?;
        from_der(der.as_ref())
    }

    /// The name of its signatures, as in the `alg` of a JWT.
    pub(crate) fn algorithm(&self) -> &'static str {
        match &self.pair {
            Pair::Rsa(_) => "RS256",
            Pair::Ec(curve, _) => curve.1,
        }
    }

    /// Signs, in the form of a JWS.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, BadKey> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .map_err(|_| BadKey::Signature)?;
                Ok(signature)
            }
            Pair::Ec(_, pair) => {
                let signature = pair.sign(&random, message).map_err(|_| BadKey::Signature)?;
                Ok(signature.as_ref().to_vec())
            }
        }
    }

    /// Its public half, as a JWK.
    pub(crate) fn public(&self) -> Value {
        match &self.pair {
            Pair::Rsa(pair) => {
                let public: rsa::PublicKeyComponents<Vec<u8>> = pair.public_key().into();
                json!({"kty": "RSA", "n": encode(public.n), "e": encode(public.e)})
            }
            Pair::Ec(curve, pair) => {
                // A point without compression: a byte that says so, then both halves.
                let point = pair.public_key().as_ref().get(1..).unwrap_or_default();
                let (x, y) = point.split_at(point.len() / 2);
                json!({"kty": "EC", "crv": curve.0, "x": encode(x), "y": encode(y)})
            }
        }
    }
}

/// The public half of a private key, as lists of keys hold it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicHalf {
    /// The `kid` within a JWK.
    pub kid: Option<String>,
    /// The modulus of an RSA key, or x of an elliptic one, in base64url.
    pub part: String,
}

/// The public half of a private key, PEM or JWK; `None` for what cannot be read, or cannot sign.
pub fn public_half(key: &Secret) -> Option<PublicHalf> {
    let key = SigningKey::parse(key).ok()?;
    let public = key.public();
    let part = public.get("n").or_else(|| public.get("x"))?.as_str()?.to_owned();
    Some(PublicHalf { kid: key.id, part })
}

/// Base64 as in JWTs.
pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// Base64 with padding, as in basic authentication.
pub(crate) fn encode_wide(bytes: impl AsRef<[u8]>) -> String {
    BASE64_STANDARD.encode(bytes)
}

fn from_pem(text: &str) -> Result<SigningKey, BadKey> {
    let (_, rest) = text.split_once("-----BEGIN ").ok_or(BadKey::Unreadable)?;
    let (label, rest) = rest.split_once("-----").ok_or(BadKey::Unreadable)?;
    // Parameters of the curve may stand before the key.
    if label == "EC PARAMETERS" {
        return from_pem(rest);
    }
    let (body, _) = rest.split_once("-----END ").ok_or(BadKey::Unreadable)?;
    if label.contains("ENCRYPTED") || body.contains("ENCRYPTED") {
        return Err(BadKey::Encrypted);
    }
    if !label.ends_with("PRIVATE KEY") {
        return Err(BadKey::Public);
    }
    let text: String = body.split_ascii_whitespace().collect();
    from_der(&BASE64_STANDARD.decode(text).map_err(|_| BadKey::Unreadable)?)
}

/// PKCS #8, PKCS #1 or SEC 1, whichever it is.
fn from_der(der: &[u8]) -> Result<SigningKey, BadKey> {
    let rsa = RsaKeyPair::from_pkcs8(der).or_else(|_| RsaKeyPair::from_der(der));
    if let Ok(pair) = rsa {
        return Ok(SigningKey { pair: Pair::Rsa(pair), id: None });
    }
    let on = |curve: Curve| {
        let pair = EcdsaKeyPair::from_private_key_der(curve.2, der).ok()?;
        Some(SigningKey { pair: Pair::Ec(curve, pair), id: None })
    };
    CURVES.iter().find_map(on).ok_or(BadKey::Kind)
}

/// The members of a private JWK. Source: RFC 7518 section 6.
#[derive(Deserialize)]
struct Jwk {
    kid: Option<String>,
    crv: Option<String>,
    #[serde(default)]
    d: Option<Octets>,
    x: Option<Octets>,
    y: Option<Octets>,
    n: Option<Octets>,
    e: Option<Octets>,
    p: Option<Octets>,
    q: Option<Octets>,
    dp: Option<Octets>,
    dq: Option<Octets>,
    qi: Option<Octets>,
}

struct Octets(Vec<u8>);

impl<'de> Deserialize<'de> for Octets {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        let text = text.trim_end_matches('=');
        let octets = BASE64_URL_SAFE_NO_PAD.decode(text);
        octets.map(Self).map_err(|_| serde::de::Error::custom("no base64"))
    }
}

fn from_jwk(text: &str) -> Result<SigningKey, BadKey> {
    let jwk: Jwk = serde_json::from_str(text).map_err(|_| BadKey::Unreadable)?;
    let Some(Octets(d)) = &jwk.d else { return Err(BadKey::Public) };
    let pair = match &jwk.crv {
        Some(name) => ec_pair(&jwk, name, d),
        None => rsa_pair(&jwk, d),
    };
    Ok(SigningKey { pair: pair?, id: jwk.kid })
}

fn ec_pair(jwk: &Jwk, name: &str, d: &[u8]) -> Result<Pair, BadKey> {
    let curve = CURVES.iter().find(|curve| curve.0 == name).ok_or(BadKey::Kind)?;
    let (Some(Octets(x)), Some(Octets(y))) = (&jwk.x, &jwk.y) else {
        return Err(BadKey::Unreadable);
    };
    let point = [&[4], x.as_slice(), y.as_slice()].concat();
    let pair = EcdsaKeyPair::from_private_key_and_public_key(curve.2, d, &point);
    Ok(Pair::Ec(curve, pair.map_err(|_| BadKey::Kind)?))
}

fn rsa_pair(jwk: &Jwk, d: &[u8]) -> Result<Pair, BadKey> {
    let part = |part: &Option<Octets>| -> Result<Vec<u8>, BadKey> {
        part.as_ref().map(|Octets(octets)| octets.clone()).ok_or(BadKey::Unreadable)
    };
    let components = rsa::KeyPairComponents {
        public_key: rsa::PublicKeyComponents { n: part(&jwk.n)?, e: part(&jwk.e)? },
        d: d.to_vec(),
        p: part(&jwk.p)?,
        q: part(&jwk.q)?,
        dP: part(&jwk.dp)?,
        dQ: part(&jwk.dq)?,
        qInv: part(&jwk.qi)?,
    };
    RsaKeyPair::from_components(&components).map(Pair::Rsa).map_err(|_| BadKey::Kind)
}

#[cfg(test)]
mod tests;
