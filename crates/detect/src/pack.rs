//! What a snapshot is made of: values put behind one another, and events that several remember put down once.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::bytes::{Reader, put_number, put_text};

/// Writes the body of a snapshot.
#[derive(Debug, Default)]
pub(crate) struct Saving {
    pub(crate) out: Vec<u8>,
    /// The events that are remembered, each once.
    pub(crate) events: Vec<Arc<[u8]>>,
    numbers: FxHashMap<usize, u64>,
}

/// Reads the body of a snapshot. Everything is `None` once the bytes do not fit.
#[derive(Debug)]
pub(crate) struct Loading<'b> {
    pub(crate) reader: Reader<'b>,
    pub(crate) events: Vec<Arc<[u8]>>,
}

/// Something that snapshots hold.
pub(crate) trait Pack: Sized {
    /// Writes it down.
    fn put(&self, saving: &mut Saving);
    /// Reads it back.
    fn get(loading: &mut Loading<'_>) -> Option<Self>;
}

impl Saving {
    pub(crate) fn number(&mut self, number: u64) {
        put_number(&mut self.out, number);
    }

    pub(crate) fn len(&mut self, len: usize) {
        self.number(len as u64);
    }

    /// Several of a kind, with their number before them.
    pub(crate) fn all<'p, P: Pack + 'p>(&mut self, len: usize, all: impl Iterator<Item = &'p P>) {
        self.len(len);
        all.for_each(|one| one.put(self));
    }

    fn event(&mut self, event: &Arc<[u8]>) {
        let address = Arc::as_ptr(event).cast::<u8>() as usize;
        let next = self.events.len() as u64;
        let number = *self.numbers.entry(address).or_insert(next);
        if number == next {
            self.events.push(Arc::clone(event));
        }
        self.number(number);
    }
}

impl Loading<'_> {
    pub(crate) fn number(&mut self) -> Option<u64> {
        self.reader.number()
    }

    /// A length, as far as as many values can still follow.
    pub(crate) fn len(&mut self) -> Option<usize> {
        let len = usize::try_from(self.number()?).ok()?;
        (len <= self.reader.rest().len()).then_some(len)
    }

    pub(crate) fn all<P: Pack>(&mut self) -> Option<Vec<P>> {
        let len = self.len()?;
        // What a length promises is believed only as it comes.
        let mut all = Vec::with_capacity(len.min(1024));
        for _ in 0..len {
            all.push(P::get(self)?);
        }
        all.shrink_to_fit();
        Some(all)
    }
}

impl Pack for u64 {
    fn put(&self, saving: &mut Saving) {
        saving.number(*self);
    }

    /// What was counted to here cannot be more.
    fn get(loading: &mut Loading<'_>) -> Option<Self> {
        loading.number().filter(|number| *number <= u64::MAX / 2)
    }
}

/// Fixed width: times, fingerprints.
impl Pack for i64 {
    fn put(&self, saving: &mut Saving) {
        saving.out.extend_from_slice(&self.to_le_bytes());
    }

    fn get(loading: &mut Loading<'_>) -> Option<Self> {
        loading.reader.array().map(Self::from_le_bytes)
    }
}

impl Pack for f64 {
    fn put(&self, saving: &mut Saving) {
        saving.out.extend_from_slice(&self.to_bits().to_le_bytes());
    }

    fn get(loading: &mut Loading<'_>) -> Option<Self> {
        let bits = loading.reader.array().map(u64::from_le_bytes)?;
        Some(Self::from_bits(bits))
    }
}

impl Pack for bool {
    fn put(&self, saving: &mut Saving) {
        saving.out.push(u8::from(*self));
    }

    fn get(loading: &mut Loading<'_>) -> Option<Self> {
        match loading.reader.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl Pack for String {
    fn put(&self, saving: &mut Saving) {
        put_text(&mut saving.out, self);
    }

    fn get(loading: &mut Loading<'_>) -> Option<Self> {
        loading.reader.text().map(str::to_owned)
    }
}

impl Pack for Arc<[u8]> {
    fn put(&self, saving: &mut Saving) {
        saving.event(self);
    }

    fn get(loading: &mut Loading<'_>) -> Option<Self> {
        let at = usize::try_from(loading.number()?).ok()?;
        loading.events.get(at).cloned()
    }
}

impl<P: Pack> Pack for Option<P> {
    fn put(&self, saving: &mut Saving) {
        self.is_some().put(saving);
        if let Some(one) = self {
            one.put(saving);
        }
    }

    fn get(loading: &mut Loading<'_>) -> Option<Self> {
        if bool::get(loading)? { P::get(loading).map(Some) } else { Some(None) }
    }
}

/// A fingerprint, at its full width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Print(pub(crate) u64);

impl Pack for Print {
    fn put(&self, saving: &mut Saving) {
        saving.out.extend_from_slice(&self.0.to_le_bytes());
    }

    fn get(loading: &mut Loading<'_>) -> Option<Self> {
        loading.reader.array().map(u64::from_le_bytes).map(Self)
    }
}

/// A small number of any unsigned kind.
pub(crate) fn small<N: TryFrom<u64>>(loading: &mut Loading<'_>) -> Option<N> {
    N::try_from(loading.number()?).ok()
}
