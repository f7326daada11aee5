//! What kind of a week is asked for.

use std::time::Duration;

use jiff::Timestamp;

/// Which log to make. The same options make the same log, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Decides everything that is left to chance.
    pub seed: u64,
    /// People with an account, at least [`Options::FEWEST_USERS`].
    pub users: u32,
    /// Days before `end`; with an attack, days before that.
    pub days: u32,
    /// When the log ends: no event is of this moment or later.
    pub end: Timestamp,
    /// Name of the [attack](crate::attacks) that follows the benign days; none for a log without one.
    pub attack: Option<String>,
    /// How long the attack takes; its own pace if absent.
    pub within: Option<Duration>,
}

impl Options {
    /// With fewer, nobody would be left to do the work beside help desk and administrators.
    pub const FEWEST_USERS: u32 = 20;

    /// A week of 2,000 people without an attack.
    pub fn new(seed: u64, end: Timestamp) -> Self {
        Self { seed, users: 2_000, days: 7, end, attack: None, within: None }
    }
}
