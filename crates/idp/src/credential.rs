//! What opens a tenant.

use std::fmt;

use outbound::Secret;

/// A credential. `Debug` never shows its secrets.
#[derive(Debug, Clone)]
pub enum Credential {
    /// An Okta service app that signs in with a key of its own (`private_key_jwt`).
    ServiceApp {
        /// The app's client id.
        client_id: String,
        /// The private key: PEM (PKCS #8, PKCS #1, SEC 1) or a JWK; RSA, or EC on P-256, P-384 or P-521.
        key: Secret,
        /// The `kid` under which the app knows the public key. `None` takes that of the JWK, if any.
        key_id: Option<String>,
        /// Scopes to ask for. Empty asks for that of the log alone.
        scopes: Vec<String>,
        /// Whether tokens are bound to a key that Keyward makes at start (DPoP).
        dpop: bool,
    },
    /// An Okta API token (SSWS). It may whatever its owner may.
    ApiToken(Secret),
    /// An Auth0 application with a secret.
    ClientCredentials {
        /// The application's client id.
        client_id: String,
        /// Its secret.
        client_secret: Secret,
        /// Whose interface: `https://acme.us.auth0.com/api/v2/`. `None` takes the tenant's own.
        audience: Option<String>,
    },
}

impl fmt::Display for Credential {
    /// Its kind, and its id where it has one; no secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ServiceApp { client_id, .. } | Self::ClientCredentials { client_id, .. } => {
                write!(f, "{} {client_id}", self.method())
            }
            Self::ApiToken(_) => f.write_str(self.method()),
        }
    }
}

impl Credential {
    /// Which kind, as configurations name it.
    pub fn method(&self) -> &'static str {
        match self {
            Self::ServiceApp { .. } => "service-app",
            Self::ApiToken(_) => "api-token",
            Self::ClientCredentials { .. } => "client-credentials",
        }
    }

    /// What speaks against it, for whoever configured it. `None` if nothing does.
    pub fn warning(&self) -> Option<&'static str> {
        match self {
            Self::ApiToken(_) => Some(
                "an API token may do whatever its owner may and ends with its owner; a service app with the scope \
                 okta.logs.read and a read-only role may only read",
            ),
            Self::ServiceApp { dpop: false, .. } => Some(
                "tokens of this app work for whoever holds them; require DPoP in the app and set it here",
            ),
            Self::ServiceApp { .. } | Self::ClientCredentials { .. } => None,
        }
    }
}
