//! Private keys, whose public halves are listed.

use catalog::Status;
use finding::Token;

use super::{Clue, Match, absent, card_list, gap_words, told};
use crate::{Card, KeyRow, Snapshot};

pub(super) fn look(clue: &Clue, snapshot: &Snapshot) -> Match {
    let rows = snapshot.cards.iter().flat_map(|card| card.keys.iter().map(move |key| (card, key)));
    let same: Vec<_> = rows.filter(|(_, key)| is_same(clue, key)).collect();
    let is_active = |key: &KeyRow| key.status.is_empty() || key.status == "ACTIVE";
    // One key may open several clients; where it works counts, and that which stands beside it.
    let best = same.iter().max_by_key(|(card, key)| {
        (is_active(key), clue.client.as_ref() == Some(&card.id), std::cmp::Reverse(&card.id))
    });
    let Some((card, key)) = best else { return none(clue, snapshot) };
    let (status, why) = if is_active(key) {
        (Status::Live, "its public half is an active key of the client")
    } else {
        (Status::Dead, "its public half is a key that is switched off")
    };
    Match { candidates: others(&same, card), ..Match::of(status, why) }.with(row(card, key))
}

/// The other clients that it opens.
fn others(same: &[(&Card, &KeyRow)], best: &Card) -> Vec<Token> {
    let others = same.iter().filter(|(card, _)| card.id != best.id);
    others.map(|(card, key)| row(card, key).cut()).collect()
}

/// No list has it.
fn none(clue: &Clue, snapshot: &Snapshot) -> Match {
    if clue.public.is_none() {
        return Match::unknown("its public half could not be read from it");
    }
    let Some(client) = &clue.client else {
        let gap = snapshot.gaps.iter().find(|gap| gap.what == card_list(snapshot));
        let why = "no client has it; it may be a server's or an identity provider's";
        return Match::unknown(gap.map_or_else(|| why.to_owned(), gap_words));
    };
    match snapshot.card(client) {
        None => absent(clue, snapshot),
        Some(card) if card.keys.is_empty() => {
            let why = "no key of its client is listed; it may keep them at an address of its own";
            Match::unknown(why).with(told(card, "client", "the id of its client", true))
        }
        Some(card) => {
            let why = "no key of its client has the same public half";
            Match::of(Status::Dead, why).with(told(card, "client", "the id of its client", true))
        }
    }
}

fn is_same(clue: &Clue, key: &KeyRow) -> bool {
    clue.public.is_some() && clue.public == key.public
}

fn row(card: &Card, key: &KeyRow) -> Token {
    let id = [&key.id, key.kid.as_deref().unwrap_or_default()];
    let id = id.into_iter().find(|id| !id.is_empty()).map(ToString::to_string);
    Token {
        id: id.unwrap_or_default(),
        created: key.created,
        owner: Some(card.id.clone()),
        owner_id: Some(card.id.clone()),
        ..told(card, "key", "its public half is the same", true)
    }
}
