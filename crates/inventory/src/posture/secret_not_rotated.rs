//! Clients whose secret was never changed. Auth0 does not tell when a secret was made, so the log has to.

use finding::rfc3339;
use jiff::SignedDuration;

use super::view::View;
use super::{Weak, evidence};

/// A secret that is older is old.
const OLD: SignedDuration = SignedDuration::from_hours(90 * 24);

pub(super) fn run(view: &View<'_>, weak: &mut Weak) {
    let mut unseen = Vec::new();
    for card in view.cards().filter(|card| !card.secrets.is_empty()) {
        let rotated = card.use_.last_change("secret rotated").map(|change| change.at);
        let known = rotated.or(card.created.as_ref().map(|made| made.value.at));
        if known.is_some_and(|at| at > view.now - OLD) {
            continue;
        }
        if !view.saw(OLD) {
            unseen.push(card);
            continue;
        }
        let field = match (known, view.snapshot.log.since) {
            (Some(at), _) => ("unchanged since", rfc3339(at)),
            (None, begin) => {
                ("unchanged since the log begins, at", begin.map(rfc3339).unwrap_or_default())
            }
        };
        weak.add(view.of_card(card, evidence([field])));
    }
    weak.skip_some(unseen, view.too_short(OLD));
}
