//! What our own tenants list of the credentials, read with our own access.

use std::collections::BTreeMap;

use catalog::Status;
use idp::{Lookup, Provider, Wanted, is_secret_of, look_up};
use inventory::{Clue, Match, Sort};
use outbound::Secret;

use super::account::Asked;
use super::asker::{Asker, Homes, USED_UP};
use super::home::{Home, Near, Watched};
use super::suspect::{Suspect, Suspects};
use super::{Outcome, clue};
use crate::args::VerifyMode;

/// Requests that a use takes: the proof of its host, and itself.
const REQUESTS_PER_USE: usize = 2;

impl Asker<'_> {
    /// Reads of our tenants what they list of the credentials: first of those that hosts stand for, then, since any
    /// host may stand in a text, of the others that they may be of.
    pub(super) async fn look_up(&mut self, suspects: &Suspects, homes: &Homes<'_>) {
        let mut read: BTreeMap<usize, Wanted> = BTreeMap::new();
        for is_near in [true, false] {
            for at in 0..self.watched.len() {
                let known = read.entry(at).or_default();
                let wanted = unread(wanted(suspects, homes, (at, is_near)), known);
                if wanted == Wanted::default() {
                    continue;
                }
                let most = if is_near { self.account.left() } else { self.spare(homes) };
                let lookup = self.lookup(at, &Wanted { most, ..wanted }).await;
                match self.lookups.get_mut(&at) {
                    Some(known) => merge(known, lookup),
                    None => drop(self.lookups.insert(at, lookup)),
                }
            }
        }
    }

    /// Requests that are left once those for uses are set aside.
    fn spare(&self, homes: &Homes<'_>) -> usize {
        let is_live = self.verifier.mode == VerifyMode::Live;
        let n_doors: usize = homes.values().map(|home| home.doors.len()).sum();
        let kept = if is_live { n_doors * REQUESTS_PER_USE } else { 0 };
        self.account.left().saturating_sub(kept)
    }

    /// Reads a tenant's lists, every request of which is accounted for.
    pub(super) async fn lookup(&mut self, at: usize, wanted: &Wanted) -> Lookup {
        let Watched { name, tenant, .. } = &self.watched[at];
        let lookup = look_up(tenant, name, wanted).await;
        let host = tenant.origin().to_string();
        for (n, path) in lookup.asked.iter().enumerate() {
            let told = lookup.failed.get(path).map_or("read", String::as_str);
            let is_again = lookup.asked[n + 1..].contains(path);
            let answer = if is_again { "no answer; asked again" } else { told }.to_owned();
            let path = path.split('?').next().unwrap_or_default().to_owned();
            let host = host.clone();
            self.account.add(Asked { mode: "admin", method: "GET", host, path, answer });
        }
        for gap in &lookup.snapshot.gaps {
            let scope = gap.scope.as_ref().map(|scope| format!("; it takes the scope `{scope}`"));
            let scope = scope.unwrap_or_default();
            self.account.lack(format!("Not read of {name}: {}: {}{scope}.", gap.what, gap.why));
        }
        lookup
    }

    /// Looks for one credential in what our tenants list.
    pub(super) async fn match_one(
        &mut self,
        suspect: &Suspect,
        home: &Home,
        outcome: &mut Outcome,
    ) {
        let decided = outcome.verification.status != Status::NotChecked.name();
        if decided {
            return;
        }
        let clue = clue::clue(suspect);
        let mut best: Option<(usize, Match)> = None;
        for &at in &home.ours {
            let Some(clue) = &clue else { break };
            let Some(mut here) = self.listed(clue, at) else { continue };
            if self.is_sure(clue, at, &here) {
                self.compare(suspect, clue, at, (&mut here, outcome)).await;
                outcome.home = Some(at);
                best = Some((at, here));
                break;
            }
            if !home.is_near(at) {
                // Beside a tenant of ours that may have it another one says nothing.
                if home.near == Near::Ours
                    && best.as_ref().is_some_and(|(_, best)| weight(best) > 0)
                {
                    continue;
                }
                here = possible(here, suspect, home.near);
            }
            if best.as_ref().is_none_or(|(_, best)| weight(&here) > weight(best)) {
                best = Some((at, here));
            }
        }
        match best {
            Some((at, found)) => self.conclude_lists(at, found, outcome),
            None if self.verifier.mode == VerifyMode::Admin => {
                unlisted(home, clue.is_some(), outcome);
            }
            None => {}
        }
    }

    /// What a tenant's lists say; `None` where they were not read.
    fn listed(&self, clue: &Clue, at: usize) -> Option<Match> {
        let lookup = self.lookups.get(&at)?;
        let absent = clue.client.as_ref().is_some_and(|client| lookup.absent.contains(client));
        Some(Clue { absent, ..clue.clone() }.look(&lookup.snapshot))
    }

    /// Whether lists leave no doubt that it is of that tenant, whatever host stands near it: they have the very token or key, or the client
    /// that it names.
    fn is_sure(&self, clue: &Clue, at: usize, here: &Match) -> bool {
        let card = |client| self.lookups.get(&at)?.snapshot.card(client);
        here.token.as_ref().is_some_and(|token| token.certain)
            || clue.client.as_deref().and_then(card).is_some()
    }

    /// Whether lists show that a credential is not of that tenant.
    pub(super) fn is_excluded(&self, suspect: &Suspect, at: usize) -> bool {
        let here = clue::clue(suspect).and_then(|clue| self.listed(&clue, at));
        here.is_some_and(|here| matches!(here.status, Status::Dead | Status::WrongOrg))
    }

    fn conclude_lists(&self, at: usize, found: Match, outcome: &mut Outcome) {
        let Match { status, why, token, candidates } = found;
        let verification = &mut outcome.verification;
        status.name().clone_into(&mut verification.status);
        verification.why = why;
        verification.host = Some(self.watched[at].tenant.origin().host().to_owned());
        verification.at = self.lookups.get(&at).map(|lookup| lookup.snapshot.at);
        (outcome.token, outcome.candidates) = (token, candidates);
    }

    /// Compares a secret of Auth0 with the present one, where that is shown.
    async fn compare(
        &mut self,
        suspect: &Suspect,
        clue: &Clue,
        at: usize,
        (found, outcome): (&mut Match, &mut Outcome),
    ) {
        let tenant = self.watched[at].tenant.clone();
        let is_it = clue.sort == Sort::Secret && tenant.provider() == Provider::Auth0;
        let (Some(client), true, Some(_)) = (&clue.client, is_it, &found.token) else { return };
        if self.account.left() == 0 {
            outcome.is_undone = true;
            found.why = format!("its client is listed, its secret was not compared: {USED_UP}");
            return;
        }
        let secret = Secret::new(suspect.leak.secret.expose());
        let shown = is_secret_of(&tenant, client, &secret).await;
        let (status, why) = match &shown {
            Ok(Some(Some(true))) => (Status::Live, "it is the present secret of its client"),
            Ok(Some(Some(false))) => (Status::Dead, "its client has another secret now"),
            Ok(Some(None)) => (
                Status::NotChecked,
                "its client is listed, its secret is not shown; it takes `read:client_keys`",
            ),
            Ok(None) => (Status::WrongOrg, "the tenant has no such client"),
            Err(_) => (Status::NotChecked, "its client is listed, its secret could not be read"),
        };
        outcome.is_undone = status == Status::NotChecked;
        self.account.add(Asked {
            mode: "admin",
            method: "GET",
            host: tenant.origin().to_string(),
            path: format!("/api/v2/clients/{client}"),
            answer: shown.as_ref().map_or_else(ToString::to_string, |_| why.to_owned()),
        });
        (found.status, found.why) = (status, why.to_owned());
        if status == Status::Live
            && let Some(token) = &mut found.token
        {
            "it is the present secret of its client".clone_into(&mut token.matched_by);
        }
    }
}

/// What lists of one tenant are to be read for, of those credentials whose hosts are its own or of the others.
fn wanted(suspects: &Suspects, homes: &Homes<'_>, (at, is_near): (usize, bool)) -> Wanted {
    let mut wanted = Wanted::default();
    for (key, suspect) in suspects {
        let home = &homes[key];
        let is_over = leak::out_of_question(&suspect.leak)
            .is_some_and(|(status, _)| status != Status::NotChecked);
        let is_its = home.ours.contains(&at) && home.is_near(at) == is_near && !is_over;
        if let Some(clue) = is_its.then(|| clue::clue(suspect)).flatten() {
            clue::want(&clue, &mut wanted);
        }
    }
    wanted
}

/// What of it was not read before, which is noted.
fn unread(wanted: Wanted, known: &mut Wanted) -> Wanted {
    let Wanted { tokens, owners, clients, keys, most, owner_of } = wanted;
    let clients = clients.into_iter().filter(|client| known.clients.insert(client.clone()));
    let new = Wanted {
        tokens: tokens && !known.tokens,
        owners: owners && !known.owners,
        clients: clients.collect(),
        keys: keys && !known.keys,
        most,
        owner_of,
    };
    known.tokens |= tokens;
    known.owners |= owners;
    known.keys |= keys;
    new
}

/// Adds what was read later.
fn merge(known: &mut Lookup, later: Lookup) {
    let new = later.snapshot.cards.into_iter();
    let new: Vec<_> = new.filter(|card| known.snapshot.card(&card.id).is_none()).collect();
    known.snapshot.cards.extend(new);
    known.snapshot.gaps.extend(later.snapshot.gaps);
    known.absent.extend(later.absent);
}

/// What lists of a tenant may say of a credential near which only hosts of others stand: that it may be its, not that it is, nor that it is dead.
fn possible(found: Match, suspect: &Suspect, near: Near) -> Match {
    let hosts: Vec<String> = suspect.hosts().map(|host| format!("`{host}`")).collect();
    let hosts = match near {
        Near::Ours => format!("near it {}, which lists nothing that can be it", hosts.join(", ")),
        _ => format!("near it only {}, which is none of ours", hosts.join(", ")),
    };
    let candidates: Vec<_> = found.token.into_iter().chain(found.candidates).collect();
    let why = match (found.status, candidates.is_empty()) {
        (_, false) => format!("{hosts}, though it may be ours all the same: {}", found.why),
        (Status::NotChecked, true) => format!("{hosts}; {}", found.why),
        (_, true) => format!("{hosts}; nothing that ours list can be it"),
    };
    Match { status: Status::NotChecked, why, token: None, candidates }
}

/// Why no list was searched.
fn unlisted(home: &Home, is_listed: bool, outcome: &mut Outcome) {
    if !is_listed {
        return;
    }
    outcome.verification.why = match home.why_shut() {
        why if why.is_empty() => "its host is no tenant of the configuration".to_owned(),
        why => why,
    };
}

/// How much a match says: one that is certain most, a tenant that knows nothing of it least.
fn weight(found: &Match) -> u8 {
    match (&found.token, found.candidates.is_empty(), found.status) {
        (Some(token), ..) if token.certain => 4,
        (Some(_), ..) => 3,
        (None, false, _) => 2,
        (None, true, Status::NotChecked) => 1,
        (None, true, _) => 0,
    }
}
