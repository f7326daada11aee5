//! How many requests a receiver takes, and how often a line is logged.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// A bucket that is refilled all the time.
#[derive(Debug)]
pub(crate) struct Rate {
    per_second: f64,
    most: f64,
    left: Mutex<(f64, Instant)>,
}

impl Rate {
    /// So many a second; a burst may be as large.
    pub(crate) fn new(per_second: u32) -> Self {
        Self::of(f64::from(per_second), f64::from(per_second))
    }

    /// One at a time, and after it none for so long.
    pub(crate) fn once_per(time: Duration) -> Self {
        Self::of(time.as_secs_f64().recip(), 1.0)
    }

    fn of(per_second: f64, most: f64) -> Self {
        Self { per_second, most, left: Mutex::new((most, Instant::now())) }
    }

    /// Takes one, if there is one.
    pub(crate) fn take(&self) -> bool {
        let now = Instant::now();
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let (tokens, since) = *left;
        let tokens =
            (tokens + now.duration_since(since).as_secs_f64() * self.per_second).min(self.most);
        let is_taken = tokens >= 1.0;
        *left = (if is_taken { tokens - 1.0 } else { tokens }, now);
        is_taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_burst_of_one_second_then_the_rate() {
        let rate = Rate::new(10);
        assert_eq!((0..20).filter(|_| rate.take()).count(), 10);
        tokio::time::advance(Duration::from_millis(350)).await;
        assert_eq!((0..20).filter(|_| rate.take()).count(), 3);
        tokio::time::advance(Duration::from_hours(1)).await;
        assert_eq!((0..20).filter(|_| rate.take()).count(), 10);
    }
}
