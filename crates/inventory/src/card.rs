//! One credential, with everything that is known of it.

mod owner;
mod part;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use self::owner::{Creation, Owner, Role};
pub use self::part::{Grant, KeyRow, Network, SecretRow};
use crate::{Known, Provider, Use};

/// An API token, a service app or a client for machines: what the provider says of it, joined with what the log tells.
///
/// Holds no value of a credential. What is `None` or empty was not said, unless [`Card::gaps`] names it: then it was not read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// Whose it is.
    pub provider: Provider,
    /// The tenant as the configuration names it.
    pub tenant: String,
    /// What it is.
    pub kind: CardKind,
    /// The provider's id: `00T…` of a token, the client id of an app (`0oa…`) or client.
    pub id: String,
    /// What people call it; empty if nothing.
    pub name: String,
    /// Whether it works, in the provider's word: `ACTIVE`, `INACTIVE`; empty where the provider has none (API tokens).
    pub status: String,
    /// Whose rights a token has. `None` for apps, which have their own.
    pub owner: Option<Owner>,
    /// Roles of an app itself. Empty for tokens: theirs are the owner's.
    pub roles: Vec<Role>,
    /// Scopes it may ask for, by audience.
    pub grants: Vec<Grant>,
    /// How it was made.
    pub created: Option<Known<Creation>>,
    /// When it was last used.
    pub last_use: Option<Known<Timestamp>>,
    /// When it ends of itself unless it is used before.
    pub expires: Option<Known<Timestamp>>,
    /// How long without use until it ends, in seconds; of Okta's tokens.
    pub window_s: Option<u64>,
    /// From where it works.
    pub network: Network,
    /// Its client secrets, without their values.
    pub secrets: Vec<SecretRow>,
    /// Public keys that it signs with.
    pub keys: Vec<KeyRow>,
    /// How it proves itself, such as `private_key_jwt`; empty for tokens.
    pub method: String,
    /// How long an access token that it gets lives, in seconds; the longest of its audiences.
    pub token_lifetime_s: Option<u64>,
    /// What was done with it, as far as the log was seen.
    #[serde(rename = "use")]
    pub use_: Use,
    /// When the provider listed it last, of one that it lists no more; `None` where it does, or never did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_listed: Option<Timestamp>,
    /// What of it could not be read, and why; lower-case fragments.
    pub gaps: Vec<String>,
}

/// What a card is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CardKind {
    /// An API token of Okta (SSWS): has the rights of its owner.
    ApiToken,
    /// An app of Okta that signs in by itself.
    ServiceApp,
    /// A client of Auth0 that signs in by itself.
    MachineClient,
}

impl CardKind {
    /// As in output, such as `api-token`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ApiToken => "api-token",
            Self::ServiceApp => "service-app",
            Self::MachineClient => "machine-client",
        }
    }
}

impl Card {
    /// A card of which nothing is known yet but what it is about.
    pub fn new(provider: Provider, tenant: &str, kind: CardKind, id: &str) -> Self {
        Self {
            provider,
            tenant: tenant.to_owned(),
            kind,
            id: id.to_owned(),
            name: String::new(),
            status: String::new(),
            owner: None,
            roles: Vec::new(),
            grants: Vec::new(),
            created: None,
            last_use: None,
            expires: None,
            window_s: None,
            network: Network::Unsaid,
            secrets: Vec::new(),
            keys: Vec::new(),
            method: String::new(),
            token_lifetime_s: None,
            use_: Use::default(),
            last_listed: None,
            gaps: Vec::new(),
        }
    }

    /// The roles that it acts with: its own, or those of its owner.
    pub fn effective_roles(&self) -> &[Role] {
        self.owner.as_ref().map_or(&self.roles, |owner| &owner.roles)
    }

    /// Whether it may everything. A role that could not be read is none.
    pub fn is_super(&self) -> bool {
        self.effective_roles().iter().any(Role::is_super)
    }
}
