//! What was done to a credential.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Changes of one credential that are kept: the latest, and always its creation.
pub const CHANGES_MAX: usize = 64;

/// One event about a credential, not with it: made, bound, granted a scope, revoked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Change {
    /// When.
    pub at: Timestamp,
    /// The provider's id of the event.
    pub event: String,
    /// What happened, such as `created` or `secret added`, by the catalog.
    pub what: String,
    /// The event type or log code.
    pub event_type: String,
    /// Who did it, as login or else id.
    pub by: Option<String>,
    /// The provider's id of who did it.
    pub by_id: Option<String>,
    /// From which address.
    pub ip: Option<String>,
}
