//! How much an engine may remember, and what it is told from outside.

/// Limits on memory, and what is known beforehand.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Bytes for everything that is remembered, about.
    pub total_bytes: usize,
    /// Groups that one rule may remember.
    pub rule_groups: usize,
    /// Events or values that one rule may remember of one group.
    pub group_values: usize,
    /// By what the fingerprints of first-seen values are made; random, so that nobody can make two values that share one.
    /// A restored state goes on with its own.
    pub seed: u64,
    /// Administrators as the user lists them.
    pub admins: Admins,
}

/// Administrators by login or id, in any case.
#[derive(Debug, Clone, Default)]
pub struct Admins {
    /// Everybody who is one. If given, whoever is not listed is none, as far as the log does not say otherwise.
    pub all: Option<Vec<String>>,
    /// Those that may do everything.
    pub supers: Vec<String>,
}

impl Admins {
    /// The administrators in the lists `admins` and `super_admins`.
    pub fn of(lists: &rule::Lists) -> Self {
        let list = |name| lists.values(name).map(<[String]>::to_vec);
        Self { all: list("admins"), supers: list("super_admins").unwrap_or_default() }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            total_bytes: 1 << 30,
            rule_groups: 2_000_000,
            group_values: 1_000,
            seed: 0,
            admins: Admins::default(),
        }
    }
}

/// Whether a time, in microseconds since 1970, is one that a rule means.
pub(super) fn is_meant(slot: &rule::correlation::TimeSlot, time: i64) -> bool {
    let Ok(time) = jiff::Timestamp::from_microsecond(time) else { return false };
    slot.contains(time) != slot.outside
}
