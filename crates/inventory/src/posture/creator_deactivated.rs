//! Credentials behind which nobody stands any more: the owner of a token, or who made an app.

use super::view::{View, is_out};
use super::{Weak, evidence};
use crate::Card;

pub(super) fn run(view: &View<'_>, weak: &mut Weak) {
    for card in view.cards() {
        if let Some((who, status)) = person(view, card).filter(|(_, status)| is_out(status)) {
            let fields = [("account", who), ("status", status)];
            weak.add(view.of_card(card, evidence(fields)));
        }
    }
}

/// The owner of a token; of an app, who made it, if the log saw that and the account is known.
fn person(view: &View<'_>, card: &Card) -> Option<(String, String)> {
    if let Some(owner) = &card.owner {
        let who = owner.login.as_ref().unwrap_or(&owner.id);
        return Some((who.clone(), owner.status.clone()?));
    }
    let by = card.created.as_ref()?.value.by_id.as_ref()?;
    let admin = view.snapshot.admins.iter().find(|admin| admin.id == *by)?;
    Some((admin.login.clone().unwrap_or_else(|| by.clone()), admin.status.clone()?))
}
