//! How long to wait after failures.

use std::time::Duration;

use crate::{Error, Retry};

/// The first wait of a backoff; each failure doubles it.
const FIRST: Duration = Duration::from_secs(1);
/// Where the doubling ends.
const LONGEST: Duration = Duration::from_mins(5);

/// Counts failures in a row, and says how long to wait after each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Patience {
    failures: u32,
}

impl Patience {
    /// How many failures there were since the last success.
    pub fn failures(self) -> u32 {
        self.failures
    }

    /// An answer came.
    pub fn succeed(&mut self) {
        self.failures = 0;
    }

    /// How long to wait after an error; `None` if waiting does not help.
    ///
    /// Waits of a backoff are drawn from the upper half of their length, so that many clients do not come back at once.
    pub fn fail(&mut self, error: &Error) -> Option<Duration> {
        self.failures = self.failures.saturating_add(1);
        match error.retry() {
            Retry::After(wait) => Some(wait),
            Retry::Backoff => Some(jittered(backoff(self.failures), random())),
            Retry::Never => None,
        }
    }
}

fn backoff(failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    FIRST.saturating_mul(1 << doublings).min(LONGEST)
}

/// Between half of a wait and all of it; `fraction` counts 256ths.
fn jittered(wait: Duration, fraction: u8) -> Duration {
    wait / 2 + wait / 2 * u32::from(fraction) / 256
}

fn random() -> u8 {
    let mut byte = [0];
    // Without randomness all wait equally long, which is worse and works.
    let _ = getrandom::fill(&mut byte);
    byte[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_bound_and_begin_anew_after_a_success() {
        let seconds = [1, 2, 3, 8, 9, 10, 40, u32::MAX].map(|n| backoff(n).as_secs());
        assert_eq!(seconds, [1, 2, 4, 128, 256, 300, 300, 300]);
        let mut patience = Patience::default();
        let busy = Error::Busy { host: String::new() };
        let waits: Vec<u128> =
            (0..4).filter_map(|_| patience.fail(&busy)).map(|wait| wait.as_millis()).collect();
        for (wait, most) in waits.iter().zip([1000, 2000, 4000, 8000]) {
            assert!((most / 2..=most).contains(wait), "{waits:?}");
        }
        patience.succeed();
        assert!(patience.fail(&busy).unwrap() <= FIRST);
    }
}
