//! A correlation without each of its parts, or with each of its numbers a little off.
//!
//! What is left out is what some case of the rule must notice: a key of the group, a rule, a stage, what a stage asks
//! for. Bounds become a little weaker, the window becomes twice as long.

mod change;

use std::time::Duration;

use super::{Claim, Comparison, Correlation, Key, Memory, Places};
use crate::expr::Expr;
use crate::logic::Mutant;
use crate::span::Span;

/// Every variant, by place.
pub(crate) fn mutants(correlation: &Correlation, places: &Places) -> Vec<Mutant> {
    let mut variants = Variants { correlation, found: Vec::new() };
    variants.groups(places);
    variants.sources(places);
    variants.bounds(places);
    variants.window(places);
    variants.stages(places);
    variants.claims(places);
    variants.limits(places);
    variants.members(places);
    variants.found.sort_by_key(|mutant| mutant.span);
    variants.found
}

/// What makes a variant.
type Change = fn(&mut Correlation);

struct Variants<'c> {
    correlation: &'c Correlation,
    found: Vec<Mutant>,
}

impl Variants<'_> {
    fn add(&mut self, what: impl Into<String>, span: Span, change: impl FnOnce(&mut Correlation)) {
        let mut correlation = self.correlation.clone();
        change(&mut correlation);
        let correlation = Some(Box::new(correlation));
        let (what, expr) = (what.into(), Expr::Const(false));
        self.found.push(Mutant { what, span, expr, correlation, asks: None });
    }

    fn groups(&mut self, places: &Places) {
        for (number, span) in places.group_by.iter().enumerate() {
            // One group a tenant is what remains without this key.
            let tells = |key: &&Key| key.name != "entity.tenant" || !is_of_one_product(places);
            if let Some(key) = self.correlation.group_by.get(number).filter(tells) {
                self.add(format!("group-by {}", key.name), *span, |c| {
                    c.group_by.remove(number);
                });
            }
        }
    }

    /// Without each rule, where something is left.
    fn sources(&mut self, places: &Places) {
        let is_absence = matches!(self.correlation.test, Memory::Absence { .. });
        let n_sources = self.correlation.sources.len();
        // Stages of a sequence are left out as such; without its anchor, an absence is none.
        let first = usize::from(is_absence);
        if n_sources < 2 || matches!(self.correlation.test, Memory::Sequence(_)) {
            return;
        }
        for (number, span) in places.sources.iter().enumerate().take(n_sources).skip(first) {
            let word = self.correlation.sources[number].word.clone();
            self.add(format!("rule {word}"), *span, |c| c.without_source(number));
        }
    }

    fn bounds(&mut self, places: &Places) {
        for (number, span) in places.bounds.iter().enumerate() {
            if let Some(bound) = self.correlation.test.range().and_then(|range| range.0.get(number))
            {
                let weaker = weaker(*bound, &self.correlation.test);
                self.add(format!("bound {}", bound.1), *span, |c| {
                    if let Some(range) = c.test.range_mut() {
                        range.0[number].1 = weaker;
                    }
                });
            }
        }
    }

    fn window(&mut self, places: &Places) {
        if let Some(span) = places.timespan.filter(|_| self.correlation.test.holds_events()) {
            self.add("timespan", span, |c| c.timespan *= 2);
        }
    }

    fn stages(&mut self, places: &Places) {
        let Memory::Sequence(sequence) = &self.correlation.test else { return };
        for (number, (stage, span)) in sequence.stages.iter().zip(&places.stages).enumerate() {
            if sequence.stages.len() > 2 {
                let what = format!("stage {}", number + 1);
                self.add(what, *span, |c| c.on_sequence(|s| s.without_stage(number)));
            }
            let variable = |at: usize| &sequence.variables[at];
            for (at, (name, _)) in stage.matches.iter().enumerate() {
                let what = format!("match {} in stage {}", variable(*name), number + 1);
                self.add(what, *span, |c| {
                    c.on_sequence(|s| drop(s.stages[number].matches.remove(at)));
                });
            }
            for (at, (name, _)) in stage.differs.iter().enumerate() {
                let what = format!("differ {} in stage {}", variable(*name), number + 1);
                self.add(what, *span, |c| {
                    c.on_sequence(|s| drop(s.stages[number].differs.remove(at)));
                });
            }
            if stage.within.is_some() {
                let what = format!("within in stage {}", number + 1);
                self.add(what, *span, |c| c.on_sequence(|s| s.stages[number].within = None));
            }
        }
    }

    /// Without each limit that the file sets.
    fn limits(&mut self, places: &Places) {
        let limits: [(&str, Change); 10] = [
            ("min-history", |c| c.on_new_value(|new| new.min_history = Duration::ZERO)),
            ("min-events", |c| match &mut c.test {
                Memory::NewValue(new) => new.min_events = 0,
                Memory::RareValue(rare) => rare.min_events = 0,
                _ => {}
            }),
            ("probation", |c| c.on_new_value(|new| new.probation = Duration::ZERO)),
            ("cold-start", |c| c.on_new_value(|new| new.alerts_when_cold = !new.alerts_when_cold)),
            ("alert-on", |c| c.sources.iter_mut().for_each(|source| source.alerts = true)),
            ("lookback", |c| c.test = Memory::Absence { lookback: Duration::ZERO }),
            ("distance", |c| c.on_travel(|travel| travel.distance = 0.0)),
            ("except-same", |c| c.on_travel(|travel| travel.except_same.clear())),
            ("floor", |c| c.on_baseline(|baseline| baseline.floor = 0.0)),
            ("min-samples", |c| c.on_baseline(|baseline| baseline.min_samples = 0)),
        ];
        for (name, change) in limits {
            if let Some(span) = places.key(name) {
                self.add(name, span, change);
            }
        }
        if let (Some(span), Memory::TimeSlot(slot)) = (places.key("slot"), &self.correlation.test) {
            let (days, hours) = (slot.days != [true; 7], slot.minutes != (0, 24 * 60));
            if days && hours {
                self.add("days", span, |c| c.on_slot(|slot| slot.days = [true; 7]));
                self.add("hours", span, |c| c.on_slot(|slot| slot.minutes = (0, 24 * 60)));
            }
        }
    }

    /// Without each member of a tuple of values.
    fn members(&mut self, places: &Places) {
        let Some(span) = places.key("field").or(places.condition) else { return };
        let names = self.correlation.test.values().iter().map(|key| key.name.clone());
        let names: Vec<_> = names.collect();
        for (number, name) in names.iter().enumerate().filter(|_| names.len() > 1) {
            self.add(format!("field {name}"), span, |c| {
                if let Some(values) = c.test.values_mut() {
                    values.remove(number);
                }
            });
        }
    }

    /// Without each part of an expression, where something is left.
    fn claims(&mut self, places: &Places) {
        let Some(span) = places.condition else { return };
        let parts = match &self.correlation.test {
            Memory::Ratio(ratio) => match &ratio.condition {
                Claim::All(parts) | Claim::Any(parts) => parts.len(),
                _ => 0,
            },
            _ => 0,
        };
        for number in 0..parts {
            self.add(format!("part {} of the condition", number + 1), span, |c| {
                if let Memory::Ratio(ratio) = &mut c.test
                    && let Claim::All(parts) | Claim::Any(parts) = &mut ratio.condition
                {
                    parts.remove(number);
                }
            });
        }
    }
}

/// Whether groups are told apart by tenant anyway.
fn is_of_one_product(places: &Places) -> bool {
    let (first, others) = places.products.split_first().unwrap_or((&None, &[]));
    first.is_some() && others.iter().all(|other| other == first)
}

/// A bound that more numbers fulfill: by one where things are counted, by half where something is measured.
fn weaker((comparison, bound): (Comparison, f64), test: &Memory) -> f64 {
    let is_counted = matches!(
        test,
        Memory::Count(_)
            | Memory::Distinct { .. }
            | Memory::Temporal { .. }
            | Memory::RareValue(_)
            | Memory::Sequence(_)
    );
    let step = if is_counted { 1.0 } else { bound.abs() / 2.0 };
    match comparison {
        Comparison::Gt | Comparison::Gte => bound - step,
        Comparison::Lt | Comparison::Lte | Comparison::Eq | Comparison::Neq => bound + step,
    }
}
