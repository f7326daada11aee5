//! One page of a log.

use std::fmt;

use jiff::Timestamp;

use crate::{Cursor, Share};

/// An answer with events in it. `Debug` leaves them out.
#[derive(Clone, PartialEq, Eq)]
pub struct Page {
    /// A JSON array of events as the provider sent it: Okta's events, or Auth0's bare log records.
    pub body: Vec<u8>,
    /// How many events it holds.
    pub count: usize,
    /// Where to go on: to be kept once the events are. `None` at the end of a bounded query.
    pub next: Option<Cursor>,
    /// Whether there was no more when this was asked.
    pub is_last: bool,
    /// When that was, by the provider's clock.
    pub asked: Timestamp,
    /// What the provider said of the rate, if it did.
    pub share: Option<Share>,
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page")
            .field("count", &self.count)
            .field("next", &self.next)
            .field("is_last", &self.is_last)
            .field("asked", &self.asked)
            .finish_non_exhaustive()
    }
}
