//! Rate limits: how many requests a minute a tenant takes, and how many of them from one client.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// How much a tenant of Okta answers.
///
/// Source: Okta rate limits, checked 2026-11-22: 120 a minute for the log in the documents' own example, half of it for
/// one token or app, 75 requests at a time.
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
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            logs_per_minute: 120,
            others_per_minute: 600,
            share: 0.5,
            taken_per_minute: 0,
            at_a_time: 75,
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
        let fresh = |used| Window { ends_s: now_s + 60, used };
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
        let spent = u32::from(is_within);
        let left_of_all = whole.saturating_sub(all.used + spent);
        let left_of_own = part.saturating_sub(own.used + spent);
        let ends_s = if left_of_all < left_of_own { all.ends_s } else { own.ends_s };
        let remaining = left_of_all.min(left_of_own);
        Standing { limit: part, remaining, reset: ends_s, is_within }
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
