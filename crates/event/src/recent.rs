//! Where paths led in the record at hand. Many rules ask for the same few fields.

/// Paths that are remembered, each in the one place that its hash gives it.
const PLACES: usize = 128;

/// Where the paths of one record led. Empty if nothing is to be remembered.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    places: Vec<Place>,
    /// Counts records, so that nothing has to be wiped out for the next.
    record: u32,
}

#[derive(Debug, Clone, Copy, Default)]
struct Place {
    path: u64,
    record: u32,
    found: Found,
}

/// Where a path led.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Found {
    /// Nowhere.
    #[default]
    Nowhere,
    /// To one node, by its offsets.
    One(u32, u32),
}

impl Recent {
    /// One that remembers.
    pub(crate) fn new() -> Self {
        Self { places: vec![Place::default(); PLACES], record: 0 }
    }

    /// Begins the next record.
    pub(crate) fn clear(&mut self) {
        self.record = self.record.wrapping_add(1);
        if self.record == 0 {
            self.places.fill(Place::default());
            self.record = 1;
        }
    }

    /// Where the path of that hash led, if it is remembered.
    pub(crate) fn get(&self, path: u64) -> Option<Found> {
        let place = self.places.get(path as usize % PLACES)?;
        (place.path == path && place.record == self.record).then_some(place.found)
    }

    /// Remembers where a path led.
    pub(crate) fn put(&mut self, path: u64, found: Found) {
        if let Some(place) = self.places.get_mut(path as usize % PLACES) {
            *place = Place { path, record: self.record, found };
        }
    }
}
