//! How parts are taken out of a correlation.

use crate::correlation::{
    Baseline, Comparison, Correlation, Counted, Key, Logic, Memory, NewValue, Range, Sequence,
    TimeSlot, Travel, Which,
};

impl Correlation {
    pub(super) fn on_new_value(&mut self, change: impl FnOnce(&mut NewValue)) {
        if let Memory::NewValue(new) = &mut self.test {
            change(new);
        }
    }

    pub(super) fn on_travel(&mut self, change: impl FnOnce(&mut Travel)) {
        if let Memory::Travel(travel) = &mut self.test {
            change(travel);
        }
    }

    pub(super) fn on_baseline(&mut self, change: impl FnOnce(&mut Baseline)) {
        if let Memory::Baseline(baseline) = &mut self.test {
            change(baseline);
        }
    }

    pub(super) fn on_slot(&mut self, change: impl FnOnce(&mut TimeSlot)) {
        if let Memory::TimeSlot(slot) = &mut self.test {
            change(slot);
        }
    }

    pub(super) fn on_sequence(&mut self, change: impl FnOnce(&mut Sequence)) {
        if let Memory::Sequence(sequence) = &mut self.test {
            change(sequence);
        }
    }

    pub(super) fn without_source(&mut self, number: usize) {
        let n_sources = self.sources.len();
        self.sources.remove(number);
        self.group_by.iter_mut().for_each(|key| key.without_source(number));
        match &mut self.test {
            Memory::Temporal { which, .. } => which.without_source(number, n_sources),
            Memory::Score { weights, .. } => drop(weights.remove(number)),
            Memory::Ratio(ratio) => {
                for aggregate in &mut ratio.aggregates {
                    aggregate.sources.remove(number);
                    if let Counted::Distinct(key) | Counted::Sum(key) = &mut aggregate.what {
                        key.without_source(number);
                    }
                }
            }
            test => test.keys_mut().into_iter().for_each(|key| key.without_source(number)),
        }
    }
}

impl Key {
    pub(super) fn without_source(&mut self, number: usize) {
        self.fields.remove(number);
        self.inherited.remove(number);
    }
}

impl Which {
    pub(super) fn without_source(&mut self, number: usize, n_sources: usize) {
        match self {
            Self::Number(range) => range.of_one_less(n_sources),
            Self::Expression(logic) => {
                let left = std::mem::replace(logic, Logic::All(Vec::new())).without(number);
                *logic = left.unwrap_or(Logic::All(Vec::new()));
            }
        }
    }
}

impl Logic {
    /// What is left without a source; `None` when that is nothing. Sources behind it move up.
    pub(super) fn without(self, number: usize) -> Option<Self> {
        let each = |parts: Vec<Self>| -> Vec<Self> {
            parts.into_iter().filter_map(|part| part.without(number)).collect()
        };
        match self {
            Self::Source(source) if source == number => None,
            Self::Source(source) => Some(Self::Source(source - usize::from(source > number))),
            Self::Not(inner) => Some(Self::Not(Box::new(inner.without(number)?))),
            Self::All(parts) => Some(Self::All(each(parts))).filter(|left| !left.is_empty()),
            Self::Any(parts) => Some(Self::Any(each(parts))).filter(|left| !left.is_empty()),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::All(parts) | Self::Any(parts) if parts.is_empty())
    }
}

impl Sequence {
    pub(super) fn without_stage(&mut self, number: usize) {
        let n_stages = self.stages.len();
        self.stages.remove(number);
        self.range.of_one_less(n_stages);
    }
}

impl Range {
    /// Asks for all of one less, where it asked for all of so many.
    pub(super) fn of_one_less(&mut self, number: usize) {
        let all = f64::from(u32::try_from(number).unwrap_or(u32::MAX));
        if let [(Comparison::Gte, bound)] = self.0.as_mut_slice()
            && *bound >= all
        {
            *bound = all - 1.0;
        }
    }
}

impl Memory {
    pub(super) fn range(&self) -> Option<&Range> {
        match self {
            Self::Count(range)
            | Self::Distinct { range, .. }
            | Self::Aggregate { range, .. }
            | Self::Score { range, .. }
            | Self::Temporal { which: Which::Number(range), .. } => Some(range),
            Self::RareValue(rare) => Some(&rare.range),
            Self::Travel(travel) => Some(&travel.range),
            Self::Baseline(baseline) => Some(&baseline.range),
            Self::Sequence(sequence) => Some(&sequence.range),
            Self::Temporal { .. }
            | Self::NewValue(_)
            | Self::Absence { .. }
            | Self::Ratio(_)
            | Self::TimeSlot(_) => None,
        }
    }

    pub(super) fn range_mut(&mut self) -> Option<&mut Range> {
        match self {
            Self::Count(range)
            | Self::Distinct { range, .. }
            | Self::Aggregate { range, .. }
            | Self::Score { range, .. }
            | Self::Temporal { which: Which::Number(range), .. } => Some(range),
            Self::RareValue(rare) => Some(&mut rare.range),
            Self::Travel(travel) => Some(&mut travel.range),
            Self::Baseline(baseline) => Some(&mut baseline.range),
            Self::Sequence(sequence) => Some(&mut sequence.range),
            Self::Temporal { .. }
            | Self::NewValue(_)
            | Self::Absence { .. }
            | Self::Ratio(_)
            | Self::TimeSlot(_) => None,
        }
    }

    /// The members of a tuple; none where there is no tuple.
    pub(super) fn values(&self) -> &[Key] {
        match self {
            Self::Distinct { values, .. } => values,
            Self::NewValue(new) => &new.values,
            Self::RareValue(rare) => &rare.values,
            Self::Baseline(baseline) => &baseline.values,
            _ => &[],
        }
    }

    pub(super) fn values_mut(&mut self) -> Option<&mut Vec<Key>> {
        match self {
            Self::Distinct { values, .. } => Some(values),
            Self::NewValue(new) => Some(&mut new.values),
            Self::RareValue(rare) => Some(&mut rare.values),
            Self::Baseline(baseline) => Some(&mut baseline.values),
            _ => None,
        }
    }

    /// What is read of each source.
    pub(super) fn keys_mut(&mut self) -> Vec<&mut Key> {
        match self {
            Self::Distinct { values, .. } => values.iter_mut().collect(),
            Self::Aggregate { value, .. } => vec![value],
            Self::NewValue(new) => new.values.iter_mut().collect(),
            Self::RareValue(rare) => rare.values.iter_mut().collect(),
            Self::Baseline(baseline) => baseline.values.iter_mut().collect(),
            Self::Travel(travel) => {
                let places = [&mut travel.latitude, &mut travel.longitude];
                places.into_iter().chain(&mut travel.except_same).collect()
            }
            Self::Count(_)
            | Self::Temporal { .. }
            | Self::Absence { .. }
            | Self::Ratio(_)
            | Self::TimeSlot(_)
            | Self::Score { .. }
            | Self::Sequence(_) => Vec::new(),
        }
    }
}
