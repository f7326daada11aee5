//! What each type asks of the events of a group.

use std::collections::HashSet;
use std::time::Duration;

use super::claim;
use super::form::{Form, described};
use super::kind::Kind;
use super::range::{Numbers, at_least};
use crate::correlation::{
    Aggregate, Baseline, Counted, Function, Key, Memory, Method, NewValue, RareValue, Ratio,
    Travel, Which,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::yaml::Node;

const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

/// Most buckets that a baseline compares with: a year of hours.
const MAX_BUCKETS: u64 = 366 * 24;

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
            && !(1..=n_sources).any(|number| range.holds(number as f64))
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

    fn new_value(&mut self) -> NewValue {
        let words = [("learn", false), ("alert", true)];
        let cold = self.value("cold-start").and_then(|node| self.word(node, &words));
        let value = NewValue {
            values: self.needed_keys("field"),
            history: self.duration("history", 30 * DAY),
            min_history: self.duration("min-history", 7 * DAY),
            min_events: self.whole("min-events", 1),
            alerts_when_cold: cold.unwrap_or(false),
            probation: self.duration("probation", Duration::ZERO),
        };
        for (key, stretch) in [("min-history", value.min_history), ("probation", value.probation)] {
            if stretch > value.history {
                let at = self.value(key).or_else(|| self.value("history"));
                let at = at.map_or(self.at, |node| node.span);
                let message =
                    format!("`{key}` is longer than `history`, so that nothing is ever known");
                self.error(Code::BadDuration, at, message);
            }
        }
        value
    }

    fn travel(&mut self) -> Option<Memory> {
        let all: Vec<_> = (0..self.sources.len()).collect();
        let place = self.at;
        let latitude = self.named("entity.latitude", place, &all);
        let longitude = self.named("entity.longitude", place, &all);
        self.places.fields.retain(|mention| mention.span != place);
        let range = self.condition(Numbers::Amounts, &[]);
        let distance = self.kilometers("distance", 100.0);
        let except_same = self.value("except-same").map(|node| self.keys(node));
        let except_same = except_same.unwrap_or_default();
        let (latitude, longitude) = latitude.zip(longitude)?;
        Some(Memory::Travel(Travel { latitude, longitude, range, distance, except_same }))
    }

    fn baseline(&mut self) -> Option<Memory> {
        let words = [("median", Method::Median), ("mean", Method::Mean)];
        let method = self.value("method").and_then(|node| self.word(node, &words));
        let values = self.value("field").map(|node| self.keys(node)).unwrap_or_default();
        let bucket = self.value("bucket").map_or(Some(HOUR), |node| self.lasting(node))?;
        let history = self.duration("history", 14 * DAY);
        let n_buckets = history.as_secs() / bucket.as_secs().max(1);
        if !(2..=MAX_BUCKETS).contains(&n_buckets) {
            let at = self.value("history").or_else(|| self.value("bucket"));
            let at = at.map_or(self.at, |node| node.span);
            let message =
                format!("the history has {n_buckets} buckets, and must have 2 to {MAX_BUCKETS}");
            self.error(Code::BadDuration, at, message);
        }
        let range = self.condition(Numbers::Amounts, &[]);
        let floor = self.amount("floor", 1.0);
        let min_samples = self.whole("min-samples", 24);
        if u64::from(min_samples) > n_buckets {
            let at = self.value("min-samples").map_or(self.at, |node| node.span);
            let message =
                format!("the history has {n_buckets} buckets, fewer than `min-samples` asks for");
            self.error(Code::BadBound, at, message);
        }
        Some(Memory::Baseline(Baseline {
            values,
            bucket,
            n_buckets: u32::try_from(n_buckets).unwrap_or(u32::MAX),
            method: method.unwrap_or(Method::Median),
            range,
            floor,
            min_samples,
        }))
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
            && matches!(comparison, crate::correlation::Comparison::Gte)
        {
            let at = self.places.condition.unwrap_or(self.at);
            let message = format!("all rules together weigh {most}, and {bound} is asked for");
            self.error(Code::BadBound, at, message);
        }
        Some(Memory::Score { weights, range })
    }

    fn ratio(&mut self) -> Option<Memory> {
        let help = "name what is counted, such as `aggregates: {failures: {rule: fail}}`";
        let node = self.needed("aggregates", help);
        let help = "compare the aggregates, such as `condition: failures >= 20`";
        let condition = self.needed("condition", help);
        let entries = node.map(|node| (node, node.map().unwrap_or_default()));
        let mut aggregates = Vec::new();
        if let Some((node, [])) = entries {
            self.shape(node, "names with what is counted");
        }
        for (name, value) in entries.map(|(_, entries)| entries).unwrap_or_default() {
            aggregates.extend(self.counted(name, value));
        }
        let n_written = entries.map_or(0, |(_, entries)| entries.len());
        let names: Vec<_> = aggregates.iter().map(|one: &Aggregate| one.name.clone()).collect();
        let condition = condition.filter(|_| aggregates.len() == n_written && n_written > 0)?;
        self.places.condition = Some(condition.span);
        let claim = claim::parse(condition, self.source, &names, &mut self.out)?;
        let mut used = vec![false; aggregates.len()];
        claim::mark(&claim, &mut used);
        let unused: HashSet<_> = names.iter().zip(&used).filter(|(_, used)| !**used).collect();
        for (name, _) in entries.map(|(_, entries)| entries).unwrap_or_default() {
            let is_unused = |(unused, _): &(&String, &bool)| Some(unused.as_str()) == name.text();
            if unused.iter().any(is_unused) {
                let message = format!("the condition does not use `{}`", described(name));
                let message = message.replace("``", "`");
                self.out.push(Diagnostic::warning(Code::UnusedSelection, name.span, message));
            }
        }
        Some(Memory::Ratio(Ratio { aggregates, condition: claim }))
    }

    fn counted(&mut self, name: &Node, node: &Node) -> Option<Aggregate> {
        let text = self.text(name, "a name")?;
        if !claim::is_name(text) {
            let message = format!("`{text}` cannot stand in an expression");
            let help = "use letters, digits and `_`";
            self.out.push(Diagnostic::error(Code::BadExpression, name.span, message).help(help));
            return None;
        }
        let Some(entries) = node.map() else {
            self.shape(node, "what is counted, such as `{rule: fail, distinct: entity.user}`");
            return None;
        };
        for (key, _) in entries {
            let word = key.text().unwrap_or_default();
            if !["rule", "distinct", "sum"].contains(&word) {
                let message = format!("an aggregate has no `{word}`");
                let mistake = Diagnostic::error(Code::CorrelationKey, key.span, message);
                self.out.push(mistake.help("it has `rule`, and `distinct` or `sum`"));
            }
        }
        let rules = node.get("rule").map(Self::list).unwrap_or_default();
        let mut sources = vec![rules.is_empty(); self.sources.len()];
        for rule in rules {
            sources[self.source_of(rule)?] = true;
        }
        let asked: Vec<_> = (0..sources.len()).filter(|source| sources[*source]).collect();
        let what = match (node.get("distinct"), node.get("sum")) {
            (Some(_), Some(sum)) => {
                self.error(Code::CorrelationKey, sum.span, "an aggregate is `distinct` or a `sum`");
                return None;
            }
            (Some(field), None) => Counted::Distinct(self.key_of(field, &asked)?),
            (None, Some(field)) => Counted::Sum(self.key_of(field, &asked)?),
            (None, None) => Counted::Events,
        };
        Some(Aggregate { name: text.to_owned(), sources, what })
    }
}
