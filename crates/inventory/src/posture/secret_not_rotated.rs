//! Clients whose secret was never changed. Auth0 does not tell when a secret was made, so the log has to.

use finding::rfc3339;
use jiff::SignedDuration;

use super::view::View;
use super::{Weak, evidence};

/// A secret that is older is old.
const OLD: SignedDuration = SignedDuration::from_hours(90 * 24);

pub(super) fn run(view: &View<'_>, weak: &mut Weak) {
    let mut is_unseen = false;
    for card in view.cards().filter(|card| !card.secrets.is_empty()) {
        let rotated = card.use_.last_change("secret rotated").map(|change| change.at);
        let made = card.created.as_ref().map(|made| made.value.at);
        let (since, what) = match rotated.or(made) {
            Some(at) => (at, "unchanged since"),
            None if view.saw(OLD) => {
                (view.snapshot.log.since.unwrap_or(view.now), "unchanged since the log begins, at")
            }
            None => {
                is_unseen = true;
                continue;
            }
        };
        if since <= view.now - OLD {
            weak.add(view.of_card(card, evidence([(what, rfc3339(since))])));
        }
    }
    if is_unseen {
        weak.skip_part(view.too_short(OLD));
    }
}
