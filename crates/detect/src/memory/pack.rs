//! How what is remembered of a group goes into a snapshot and comes back.

use std::collections::VecDeque;
use std::sync::Arc;

use rule::correlation::Memory;
use rustc_hash::{FxHashMap, FxHashSet};

use super::partial::{Partial, Partials};
use super::{Cell, Kept, absence, baseline, ordered, rare, ratio, seen, temporal, travel, window};
use crate::excerpt;
use crate::pack::{Loading, Pack, Print, Saving, small};

impl Cell {
    /// Tells kinds apart in a snapshot; never given to another kind.
    fn tag(&self) -> u8 {
        match self {
            Self::Window(_) => 1,
            Self::Ratio(_) => 2,
            Self::Temporal(_) => 3,
            Self::Ordered(_) => 4,
            Self::Seen(_) => 5,
            Self::Rare(_) => 6,
            Self::Absence(_) => 7,
            Self::Travel(_) => 8,
            Self::Baseline(_) => 9,
            Self::Partial(_) => 10,
        }
    }

    /// Whether it is what a rule remembers.
    pub(crate) fn fits(&self, test: &Memory) -> bool {
        match (self, test) {
            (Self::Ratio(tally), Memory::Ratio(ratio)) => tally.fits(ratio),
            (
                Self::Window(_),
                Memory::Count(_) | Memory::Distinct { .. } | Memory::Aggregate { .. },
            )
            | (Self::Temporal(_), Memory::Temporal { ordered: false, .. } | Memory::Score { .. })
            | (Self::Ordered(_), Memory::Temporal { ordered: true, .. })
            | (Self::Seen(_), Memory::NewValue(_))
            | (Self::Rare(_), Memory::RareValue(_))
            | (Self::Absence(_), Memory::Absence { .. })
            | (Self::Travel(_), Memory::Travel(_))
            | (Self::Baseline(_), Memory::Baseline(_))
            | (Self::Partial(_), Memory::Sequence(_)) => true,
            _ => false,
        }
    }
}

impl Pack for Cell {
    fn put(&self, saving: &mut Saving) {
        saving.out.push(self.tag());
        match self {
            Self::Window(cell) => cell.put(saving),
            Self::Ratio(cell) => cell.put(saving),
            Self::Temporal(cell) => saving.all(cell.last.len(), cell.last.iter()),
            Self::Ordered(cell) => saving.all(cell.chains.len(), cell.chains.iter()),
            Self::Seen(cell) => cell.put(saving),
            Self::Rare(cell) => cell.put(saving),
            Self::Absence(cell) => cell.put(saving),
            Self::Travel(cell) => cell.put(saving),
            Self::Baseline(cell) => cell.put(saving),
            Self::Partial(cell) => cell.put(saving),
        }
    }

    fn get(loading: &mut Loading<'_>) -> Option<Self> {
        Some(match loading.reader.byte()? {
            1 => Self::Window(Box::new(Pack::get(loading)?)),
            2 => Self::Ratio(Box::new(Pack::get(loading)?)),
            3 => Self::Temporal(Box::new(temporal::Last { last: loading.all()?.into() })),
            4 => {
                let chains = loading.all()?;
                Self::Ordered(Box::new(ordered::Chains { chains, complete: None }))
            }
            5 => Self::Seen(Pack::get(loading)?),
            6 => Self::Rare(Box::new(Pack::get(loading)?)),
            7 => Self::Absence(Box::new(Pack::get(loading)?)),
            8 => Self::Travel(Box::new(Pack::get(loading)?)),
            9 => Self::Baseline(Box::new(Pack::get(loading)?)),
            10 => Self::Partial(Box::new(Pack::get(loading)?)),
            _ => return None,
        })
    }
}

impl Pack for Kept {
    fn put(&self, saving: &mut Saving) {
        self.time.put(saving);
        Print(self.value).put(saving);
        saving.number(u64::from(self.source));
        self.event.put(saving);
    }

    fn get(loading: &mut Loading<'_>) -> Option<Self> {
        // Events of no other time are remembered.
        let time = i64::get(loading).filter(|time| excerpt::usable(*time) == *time)?;
        let Print(value) = Print::get(loading)?;
        Some(Self { time, value, source: small(loading)?, event: Pack::get(loading)? })
    }
}

impl Pack for window::Window {
    fn put(&self, saving: &mut Saving) {
        self.is_cut.put(saving);
        saving.all(self.kept.len(), self.kept.iter());
    }

    fn get(loading: &mut Loading<'_>) -> Option<Self> {
        let mut window = Self::default();
        window.is_cut = bool::get(loading)?;
        loading.all()?.into_iter().for_each(|kept| window.push(kept));
        Some(window)
    }
}

impl Pack for ratio::Tally {
    fn put(&self, saving: &mut Saving) {
        self.is_cut.put(saving);
        saving.out.extend_from_slice(&self.kinds());
        saving.len(self.entries.len());
        for ratio::Entry { kept, parts } in &self.entries {
            kept.put(saving);
            parts.iter().for_each(|part| part.map(Print).put(saving));
        }
    }

    fn get(loading: &mut Loading<'_>) -> Option<Self> {
        let is_cut = bool::get(loading)?;
        let n_parts = usize::from(loading.reader.byte()?);
        let mut tally = Self::of_kinds(loading.reader.bytes(n_parts)?)?;
        tally.is_cut = is_cut;
        for _ in 0..loading.len()? {
            let kept = Kept::get(loading)?;
            let parts = (0..n_parts).map(|_| Option::<Print>::get(loading));
            let parts: Option<Vec<_>> = parts.collect();
            let parts = parts?.into_iter().map(|part| part.map(|Print(part)| part)).collect();
            tally.push(ratio::Entry { kept, parts });
        }
        Some(tally)
    }
}

impl Pack for ordered::Chain {
    fn put(&self, saving: &mut Saving) {
        saving.all(self.events.len(), self.events.iter());
    }

    fn get(loading: &mut Loading<'_>) -> Option<Self> {
        Some(Self { events: loading.all()?.into() })
    }
}

impl Pack for seen::Seen {
    fn put(&self, saving: &mut Saving) {
        saving.number(u64::from(self.first));
        saving.number(u64::from(self.n_events));
        saving.number(u64::from(self.last));
        self.is_cut.put(saving);
        saving.len(self.values.len());
        for value in &self.values {
            saving.out.extend_from_slice(&value.print.to_le_bytes());
            saving.out.extend_from_slice(&value.minute.to_le_bytes());
        }
    }

    fn get(loading: &mut Loading<'_>) -> Option<Self> {
        let (first, n_events, last) = (small(loading)?, small(loading)?, small(loading)?);
        let is_cut = bool::get(loading)?;
        let len = loading.len()?;
        let bytes = loading.reader.bytes(len.checked_mul(8)?)?;
        let number = |bytes: &[u8]| bytes.try_into().map_or(0, u32::from_le_bytes);
        let value = |bytes: &[u8]| {
            let (print, minute) = bytes.split_at(4);
            seen::Value { print: number(print), minute: number(minute) }
        };
        let values: Box<[seen::Value]> = bytes.chunks_exact(8).map(value).collect();
        let is_sorted = values.is_sorted_by(|one, other| one.print < other.print);
        is_sorted.then_some(Self { first, n_events, last, values, is_cut })
    }
}

impl Pack for rare::Rare {
    fn put(&self, saving: &mut Saving) {
        self.part.put(saving);
        self.is_cut.put(saving);
        self.total.iter().for_each(|n| saving.number(u64::from(*n)));
        let mut values: Vec<_> = self.values.iter().collect();
        values.sort_unstable();
        saving.len(values.len());
        for (value, counts) in values {
            Print(*value).put(saving);
            for n in counts {
                saving.number(u64::from(*n));
            }
        }
    }

    fn get(loading: &mut Loading<'_>) -> Option<Self> {
        let mut rare =
            Self { part: i64::get(loading)?, is_cut: bool::get(loading)?, ..Self::default() };
        for total in &mut rare.total {
            *total = small(loading)?;
        }
        let mut values = FxHashMap::default();
        for _ in 0..loading.len()? {
            let Print(value) = Print::get(loading)?;
            let mut counts = [0; rare::PARTS];
            for count in &mut counts {
                *count = small(loading)?;
            }
            values.insert(value, counts);
        }
        rare.values = values;
        Some(rare)
    }
}

impl Pack for absence::Absence {
    fn put(&self, saving: &mut Saving) {
        self.is_cut.put(saving);
        self.other.put(saving);
        saving.all(self.waiting.len(), self.waiting.iter());
    }

    fn get(loading: &mut Loading<'_>) -> Option<Self> {
        let (is_cut, other) = (bool::get(loading)?, Pack::get(loading)?);
        Some(Self { is_cut, other, waiting: loading.all()? })
    }
}

impl Pack for travel::Place {
    fn put(&self, saving: &mut Saving) {
        self.last.put(saving);
    }

    fn get(loading: &mut Loading<'_>) -> Option<Self> {
        Some(Self { last: Pack::get(loading)?, before: None })
    }
}

impl Pack for travel::Spot {
    fn put(&self, saving: &mut Saving) {
        self.latitude.put(saving);
        self.longitude.put(saving);
        saving.len(self.same.len());
        self.same.iter().for_each(|same| Print(*same).put(saving));
        self.kept.put(saving);
    }

    fn get(loading: &mut Loading<'_>) -> Option<Self> {
        let (latitude, longitude) = (f64::get(loading)?, f64::get(loading)?);
        let same: Vec<Print> = loading.all()?;
        let same = same.into_iter().map(|Print(same)| same).collect();
        Some(Self { latitude, longitude, same, kept: Pack::get(loading)? })
    }
}

impl Pack for baseline::Usual {
    fn put(&self, saving: &mut Saving) {
        self.first.put(saving);
        self.bucket.put(saving);
        saving.number(u64::from(self.count));
        self.is_cut.put(saving);
        saving.len(self.past.len());
        for (bucket, count) in &self.past {
            bucket.put(saving);
            saving.number(u64::from(*count));
        }
        let mut values: Vec<_> = self.values.iter().copied().map(Print).collect();
        values.sort_unstable();
        saving.all(values.len(), values.iter());
    }

    fn get(loading: &mut Loading<'_>) -> Option<Self> {
        let (first, bucket) = (i64::get(loading)?, i64::get(loading)?);
        let (count, is_cut) = (small(loading)?, bool::get(loading)?);
        let mut past = VecDeque::new();
        for _ in 0..loading.len()? {
            past.push_back((i64::get(loading)?, small(loading)?));
        }
        let values: Vec<Print> = loading.all()?;
        let values: FxHashSet<u64> = values.into_iter().map(|Print(value)| value).collect();
        Some(Self { first, past, bucket, count, values, is_cut })
    }
}

impl Pack for Partials {
    fn put(&self, saving: &mut Saving) {
        self.is_cut.put(saving);
        saving.all(self.waiting.len(), self.waiting.iter().map(AsRef::as_ref));
    }

    fn get(loading: &mut Loading<'_>) -> Option<Self> {
        let is_cut = bool::get(loading)?;
        let waiting: Vec<Partial> = loading.all()?;
        Some(Self { is_cut, waiting: waiting.into_iter().map(Arc::new).collect() })
    }
}

impl Pack for Partial {
    fn put(&self, saving: &mut Saving) {
        saving.len(self.events.len());
        for (stage, kept) in &self.events {
            saving.number(u64::from(*stage));
            kept.put(saving);
        }
        let variables: Vec<Option<String>> =
            self.variables.iter().map(|text| text.as_deref().map(str::to_owned)).collect();
        saving.all(variables.len(), variables.iter());
    }

    fn get(loading: &mut Loading<'_>) -> Option<Self> {
        let mut events = Vec::new();
        for _ in 0..loading.len()? {
            events.push((small(loading)?, Kept::get(loading)?));
        }
        let variables: Vec<Option<String>> = loading.all()?;
        let variables = variables.into_iter().map(|text| text.map(Into::into)).collect();
        Some(Self { events: events.into(), variables })
    }
}
