//! What is wrong with one expression, within bounds.

use crate::diagnostic::{Code, Diagnostic};
use crate::span::Span;

/// Most mistakes that are told one by one.
const MAX_TOLD: usize = 50;

#[derive(Default)]
pub(super) struct Mistakes {
    told: Vec<Diagnostic>,
    untold: Option<(usize, Span)>,
    closed: bool,
}

impl Mistakes {
    pub(super) fn add(&mut self, diagnostic: Diagnostic) {
        if self.closed {
            return;
        }
        if self.told.len() < MAX_TOLD {
            self.told.push(diagnostic);
            return;
        }
        let (n_untold, _) = self.untold.get_or_insert((0, diagnostic.span()));
        *n_untold += 1;
    }

    /// Adds the last one: what comes after it would only follow from giving up.
    pub(super) fn close(&mut self, diagnostic: Diagnostic) {
        self.add(diagnostic);
        self.closed = true;
    }

    /// All of them in order of place.
    pub(super) fn into_sorted(mut self) -> Vec<Diagnostic> {
        if let Some((n_untold, span)) = self.untold {
            let message = format!("{n_untold} more mistakes follow");
            self.told.push(Diagnostic::note(Code::FilterSyntax, span, message));
        }
        self.told.sort_by_key(Diagnostic::span);
        self.told
    }
}
