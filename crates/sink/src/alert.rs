//! What a sink is given beside a finding.

use serde::{Deserialize, Serialize};

/// What whoever is paged needs to know beside what was found. Each text may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guide {
    /// Why it matters, in a few sentences.
    pub why: String,
    /// What it may be when nobody attacks.
    pub innocent: Vec<String>,
    /// What to do first, in order.
    pub first: Vec<String>,
}

/// What happened to a finding since it was last told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Turn {
    /// It is new.
    Raised,
    /// It has a later revision.
    Changed,
    /// Its engine took it back.
    Withdrawn,
    /// A person closed it.
    Closed,
}
