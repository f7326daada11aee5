//! Using a leaked credential, once, where it is proven to be at home.

use std::collections::HashSet;
use std::time::Duration;

use catalog::{Check, Mode, Status, verification};
use finding::Token;
use idp::{Proof, Provider, Seen, Trial, Wanted, verify};
use inventory::{Clue, Sort};
use jiff::Timestamp;
use leak::{Leak, Step};
use outbound::Secret;

use super::account::Asked;
use super::asker::{Asker, Homes, Outcomes, USED_UP};
use super::home::{Door, Home, Near, ours_at};
use super::suspect::{Suspect, Suspects};
use super::verdict::{
    Refused, conclude, conclude_refusals, doubt, is_bound, is_of, is_over, is_refusable, is_refused,
};
use super::{Outcome, clue};

/// Why a host told nothing.
enum Silence {
    /// Nothing was asked, since nothing can be.
    Unfit(String),
    /// It could have been asked, or was, and there was no answer.
    Unanswered(String),
}

impl Asker<'_> {
    /// Tries what may be tried, the worst first, each value once a host.
    pub(super) async fn try_all(
        &mut self,
        suspects: &Suspects,
        homes: &Homes<'_>,
        outcomes: &mut Outcomes,
    ) {
        self.announce_uses(suspects, homes, outcomes);
        let mut order: Vec<_> = suspects.iter().collect();
        order.sort_by_key(|(_, suspect)| std::cmp::Reverse(suspect.leak.level));
        let mut tried = HashSet::new();
        for (key, suspect) in order {
            let Some(outcome) = outcomes.get_mut(key) else { continue };
            if leak::out_of_question(&suspect.leak).is_some() {
                continue;
            }
            let home = &homes[key];
            let doors = self.doors(suspect, home, outcome.home);
            if doors.is_empty() {
                doubt(outcome, home.why_shut());
            } else if tried.insert(&key.0) {
                self.try_doors(suspect, home, doors, outcome).await;
            } else {
                let why = "the same value was tried as a credential of another kind";
                doubt(outcome, why.to_owned());
            }
        }
    }

    /// Says what will be used where, before it is.
    fn announce_uses(&self, suspects: &Suspects, homes: &Homes<'_>, outcomes: &Outcomes) {
        let mut lines = Vec::new();
        let mut renews = false;
        for (key, suspect) in suspects {
            let sure = outcomes.get(key).and_then(|outcome| outcome.home);
            let doors = self.doors(suspect, &homes[key], sure);
            if doors.is_empty() || leak::out_of_question(&suspect.leak).is_some() {
                continue;
            }
            renews |= suspect.leak.kind.kind == "okta_api_token";
            let doors: Vec<String> = doors.iter().map(|door| door.origin.to_string()).collect();
            let doors = doors.join(", and if that refuses it at ");
            lines.push(format!("{}: used once at {doors}", suspect.name));
        }
        if lines.is_empty() {
            return;
        }
        let left = self.account.left();
        self.say(
            &format!("To be used, if the host proves whose it is; {left} requests are left:"),
            lines,
        );
        if renews {
            self.console().always(|out| {
                writeln!(
                    out,
                    "An API token that is used begins its 30 days anew: revoke what is live."
                )
            });
        }
    }

    /// Where it is tried, in this order: at the tenant of ours that the lists leave no doubt about and nowhere else; else at
    /// ours that stand near it, at the only other one that may have it, and then at others.
    fn doors(&self, suspect: &Suspect, home: &Home, sure: Option<usize>) -> Vec<Door> {
        if let Some(at) = sure {
            return vec![ours_at(&self.watched, at, false)];
        }
        let possible = self.possible(suspect, home);
        let only =
            <[usize; 1]>::try_from(possible).ok().map(|[at]| ours_at(&self.watched, at, true));
        let (near, others) = home.doors.split_at(home.n_named);
        near.iter().cloned().chain(only).chain(others.iter().cloned()).collect()
    }

    /// Tenants of ours that may have it though hosts stand near it, none of which is theirs.
    fn possible(&self, suspect: &Suspect, home: &Home) -> Vec<usize> {
        if home.near == Near::Nobody {
            return Vec::new();
        }
        let others = home.ours.iter().copied().skip(home.n_named);
        others.filter(|&at| !self.is_excluded(suspect, at)).collect()
    }

    async fn try_doors(
        &mut self,
        suspect: &Suspect,
        home: &Home,
        doors: Vec<Door>,
        outcome: &mut Outcome,
    ) {
        let mut refused: Vec<Refused> = Vec::new();
        let mut silence = None;
        for door in doors {
            if refused.iter().any(|one| one.is_at(&door)) {
                continue;
            }
            match self.try_one(suspect, &door).await {
                Ok((proof, seen)) if is_refused(&seen) => {
                    if let Some(at) = door.ours {
                        self.leave_out_living(at, &seen, outcome);
                    }
                    refused.push(Refused { door, proof, seen });
                }
                Ok((proof, seen)) => return self.answered(&door, &proof, &seen, outcome).await,
                Err(Silence::Unfit(why)) => silence = silence.or(Some(why)),
                Err(Silence::Unanswered(why)) => {
                    (outcome.is_undone, silence) = (true, Some(why));
                    // What is ours may be of nobody else.
                    if door.ours.is_some() {
                        break;
                    }
                }
            }
        }
        let left = match (outcome.home, refused.as_slice()) {
            (Some(_), _) => Vec::new(),
            (None, []) if silence.is_some() => Vec::new(),
            (None, refused) => self.left(suspect, home, refused),
        };
        let left: Vec<String> =
            silence.into_iter().chain(self.bound(&refused, outcome)).chain(left).collect();
        conclude_refusals(outcome, &refused, &left);
    }

    async fn try_one(&mut self, suspect: &Suspect, door: &Door) -> Result<(Proof, Seen), Silence> {
        let proof = self.door_proof(door).await.map_err(Silence::Unanswered)?;
        let unknown = || Silence::Unfit("no request with it is known that only looks".to_owned());
        let trial = trial(&suspect.leak, proof.provider()).ok_or_else(unknown)?;
        trial.check(&proof).map_err(|why| Silence::Unfit(why.to_string()))?;
        let seen = self.try_once(&proof, &trial).await.map_err(Silence::Unanswered)?;
        Ok((proof, seen))
    }

    /// What an answer that is no refusal means.
    async fn answered(&mut self, door: &Door, proof: &Proof, seen: &Seen, outcome: &mut Outcome) {
        let why = format!("it was used once: {}", seen.told);
        conclude(outcome, (proof, seen), seen.status, why);
        outcome.is_undone = seen.status == Status::RateLimited;
        if matches!(seen.status, Status::Live | Status::LiveRestricted) && door.ours.is_none() {
            // It lives with others, so that it is none of those of ours that it might have been.
            outcome.token = outcome.token.take().filter(|token| token.certain);
            outcome.candidates.clear();
        }
        self.follow(door, seen, outcome).await;
    }

    /// The token that it was matched to, if that may be refused from here alone.
    fn bound(&self, refused: &[Refused], outcome: &Outcome) -> Option<String> {
        let token = outcome.token.as_ref()?;
        let is_its = |at: &usize| token.tenant.as_ref() == Some(&self.watched[*at].name);
        let mut asked = refused.iter().filter_map(|one| Some((one.door.ours?, one.seen.at)));
        let (at, when) = asked.find(|(at, _)| is_its(at))?;
        let card = self.lookups.get(&at)?.snapshot.card(&token.id)?;
        let is_from_here = is_bound(card) && !is_over(card, when);
        is_from_here.then(|| format!("it may be {}, which works from some networks alone", card.id))
    }

    /// Where a credential that was refused may still be at home, as fragments.
    fn left(&self, suspect: &Suspect, home: &Home, refused: &[Refused]) -> Vec<String> {
        let is_asked = |host: &str| refused.iter().any(|one| is_of(&one.proof, host));
        let shut = home.shut.iter().filter(|shut| !shut.host.is_empty() && !is_asked(&shut.host));
        let mut left: Vec<String> = shut.map(|shut| shut.why.clone()).collect();
        // Where hosts of ours stand near it, their word counts.
        let ours =
            self.possible(suspect, home).into_iter().filter(|_| home.near == Near::Strangers);
        let ours =
            ours.map(|at| &self.watched[at]).filter(|one| !is_asked(one.tenant.origin().host()));
        left.extend(ours.map(|one| format!("it may be of {}, which did not refuse it", one.name)));
        if suspect.is_crowded {
            left.push("more hosts stand near it than are told apart".to_owned());
        }
        left
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

    /// A value that a tenant refuses is none of the tokens that live there, unless what is listed of one explains the refusal.
    fn leave_out_living(&self, at: usize, seen: &Seen, outcome: &mut Outcome) {
        let name = &self.watched[at].name;
        let card = |id: &str| self.lookups.get(&at)?.snapshot.card(id);
        let may_be = |token: &Token| {
            token.certain
                || token.kind != "api-token"
                || token.tenant.as_ref() != Some(name)
                || card(&token.id).is_some_and(|card| is_refusable(card, seen.at))
        };
        let n_before = outcome.candidates.len() + usize::from(outcome.token.is_some());
        outcome.token = outcome.token.take().filter(may_be);
        outcome.candidates.retain(may_be);
        let n_left = outcome.candidates.len() + usize::from(outcome.token.is_some());
        outcome.is_none_listed = n_before > 0 && n_left == 0;
    }

    /// After a use of an API token: which one of its owner's tokens moved.
    async fn follow(&mut self, door: &Door, seen: &Seen, outcome: &mut Outcome) {
        let (Status::Live, Some(who), Some(at)) = (seen.status, &seen.who, door.ours) else {
            return;
        };
        let Some(before) = self.lookups.get(&at).map(|lookup| lookup.snapshot.clone()) else {
            return;
        };
        let wanted = Wanted { tokens: true, most: self.account.left(), ..Wanted::default() };
        let mut after = self.lookup(at, &wanted).await.snapshot;
        // Owners were read before, and do not change by a use.
        for card in &mut after.cards {
            let known = before.card(&card.id).and_then(|known| known.owner.clone());
            card.owner = known.or(card.owner.take());
        }
        if let Some(token) = Clue::moved(&who.id, &before, &after) {
            (outcome.token, outcome.candidates) = (Some(token), Vec::new());
            return;
        }
        let is_whos = |token: &Token| token.certain && token.owner_id.as_ref() == Some(&who.id);
        if outcome.token.as_ref().is_some_and(is_whos) {
            return;
        }
        let clue = Clue { sort: Sort::ApiToken, user: Some(who.id.clone()), ..Clue::default() };
        let found = clue.look(&after);
        (outcome.token, outcome.candidates) = (found.token, found.candidates);
    }
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
