//! API tokens, which are listed by id and never by value.

use catalog::Status;
use finding::Token;

use super::{Clue, Match, gap_words, told};
use crate::{Card, CardKind, Snapshot};

/// The list, as gaps name it.
const LIST: &str = "api tokens";

/// A token of the lists.
const KIND: &str = "api-token";

pub(super) fn look(clue: &Clue, snapshot: &Snapshot) -> Match {
    let by_id = clue.id.as_deref().and_then(|id| snapshot.card(id));
    if let Some(card) = by_id.filter(|card| card.kind == CardKind::ApiToken) {
        let why = "a token with the id that stands beside it is listed";
        return Match::unknown(why).with(told(card, KIND, "its id stands beside it", true));
    }
    let gap = snapshot.gaps.iter().find(|gap| gap.what == LIST);
    if clue.id.as_deref().is_some_and(is_token_id) && gap.is_none() {
        let why =
            "the token whose id stands beside it is not listed: it is gone, or of another tenant";
        return Match::unknown(why);
    }
    let all = || snapshot.cards.iter().filter(|card| card.kind == CardKind::ApiToken);
    if all().next().is_none()
        && let Some(gap) = gap
    {
        return Match::unknown(gap_words(gap));
    }
    let whole = gap.is_none();
    let owned: Vec<&Card> = all().filter(|card| is_of(clue, card)).collect();
    if owned.is_empty() && whole {
        let why = if clue.user.is_some() { "its owner has no token" } else { "there is no token" };
        return Match::of(Status::Dead, why);
    }
    let old: Vec<&Card> = owned.into_iter().filter(|card| is_as_old(clue, card)).collect();
    if old.is_empty() && whole {
        let why = "every token that there is was made after it lay there, or ended before";
        return Match::of(Status::Dead, why);
    }
    among(clue, &old)
}

/// The tokens that it may be: those of whoever committed it, if there are any.
fn among(clue: &Clue, old: &[&Card]) -> Match {
    let own: Vec<&Card> = old.iter().copied().filter(|card| is_authors(clue, card)).collect();
    let (left, by) = match (own.is_empty(), clue.user.is_some()) {
        (false, _) => (own, "its owner wrote what held it, and it was made before"),
        (true, true) => (old.to_vec(), "the only token of its owner that was made before"),
        (true, false) => (old.to_vec(), "the only token that was made before it lay there"),
    };
    let why = match left.len() {
        1 => {
            "one token fits; tokens are listed by id, not by value, so that it may also be one that is gone"
        }
        _ => "several tokens fit; tokens are listed by id, not by value",
    };
    Match::unknown(why).among(left.into_iter().map(|card| told(card, KIND, by, false)).collect())
}

/// The one token of a user whose expiry or last use moved from one reading to the next.
pub(super) fn moved(user: &str, before: &Snapshot, after: &Snapshot) -> Option<Token> {
    let is_users = |card: &&Card| {
        card.kind == CardKind::ApiToken && card.owner.as_ref().is_some_and(|owner| owner.id == user)
    };
    let has_moved = |card: &&Card| match before.card(&card.id) {
        Some(earlier) => earlier.expires != card.expires || earlier.last_use != card.last_use,
        None => true,
    };
    let mut moved = after.cards.iter().filter(is_users).filter(has_moved);
    let one = moved.next().filter(|_| moved.next().is_none())?;
    Some(told(one, KIND, "the one whose life began anew when it was tried", true))
}

fn is_of(clue: &Clue, card: &Card) -> bool {
    let owner = card.owner.as_ref().map(|owner| &owner.id);
    clue.user.is_none() || owner.is_none() || owner == clue.user.as_ref()
}

/// Whether it was there when the leak was: made before, and not at its end by then.
fn is_as_old(clue: &Clue, card: &Card) -> bool {
    let end = card.expires.as_ref().map(|end| end.value);
    let is_over = clue.held.zip(end).is_some_and(|(held, end)| end < held);
    !is_over && clue.is_as_old(card.created.as_ref().map(|created| created.value.at))
}

fn is_token_id(id: &str) -> bool {
    catalog::object_id(id.as_bytes()).is_some_and(|id| id.prefix == "00T")
}

fn is_authors(clue: &Clue, card: &Card) -> bool {
    let login = card.owner.as_ref().and_then(|owner| owner.login.as_deref());
    let fits = |(author, login): (&String, &str)| author.eq_ignore_ascii_case(login);
    clue.author.as_ref().zip(login).is_some_and(fits)
}
