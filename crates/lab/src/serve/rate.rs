//! Rate limits: how many requests a minute a tenant takes, and how many of them from one client.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// How much is answered.
///
/// Source: Okta rate limits, checked 2026-11-22: 120 a minute for the log in the documents' own example, half of it for
/// one token or app, 75 requests at a time. Auth0 rate limits, checked 2026-11-22: 50 at once and 16 a second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Requests for the log in a minute.
    pub logs_per_minute: u32,
    /// Requests for anything else in a minute.
    pub others_per_minute: u32,
    /// The part that one token or app may take.
    pub share: f64,
    /// What others than those served here take of the log's limit, in requests a minute.
    pub taken_per_minute: u32,
    /// Requests at a time.
    pub at_a_time: usize,
    /// Requests that Auth0 answers at once.
    pub burst: u32,
    /// How many a second it answers for long.
    pub per_second: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            logs_per_minute: 120,
            others_per_minute: 600,
            share: 0.5,
            taken_per_minute: 0,
            at_a_time: 75,
            burst: 50,
            per_second: 16,
        }
    }
}

/// What is counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Bucket {
    /// `/api/v1/logs`.
    Logs,
    /// The rest.
    Others,
}

/// How a request stands to its limit, as the headers tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    /// Requests in a window.
    pub(crate) limit: u32,
    /// What is left of them.
    pub(crate) remaining: u32,
    /// When the window ends, in seconds since 1970.
    pub(crate) reset: i64,
    /// Whether this request is within it.
    pub(crate) is_within: bool,
    /// Whether it is the first of its window that is not.
    pub(crate) is_first_beyond: bool,
}

/// Counts requests in windows of a minute. A window begins with the first request in it, not with the minute.
#[derive(Debug)]
pub(crate) struct Meter {
    limits: Limits,
    windows: Mutex<HashMap<(Bucket, Option<String>), Window>>,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    ends_s: i64,
    used: u32,
    /// Whether a request was refused.
    is_over: bool,
}

impl Meter {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, windows: Mutex::default() }
    }

    /// Counts a request of that client.
    pub(crate) fn count(&self, bucket: Bucket, client: &str, now: Timestamp) -> Standing {
        let whole = self.limit(bucket);
        let part = self.part(whole);
        let now_s = now.as_second();
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        windows.retain(|_, window| window.ends_s > now_s);
        let taken = if bucket == Bucket::Logs { self.limits.taken_per_minute } else { 0 };
        let fresh = |used| Window { ends_s: now_s + 60, used, is_over: false };
        let all = *windows.entry((bucket, None)).or_insert_with(|| fresh(taken));
        let own = *windows.entry((bucket, Some(client.to_owned()))).or_insert_with(|| fresh(0));
        let is_within = all.used < whole && own.used < part;
        if is_within {
            for key in [(bucket, None), (bucket, Some(client.to_owned()))] {
                if let Some(window) = windows.get_mut(&key) {
                    window.used += 1;
                }
            }
        }
        let is_first_beyond = !is_within && !own.is_over;
        if let Some(window) = windows.get_mut(&(bucket, Some(client.to_owned()))) {
            window.is_over |= !is_within;
        }
        let spent = u32::from(is_within);
        let left_of_all = whole.saturating_sub(all.used + spent);
        let left_of_own = part.saturating_sub(own.used + spent);
        let ends_s = if left_of_all < left_of_own { all.ends_s } else { own.ends_s };
        let remaining = left_of_all.min(left_of_own);
        Standing { limit: part, remaining, reset: ends_s, is_within, is_first_beyond }
    }

    fn limit(&self, bucket: Bucket) -> u32 {
        match bucket {
            Bucket::Logs => self.limits.logs_per_minute,
            Bucket::Others => self.limits.others_per_minute,
        }
    }

    #[expect(clippy::cast_sign_loss, reason = "neither factor is negative")]
    fn part(&self, whole: u32) -> u32 {
        (f64::from(whole) * self.limits.share.clamp(0.0, 1.0)).round() as u32
    }
}

/// A bucket of requests that fills as time passes: Auth0's way.
#[derive(Debug)]
pub(crate) struct Burst {
    limits: Limits,
    /// Thousandths of requests that are there, and since when, in milliseconds since 1970.
    level: Mutex<(i64, i64)>,
}

impl Burst {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, level: Mutex::new((i64::from(limits.burst) * 1000, 0)) }
    }

    /// Takes a request out, if there is one.
    pub(crate) fn count(&self, now: Timestamp) -> Standing {
        let full = i64::from(self.limits.burst) * 1000;
        let per_ms = i64::from(self.limits.per_second).max(1);
        let now_ms = now.as_millisecond();
        let mut level = self.level.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = now_ms.saturating_sub(level.1).clamp(0, 3_600_000);
        let there = full.min(level.0 + passed * per_ms);
        let is_within = there >= 1000;
        let left = if is_within { there - 1000 } else { there };
        *level = (left, now_ms);
        // When the next request is there, at the end of its second.
        let missing = (1000 - left).max(0);
        let reset = (now_ms + missing / per_ms).div_euclid(1000) + 1;
        let remaining = u32::try_from(left / 1000).unwrap_or(0);
        Standing { limit: self.limits.burst, remaining, reset, is_within, is_first_beyond: false }
    }
}
