//! Tokens and keys that tell of themselves: JSON Web Tokens, SAML responses, JWKs, PEM.

mod der;
mod jwk;
mod jwt;
mod kind;
mod number;
mod pem;
mod saml;

use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

pub(crate) use self::der::der;
pub(crate) use self::jwk::{Jwk, jwk};
pub(crate) use self::jwt::{Jwt, jwt};
pub(crate) use self::kind::kind_of;
pub(crate) use self::pem::{Pem, pem};
pub(crate) use self::saml::{saml, saml_at};

/// Base64 of the alphabet with `+` and `/`, padded or not.
fn wide() -> GeneralPurpose {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    GeneralPurpose::new(&STANDARD, config)
}
