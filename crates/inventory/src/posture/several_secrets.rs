//! Apps with several secrets that work.

use finding::rfc3339;

use super::view::View;
use super::{Weak, evidence};
use crate::SecretRow;

pub(super) fn run(view: &View<'_>, weak: &mut Weak) {
    for card in view.cards() {
        let live: Vec<&SecretRow> =
            card.secrets.iter().filter(|secret| secret.status == "ACTIVE").collect();
        if live.len() > 1 {
            let fields = live.into_iter().map(|secret| ("secret", told(secret)));
            weak.add(view.of_card(card, evidence(fields)));
        }
    }
}

fn told(secret: &SecretRow) -> String {
    let made = secret.created.map(|at| format!(" of {}", rfc3339(at))).unwrap_or_default();
    format!("{}{made}", secret.id)
}
