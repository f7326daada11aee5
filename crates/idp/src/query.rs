//! What is asked of a log.

use jiff::Timestamp;

use crate::Cursor;

/// One question to a log. Its answers come in pages, each of which names the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Query {
    /// Everything, in the order in which it was written: the record. Its pages never end; the last one so far is
    /// known by [`Page::is_last`](crate::Page::is_last).
    Poll {
        /// Events written since then. `None` leaves it to the provider (Okta: seven days).
        since: Option<Timestamp>,
        /// An Okta filter expression for the provider to apply. Auth0 has none here.
        filter: Option<String>,
    },
    /// What happened within a stretch of time, as far as the log is searchable by now. Its pages end.
    ///
    /// Okta says that delayed events may be missing. Auth0 ends after 1,000 results.
    Bounded {
        /// Its beginning, inclusive.
        since: Timestamp,
        /// Its end.
        until: Timestamp,
        /// An Okta filter expression, or an Auth0 search of `q`.
        filter: Option<String>,
    },
    /// Auth0: everything written after one event.
    From {
        /// The event's `log_id`.
        log_id: String,
    },
    /// Where a page left off.
    Next(Cursor),
}
