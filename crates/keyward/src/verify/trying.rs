//! Using a leaked credential, once, where it is proven to be at home.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use catalog::{Check, Mode, Status, verification};
use finding::{Fingerprint, Token};
use idp::{Proof, Provider, Seen, Trial, Wanted, verify};
use inventory::{Card, Clue, Network, Sort};
use jiff::Timestamp;
use leak::{Leak, Step};
use outbound::Secret;

use super::account::Asked;
use super::asker::{Asker, Outcomes, USED_UP};
use super::home::{Door, Home};
use super::suspect::{Suspect, Suspects};
use super::{Outcome, clue};

type Homes<'k> = BTreeMap<&'k (Fingerprint, String), Home>;

impl Asker<'_> {
    /// Tries what may be tried, the worst first, each value once.
    pub(super) async fn try_all(
        &mut self,
        suspects: &Suspects,
        homes: &Homes<'_>,
        outcomes: &mut Outcomes,
    ) {
        let mut order: Vec<_> = suspects.iter().collect();
        order.sort_by_key(|(_, suspect)| std::cmp::Reverse(suspect.leak.level));
        let mut tried = HashSet::new();
        for (key, suspect) in order {
            let Some(outcome) = outcomes.get_mut(key) else { continue };
            if leak::out_of_question(&suspect.leak).is_some() {
                continue;
            }
            match &homes[key].live {
                Err(why) => doubt(outcome, why.clone()),
                Ok(_) if !tried.insert(&key.0) => {
                    doubt(
                        outcome,
                        "the same value was tried as a credential of another kind".into(),
                    );
                }
                Ok(door) => self.try_one(suspect, (&homes[key], door), outcome).await,
            }
        }
    }

    async fn try_one(
        &mut self,
        suspect: &Suspect,
        (home, door): (&Home, &Door),
        outcome: &mut Outcome,
    ) {
        let proof = match self.door_proof(door).await {
            Ok(proof) => proof,
            Err(why) => return self.undone(outcome, why),
        };
        let Some(trial) = trial(&suspect.leak, proof.provider()) else {
            return doubt(outcome, "no request with it is known that only looks".into());
        };
        if let Err(why) = trial.check(&proof) {
            return doubt(outcome, why.to_string());
        }
        let seen = match self.try_once(&proof, &trial).await {
            Ok(seen) => seen,
            Err(why) => return self.undone(outcome, why),
        };
        conclude(outcome, &proof, door, &seen);
        if is_refused(&seen) {
            self.leave_out_living(home, &seen, outcome);
        }
        if seen.status == Status::RateLimited {
            self.account.undone += 1;
        }
        self.follow(home, &seen, outcome).await;
    }

    /// The first proof that a host gives.
    async fn door_proof(&mut self, door: &Door) -> Result<Proof, String> {
        let mut last = Err("nobody's".to_owned());
        for provider in &door.providers {
            last = self.proof(&door.origin, *provider).await;
            if last.is_ok() {
                break;
            }
        }
        last
    }

    /// Sends it; again, once a host, after a rate limit that opens soon.
    async fn try_once(&mut self, proof: &Proof, trial: &Trial) -> Result<Seen, String> {
        loop {
            if self.account.left() == 0 {
                return Err(USED_UP.to_owned());
            }
            let outbound = self.outbound.clone();
            let seen = verify(&outbound, proof, trial, Timestamp::now()).await;
            let seen = seen.map_err(|why| why.to_string())?;
            let answer = match &seen {
                Ok(seen) => format!("{} ({})", seen.told, seen.status.name()),
                Err(error) => error.to_string(),
            };
            self.account.add(Asked {
                mode: "live",
                method: trial.check.request.as_ref().map_or("GET", |asks| asks.method),
                host: proof.origin().to_string(),
                path: trial.path.split('?').next().unwrap_or_default().to_owned(),
                answer,
            });
            let seen = seen.map_err(|error| error.to_string())?;
            let host = proof.origin().to_string();
            match seen.reset.filter(|_| self.account.left() > 0 && self.waited.insert(host)) {
                Some(reset) => self.wait(proof, reset).await,
                None => return Ok(seen),
            }
        }
    }

    async fn wait(&self, proof: &Proof, reset: Duration) {
        let host = proof.origin().host();
        self.console().note(|out| {
            writeln!(out, "{host} asks to wait {} s; that is done once.", reset.as_secs())
        });
        tokio::time::sleep(reset).await;
    }

    /// A value that is refused is none of the tokens that live there, unless what is listed of one explains the refusal.
    fn leave_out_living(&self, home: &Home, seen: &Seen, outcome: &mut Outcome) {
        let card = |at: &usize, id: &str| self.lookups.get(at)?.snapshot.card(id);
        let may_be = |token: &Token| {
            let mut cards = home.ours.iter().filter_map(|at| card(at, &token.id));
            token.certain || token.kind != "api-token" || cards.any(|it| is_refusable(it, seen.at))
        };
        let n_before = outcome.candidates.len() + usize::from(outcome.token.is_some());
        outcome.token = outcome.token.take().filter(may_be);
        outcome.candidates.retain(may_be);
        let n_left = outcome.candidates.len() + usize::from(outcome.token.is_some());
        if n_before > 0 && n_left == 0 {
            outcome.verification.why.push_str("; it is none of the tokens that are listed");
        }
    }

    /// After a use of an API token: which one of its owner's tokens moved.
    async fn follow(&mut self, home: &Home, seen: &Seen, outcome: &mut Outcome) {
        let (Status::Live, Some(who)) = (seen.status, &seen.who) else { return };
        let Some(&at) = home.ours.first() else { return };
        let Some(before) = self.lookups.get(&at).map(|lookup| lookup.snapshot.clone()) else {
            return;
        };
        let wanted = Wanted { tokens: true, most: self.account.left(), ..Wanted::default() };
        let after = self.lookup(at, &wanted).await.snapshot;
        if let Some(token) = Clue::moved(&who.id, &before, &after) {
            (outcome.token, outcome.candidates) = (Some(token), Vec::new());
            return;
        }
        let clue = Clue { sort: Sort::ApiToken, user: Some(who.id.clone()), ..Clue::default() };
        let found = clue.look(&after);
        (outcome.token, outcome.candidates) = (found.token, found.candidates);
    }

    /// What could have been asked and was not answered.
    fn undone(&mut self, outcome: &mut Outcome, why: String) {
        self.account.undone += 1;
        doubt(outcome, why);
    }
}

/// Why a use told nothing. What lists told stays.
fn doubt(outcome: &mut Outcome, why: String) {
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

fn is_refused(seen: &Seen) -> bool {
    matches!(seen.status, Status::Dead | Status::WrongOrg)
}

/// Whether a token that is listed may be refused all the same: it ended, its owner may not act, or it works from some networks alone.
fn is_refusable(card: &Card, now: Timestamp) -> bool {
    let has_ended = card.expires.as_ref().is_some_and(|end| end.value <= now);
    let status = card.owner.as_ref().and_then(|owner| owner.status.as_deref());
    let is_bound = matches!(card.network, Network::Zones { .. });
    has_ended || is_bound || status.is_some_and(|status| status != "ACTIVE")
}

/// What an answer means for the finding. A refusal by a host that only we took for its home is no death.
fn conclude(outcome: &mut Outcome, proof: &Proof, door: &Door, seen: &Seen) {
    let verification = &mut outcome.verification;
    let (status, why) = if door.is_assumed && is_refused(seen) {
        let why = "refused by a host that nothing near it names: dead, or of another tenant";
        (Status::NotChecked, format!("{why} ({})", seen.told))
    } else {
        (seen.status, format!("it was used once: {}", seen.told))
    };
    status.name().clone_into(&mut verification.status);
    verification.why = why;
    verification.host = Some(proof.origin().host().to_owned());
    verification.at = Some(seen.at);
}

/// How a credential is tried at a provider.
fn trial(leak: &Leak, provider: Provider) -> Option<Trial> {
    let is_it =
        |check: &&Check| check.mode == Mode::Live && check.provider == Some(provider.as_str());
    let check: &'static Check = verification(leak.kind.kind).iter().find(is_it)?;
    Some(Trial {
        check,
        path: Step::new(check, leak).path?,
        secret: Secret::new(leak.secret.expose()),
        client_id: clue::client(leak),
        key_id: clue::beside(leak, "key_id"),
    })
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
