//! Conditions that compare one number, and the levels that it raises to.

use super::form::{Form, comparison, described, finite};
use super::kind::Kind;
use crate::correlation::{Comparison, Raise, Range};
use crate::diagnostic::{Code, Diagnostic};
use crate::rule::Level;
use crate::span::Span;
use crate::yaml::Node;

const NOTHING_FULFILLS: &str = "no number fulfills these bounds";

/// Which numbers there can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbers {
    /// Whole ones from 1; rules may write 0.
    Counts,
    /// From 0.
    Amounts,
    /// Any.
    All,
}

impl Form<'_> {
    /// The numbers under `condition:` that are enough. `more` names keys beside the bounds.
    pub(super) fn condition(&mut self, numbers: Numbers, more: &[&str]) -> Range {
        let help = "say when it is enough, such as `condition: {gte: 5}`";
        let Some(node) = self.needed("condition", help) else { return Range::default() };
        self.range(node, numbers, more)
    }

    /// The numbers under `condition:`, or a default where it is not written.
    pub(super) fn condition_or(&mut self, numbers: Numbers, default: Range) -> Range {
        match self.value("condition") {
            Some(node) => self.range(node, numbers, &[]),
            None => default,
        }
    }

    fn range(&mut self, node: &Node, numbers: Numbers, more: &[&str]) -> Range {
        self.places.condition = Some(node.span);
        let Some(entries) = node.map() else {
            self.shape(node, "bounds such as `{gte: 5}`");
            return Range::default();
        };
        let mut range = Range::default();
        for (key, value) in entries {
            let name = key.text().unwrap_or_default();
            match comparison(name) {
                Some(comparison) => {
                    if let Some(bound) = self.bound(value, numbers) {
                        range.0.push((comparison, bound));
                        self.places.bounds.push(key.span.join(value.span));
                    }
                }
                None if more.contains(&name) => {}
                None => self.no_bound(name, key.span, more),
            }
        }
        let has_bound = |(key, _): &(Node, Node)| key.text().and_then(comparison).is_some();
        if !entries.iter().any(has_bound) {
            let message = "the condition compares with nothing";
            let help = "add `gt`, `gte`, `lt`, `lte`, `eq` or `neq` with a number";
            self.out.push(Diagnostic::error(Code::BadBound, node.span, message).help(help));
        } else if !is_possible(&range, numbers) {
            let mistake = Diagnostic::error(Code::BadBound, node.span, NOTHING_FULFILLS);
            let is_none = range.holds(0.0) && numbers == Numbers::Counts;
            self.out.push(if is_none {
                mistake.help("for what should have happened and did not, use `absence`")
            } else {
                mistake
            });
        }
        range
    }

    fn no_bound(&mut self, name: &str, span: Span, more: &[&str]) {
        let message = format!("`{name}` is no comparison");
        let mut known = vec!["gt", "gte", "lt", "lte", "eq", "neq"];
        known.extend(more);
        let help = format!("a condition has `{}`", known.join("`, `"));
        self.out.push(Diagnostic::error(Code::CorrelationKey, span, message).help(help));
    }

    /// A number to compare with.
    fn bound(&mut self, node: &Node, numbers: Numbers) -> Option<f64> {
        let number = self.number(node)?;
        let wrong = match numbers {
            Numbers::Counts if number.fract() != 0.0 || number < 0.0 => "a count is a whole number",
            Numbers::Amounts if number < 0.0 => "this is never below 0",
            _ => return Some(number),
        };
        self.error(Code::BadBound, node.span, format!("{wrong}, not {}", described(node)));
        None
    }

    /// The levels by what was measured.
    pub(super) fn raise(&mut self, numbers: Numbers) -> Vec<Raise> {
        let Some(node) = self.value("raise") else { return Vec::new() };
        self.is_special = true;
        let nodes = Self::list(node);
        nodes.into_iter().filter_map(|node| self.raised(node, numbers)).collect()
    }

    fn raised(&mut self, node: &Node, numbers: Numbers) -> Option<Raise> {
        let Some(entries) = node.map() else {
            self.shape(node, "a level with bounds, such as `{level: critical, gte: 20}`");
            return None;
        };
        let level = node.get("level").and_then(Node::text).and_then(Level::from_name);
        if level.is_none() {
            let names = Level::ALL.map(Level::as_str).join(", ");
            let message = format!("expected `level` with one of {names}");
            let at = node.get("level").map_or(node.span, |node| node.span);
            self.error(Code::UnknownValue, at, message);
        }
        let mut range = Range::default();
        for (key, value) in entries.iter().filter(|(key, _)| key.text() != Some("level")) {
            match key.text().and_then(comparison) {
                Some(comparison) => {
                    range.0.extend(self.bound(value, numbers).map(|bound| (comparison, bound)));
                }
                None => self.no_bound(key.text().unwrap_or_default(), key.span, &["level"]),
            }
        }
        if entries.len() < 2 {
            self.error(Code::BadBound, node.span, "this level has no bound");
        }
        Some(Raise { range, level: level? })
    }

    /// The one number under a key that is not negative.
    pub(super) fn amount(&mut self, name: &str, default: f64) -> f64 {
        let Some(node) = self.value(name) else { return default };
        self.bound(node, Numbers::Amounts).unwrap_or(default)
    }

    /// Kilometers, with or without the unit.
    pub(super) fn kilometers(&mut self, name: &str, default: f64) -> f64 {
        let Some(node) = self.value(name) else { return default };
        let bare = node.text().and_then(|text| text.trim().strip_suffix("km")).map(str::trim);
        let number = bare.map_or_else(|| finite(node), |text| text.parse().ok());
        let number = number.filter(|number: &f64| number.is_finite() && *number >= 0.0);
        if number.is_none() {
            let message =
                format!("expected kilometers such as `500 km`, found {}", described(node));
            self.error(Code::BadBound, node.span, message);
        }
        number.unwrap_or(default)
    }
}

/// Whether some number fulfills every bound.
fn is_possible(range: &Range, numbers: Numbers) -> bool {
    let step = if numbers == Numbers::Counts { 1.0 } else { 0.001 };
    let near = |bound: f64| [bound - step, bound, bound + step];
    let mut candidates: Vec<f64> = range.0.iter().flat_map(|(_, bound)| near(*bound)).collect();
    // Between two bounds that are further apart there is a number as well.
    let middles: Vec<f64> =
        candidates.windows(2).map(|pair| f64::midpoint(pair[0], pair[1])).collect();
    if numbers != Numbers::Counts {
        candidates.extend(middles);
    }
    // Whatever is looked at has happened once.
    let exists = |number: &&f64| match numbers {
        Numbers::Counts => **number >= 1.0,
        Numbers::Amounts => **number >= 0.0,
        Numbers::All => true,
    };
    range.0.is_empty() || candidates.iter().filter(exists).any(|number| range.holds(*number))
}

/// So many, or more.
pub(super) fn at_least(number: usize) -> Range {
    Range(vec![(Comparison::Gte, count(number))])
}

/// A number of things as a number to compare with.
pub(super) fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

impl Kind {
    /// What is measured, if levels can rise by it.
    pub(super) fn measured(self) -> Numbers {
        match self {
            Self::ValueSum | Self::ValueAvg | Self::ValueMedian | Self::ValuePercentile => {
                Numbers::All
            }
            Self::Score | Self::ImpossibleTravel | Self::Baseline => Numbers::Amounts,
            _ => Numbers::Counts,
        }
    }
}
