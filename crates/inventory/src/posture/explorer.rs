//! The application that Auth0's dashboard makes for trying calls out.

use super::view::View;
use super::{Weak, evidence};
use crate::Card;

/// Its name, unless somebody changed it. Source: Auth0 "Get Management API tokens for testing", checked 2026-11-22.
const NAME: &str = "API Explorer Application";

/// A day, in seconds.
const DAY_S: u64 = 86_400;

fn explorers<'s>(view: &View<'s>) -> impl Iterator<Item = &'s Card> {
    view.cards().filter(|card| card.name.eq_ignore_ascii_case(NAME))
}

pub(super) fn exists(view: &View<'_>, weak: &mut Weak) {
    for card in explorers(view) {
        weak.add(view.of_card(card, evidence([])));
    }
}

pub(super) fn all_scopes(view: &View<'_>, weak: &mut Weak) {
    let settings = &view.snapshot.settings;
    for card in explorers(view) {
        let grants = card.grants.iter();
        let granted: Vec<&String> = grants
            .filter(|grant| Some(&grant.audience) == settings.management_audience.as_ref())
            .flat_map(|grant| &grant.scopes)
            .collect();
        let all = &settings.management_scopes;
        if !all.is_empty() && all.iter().all(|scope| granted.contains(&scope)) {
            weak.add(view.of_card(card, evidence([("scopes", format!("all {}", all.len()))])));
        }
    }
}

pub(super) fn long_tokens(view: &View<'_>, weak: &mut Weak) {
    let Some(lifetime) = view.snapshot.settings.management_lifetime_s else { return };
    for card in explorers(view).filter(|_| lifetime >= DAY_S) {
        weak.add(view.of_card(card, evidence([("tokens live for", crate::days(lifetime))])));
    }
}
