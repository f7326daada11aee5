//! What each type asks of the events of a group.

use std::time::Duration;

use super::form::{Form, described};
use super::history::{DAY, HOUR};
use super::kind::Kind;
use super::range::{Numbers, at_least, count};
use crate::correlation::{Comparison, Function, Key, Memory, RareValue, Which};
use crate::diagnostic::{Code, Diagnostic};

impl Form<'_> {
    /// How long an event counts, or further events join a finding, where it is not written.
    pub(super) fn default_window(&self) -> Option<Duration> {
        match self.kind {
            Kind::NewValue | Kind::RareValue | Kind::TimeSlot | Kind::Baseline => Some(HOUR),
            _ => None,
        }
    }

    /// What is asked of the events of a group; `None` when that cannot be read.
    pub(super) fn test(&mut self) -> Option<Memory> {
        match self.kind {
            Kind::EventCount => Some(Memory::Count(self.condition(Numbers::Counts, &[]))),
            Kind::ValueCount => {
                let range = self.condition(Numbers::Counts, &["field"]);
                Some(Memory::Distinct { values: self.values_of_condition(), range })
            }
            Kind::ValueSum => self.aggregate(Function::Sum),
            Kind::ValueAvg => self.aggregate(Function::Average),
            Kind::ValueMedian => self.aggregate(Function::Median),
            Kind::ValuePercentile => {
                let rank = self.rank();
                self.aggregate(Function::Percentile(rank))
            }
            Kind::Temporal => self.temporal(false),
            Kind::TemporalOrdered => self.temporal(true),
            Kind::NewValue => Some(Memory::NewValue(self.new_value())),
            Kind::RareValue => Some(Memory::RareValue(RareValue {
                values: self.needed_keys("field"),
                history: self.duration("history", 30 * DAY),
                min_events: self.whole("min-events", 100),
                range: self.condition(Numbers::Counts, &[]),
            })),
            Kind::Absence => {
                let lookback = self.duration("lookback", Duration::ZERO);
                self.at_least_rules(2, "the first, and at least one that cancels it");
                Some(Memory::Absence { lookback })
            }
            Kind::ImpossibleTravel => self.travel(),
            Kind::Baseline => self.baseline(),
            Kind::Ratio => self.ratio(),
            Kind::TimeSlot => self.time_slot(),
            Kind::Score => self.score(),
            Kind::Sequence => self.sequence(),
        }
    }

    /// The fields that stand under `condition:`.
    fn values_of_condition(&mut self) -> Vec<Key> {
        let condition = self.value("condition");
        let field = condition.and_then(|node| node.get("field")).filter(|node| !node.is_null());
        let Some(field) = field.filter(|field| !Self::list(field).is_empty()) else {
            if let Some(condition) = condition {
                let message = format!("the condition of `{}` needs a `field`", self.kind.name());
                self.error(Code::Missing, condition.span, message);
            }
            return Vec::new();
        };
        self.keys(field)
    }

    fn aggregate(&mut self, function: Function) -> Option<Memory> {
        let more: &[&str] = match function {
            Function::Percentile(_) => &["field", "percentile"],
            _ => &["field"],
        };
        let range = self.condition(Numbers::All, more);
        let mut values = self.values_of_condition();
        if values.len() > 1
            && let Some(field) = self.value("condition").and_then(|node| node.get("field"))
        {
            self.error(Code::WrongShape, field.span, "a number is read from one field");
        }
        Some(Memory::Aggregate { value: values.pop()?, function, range })
    }

    /// Which percentile; the middle where it is not written.
    fn rank(&mut self) -> f64 {
        let condition = self.value("condition");
        let Some(node) = condition.and_then(|node| node.get("percentile")) else { return 50.0 };
        let number = self.number(node).unwrap_or(50.0);
        if !(0.0..=100.0).contains(&number) {
            let message =
                format!("a percentile is a number from 0 to 100, not {}", described(node));
            self.error(Code::BadBound, node.span, message);
        }
        number
    }

    fn temporal(&mut self, ordered: bool) -> Option<Memory> {
        let n_sources = self.sources.len();
        if ordered {
            self.at_least_rules(2, "for an order there must be two");
        }
        let condition = self.value("condition");
        let which = match condition {
            Some(node) if node.map().is_none() && !ordered => self.expression(node)?,
            Some(node) if node.map().is_none() => {
                let message = "an expression has no order";
                let help = "list the rules in their order, or use `temporal`";
                self.out.push(Diagnostic::error(Code::WrongShape, node.span, message).help(help));
                return None;
            }
            _ => Which::Number(self.condition_or(Numbers::Counts, at_least(n_sources))),
        };
        if let (Which::Number(range), Some(node)) = (&which, condition)
            && !(1..=n_sources).any(|number| range.holds(count(number)))
        {
            let message = format!("{n_sources} rules cannot fulfill this");
            self.error(Code::BadBound, node.span, message);
        }
        Some(Memory::Temporal { ordered, which })
    }

    /// Says when there are too few rules.
    pub(super) fn at_least_rules(&mut self, least: usize, why: &str) {
        if self.sources.len() < least {
            let at = self.entry("rules").map_or(self.at, |(key, _)| key.span);
            let message = format!("`{}` needs {least} rules or more", self.kind.name());
            self.out.push(Diagnostic::error(Code::TooFewRules, at, message).help(why));
        }
    }

    fn score(&mut self) -> Option<Memory> {
        let help = "give each rule its weight, such as `weights: {a: 40, b: 30}`";
        let node = self.needed("weights", help)?;
        let Some(entries) = node.map() else {
            self.shape(node, "a weight for each rule");
            return None;
        };
        let mut weights = vec![None; self.sources.len()];
        for (rule, weight) in entries {
            let source = self.source_of(rule);
            let weight = self.number(weight);
            if let Some(source) = source {
                weights[source] = Some(weight.unwrap_or_default());
            }
        }
        for source in (0..weights.len()).filter(|source| weights[*source].is_none()) {
            let message = format!("the rule `{}` has no weight", self.sources[source].word);
            self.out.push(Diagnostic::error(Code::Missing, node.span, message).help(help));
        }
        let weights: Vec<_> = weights.into_iter().map(Option::unwrap_or_default).collect();
        let range = self.condition(Numbers::All, &[]);
        let most: f64 = weights.iter().filter(|weight| **weight > 0.0).sum();
        if let [(comparison, bound)] = range.0[..]
            && bound > most
            && matches!(comparison, Comparison::Gte)
        {
            let at = self.places.condition.unwrap_or(self.at);
            let message = format!("all rules together weigh {most}, and {bound} is asked for");
            self.error(Code::BadBound, at, message);
        }
        Some(Memory::Score { weights, range })
    }
}
