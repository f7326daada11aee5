//! What belongs to a credential: scopes, networks, secrets and keys.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Scopes that an app may ask for, of one API.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The provider's id of the grant, where it has one for all of these scopes (Auth0's `cgr_…`).
    pub id: Option<String>,
    /// The API: the issuer (Okta) or audience (Auth0).
    pub audience: String,
    /// Such as `okta.users.read` or `read:users`, in order.
    pub scopes: Vec<String>,
}

/// From where a credential works.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "from")]
pub enum Network {
    /// The provider did not say.
    #[default]
    Unsaid,
    /// From anywhere.
    Any,
    /// Bound to network zones, by id.
    Zones {
        /// From these alone; empty: from all that are not excluded.
        include: Vec<String>,
        /// Never from these.
        exclude: Vec<String>,
    },
}

/// A client secret, without its value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretRow {
    /// The provider's id, `ocs…`; empty where secrets have none (Auth0).
    pub id: String,
    /// When it was made; `None` if not said.
    pub created: Option<Timestamp>,
    /// `ACTIVE` or `INACTIVE`.
    pub status: String,
    /// The provider's hash of it, which tells secrets apart and opens nothing.
    pub hash: Option<String>,
}

/// A public key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRow {
    /// The provider's id of the row, `pks…`; empty if it has none.
    pub id: String,
    /// The key's own id; `None` if it has none.
    pub kid: Option<String>,
    /// When it was added; `None` if not said.
    pub created: Option<Timestamp>,
    /// `ACTIVE` or `INACTIVE`; empty if not said.
    pub status: String,
    /// `RSA` or `EC`; empty if not said.
    pub kty: String,
    /// The modulus of an RSA key, or x of an elliptic one, in base64url: what a private half is compared with.
    pub public: Option<String>,
}
