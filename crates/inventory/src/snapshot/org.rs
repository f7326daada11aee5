//! What a tenant is set to, beside its credentials.

use serde::{Deserialize, Serialize};

use crate::Role;

/// Something that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Gap {
    /// What, such as `api tokens` or `factors of ada@example.com`.
    pub what: String,
    /// Why, as a lower-case fragment.
    pub why: String,
    /// The scope that would have opened it; `None` if a scope is not what is missing.
    pub scope: Option<String>,
}

/// An account with a role of an administrator.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Admin {
    /// The provider's id.
    pub id: String,
    /// Sign-in name; `None` if the account could not be read.
    pub login: Option<String>,
    /// In the provider's word; `None` if the account could not be read.
    pub status: Option<String>,
    /// All its roles, those from its groups included.
    pub roles: Vec<Role>,
    /// What it signs in with beside a password; `None` if that was not read.
    pub factors: Option<Vec<Factor>>,
}

impl Admin {
    /// Whether it may everything.
    pub fn is_super(&self) -> bool {
        self.roles.iter().any(Role::is_super)
    }
}

/// A factor that an account enrolled.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Factor {
    /// In the provider's word, such as `webauthn`, `push`, `sms`.
    pub kind: String,
    /// Who makes it, such as `FIDO` or `OKTA`; empty if not said.
    pub vendor: String,
    /// Such as `ACTIVE` or `PENDING_ACTIVATION`.
    pub status: String,
}

/// The policy that stands before the Admin Console.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Console {
    /// The policy's id.
    pub policy: String,
    /// What people call it.
    pub name: String,
    /// Its rules, the first to match counts.
    pub rules: Vec<ConsoleRule>,
}

/// One rule of that policy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsoleRule {
    /// The rule's id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Whether it counts.
    pub is_active: bool,
    /// Whether it lets in at all.
    pub allows: bool,
    /// How many factors it asks for: `1FA`, `2FA`; empty if not said.
    pub factor_mode: String,
    /// Whether it asks for a factor that cannot be phished; `None` if not said.
    pub phishing_resistant: Option<bool>,
}

/// Settings of the whole tenant. What is `None` was not read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Okta's "Public client app admins", which makes every service app a super administrator.
    pub public_client_app_admins: Option<bool>,
    /// Identifier of Auth0's Management API.
    pub management_audience: Option<String>,
    /// All scopes that the Management API has; empty if not read.
    pub management_scopes: Vec<String>,
    /// How long its tokens live, in seconds.
    pub management_lifetime_s: Option<u64>,
}
