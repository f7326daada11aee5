//! Tokens and keys that tell of themselves: JSON Web Tokens, SAML responses, JWKs, PEM.

mod jwk;
mod jwt;
mod kind;
mod number;
mod pem;
mod saml;

pub(crate) use self::jwk::{Jwk, jwk};
pub(crate) use self::jwt::{Jwt, jwt};
pub(crate) use self::kind::kind_of;
pub(crate) use self::pem::{Pem, pem};
pub(crate) use self::saml::{Saml, saml};
