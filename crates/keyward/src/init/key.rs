//! A private key for Keyward's app, made here so that it never travels.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// A key, and what Terraform is told of it.
pub(super) struct Made {
    /// By what the app tells its keys apart.
    pub(super) key_id: String,
    /// The private half, PKCS #8, PEM.
    pub(super) pem: String,
    /// The public half, as the variables that `keyward.tf` asks for.
    pub(super) variables: String,
}

/// Makes an RSA key of 2,048 bits, which every Okta organization takes.
pub(super) fn make() -> Result<Made, aws_lc_rs::error::Unspecified> {
    let pair = KeyPair::generate(KeySize::Rsa2048)?;
    let private: Pkcs8V1Der<'static> = pair.as_der()?;
    let modulus = pair.public_key().modulus();
    let modulus = modulus.big_endian_without_leading_zero();
    // Any id that is not used twice will do; one of the key itself never is.
    let mut key_id = URL_SAFE_NO_PAD.encode(Sha256::digest(modulus));
    key_id.truncate(16);
    let n = URL_SAFE_NO_PAD.encode(modulus);
    let variables =
        format!("# The public half of the key.\njwk_kid = \"{key_id}\"\njwk_n   = \"{n}\"\n");
    Ok(Made { key_id, pem: pem(private.as_ref()), variables })
}

fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut pem = "-----BEGIN PRIVATE KEY-----\n".to_owned();
    for at in (0..text.len()).step_by(64) {
        pem.push_str(&text[at..text.len().min(at + 64)]);
        pem.push('\n');
    }
    pem.push_str("-----END PRIVATE KEY-----\n");
    pem
}
