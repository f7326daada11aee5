//! API tokens that end soon.

use finding::rfc3339;
use jiff::SignedDuration;

use super::view::View;
use super::{Weak, evidence};

/// Soon. Okta's console marks such tokens in red. Source: Okta help "API token management", checked 2026-11-22.
const SOON: SignedDuration = SignedDuration::from_hours(7 * 24);

pub(super) fn run(view: &View<'_>, weak: &mut Weak) {
    for card in view.cards() {
        let Some(end) = &card.expires else { continue };
        if end.value <= view.now + SOON {
            let window = card.window_s.map(crate::days).unwrap_or_default();
            let fields = [("ends", rfc3339(end.value)), ("unless used within", window)];
            weak.add(view.of_card(card, evidence(fields)));
        }
    }
}
