//! Credentials that work from any network.

use finding::Level;

use super::view::View;
use super::{Weak, evidence};
use crate::Network;

pub(super) fn run(view: &View<'_>, weak: &mut Weak) {
    for card in view.cards().filter(|card| card.network == Network::Any) {
        let found = view.of_card(card, evidence([("network", "any".to_owned())]));
        if card.is_super() { weak.add_as(Level::High, found) } else { weak.add(found) }
    }
}
