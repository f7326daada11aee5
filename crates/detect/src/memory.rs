//! What rules remember of one group, by type of rule; each takes one event at a time, in the order of time.
//!
//! Nothing here knows of findings, of other groups or of other rules.

pub(crate) mod absence;
pub(crate) mod baseline;
pub(crate) mod ordered;
mod pack;
pub(crate) mod partial;
pub(crate) mod rare;
pub(crate) mod ratio;
pub(crate) mod seen;
pub(crate) mod temporal;
pub(crate) mod travel;
pub(crate) mod window;

use std::sync::Arc;

use rule::correlation::Memory;

use crate::excerpt::{self, Excerpt};
use crate::program::Node;

/// What a rule remembers of one group.
#[derive(Debug, Clone)]
pub(crate) enum Cell {
    Window(Box<window::Window>),
    Ratio(Box<ratio::Tally>),
    Temporal(Box<temporal::Last>),
    Ordered(Box<ordered::Chains>),
    Seen(seen::Seen),
    Rare(Box<rare::Rare>),
    Absence(Box<absence::Absence>),
    Travel(Box<travel::Place>),
    Baseline(Box<baseline::Usual>),
    Partial(Box<partial::Partials>),
}

/// An event that is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    /// In microseconds.
    pub(crate) time: i64,
    /// The fingerprint of what is counted, the bits of a number, or nothing.
    pub(crate) value: u64,
    /// Which source of the rule it came by.
    pub(crate) source: u16,
    /// Its excerpt, cut down to what findings show.
    pub(crate) event: Arc<[u8]>,
}

/// About how many bytes a fingerprint and a number take in a table: 17, of which there are on average half as many again.
/// The true capacity is not asked: a state that was restored must know the same number.
const TABLE_ENTRY: usize = 24;

/// A number of events or values, to be compared with what a rule asks.
#[expect(clippy::cast_precision_loss, reason = "no group remembers 2^52 of anything")]
pub(crate) fn measure(n: usize) -> f64 {
    n as f64
}

/// One match as a rule sees it.
pub(crate) struct Hit<'h> {
    pub(crate) node: &'h Node,
    pub(crate) source: usize,
    /// In microseconds.
    pub(crate) time: i64,
    /// The fingerprint of what is counted, if the rule counts values and the event has one.
    pub(crate) value: Option<u64>,
    /// Whether the event can bring a finding about, or only teaches.
    pub(crate) alerts: bool,
    /// Whether the rule that matched, itself one with memory, holds anew: what counts, counts it then only.
    pub(crate) is_new: bool,
    pub(crate) limits: Limits,
    /// Columns of the event, as text.
    pub(crate) column: &'h dyn Fn(usize) -> Option<&'h str>,
    /// The event, to be remembered.
    pub(crate) keep: &'h dyn Fn() -> Arc<[u8]>,
}

/// Limits on what one group may remember.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// See [`crate::Settings::seed`].
    pub(crate) seed: u64,
    /// Events or values of one rule and group.
    pub(crate) values: usize,
}

/// What a rule concluded from an event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Verdict {
    /// Nothing.
    Quiet,
    /// It cannot tell yet.
    Learning,
    /// It holds; what was measured.
    Holds(f64),
}

impl Hit<'_> {
    /// The event, to be remembered with a value.
    pub(crate) fn kept(&self, value: u64) -> Kept {
        let source = u16::try_from(self.source).unwrap_or(u16::MAX);
        Kept { time: self.time, value, source, event: (self.keep)() }
    }

    /// The earliest time that lies in the window.
    pub(crate) fn start(&self) -> i64 {
        self.time.saturating_sub(self.node.timespan)
    }
}

impl Verdict {
    /// Holds if so.
    pub(crate) fn holds_if(holds: bool, measure: f64) -> Self {
        if holds { Self::Holds(measure) } else { Self::Quiet }
    }
}

impl Cell {
    /// An empty memory for a rule; `None` for rules that need none.
    pub(crate) fn new(node: &Node, time: i64) -> Option<Self> {
        Some(match &node.test {
            Memory::Count(_) | Memory::Distinct { .. } | Memory::Aggregate { .. } => {
                Self::Window(Box::default())
            }
            Memory::Ratio(ratio) => Self::Ratio(Box::new(ratio::Tally::new(ratio))),
            Memory::Temporal { ordered: false, .. } | Memory::Score { .. } => {
                Self::Temporal(Box::new(temporal::Last::new(node.sources.len())))
            }
            Memory::Temporal { ordered: true, .. } => Self::Ordered(Box::default()),
            Memory::NewValue(_) => Self::Seen(seen::Seen::new(time)),
            Memory::RareValue(_) => Self::Rare(Box::default()),
            Memory::Absence { .. } => Self::Absence(Box::default()),
            Memory::Travel(_) => Self::Travel(Box::default()),
            Memory::Baseline(_) => Self::Baseline(Box::new(baseline::Usual::new(time))),
            Memory::Sequence(_) => Self::Partial(Box::default()),
            Memory::TimeSlot(_) => return None,
        })
    }

    /// Takes an event in.
    pub(crate) fn take(&mut self, hit: &Hit<'_>) -> Verdict {
        match (self, &hit.node.test) {
            (Self::Window(cell), test) => cell.take(hit, test),
            (Self::Ratio(cell), Memory::Ratio(ratio)) => cell.take(hit, ratio),
            (Self::Temporal(cell), test) => cell.take(hit, test),
            (Self::Ordered(cell), Memory::Temporal { which, .. }) => cell.take(hit, which),
            (Self::Seen(cell), Memory::NewValue(test)) => cell.take(hit, test),
            (Self::Rare(cell), Memory::RareValue(test)) => cell.take(hit, test),
            (Self::Travel(cell), Memory::Travel(test)) => cell.take(hit, test),
            (Self::Baseline(cell), Memory::Baseline(test)) => cell.take(hit, test),
            // Absence holds when its time has run out, sequences are followed by themselves.
            _ => Verdict::Quiet,
        }
    }

    /// The events that make a rule hold, the earliest first, the one just taken in included.
    pub(crate) fn events(&self, hit: &Hit<'_>) -> Vec<Kept> {
        let just = || hit.kept(hit.value.unwrap_or_default());
        match self {
            Self::Window(cell) => cell.events(),
            Self::Ratio(cell) => cell.events(),
            Self::Temporal(cell) => cell.events(),
            Self::Ordered(cell) => cell.events(),
            Self::Travel(cell) => cell.events(),
            _ => vec![just()],
        }
    }

    /// Whether something was forgotten for want of room.
    pub(crate) fn is_cut(&self) -> bool {
        match self {
            Self::Window(cell) => cell.is_cut(),
            Self::Ratio(cell) => cell.is_cut(),
            Self::Seen(cell) => cell.is_cut(),
            Self::Rare(cell) => cell.is_cut(),
            Self::Absence(cell) => cell.is_cut(),
            Self::Baseline(cell) => cell.is_cut(),
            Self::Partial(cell) => cell.is_cut(),
            Self::Temporal(_) | Self::Ordered(_) | Self::Travel(_) => false,
        }
    }

    /// The time after which nothing of it matters.
    pub(crate) fn dead_after(&self, node: &Node) -> i64 {
        let last = match self {
            Self::Window(cell) => cell.last(),
            Self::Ratio(cell) => cell.last(),
            Self::Temporal(cell) => cell.last(),
            Self::Ordered(cell) => cell.last(),
            Self::Absence(cell) => return cell.dead_after(node),
            Self::Travel(cell) => cell.last(),
            Self::Partial(cell) => cell.last(),
            Self::Seen(cell) => return cell.dead_after(node),
            Self::Rare(cell) => return cell.dead_after(node),
            Self::Baseline(cell) => return cell.dead_after(node),
        };
        last.saturating_add(node.timespan)
    }

    /// About how many bytes it takes.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Window(cell) => cell.bytes(),
            Self::Ratio(cell) => cell.bytes(),
            Self::Temporal(cell) => cell.bytes(),
            Self::Ordered(cell) => cell.bytes(),
            Self::Seen(cell) => cell.bytes(),
            Self::Rare(cell) => cell.bytes(),
            Self::Absence(cell) => cell.bytes(),
            Self::Travel(cell) => cell.bytes(),
            Self::Baseline(cell) => cell.bytes(),
            Self::Partial(cell) => cell.bytes(),
        }
    }
}

impl Kept {
    /// Whether it is that very event.
    pub(crate) fn is_at(&self, excerpt: &Excerpt<'_>) -> bool {
        self.time == excerpt.time && excerpt::id(&self.event) == Some(excerpt.id)
    }

    /// About how many bytes it takes: what shares an event with others is counted by each.
    pub(crate) fn bytes(&self) -> usize {
        size_of::<Self>() + self.event.len() + 16
    }
}
