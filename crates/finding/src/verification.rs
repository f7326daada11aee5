//! What asking showed of a leaked credential: whether it works, which one it is, what it may, what was done with it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};

use crate::evidence::cut;
use crate::report::rfc3339;

/// Addresses that an exposure names; `addresses_beyond` counts the rest.
pub const ADDRESSES_MAX: usize = 50;

/// Event types that an exposure names, the most frequent.
pub const TYPES_MAX: usize = 50;

/// What asking about a credential showed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// How it was asked: `offline`, `admin` (without the credential) or `live` (with it).
    pub mode: String,
    /// `live`, `live-restricted`, `dead`, `wrong-org`, `expired`, `rate-limited` or `not-checked`.
    pub status: String,
    /// When the host answered; nothing was asked if it is left out.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "time", default)]
    pub at: Option<Timestamp>,
    /// The host that was asked.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub host: Option<String>,
    /// What the status rests on, as a fragment.
    pub why: String,
}

/// The token, secret, key or client that a credential is, as the provider lists it. Never the value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// What it is: `api-token`, `client-secret`, `key`, `client` or `session`.
    pub kind: String,
    /// The provider's id of it, such as `00T…`; no secret.
    pub id: String,
    /// The tenant that has it, as the configuration calls it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tenant: Option<String>,
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// With whose rights it acts: a login, or the id of a user or client.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub owner: Option<String>,
    /// The owner's id.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub owner_id: Option<String>,
    /// When it was made.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "time", default)]
    pub created: Option<Timestamp>,
    /// Why it is taken for the one that leaked, as a fragment; of one of several API tokens what was done with it since.
    pub matched_by: String,
    /// Whether that leaves no doubt; else it is inferred.
    pub certain: bool,
}

/// What a credential allows whoever holds it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlastRadius {
    /// Administrator roles, by the provider's names.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub roles: Vec<String>,
    /// Scopes that it can be used for; for Auth0 the API before a blank.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub scopes: Vec<String>,
    /// What these allow, the worst first, as fragments.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub allows: Vec<String>,
    /// Operations of the provider's interface that these allow, as far as it is known which; `None` where it is not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub operations: Option<u64>,
    /// How many of them change something.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub changes: Option<u64>,
    /// What could not be found out, and why.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub gaps: Vec<String>,
}

/// What was done with a credential since it lay open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exposure {
    /// Since when it lay open, as far as that is known.
    #[serde(serialize_with = "instant")]
    pub since: Timestamp,
    /// What happened then, as a fragment: `the first commit that held it`.
    pub begins: String,
    /// Uses since then.
    pub events: u64,
    /// Those of them that changed something.
    pub writes: u64,
    /// The last of them.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "time", default)]
    pub last: Option<Timestamp>,
    /// Uses by event type, the most frequent [`TYPES_MAX`].
    pub types: BTreeMap<String, u64>,
    /// Addresses from which it was used before.
    pub known_addresses: u64,
    /// Addresses from which it was never used before, in order of time; at most [`ADDRESSES_MAX`].
    pub addresses: Vec<Address>,
    /// How many more there are.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub addresses_beyond: u64,
    /// The first use from an address that was never seen before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub first_foreign: Option<Use>,
    /// Whether the log was there for the whole time.
    pub complete: bool,
    /// What the answer rests on, and what it lacks, as a fragment.
    pub why: String,
}

/// An address from which a credential was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// The address.
    pub ip: String,
    /// Whose network that is, as the log says.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub network: Option<String>,
    /// Whether no address of that network was seen before; `None` where the log names none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub new_network: Option<bool>,
    /// The first use from there.
    #[serde(serialize_with = "instant")]
    pub first: Timestamp,
    /// The last one.
    #[serde(serialize_with = "instant")]
    pub last: Timestamp,
    /// How many there were.
    pub events: u64,
    /// Those that changed something.
    pub writes: u64,
}

/// One use of a credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Use {
    /// When.
    #[serde(serialize_with = "instant")]
    pub time: Timestamp,
    /// The event's type.
    #[serde(rename = "type")]
    pub kind: String,
    /// From where.
    pub ip: String,
    /// The event's id; empty if it has none.
    pub id: String,
}

impl Token {
    /// The same with texts that are too long cut.
    #[must_use]
    pub fn cut(mut self) -> Self {
        self.id = cut(&self.id);
        for text in [&mut self.name, &mut self.owner, &mut self.owner_id].into_iter().flatten() {
            *text = cut(text);
        }
        self
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

#[expect(clippy::ref_option, reason = "the signature that serde asks for")]
fn time<S: Serializer>(time: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    time.map(rfc3339).serialize(serializer)
}

fn instant<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    rfc3339(*time).serialize(serializer)
}
