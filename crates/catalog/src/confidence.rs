//! How well a statement about privileges is known.

/// How well a statement is known, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// No source says anything.
    Unknown,
    /// Follows from neighbors and names; no source says it.
    Inferred,
    /// A source names the act that the operation performs, or somebody reports having seen it.
    Supported,
    /// The vendor says it about this very operation.
    Documented,
    /// Tried out in the organization that asks. No row of the catalog has it.
    Confirmed,
}

impl Confidence {
    /// Every level, weakest first.
    pub const ALL: [Self; 5] =
        [Self::Unknown, Self::Inferred, Self::Supported, Self::Documented, Self::Confirmed];

    /// The name in tables, reports and on the command line, in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Inferred => "inferred",
            Self::Supported => "supported",
            Self::Documented => "documented",
            Self::Confirmed => "confirmed",
        }
    }

    /// The level of that name, exactly as [`Self::name`] writes it.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::Confidence;

    #[test]
    fn names_lead_back_to_levels_and_levels_are_in_order() {
        for level in Confidence::ALL {
            assert_eq!(Confidence::from_name(level.name()), Some(level));
        }
        assert!(Confidence::ALL.is_sorted());
    }
}
