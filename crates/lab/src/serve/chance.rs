//! Chance that a seed decides, so that a run with faults can be repeated.

use std::sync::atomic::{AtomicU64, Ordering};

/// A row of draws. Each takes the next place of the row.
#[derive(Debug)]
pub(crate) struct Chance {
    seed: u64,
    drawn: AtomicU64,
}

impl Chance {
    /// The row of that name among those of the seed.
    pub(crate) fn new(seed: u64, name: &str) -> Self {
        let seed = name.bytes().fold(seed, |seed, byte| mix(seed ^ u64::from(byte)));
        Self { seed, drawn: AtomicU64::new(0) }
    }

    /// The next number of the row.
    pub(crate) fn draw(&self) -> u64 {
        let place = self.drawn.fetch_add(1, Ordering::Relaxed);
        mix(self.seed ^ mix(place))
    }

    /// Whether something happens that happens so often, `0.0` never and `1.0` always.
    pub(crate) fn strikes(&self, rate: f64) -> bool {
        rate > 0.0 && self.part() < rate
    }

    /// A number from 0 to below 1.
    pub(crate) fn part(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
        let part = (self.draw() >> 11) as f64 / (1u64 << 53) as f64;
        part
    }
}

/// Spreads a number over all 64 bits. Source: `SplitMix64`, public domain.
fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
