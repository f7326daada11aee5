//! Times during which some findings are told to nobody, with a reason and an end.

use jiff::Timestamp;
use serde::Serialize;

use crate::Terms;

/// A silence that somebody asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Silence {
    /// Its number.
    pub number: u64,
    /// Which findings.
    pub terms: Terms,
    /// Why, for people.
    pub because: String,
    /// Who asked for it.
    pub by: String,
    /// Since when.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// How often something was not told because of it.
    pub n_silenced: u64,
}

impl Silence {
    /// Whether it is in force.
    pub fn holds(&self, now: Timestamp) -> bool {
        self.since <= now && now < self.until
    }
}

/// A finding that was not told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Silenced {
    /// The number of the silence.
    pub silence: u64,
    /// The id of the finding.
    pub finding: String,
    /// Its revision.
    pub revision: u32,
    /// Its level.
    pub level: String,
    /// The title of its rule.
    pub title: String,
    /// When it would have been told.
    pub at: Timestamp,
}
