//! Credentials that nobody uses.

use finding::rfc3339;
use jiff::SignedDuration;

use super::view::View;
use super::{Weak, evidence};
use crate::{Basis, Card, CardKind};

/// A token that was not used for so long is. It ends after 30 days.
pub const TOKEN_DORMANT: SignedDuration = SignedDuration::from_hours(14 * 24);

/// An app or a client that was not seen for so long is.
pub const APP_DORMANT: SignedDuration = SignedDuration::from_hours(30 * 24);

pub(super) fn run(view: &View<'_>, weak: &mut Weak) {
    let saw = view.saw(APP_DORMANT);
    let mut unseen = Vec::new();
    for card in view.cards() {
        let limit = if card.kind == CardKind::ApiToken { TOKEN_DORMANT } else { APP_DORMANT };
        let is_young = card.created.as_ref().is_some_and(|made| made.value.at > view.now - limit);
        match &card.last_use {
            _ if is_young => {}
            Some(last) if last.value > view.now - limit => {}
            Some(last) if is_told(card) || view.sees() => {
                let how = match &last.basis {
                    Basis::Inferred { how } => format!(" (inferred: {how})"),
                    Basis::Api | Basis::Log => String::new(),
                };
                add(view, card, weak, format!("{}{how}", rfc3339(last.value)));
            }
            None if saw => {
                let since = view.snapshot.log.since.map(rfc3339).unwrap_or_default();
                add(view, card, weak, format!("not since {since}, where the log begins"));
            }
            Some(_) | None => unseen.push(card),
        }
    }
    weak.skip_some(unseen, view.too_short(APP_DORMANT));
}

/// Whether the provider tells of every use, if only by the end of the credential.
fn is_told(card: &Card) -> bool {
    let by_log = card.last_use.as_ref().is_some_and(|last| last.basis == Basis::Log);
    !by_log || card.expires.is_some()
}

fn add(view: &View<'_>, card: &Card, weak: &mut Weak, last: String) {
    weak.add(view.of_card(card, evidence([("last use", last)])));
}
