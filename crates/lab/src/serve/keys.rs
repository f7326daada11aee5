//! The credentials of a served tenant: random, made at each start.

use std::fmt;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey};
use thiserror::Error;

/// Why there are no credentials.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The machine gave no random bytes, or no key was made of them.
    #[error("failed to make a key")]
    Unmade,
    /// A file could not be written.
    #[error("failed to write `{name}`")]
    Unwritten {
        /// Its name in the folder.
        name: &'static str,
        /// Why.
        source: io::Error,
    },
}

/// What a client needs to be let in, and what receivers need to know a tenant. There is no way to print it.
#[derive(Clone)]
pub struct Keys {
    /// Private key of Okta's service apps: PKCS #8, PEM.
    pub okta_key_pem: String,
    /// An API token of an administrator.
    pub okta_api_token: String,
    /// One that was not used for 30 days.
    pub okta_expired_token: String,
    /// The token of a program, whose id the attack `token-leak` uses.
    pub okta_program_token: String,
    /// The secret of Auth0's client for machines.
    pub auth0_client_secret: String,
    /// What event hooks send as `Authorization`.
    pub hook_secret: String,
    /// What Auth0's log streams send as `Authorization`.
    pub stream_secret: String,
    /// What `EventBridge` sends as `Authorization`.
    pub eventbridge_secret: String,
    /// The token of posts in the form of Splunk's HTTP Event Collector, without the scheme.
    pub hec_token: String,
    pub(crate) okta_jwk: Jwk,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(..)")
    }
}

impl Keys {
    /// Names of the files that [`Self::write`] makes.
    pub const FILES: [&str; 9] = [
        "okta-key.pem",
        "okta-api-token",
        "okta-expired-token",
        "okta-program-token",
        "auth0-client-secret",
        "hook-secret",
        "stream-secret",
        "eventbridge-secret",
        "hec-token",
    ];

    /// The id of the service apps' key.
    pub const OKTA_KEY_ID: &str = "keyward-lab-1";

    /// Fresh ones, with a key on the curve P-256.
    pub fn random() -> Result<Self, KeyError> {
        let pkcs8 =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
                .map_err(|_| KeyError::Unmade)?;
        let key_pem = pem(pkcs8.as_ref());
        let key = EncodingKey::from_ec_pem(key_pem.as_bytes());
        Self::with(key_pem, key.and_then(|key| Jwk::from_encoding_key(&key, Algorithm::ES256)).ok())
    }

    /// Fresh ones, with an RSA key of 2048 bits. That takes a good part of a second.
    pub fn random_rsa() -> Result<Self, KeyError> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError::Unmade)?;
        let pkcs8: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| KeyError::Unmade)?;
        let key_pem = pem(pkcs8.as_ref());
        let key = EncodingKey::from_rsa_pem(key_pem.as_bytes());
        Self::with(key_pem, key.and_then(|key| Jwk::from_encoding_key(&key, Algorithm::RS256)).ok())
    }

    fn with(okta_key_pem: String, jwk: Option<Jwk>) -> Result<Self, KeyError> {
        let mut okta_jwk = jwk.ok_or(KeyError::Unmade)?;
        okta_jwk.common.key_id = Some(Self::OKTA_KEY_ID.to_owned());
        Ok(Self {
            okta_key_pem,
            okta_api_token: format!("00{}", &random_text(30)?),
            okta_expired_token: format!("00{}", &random_text(30)?),
            okta_program_token: format!("00{}", &random_text(30)?),
            auth0_client_secret: random_text(48)?,
            hook_secret: random_text(32)?,
            stream_secret: format!("Bearer {}", random_text(32)?),
            eventbridge_secret: random_text(32)?,
            hec_token: random_text(27)?,
            okta_jwk,
        })
    }

    /// Writes each into a file of its own, for the owner alone, and the folder if it is not there.
    pub fn write(&self, folder: &Path) -> Result<(), KeyError> {
        let texts = [
            &self.okta_key_pem,
            &self.okta_api_token,
            &self.okta_expired_token,
            &self.okta_program_token,
            &self.auth0_client_secret,
            &self.hook_secret,
            &self.stream_secret,
            &self.eventbridge_secret,
            &self.hec_token,
        ];
        make_folder(folder).map_err(|source| KeyError::Unwritten { name: "", source })?;
        for (name, text) in Self::FILES.into_iter().zip(texts) {
            write_private(&folder.join(name), text)
                .map_err(|source| KeyError::Unwritten { name, source })?;
        }
        Ok(())
    }
}

/// That many random bytes as text of letters, digits, `-` and `_`.
pub(crate) fn random_text(n_bytes: usize) -> Result<String, KeyError> {
    let mut bytes = vec![0; n_bytes];
    getrandom::fill(&mut bytes).map_err(|_| KeyError::Unmade)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut pem = "-----BEGIN PRIVATE KEY-----\n".to_owned();
    for line in text.as_bytes().chunks(64) {
        pem.push_str(&String::from_utf8_lossy(line));
        pem.push('\n');
    }
    pem.push_str("-----END PRIVATE KEY-----\n");
    pem
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Replaces the file, so that the bits of an older one do not stay.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}
