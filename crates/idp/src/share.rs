//! What a provider says of its rate limit.

use std::time::Duration;

use jiff::Timestamp;
use outbound::Answer;

/// The rate limit of one answer.
///
/// Source: Okta `X-Rate-Limit-*`, Auth0 `x-ratelimit-*`, checked 2026-11-22.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Requests in one window, for everybody who shares it.
    pub limit: u32,
    /// Those left.
    pub remaining: u32,
    /// Until the window opens again, counted from the answer's own clock; a second at least.
    pub reset: Duration,
}

impl Share {
    /// The share that an answer names, if it names all of it readably.
    ///
    /// The reset is a time of the server's clock, so it is counted from the server's `Date`; `now` stands in for one that is missing.
    pub(crate) fn of(answer: &Answer, now: Timestamp) -> Option<Self> {
        let number = |names: [&str; 2]| -> Option<i64> {
            names.iter().find_map(|name| answer.header(name)?.trim().parse().ok())
        };
        let limit = number(["x-rate-limit-limit", "x-ratelimit-limit"])?;
        let remaining = number(["x-rate-limit-remaining", "x-ratelimit-remaining"])?;
        let reset = number(["x-rate-limit-reset", "x-ratelimit-reset"])?;
        let asked = answer.date.unwrap_or(now).as_second();
        Some(Self {
            limit: u32::try_from(limit).ok()?,
            remaining: u32::try_from(remaining.max(0)).ok()?,
            reset: wait(reset.saturating_sub(asked)),
        })
    }

    /// Whether this is the limit on simultaneous requests, whose reset says nothing.
    pub(crate) fn is_concurrency(self) -> bool {
        self.limit == 0 && self.remaining == 0
    }
}

/// A second more than the provider says, since its clock shows whole ones; never longer than two windows.
fn wait(seconds: i64) -> Duration {
    let seconds = u64::try_from(seconds.saturating_add(1)).unwrap_or(0);
    Duration::from_secs(seconds.clamp(1, 120))
}

#[cfg(test)]
mod tests {
    use super::wait;

    #[test]
    fn the_wait_is_a_second_more_and_within_bounds() {
        let waits = [i64::MIN, -5, 0, 29, 119, 100_000, i64::MAX].map(|s| wait(s).as_secs());
        assert_eq!(waits, [1, 1, 1, 30, 120, 120, 120]);
    }
}
