//! Okta's and Auth0's objects, as far as they tell something here. What is missing is `None` or empty, never an error.

use inventory::Network;
use jiff::Timestamp;
use serde::Deserialize;

/// A time that is left out where it cannot be read.
pub(super) fn time(text: Option<&String>) -> Option<Timestamp> {
    text?.parse().ok()
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ApiToken {
    pub(super) id: String,
    #[serde(default)]
    pub(super) name: String,
    pub(super) user_id: Option<String>,
    pub(super) created: Option<String>,
    pub(super) expires_at: Option<String>,
    pub(super) token_window: Option<String>,
    pub(super) network: Option<Bound>,
}

/// From where a token or an app works.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Bound {
    #[serde(default)]
    connection: String,
    #[serde(default)]
    include: Vec<String>,
    #[serde(default)]
    exclude: Vec<String>,
}

impl Bound {
    /// What it means; nothing for a kind that is not known.
    pub(super) fn network(&self) -> Network {
        match self.connection.as_str() {
            "ZONE" => {
                Network::Zones { include: self.include.clone(), exclude: self.exclude.clone() }
            }
            "ANYWHERE" => Network::Any,
            _ => Network::Unsaid,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct App {
    pub(super) id: String,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) label: String,
    #[serde(default)]
    pub(super) status: String,
    pub(super) created: Option<String>,
    #[serde(default)]
    pub(super) credentials: Proof,
    #[serde(default)]
    pub(super) settings: AppSettings,
    #[serde(default, rename = "_links")]
    pub(super) links: AppLinks,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Proof {
    #[serde(default, rename = "oauthClient")]
    pub(super) client: ProofClient,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct ProofClient {
    pub(super) client_id: Option<String>,
    #[serde(default)]
    pub(super) token_endpoint_auth_method: String,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct AppSettings {
    #[serde(default, rename = "oauthClient")]
    pub(super) client: SettingsClient,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct SettingsClient {
    #[serde(default)]
    pub(super) application_type: String,
    #[serde(default)]
    pub(super) grant_types: Vec<String>,
    pub(super) network: Option<Bound>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AppLinks {
    pub(super) access_policy: Option<Link>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Link {
    #[serde(default)]
    pub(super) href: String,
}

/// An integration of a vendor, which signs in with a secret.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Integration {
    pub(super) id: String,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default, rename = "type")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) granted_scopes: Vec<String>,
    pub(super) created_at: Option<String>,
    pub(super) created_by: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ScopeGrant {
    #[serde(default)]
    pub(super) scope_id: String,
    #[serde(default)]
    pub(super) issuer: String,
    #[serde(default)]
    pub(super) status: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Secret {
    #[serde(default)]
    pub(super) id: String,
    pub(super) created: Option<String>,
    #[serde(default)]
    pub(super) status: String,
    #[serde(rename = "secret_hash")]
    pub(super) hash: Option<String>,
}

/// A public key: of Okta in the members of a JWK, of Auth0 as a credential.
#[derive(Debug, Deserialize)]
pub(super) struct Key {
    #[serde(default)]
    pub(super) id: String,
    pub(super) kid: Option<String>,
    #[serde(alias = "created_at")]
    pub(super) created: Option<String>,
    #[serde(default)]
    pub(super) status: String,
    #[serde(default, alias = "credential_type")]
    pub(super) kty: String,
    pub(super) n: Option<String>,
    pub(super) x: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct User {
    #[serde(default)]
    pub(super) status: String,
    #[serde(default)]
    pub(super) profile: Profile,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Profile {
    pub(super) login: Option<String>,
    pub(super) name: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Group {
    pub(super) id: String,
    #[serde(default)]
    pub(super) profile: Profile,
}

#[derive(Debug, Deserialize)]
pub(super) struct RoleRow {
    #[serde(default, rename = "type")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) label: String,
    #[serde(default)]
    pub(super) status: String,
    pub(super) role: Option<String>,
    #[serde(rename = "resource-set")]
    pub(super) resource_set: Option<String>,
}

impl From<RoleRow> for inventory::Role {
    fn from(row: RoleRow) -> Self {
        let RoleRow { kind, label, role, resource_set, .. } = row;
        Self { kind, label, id: role, resource_set, through: None }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct FactorRow {
    #[serde(default, rename = "factorType")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) provider: String,
    #[serde(default)]
    pub(super) status: String,
}

/// Somebody who is named by id alone.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    pub(super) id: String,
}
