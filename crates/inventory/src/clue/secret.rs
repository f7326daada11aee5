//! Client secrets, which are listed by id and hash.

use catalog::Status;
use finding::Token;

use super::{Clue, Match, absent, told};
use crate::{Card, Provider, SecretRow, Snapshot};

pub(super) fn look(clue: &Clue, snapshot: &Snapshot) -> Match {
    let Some(client) = &clue.client else {
        return Match::unknown("the client that it is of is not known");
    };
    let Some(card) = snapshot.card(client) else {
        return absent(clue, snapshot);
    };
    match card.provider {
        // Its secret has no id, and when it was made is not said.
        Provider::Auth0 => {
            let why = "the client is listed; whether this is its secret the lists do not tell";
            Match::unknown(why).with(told(card, "client", "the id of its client", true))
        }
        Provider::Okta => among(clue, card),
    }
}

/// The secrets of its client that it may be.
fn among(clue: &Clue, card: &Card) -> Match {
    let is_active = |secret: &&SecretRow| secret.status == "ACTIVE";
    let is_as_old = |secret: &&SecretRow| clue.is_as_old(secret.created);
    let old: Vec<&SecretRow> = card.secrets.iter().filter(is_active).filter(is_as_old).collect();
    if card.secrets.is_empty() && !card.gaps.is_empty() {
        let why = format!("the secrets of its client could not be read: {}", card.gaps.join("; "));
        return Match::unknown(why).with(told(card, "client", "the id of its client", true));
    }
    if old.is_empty() {
        let why = "no secret of its client is active and as old as the leak";
        return Match::of(Status::Dead, why).with(told(
            card,
            "client",
            "the id of its client",
            true,
        ));
    }
    let why = match old.len() {
        1 => "one active secret of its client is as old; secrets are listed by id, not by value",
        _ => "several active secrets of its client are as old; they are listed by id, not by value",
    };
    let secrets = old.into_iter().map(|secret| row(secret, card)).collect();
    Match::unknown(why).among(secrets)
}

fn row(secret: &SecretRow, card: &Card) -> Token {
    let by = "an active secret of its client that is as old";
    Token {
        id: secret.id.clone(),
        created: secret.created,
        owner: Some(card.id.clone()),
        owner_id: Some(card.id.clone()),
        ..told(card, "client-secret", by, false)
    }
}
