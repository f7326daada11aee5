//! What a tenant holds at one time, as its interface tells it.

mod join;
mod org;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use self::join::GONE;
pub use self::org::{Admin, Console, ConsoleRule, Factor, Gap, Settings};
use crate::{Card, Coverage, Provider};

/// The name of the shape in JSON.
pub const SNAPSHOT_SCHEMA: &str = "keyward.inventory/1";

/// Everything that was read of a tenant in one go.
///
/// A list that is empty was read and holds nothing, unless a [`Gap`] names it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Always [`SNAPSHOT_SCHEMA`].
    pub schema: String,
    /// Whose.
    pub provider: Provider,
    /// The tenant as the configuration names it.
    pub tenant: String,
    /// Where it was read; empty if nobody was asked and all is from the log.
    pub host: String,
    /// When the reading began.
    pub at: Timestamp,
    /// Its credentials; without use as they come from the provider, with it once they are joined with what the log tells.
    pub cards: Vec<Card>,
    /// Accounts with a role of an administrator.
    pub admins: Vec<Admin>,
    /// The policy that the Admin Console is entered by; `None` if it was not read.
    pub console: Option<Console>,
    /// Settings of the whole tenant.
    pub settings: Settings,
    /// What could not be read, and why.
    pub gaps: Vec<Gap>,
    /// Which part of the log was seen; nothing until the cards are joined with what it tells.
    #[serde(default)]
    pub log: Coverage,
}

impl Snapshot {
    /// A snapshot that holds nothing yet.
    pub fn new(provider: Provider, tenant: &str, host: &str, at: Timestamp) -> Self {
        Self {
            schema: SNAPSHOT_SCHEMA.to_owned(),
            provider,
            tenant: tenant.to_owned(),
            host: host.to_owned(),
            at,
            cards: Vec::new(),
            admins: Vec::new(),
            console: None,
            settings: Settings::default(),
            gaps: Vec::new(),
            log: Coverage::default(),
        }
    }

    /// The card with an id.
    pub fn card(&self, id: &str) -> Option<&Card> {
        self.cards.iter().find(|card| card.id == id)
    }

    /// Whether a list was not read, or not whole. The names are those of [`Gap::what`].
    pub fn lacks(&self, what: &str) -> bool {
        self.gaps.iter().any(|gap| gap.what == what)
    }
}
