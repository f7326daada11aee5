//! What time it is there.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use outbound::Answer;

/// Before any answer told the time.
const UNTOLD: i64 = i64::MIN;

/// How far the provider's clock is ahead of ours, by the last answer that told.
#[derive(Debug)]
pub(crate) struct Clock {
    ahead_ms: AtomicI64,
}

impl Default for Clock {
    fn default() -> Self {
        Self { ahead_ms: AtomicI64::new(UNTOLD) }
    }
}

impl Clock {
    /// The time by the provider's clock.
    pub(crate) fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        now.checked_add(self.skew()).unwrap_or(now)
    }

    /// How far the provider's clock is ahead; negative if it is behind. Within two seconds it is zero, for its clock shows
    /// whole ones.
    pub(crate) fn skew(&self) -> SignedDuration {
        let ahead = self.measured().unwrap_or_default();
        if ahead.unsigned_abs().as_secs() < 2 { SignedDuration::ZERO } else { ahead }
    }

    /// The same as measured; `None` before any answer told.
    pub(crate) fn measured(&self) -> Option<SignedDuration> {
        let ms = self.ahead_ms.load(Ordering::Relaxed);
        (ms != UNTOLD).then(|| SignedDuration::from_millis(ms))
    }

    /// Takes the time of an answer that came just now, if it tells.
    pub(crate) fn learn_from(&self, answer: &Answer) {
        let Some(date) = answer.date else { return };
        let ahead = date.duration_since(Timestamp::now());
        let ms = i64::try_from(ahead.as_millis()).unwrap_or(0);
        self.ahead_ms.store(ms, Ordering::Relaxed);
    }
}
