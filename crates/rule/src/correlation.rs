//! Rules with memory, as they were read: what they count, of which rules, for whom, and when it is enough.
//!
//! Here is no evaluation: `detect` keeps the memory. Names of rules are resolved to ids; fields are read out of the
//! event of the referred rule.
//!
//! *Source.* Sigma specification 2.1.0, "Correlation rules", for the types of Sigma; `docs/correlations.md` for the others.

mod mutant;

use std::time::Duration;

use catalog::Product;
use event::Field;

pub(crate) use self::mutant::mutants;
use crate::rule::Level;
use crate::span::Span;

/// A rule over the matches of other rules.
#[derive(Debug, Clone)]
pub struct Correlation {
    /// The rules it refers to, in its order, without repetition.
    pub sources: Vec<Source>,
    /// What tells groups apart; empty for one group a tenant. Each has one field a source. Empty for sequences,
    /// whose groups are told apart by variables: see [`Sequence::group`].
    pub group_by: Vec<Key>,
    /// How long an event counts. For types without a window, how long further events join a finding.
    pub timespan: Duration,
    /// What is asked of the events of a group.
    pub test: Memory,
    /// Levels by what was measured, in the order of the file.
    pub raise: Vec<Raise>,
    /// Whether the referred rules raise findings of their own.
    pub generate: bool,
}

/// A rule that another refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The id of the rule.
    pub id: String,
    /// The word by which it is referred to.
    pub word: String,
    /// Whether its events can bring a finding about, or only teach.
    pub alerts: bool,
}

/// Something that is read from the events of each source.
#[derive(Debug, Clone)]
pub struct Key {
    /// The word in the rule: a field, an alias, or a variable.
    pub name: String,
    /// The field to read, by source; the same length as the sources. `None` where the source is not asked.
    pub fields: Vec<Option<Field>>,
    /// By source, where that is itself a correlation and the word names a part of its group: the number of that part,
    /// in its `group_by`, or for a sequence in [`Sequence::group`]. What the group holds there goes before the field.
    pub inherited: Vec<Option<usize>>,
}

/// The level of findings once enough was measured.
#[derive(Debug, Clone)]
pub struct Raise {
    /// What must hold of the measure.
    pub range: Range,
    /// The level from then on.
    pub level: Level,
}

/// Numbers that are enough: every bound must hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Range(pub Vec<(Comparison, f64)>);

/// A comparison with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// Greater.
    Gt,
    /// Greater or equal.
    Gte,
    /// Less.
    Lt,
    /// Less or equal.
    Lte,
    /// Equal.
    Eq,
    /// Not equal.
    Neq,
}

/// What is asked of the events of a group.
#[derive(Debug, Clone)]
pub enum Memory {
    /// `event_count`: events in the window.
    Count(Range),
    /// `value_count`: different values, or tuples of values, in the window.
    Distinct {
        /// One or more; several make a tuple.
        values: Vec<Key>,
        /// What is enough.
        range: Range,
    },
    /// `value_sum`, `value_avg`, `value_median`, `value_percentile`.
    Aggregate {
        /// The number to read.
        value: Key,
        /// What is made of the numbers.
        function: Function,
        /// What is enough.
        range: Range,
    },
    /// `temporal`, `temporal_ordered`.
    Temporal {
        /// Whether the rules must match in their order.
        ordered: bool,
        /// Which rules must have matched.
        which: Which,
    },
    /// `new_value`.
    NewValue(NewValue),
    /// `rare_value`.
    RareValue(RareValue),
    /// `absence`: the first source, and then none of the others within the timespan.
    Absence {
        /// How long before the first one of the others counts as well.
        lookback: Duration,
    },
    /// `impossible_travel`.
    Travel(Travel),
    /// `baseline`.
    Baseline(Baseline),
    /// `ratio`.
    Ratio(Ratio),
    /// `time_slot`.
    TimeSlot(TimeSlot),
    /// `score`: the sum of the weights of the rules that matched in the window.
    Score {
        /// By source.
        weights: Vec<f64>,
        /// What is enough.
        range: Range,
    },
    /// `sequence`: stages whose key changes.
    Sequence(Sequence),
}

/// What is made of numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Function {
    /// Their sum.
    Sum,
    /// Their mean.
    Average,
    /// The middle one; the mean of the two in the middle.
    Median,
    /// The least number that this percentage of them does not exceed.
    Percentile(f64),
}

/// Which of several rules must have matched.
#[derive(Debug, Clone, PartialEq)]
pub enum Which {
    /// So many different ones.
    Number(Range),
    /// Those that fulfil an expression; only where the order does not matter.
    Expression(Logic),
}

/// A boolean expression over sources.
#[derive(Debug, Clone, PartialEq)]
pub enum Logic {
    /// The source of that number has matched.
    Source(usize),
    /// Not this.
    Not(Box<Logic>),
    /// All of these.
    All(Vec<Logic>),
    /// Any of these.
    Any(Vec<Logic>),
}

/// `new_value`: the first time a value is seen for a group.
#[derive(Debug, Clone)]
pub struct NewValue {
    /// One or more; several make a tuple.
    pub values: Vec<Key>,
    /// A value that was not seen for so long is forgotten.
    pub history: Duration,
    /// How long a group must be known before a value can be new.
    pub min_history: Duration,
    /// How many events of the group must be known.
    pub min_events: u32,
    /// Whether the first events of a group alert, instead of teaching in silence.
    pub alerts_when_cold: bool,
    /// How long a value stays new after it was first seen.
    pub probation: Duration,
}

/// `rare_value`: a value that few events of the group have had.
#[derive(Debug, Clone)]
pub struct RareValue {
    /// One or more; several make a tuple.
    pub values: Vec<Key>,
    /// How long events count.
    pub history: Duration,
    /// How many events of the group must be known.
    pub min_events: u32,
    /// What number of events with the value, the last one included, is rare.
    pub range: Range,
}

/// `impossible_travel`: two places too far apart for the time between.
#[derive(Debug, Clone)]
pub struct Travel {
    /// Degrees north.
    pub latitude: Key,
    /// Degrees east.
    pub longitude: Key,
    /// Kilometers per hour that are too fast.
    pub range: Range,
    /// Kilometers below which it is no travel.
    pub distance: f64,
    /// If one of these is the same for both, it is no travel.
    pub except_same: Vec<Key>,
}

/// `baseline`: more than the group usually does.
#[derive(Debug, Clone)]
pub struct Baseline {
    /// Different values instead of events; empty for events.
    pub values: Vec<Key>,
    /// What is counted together, aligned to 1970-01-01 UTC.
    pub bucket: Duration,
    /// How many buckets before the present one are compared with.
    pub n_buckets: u32,
    /// How the middle and the deviation are found.
    pub method: Method,
    /// Deviations above the middle that are too many.
    pub range: Range,
    /// The least number that can be too many.
    pub floor: f64,
    /// Buckets since the group was first seen, below which it is learning.
    pub min_samples: u32,
}

/// How a middle and a deviation are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Mean and standard deviation.
    Mean,
    /// Median and median absolute deviation.
    Median,
}

/// `ratio`: several numbers of one window, compared.
#[derive(Debug, Clone)]
pub struct Ratio {
    /// The numbers.
    pub aggregates: Vec<Aggregate>,
    /// What must hold of them.
    pub condition: Claim,
}

/// A named number of a window.
#[derive(Debug, Clone)]
pub struct Aggregate {
    /// Its name in the condition.
    pub name: String,
    /// Which sources count.
    pub sources: Vec<bool>,
    /// What is counted.
    pub what: Counted,
}

/// What an aggregate counts.
#[derive(Debug, Clone)]
pub enum Counted {
    /// Events.
    Events,
    /// Different values.
    Distinct(Key),
    /// The sum of a number.
    Sum(Key),
}

/// A claim about aggregates.
#[derive(Debug, Clone, PartialEq)]
pub enum Claim {
    /// A comparison of two numbers. One that cannot be worked out, such as a division by zero, is false.
    Compare(Amount, Comparison, Amount),
    /// Not this.
    Not(Box<Claim>),
    /// All of these.
    All(Vec<Claim>),
    /// Any of these.
    Any(Vec<Claim>),
}

/// A number made of aggregates.
#[derive(Debug, Clone, PartialEq)]
pub enum Amount {
    /// As written.
    Number(f64),
    /// The aggregate of that number.
    Aggregate(usize),
    /// The sum.
    Add(Box<Amount>, Box<Amount>),
    /// The difference.
    Subtract(Box<Amount>, Box<Amount>),
    /// The product.
    Multiply(Box<Amount>, Box<Amount>),
    /// The quotient.
    Divide(Box<Amount>, Box<Amount>),
}

/// `time_slot`: when it happens.
#[derive(Debug, Clone)]
pub struct TimeSlot {
    /// IANA name of the zone, or `UTC`; one that is known.
    pub zone: String,
    /// Monday first.
    pub days: [bool; 7],
    /// Minutes of the day at which the slot begins and ends; one that ends before it begins goes over midnight and
    /// belongs to the day on which it begins.
    pub minutes: (u16, u16),
    /// Whether events outside the slot are meant, or those inside.
    pub outside: bool,
}

/// `sequence`: stages whose key changes.
#[derive(Debug, Clone)]
pub struct Sequence {
    /// Names of the variables; everything else counts in them.
    pub variables: Vec<String>,
    /// In order; at least two.
    pub stages: Vec<Stage>,
    /// The variables that name the group.
    pub group: Vec<usize>,
    /// How many stages are enough.
    pub range: Range,
}

/// One stage of a sequence.
#[derive(Debug, Clone)]
pub struct Stage {
    /// The sources that make it, by number.
    pub sources: Vec<usize>,
    /// Variables and the field that must hold the same.
    pub matches: Vec<(usize, Key)>,
    /// Variables and the field that must hold something else.
    pub differs: Vec<(usize, Key)>,
    /// Variables that take the value of a field. An event that lacks one is not this stage.
    pub binds: Vec<(usize, Key)>,
    /// How long after the stage before; `None` for as long as the whole may take.
    pub within: Option<Duration>,
}

impl Memory {
    /// Whether it counts within a window that holds every event.
    pub(crate) fn holds_events(&self) -> bool {
        !matches!(
            self,
            Self::NewValue(_) | Self::RareValue(_) | Self::Baseline(_) | Self::TimeSlot(_)
        )
    }
}

impl Logic {
    /// Whether it holds, by which sources have matched.
    pub fn holds(&self, matched: &dyn Fn(usize) -> bool) -> bool {
        match self {
            Self::Source(source) => matched(*source),
            Self::Not(inner) => !inner.holds(matched),
            Self::All(parts) => parts.iter().all(|part| part.holds(matched)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(matched)),
        }
    }

    /// Marks the sources that it names.
    pub(crate) fn mark(&self, used: &mut [bool]) {
        match self {
            Self::Source(source) => used[*source] = true,
            Self::Not(inner) => inner.mark(used),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.mark(used)),
        }
    }
}

impl Range {
    /// Whether a number is enough.
    pub fn holds(&self, number: f64) -> bool {
        self.0.iter().all(|(comparison, bound)| comparison.holds(number, *bound))
    }
}

impl Comparison {
    /// Whether it holds.
    pub fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::Gt => left > right,
            Self::Gte => left >= right,
            Self::Lt => left < right,
            Self::Lte => left <= right,
            Self::Eq => (left - right).abs() < f64::EPSILON,
            Self::Neq => (left - right).abs() >= f64::EPSILON,
        }
    }
}

/// Where the parts of a correlation stand in its file, for lints and for leaving parts out.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places {
    /// The type, as it is written, and where.
    pub(crate) kind: (String, Span),
    /// By source.
    pub(crate) sources: Vec<Span>,
    /// By source: the product of its events, if they are of one that the catalog knows.
    pub(crate) products: Vec<Option<Product>>,
    /// By key.
    pub(crate) group_by: Vec<Span>,
    /// The window, if it is written.
    pub(crate) timespan: Option<Span>,
    /// By bound of the condition.
    pub(crate) bounds: Vec<Span>,
    /// The whole condition, if it is written.
    pub(crate) condition: Option<Span>,
    /// By stage.
    pub(crate) stages: Vec<Span>,
    /// Every key under `correlation`, with its value.
    pub(crate) keys: Vec<(String, Span)>,
    /// Every field that is read of events, by the sources that are asked.
    pub(crate) fields: Vec<Mention>,
}

impl Places {
    /// Where a key stands with its value, if it is written.
    fn key(&self, name: &str) -> Option<Span> {
        self.keys.iter().find(|(key, _)| key == name).map(|(_, span)| *span)
    }
}

/// A field that is read of the events of some sources.
#[derive(Debug, Clone)]
pub(crate) struct Mention {
    pub(crate) name: String,
    pub(crate) span: Span,
    /// Numbers of the sources.
    pub(crate) sources: Vec<usize>,
}

impl TimeSlot {
    /// Whether a time lies in the slot.
    pub fn contains(&self, time: jiff::Timestamp) -> bool {
        let zones = jiff::tz::TimeZoneDatabase::bundled();
        let zone = zones.get(&self.zone).unwrap_or(jiff::tz::TimeZone::UTC);
        let local = time.to_zoned(zone).datetime();
        let part = |part: i8| u16::from(part.unsigned_abs());
        let minute = part(local.hour()) * 60 + part(local.minute());
        let today = usize::from(local.weekday().to_monday_zero_offset().unsigned_abs());
        let is_on = |day: usize| self.days.get(day % 7).copied().unwrap_or_default();
        let (begin, end) = self.minutes;
        if begin <= end {
            return is_on(today) && (begin..end).contains(&minute);
        }
        (is_on(today) && minute >= begin) || (is_on(today + 6) && minute < end)
    }
}
