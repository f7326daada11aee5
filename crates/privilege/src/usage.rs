//! What is called, counted.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::{EvidenceKind, Outcome, Place};

/// Everything that was read, in order of first sight.
///
/// Declared calls stand one an entry. Calls of logs are one entry for each operation (or kind of misfit),
/// with counts.
#[derive(Debug, Clone, Default)]
pub struct Usage {
    /// The calls.
    pub entries: Vec<Entry>,
    /// What could not be read, with its place, at most 1,000; `n_faults` has the number.
    pub faults: Vec<(Place, String)>,
    /// How many things could not be read.
    pub n_faults: u64,
    /// What looked like a call and was not counted as one, at most 1,000.
    pub passed_over: Vec<(Place, String)>,
    /// How many.
    pub n_passed_over: u64,
    /// First and last time seen in logs, by kind of evidence; absent where nothing says a time.
    pub windows: BTreeMap<EvidenceKind, (Timestamp, Timestamp)>,
}

/// One call, or all calls of one operation in logs.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The text of the input, of the first where there are several.
    pub input: String,
    /// Where the first stands.
    pub place: Place,
    /// What people call it; may be empty.
    pub label: String,
    /// What kinds of witness saw it.
    pub evidence: BTreeSet<EvidenceKind>,
    /// The operation, or what is wrong.
    pub outcome: Outcome,
    /// How often; 1 for a declared call.
    pub count: u64,
    /// How many of them were answered with 401 or 403.
    pub n_refused: u64,
    /// First and last time, if any is said.
    pub seen: Option<(Timestamp, Timestamp)>,
    /// Ids by name of the parameter (`groupId`), at most 1,000 each; placeholders are left out.
    pub ids: BTreeMap<String, BTreeSet<String>>,
    /// Whether some call names no id, or more than fit, so that `ids` is not all.
    pub ids_incomplete: bool,
    /// The parameters for which that is so.
    pub ids_open: BTreeSet<String>,
    /// Query parameters: name and the values seen, at most 100 each.
    pub query: BTreeMap<String, BTreeSet<String>>,
    /// Dotted paths of members of bodies.
    pub body: BTreeSet<String>,
    /// Whether the body of some call is not known.
    pub body_unknown: bool,
    /// Credentials that made them, by an id that is no secret.
    pub credentials: BTreeSet<String>,
}
