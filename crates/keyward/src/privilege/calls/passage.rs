//! What stands between a reader and the collector: only what one credential did, if it is asked for.

use privilege::{Collector, EvidenceKind, Fault, Sighting, Taker};

/// Passes on what one credential did, and what names none by its nature: lists, code, recordings.
/// Calls of logs that name another credential, or none, are left out.
pub(super) struct Passage<'t, 'b> {
    credential: Option<&'t str>,
    collector: &'t mut Collector<'b>,
    /// Whether a call was seen, or something that could not be read.
    pub(super) is_told: bool,
    /// Whether a call of the credential was seen.
    pub(super) has_meant: bool,
}

impl<'t, 'b> Passage<'t, 'b> {
    /// For the credential of that id, or for all.
    pub(super) fn new(credential: Option<&'t str>, collector: &'t mut Collector<'b>) -> Self {
        Self { credential, collector, is_told: false, has_meant: false }
    }

    fn is_meant(&self, sighting: &Sighting<'_>) -> bool {
        let is_log = matches!(sighting.evidence, EvidenceKind::AuditLog | EvidenceKind::AccessLog);
        !is_log || self.credential.is_none() || sighting.credential == self.credential
    }
}

impl Taker for Passage<'_, '_> {
    fn sighting(&mut self, sighting: &Sighting<'_>) {
        self.is_told = true;
        if self.is_meant(sighting) {
            self.has_meant = true;
            self.collector.sighting(sighting);
        }
    }

    fn fault(&mut self, fault: Fault) {
        self.is_told = true;
        self.collector.fault(fault);
    }

    fn passed_over(&mut self, line: u64, text: &str) {
        self.collector.passed_over(line, text);
    }
}
