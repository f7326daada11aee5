//! How long to wait before a message is sent again, and when to give it up.

use std::time::Duration;

/// The longest that a receiver may ask to wait. One that asks for more is asked again after that.
const LONGEST_ASKED: Duration = Duration::from_hours(1);

/// How often a message is sent before it is a dead letter, and how far apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patience {
    /// The wait after the first attempt that fails; each further one doubles it.
    pub first: Duration,
    /// The longest wait.
    pub longest: Duration,
    /// Attempts after which a message is given up; at least 1.
    pub attempts: u32,
    /// How long one attempt may take.
    pub deadline: Duration,
    /// Messages of different cases under way at a time; at least 1.
    pub at_once: usize,
}

impl Default for Patience {
    /// About four hours, most of them at five minutes apart.
    fn default() -> Self {
        Self {
            first: Duration::from_secs(1),
            longest: Duration::from_mins(5),
            attempts: 60,
            deadline: Duration::from_mins(2),
            at_once: 4,
        }
    }
}

impl Patience {
    /// How long to wait after that many attempts, at least as long as the receiver asks for. `random` lies from 0 to below 1
    /// and makes the wait up to a half shorter, so that what failed together does not come back together.
    pub fn wait(&self, n_attempts: u32, asked: Option<Duration>, random: f64) -> Duration {
        let doublings = n_attempts.saturating_sub(1).min(31);
        let full = self.first.saturating_mul(1 << doublings).min(self.longest);
        let wait = full.mul_f64(1.0 - random.clamp(0.0, 1.0) / 2.0);
        wait.max(asked.unwrap_or_default().min(LONGEST_ASKED))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n_attempts: u32, asked_s: Option<u64>, random: f64, expected_ms: u128) {
        let asked = asked_s.map(Duration::from_secs);
        let wait = Patience::default().wait(n_attempts, asked, random);
        assert_eq!(wait.as_millis(), expected_ms);
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        check(1, None, 0.0, 1_000);
        check(3, None, 0.0, 4_000);
        check(60, None, 0.0, 300_000);
        check(u32::MAX, None, 0.0, 300_000);
    }

    #[test]
    fn waits_are_up_to_a_half_shorter() {
        check(4, None, 0.999_999, 4_000);
        check(4, None, 0.5, 6_000);
    }

    #[test]
    fn what_the_receiver_asks_for_is_kept_within_reason() {
        check(1, Some(30), 0.0, 30_000);
        check(9, Some(30), 0.0, 256_000);
        check(1, Some(1 << 40), 0.0, 3_600_000);
    }
}
