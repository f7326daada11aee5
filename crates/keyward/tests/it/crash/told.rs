//! What was told of findings, from a file and from the store.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use archive::{Filter, Findings, Whether};
use jiff::Timestamp;
use serde_json::Value;

/// Settled findings by id: the last revision of each, without what depends on the order of arrival or on the file that was read.
#[derive(PartialEq, Eq, Default)]
pub(super) struct Settled(pub(super) BTreeMap<String, Value>);

impl fmt::Debug for Settled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.values().try_for_each(|finding| writeln!(f, "{finding}"))
    }
}

/// What a file tells.
pub(super) struct Told {
    pub(super) settled: Settled,
    pub(super) n_lines: usize,
    /// Settled revisions that stand there more than once.
    pub(super) n_repeated: usize,
}

impl Told {
    /// What a file tells, as far as its lines are whole.
    pub(super) fn of_file(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let mut told = Self { settled: Settled::default(), n_lines: 0, n_repeated: 0 };
        let mut revisions = BTreeSet::new();
        for line in text.split_inclusive('\n').filter(|line| line.ends_with('\n')) {
            let finding: Value = serde_json::from_str(line).unwrap();
            told.n_lines += 1;
            if finding["state"] == "settled" {
                let revision = (finding["id"].to_string(), finding["revision"].as_u64());
                told.n_repeated += usize::from(!revisions.insert(revision));
                told.settled.add(finding);
            }
        }
        told
    }

    /// What the store holds.
    pub(super) fn of_store(path: &Path) -> Settled {
        let store = Findings::open(path).unwrap();
        let state = Some("settled".to_owned());
        let filter = Filter { whether: Whether::Any, state, ..Filter::default() };
        let mut settled = Settled::default();
        for stored in store.list(&filter, Timestamp::now()).unwrap() {
            settled.add(serde_json::from_str(&stored.json).unwrap());
        }
        settled
    }
}

impl Settled {
    fn add(&mut self, mut finding: Value) {
        let Some(fields) = finding.as_object_mut() else { return };
        for key in ["replaces", "case", "place"] {
            fields.remove(key);
        }
        let id = finding["id"].as_str().unwrap_or_default().to_owned();
        self.0.insert(id, finding);
    }
}
