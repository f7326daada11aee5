//! What answers to a use mean for a finding.

use catalog::Status;
use idp::{Proof, Seen};
use inventory::{Card, Network};
use jiff::Timestamp;

use super::Outcome;
use super::home::Door;

/// A host that refused a credential.
pub(super) struct Refused {
    pub(super) door: Door,
    pub(super) proof: Proof,
    pub(super) seen: Seen,
}

impl Refused {
    /// Whether a door leads to the tenant that refused, by whatever name.
    pub(super) fn is_at(&self, door: &Door) -> bool {
        let is_name = door.ours.is_none() && is_of(&self.proof, door.origin.host());
        is_name || *self.proof.origin() == door.origin
    }
}

/// Why a use told nothing. What lists told stays.
pub(super) fn doubt(outcome: &mut Outcome, why: String) {
    let verification = &mut outcome.verification;
    if verification.status != Status::NotChecked.name() {
        return;
    }
    let lists = verification.host.is_some().then(|| std::mem::take(&mut verification.why));
    verification.why = match lists {
        Some(lists) => format!("{lists}; not used: {why}"),
        None => why,
    };
}

pub(super) fn is_refused(seen: &Seen) -> bool {
    matches!(seen.status, Status::Dead | Status::WrongOrg)
}

/// Whether a token that is listed may be refused all the same: it ended, its owner may not act, or it works from some networks alone.
pub(super) fn is_refusable(card: &Card, now: Timestamp) -> bool {
    is_bound(card) || is_over(card, now)
}

/// Whether a token works from some networks alone.
pub(super) fn is_bound(card: &Card) -> bool {
    matches!(card.network, Network::Zones { .. })
}

/// Whether a token works from nowhere: it ended, or its owner may not act.
pub(super) fn is_over(card: &Card, now: Timestamp) -> bool {
    let has_ended = card.expires.as_ref().is_some_and(|end| end.value <= now);
    let status = card.owner.as_ref().and_then(|owner| owner.status.as_deref());
    has_ended || status.is_some_and(|status| status != "ACTIVE")
}

/// Writes down what an answer means.
pub(super) fn conclude(
    outcome: &mut Outcome,
    (proof, seen): (&Proof, &Seen),
    status: Status,
    why: String,
) {
    let verification = &mut outcome.verification;
    status.name().clone_into(&mut verification.status);
    verification.why = why;
    verification.host = Some(proof.origin().host().to_owned());
    verification.at = Some(seen.at);
}

/// What refusals mean for the finding: death, where nothing is `left` that may be its home.
pub(super) fn conclude_refusals(outcome: &mut Outcome, refused: &[Refused], left: &[String]) {
    let Some(last) = refused.last() else { return doubt(outcome, left.join("; ")) };
    let told: Vec<String> = refused
        .iter()
        .map(|one| format!("{} ({})", one.proof.origin().host(), one.seen.told))
        .collect();
    let told = told.join(" and ");
    let is_listed = outcome.is_none_listed;
    let none = if is_listed { "; it is none of the tokens that are listed" } else { "" };
    let named = refused.iter().find(|one| !one.door.is_assumed);
    let (by, status, why) = match named {
        Some(named) if left.is_empty() => {
            (named, named.seen.status, format!("it was used once and refused by {told}"))
        }
        Some(named) => {
            let left = left.join("; ");
            (named, Status::NotChecked, format!("refused by {told}, which proves little: {left}"))
        }
        None => {
            let why = "refused by a host that nothing near it names: dead, or of another tenant";
            let left = [&[told], left].concat().join("; ");
            (last, Status::NotChecked, format!("{why}; {left}"))
        }
    };
    conclude(outcome, (&by.proof, &by.seen), status, why + none);
}

/// Whether a host is one of those that a proven tenant calls its own.
pub(super) fn is_of(proof: &Proof, host: &str) -> bool {
    proof.hosts().iter().any(|own| own.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use inventory::{CardKind, Known, Owner, Provider};

    use super::*;

    #[test]
    fn a_refused_value_is_no_token_that_lives_unless_its_card_explains_that() {
        let now: Timestamp = "2026-11-22T00:00:00Z".parse().unwrap();
        let card = Card::new(Provider::Okta, "acme", CardKind::ApiToken, "00T1");
        let owner =
            |status: &str| Some(Owner { status: Some(status.to_owned()), ..Owner::default() });
        let network = Network::Zones { include: vec!["nzo1".to_owned()], exclude: Vec::new() };
        let cases = [
            (card.clone(), false),
            (Card { owner: owner("ACTIVE"), ..card.clone() }, false),
            (Card { owner: owner("SUSPENDED"), ..card.clone() }, true),
            (Card { expires: Some(Known::by_api(now)), ..card.clone() }, true),
            (Card { network, ..card }, true),
        ];
        for (card, expected) in cases {
            assert_eq!(is_refusable(&card, now), expected, "{card:?}");
        }
    }
}
