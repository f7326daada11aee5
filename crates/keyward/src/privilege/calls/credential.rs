//! Only what one credential did.

use privilege::{EvidenceKind, Fault, Sighting, Taker};

/// Passes on what one credential did, and what names none by its nature: lists, code, recordings.
/// Calls of logs that name another credential, or none, are left out.
pub(super) struct OfCredential<'t> {
    /// The credential's id.
    pub(super) id: &'t str,
    /// Who takes what is passed on.
    pub(super) taker: &'t mut dyn Taker,
}

impl Taker for OfCredential<'_> {
    fn sighting(&mut self, sighting: &Sighting<'_>) {
        let is_log = matches!(sighting.evidence, EvidenceKind::AuditLog | EvidenceKind::AccessLog);
        if !is_log || sighting.credential == Some(self.id) {
            self.taker.sighting(sighting);
        }
    }

    fn fault(&mut self, fault: Fault) {
        self.taker.fault(fault);
    }

    fn passed_over(&mut self, line: u64, text: &str) {
        self.taker.passed_over(line, text);
    }
}
