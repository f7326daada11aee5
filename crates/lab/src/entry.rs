//! One line of the lab's log.

use jiff::Timestamp;

pub use catalog::Product;

/// One event as a tenant's log holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Whose log it is in.
    pub product: Product,
    /// When it happened: `published`, `date`.
    pub time: Timestamp,
    /// When it was written to the log, which is when it can be read; not before `time`.
    pub written: Timestamp,
    /// The event's id.
    pub id: String,
    /// The event as the provider's API returns it, on one line.
    pub json: String,
}
