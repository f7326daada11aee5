//! A rule as its findings name it.

use serde::{Deserialize, Serialize};

/// What a finding says about the rule that made it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// The rule's own id, mostly a UUID.
    pub id: String,
    /// The short name, that of its file without the ending, such as `okta_api_token_created`.
    pub name: String,
    /// The title, one line for people.
    pub title: String,
    /// How mature the rule is, such as `test`; `None` when it does not say.
    pub status: Option<String>,
    /// ATT&CK techniques such as `T1098.001`, in the order of the rule's tags.
    pub attack: Vec<String>,
}
