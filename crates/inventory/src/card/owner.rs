//! Whose rights a credential has, and who made it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The role that may everything, in the provider's word.
/// Source: Okta Management API 2026.06.3, Role assignments, checked 2026-11-22.
const SUPER: &str = "SUPER_ADMIN";

/// The account whose rights a token has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// The provider's id, `00u…`.
    pub id: String,
    /// Sign-in name; `None` if the account could not be read.
    pub login: Option<String>,
    /// In the provider's word, such as `ACTIVE`, `SUSPENDED`, `DEPROVISIONED`; `None` if the account could not be read.
    pub status: Option<String>,
    /// All its roles, those from its groups included.
    pub roles: Vec<Role>,
    /// Whether it may everything; `None` if its roles could not be read whole and those that were do not say so.
    pub is_super: Option<bool>,
}

/// A role of an administrator, held by an account, through a group, or by an app.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Role {
    /// Such as `HELP_DESK_ADMIN` or `CUSTOM`.
    pub kind: String,
    /// What people call it; empty if not said.
    pub label: String,
    /// The id of a custom role.
    pub id: Option<String>,
    /// The resource set that a custom role reaches, by id.
    pub resource_set: Option<String>,
    /// The group through which it is held, by id or name; `None` if held directly.
    pub through: Option<String>,
}

impl Role {
    /// Whether it may everything.
    pub fn is_super(&self) -> bool {
        self.kind == SUPER
    }

    /// What to call it in output: the label, or else the provider's word.
    pub fn title(&self) -> &str {
        if self.label.is_empty() { &self.kind } else { &self.label }
    }
}

/// How a credential came to be. What the provider's interface does not tell may be known from the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Creation {
    /// When.
    pub at: Timestamp,
    /// By whom, as login or else id.
    pub by: Option<String>,
    /// The provider's id of who.
    pub by_id: Option<String>,
    /// From which address.
    pub ip: Option<String>,
}
