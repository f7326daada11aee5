//! From a document to its leaks: sieve, layers, context, judgment, tenant.

use jiff::Timestamp;

use crate::leak::Leak;
use crate::tenant::Host;

/// A text to scan.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    /// Its bytes, in any encoding.
    pub bytes: &'a [u8],
    /// Its path or name, which tells examples from the real; empty when there is none.
    pub path: &'a str,
    /// The time that expiry is measured by; `None` leaves it open.
    pub now: Option<Timestamp>,
}

/// What a scan came to.
#[derive(Debug, Clone, Default)]
pub struct Scan {
    /// In order of place.
    pub leaks: Vec<Leak>,
    /// Hosts of tenants that were seen; only looked for where there are leaks.
    pub hosts: Vec<Host>,
    /// What was left.
    pub unexamined: Unexamined,
}

/// What was not examined.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unexamined {
    /// Stretches in an encoding nested deeper than [`DEPTH_MAX`].
    pub too_deep: u64,
    /// Decoded texts beyond [`DECODED_MAX`].
    pub too_large: u64,
}

/// How deep encodings are undone within each other.
pub const DEPTH_MAX: usize = 6;

/// Bytes that all decoded texts of one document may take.
pub const DECODED_MAX: usize = 64 << 20;

/// Finds credentials. Holds no text; one serves all threads.
#[derive(Debug, Default)]
pub struct Scanner {}

impl Scanner {
    /// A scanner for every kind of the catalog.
    pub fn new() -> Self {
        Self::default()
    }

    /// Finds the credentials of a document.
    pub fn scan(&self, document: Document<'_>) -> Scan {
        let _ = document;
        Scan::default()
    }
}
