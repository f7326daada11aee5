//! Sightings, counted.

use std::collections::{BTreeMap, BTreeSet};

use privilege::{
    Asked, Base, Body, Entry, Fault, Hint, Misfit, Outcome, Place, Sighting, Taker, Usage,
};

/// Examples kept of anything that is counted.
const EXAMPLES_MAX: usize = 1_000;

/// Resolves and counts.
pub(super) struct Tally<'b> {
    base: &'b Base,
    hint: Hint,
    path: String,
    usage: Usage,
}

impl<'b> Tally<'b> {
    /// Nothing yet.
    pub(super) fn new(base: &'b Base, hint: Hint) -> Self {
        Self { base, hint, path: String::new(), usage: Usage::default() }
    }

    /// What follows comes from that input.
    pub(super) fn enter(&mut self, path: &str) {
        path.clone_into(&mut self.path);
    }

    /// How much was told: calls, faults, and what was passed over.
    pub(super) fn n_told(&self) -> u64 {
        self.usage.entries.len() as u64 + self.usage.n_faults
    }

    /// What it came to.
    pub(super) fn finish(self) -> Usage {
        self.usage
    }

    fn place(&self, line: u64) -> Place {
        Place { path: self.path.clone(), line }
    }
}

impl Taker for Tally<'_> {
    fn sighting(&mut self, sighting: &Sighting<'_>) {
        let (outcome, query) = match &sighting.asked {
            Asked::Request { method, target } => {
                let resolved = self.base.resolve(self.hint, *method, target);
                (resolved.outcome, resolved.query)
            }
            Asked::Named { .. } => (Outcome::Misfit(Misfit::UnknownPath { nearest: None }), ""),
        };
        let query = query.split('&').filter_map(|pair| pair.split_once('='));
        let members = if let Body::Members(members) = sighting.body { members } else { &[] };
        self.usage.entries.push(Entry {
            input: sighting.input.to_owned(),
            place: self.place(sighting.line),
            label: sighting.label.to_owned(),
            evidence: BTreeSet::from([sighting.evidence]),
            outcome,
            count: 1,
            n_refused: u64::from(matches!(sighting.status, Some(401 | 403))),
            seen: sighting.time.map(|time| (time, time)),
            ids: BTreeMap::new(),
            ids_incomplete: true,
            query: query.map(|(n, v)| (n.to_owned(), BTreeSet::from([v.to_owned()]))).collect(),
            body: members.iter().map(|member| (*member).to_owned()).collect(),
            body_unknown: sighting.body == Body::Unknown,
            credentials: sighting.credential.map(str::to_owned).into_iter().collect(),
        });
    }

    fn fault(&mut self, fault: Fault) {
        self.usage.n_faults += 1;
        if self.usage.faults.len() < EXAMPLES_MAX {
            self.usage.faults.push((self.place(fault.line), fault.what));
        }
    }

    fn passed_over(&mut self, line: u64, text: &str) {
        self.usage.n_passed_over += 1;
        if self.usage.passed_over.len() < EXAMPLES_MAX {
            self.usage.passed_over.push((self.place(line), text.to_owned()));
        }
    }
}
