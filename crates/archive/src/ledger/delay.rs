//! How long things took, in steps.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// The upper ends of the steps, in seconds; what took longer is counted behind them.
pub const BOUNDS_S: [i64; 10] =
    [1, 10, 60, 5 * 60, 15 * 60, 60 * 60, 6 * 60 * 60, 86_400, 7 * 86_400, 90 * 86_400];

/// How many delays fell into each step of [`BOUNDS_S`], and behind the last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delays {
    /// One more than there are bounds.
    pub counts: [u64; BOUNDS_S.len() + 1],
    /// The longest, in seconds.
    pub longest_s: i64,
}

impl Delays {
    /// Counts one. Clocks differ: what took less than no time took none.
    pub(super) fn add(&mut self, delay: SignedDuration) {
        let seconds = delay.as_secs().max(0);
        self.longest_s = self.longest_s.max(seconds);
        let step = BOUNDS_S.partition_point(|bound| *bound < seconds);
        if let Some(count) = self.counts.get_mut(step) {
            *count += 1;
        }
    }

    /// How many there were.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }
}
