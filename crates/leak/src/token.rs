//! Tokens and keys that tell of themselves: JSON Web Tokens, JWKs, PEM.

use std::ops::Range;

use crate::leak::Claims;

/// A compact JWS or JWE at the begin of a text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Jwt {
    /// Bytes it takes.
    pub(crate) len: usize,
    /// The header, decoded; `Null` when it is no JSON, as of a cut or encrypted one.
    pub(crate) header: serde_json::Value,
    /// The claims, decoded; `None` for a JWE and for what is no JSON.
    pub(crate) claims: Option<Claims>,
    /// Five parts instead of three.
    pub(crate) is_encrypted: bool,
}

/// Reads the compact token that begins at the begin of `text` (`eyJ…`).
pub(crate) fn jwt(text: &[u8]) -> Option<Jwt> {
    let _ = text;
    None
}

/// A private JWK around a `d`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Jwk {
    /// The object.
    pub(crate) span: Range<usize>,
    /// The value of `d`, the private part.
    pub(crate) private: Range<usize>,
    /// `kid`.
    pub(crate) key_id: Option<String>,
    /// `kty`: `RSA`, `EC`, `OKP`.
    pub(crate) kty: String,
    /// Whether its parts fit each other; `None` where that cannot be told.
    pub(crate) is_consistent: Option<bool>,
}

/// The private JWK whose object contains `at`. `None` for a public one.
pub(crate) fn jwk(text: &[u8], at: usize) -> Option<Jwk> {
    let _ = (text, at);
    None
}

/// A private key between its PEM lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pem {
    /// From `-----BEGIN` through the end line; to where it stops when that is missing.
    pub(crate) span: Range<usize>,
    /// What its first line says: `PRIVATE KEY`, `RSA PRIVATE KEY`, `EC PRIVATE KEY`, `ENCRYPTED PRIVATE KEY`.
    pub(crate) label: String,
    /// The base64 within, without breaks.
    pub(crate) body: String,
    /// It cannot be used without a passphrase.
    pub(crate) is_encrypted: bool,
}

/// The private key whose `-----BEGIN` stands at `at`; breaks may be real ones, `\n` or none.
pub(crate) fn pem(text: &[u8], at: usize) -> Option<Pem> {
    let _ = (text, at);
    None
}
