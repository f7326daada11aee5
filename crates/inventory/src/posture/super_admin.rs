//! Credentials that may do everything.

use super::view::View;
use super::{Weak, evidence};
use crate::Role;

pub(super) fn run(view: &View<'_>, weak: &mut Weak) {
    for card in view.cards() {
        let roles = card.effective_roles().iter().filter(|role| role.is_super());
        let how: Vec<String> = roles.map(held).collect();
        if !how.is_empty() {
            weak.add(view.of_card(card, evidence(how.into_iter().map(|how| ("role", how)))));
        }
    }
}

fn held(role: &Role) -> String {
    match &role.through {
        Some(group) => format!("{} through the group {group}", role.title()),
        None => role.title().to_owned(),
    }
}
