//! The types of correlations, and which keys each has.

/// A type of correlation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    EventCount,
    ValueCount,
    ValueSum,
    ValueAvg,
    ValueMedian,
    ValuePercentile,
    Temporal,
    TemporalOrdered,
    NewValue,
    RareValue,
    Absence,
    ImpossibleTravel,
    Baseline,
    Ratio,
    TimeSlot,
    Score,
    Sequence,
}

/// Keys of every type. Other tools write `timeframe` for `timespan`.
const COMMON: &[&str] =
    &["type", "rules", "group-by", "aliases", "timespan", "timeframe", "generate"];

impl Kind {
    /// Every type by its name: those of Sigma, then ours.
    pub(super) const ALL: [(&'static str, Self); 17] = [
        ("event_count", Self::EventCount),
        ("value_count", Self::ValueCount),
        ("value_sum", Self::ValueSum),
        ("value_avg", Self::ValueAvg),
        ("value_median", Self::ValueMedian),
        ("value_percentile", Self::ValuePercentile),
        ("temporal", Self::Temporal),
        ("temporal_ordered", Self::TemporalOrdered),
        ("new_value", Self::NewValue),
        ("rare_value", Self::RareValue),
        ("absence", Self::Absence),
        ("impossible_travel", Self::ImpossibleTravel),
        ("baseline", Self::Baseline),
        ("ratio", Self::Ratio),
        ("time_slot", Self::TimeSlot),
        ("score", Self::Score),
        ("sequence", Self::Sequence),
    ];

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, kind)| kind)
    }

    pub(super) fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    /// Whether Sigma has it, so that other tools may read it.
    pub(super) fn is_sigma(self) -> bool {
        Self::ALL.iter().position(|(_, kind)| *kind == self).is_some_and(|at| at < 8)
    }

    /// The keys of this type alone.
    fn own_keys(self) -> &'static [&'static str] {
        match self {
            Self::EventCount
            | Self::ValueCount
            | Self::ValueSum
            | Self::ValueAvg
            | Self::ValueMedian
            | Self::ValuePercentile
            | Self::Temporal
            | Self::TemporalOrdered => &["condition", "raise"],
            Self::NewValue => &[
                "field",
                "history",
                "min-history",
                "min-events",
                "cold-start",
                "probation",
                "alert-on",
            ],
            Self::RareValue => {
                &["field", "history", "min-events", "condition", "alert-on", "raise"]
            }
            Self::Absence => &["lookback"],
            Self::ImpossibleTravel => {
                &["condition", "distance", "except-same", "alert-on", "raise"]
            }
            Self::Baseline => &[
                "field",
                "bucket",
                "history",
                "method",
                "condition",
                "floor",
                "min-samples",
                "alert-on",
                "raise",
            ],
            Self::Ratio => &["aggregates", "condition"],
            Self::TimeSlot => &["slot", "condition", "alert-on"],
            Self::Score => &["weights", "condition", "raise"],
            Self::Sequence => &["stages", "condition", "raise"],
        }
    }

    /// Whether the type has the key.
    pub(super) fn has(self, key: &str) -> bool {
        COMMON.contains(&key) || self.own_keys().contains(&key)
    }

    /// The types that have the key, for those that do not.
    pub(super) fn with_key(key: &str) -> Vec<&'static str> {
        Self::ALL.iter().filter(|(_, kind)| kind.has(key)).map(|(name, _)| *name).collect()
    }

    /// Every key of this type.
    pub(super) fn keys(self) -> impl Iterator<Item = &'static str> {
        COMMON.iter().chain(self.own_keys()).copied().filter(|key| *key != "timeframe")
    }
}
