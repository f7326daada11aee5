//! Credentials behind which nobody stands any more: the owner of a token, or who made an app.

use super::view::{View, is_out};
use super::{Weak, evidence};
use crate::Card;

pub(super) fn run(view: &View<'_>, weak: &mut Weak) {
    let mut unknown = Vec::new();
    for card in view.cards() {
        let Some((who, status)) = person(view, card) else {
            unknown.push(card);
            continue;
        };
        if is_out(&status) {
            let fields = [("account", who), ("status", status)];
            weak.add(view.of_card(card, evidence(fields)));
        }
    }
    // Where nobody was asked at all, that is said already.
    if view.snapshot.is_listed() {
        weak.skip_some(
            unknown,
            "who stands behind some credentials, or the state of that account, is not known",
        );
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
