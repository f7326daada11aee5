//! Events of another provider than the receiver's: a sender that was set up with the wrong address.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::rate::Rate;

/// Between two lines about them.
const QUIET: Duration = Duration::from_mins(1);

/// How many came since that was said.
#[derive(Debug)]
pub(crate) struct Foreign {
    untold: AtomicU64,
    hush: Rate,
}

impl Foreign {
    pub(crate) fn new() -> Self {
        Self { untold: AtomicU64::new(0), hush: Rate::once_per(QUIET) }
    }

    /// Counts those of one post. When it is time to say so, all that came since the last time.
    pub(crate) fn count(&self, n: u64) -> Option<u64> {
        if n == 0 {
            return None;
        }
        self.untold.fetch_add(n, Ordering::Relaxed);
        self.hush.take().then(|| self.untold.swap(0, Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn they_are_told_of_once_a_minute_with_all_that_came() {
        let foreign = Foreign::new();
        assert_eq!(
            [foreign.count(0), foreign.count(2), foreign.count(3), foreign.count(4)],
            [None, Some(2), None, None]
        );
        tokio::time::advance(Duration::from_secs(59)).await;
        assert_eq!(foreign.count(1), None);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!([foreign.count(0), foreign.count(1)], [None, Some(9)]);
    }
}
