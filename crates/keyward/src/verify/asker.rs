//! The order of asking: who the hosts are, what our own tenants list, then the credentials themselves.

use std::collections::{BTreeMap, HashMap, HashSet};

use catalog::Status;
use finding::Fingerprint;
use idp::{Lookup, Proof, Provider, Wanted, is_budget, is_secret_of, look_up, prove};
use inventory::{Clue, Match, Sort};
use outbound::{Origin, Outbound, Secret};

use super::account::{Account, Asked};
use super::home::{Home, Watched, home};
use super::suspect::{Suspect, Suspects};
use super::{Outcome, Verifier, blast, candidates, clue, exposed};
use crate::args::VerifyMode;
use crate::console::Console;

/// Lines of the announcement that are shown.
const ANNOUNCED_MAX: usize = 40;

/// What came of each credential.
pub(super) type Outcomes = BTreeMap<(Fingerprint, String), Outcome>;

/// Whoever asks, and what was answered so far.
pub(super) struct Asker<'a> {
    pub(super) verifier: &'a Verifier<'a>,
    pub(super) outbound: Outbound,
    pub(super) watched: Vec<Watched>,
    pub(super) account: Account,
    pub(super) proofs: HashMap<(Origin, &'static str), Result<Proof, String>>,
    /// What each of our tenants lists, by its place in the configuration.
    pub(super) lookups: BTreeMap<usize, Lookup>,
    /// Hosts whose rate limit was waited for.
    pub(super) waited: HashSet<String>,
}

impl<'a> Asker<'a> {
    pub(super) fn new(
        verifier: &'a Verifier<'a>,
        outbound: Outbound,
        watched: Vec<Watched>,
    ) -> Self {
        let account = Account::new(verifier.mode, verifier.args.budget);
        let (proofs, lookups, waited) = (HashMap::new(), BTreeMap::new(), HashSet::new());
        Self { verifier, outbound, watched, account, proofs, lookups, waited }
    }

    pub(super) fn into_account(self) -> Account {
        self.account
    }

    pub(super) fn console(&self) -> Console {
        self.verifier.console
    }

    /// Asks about everything, in the order of what is known first.
    pub(super) async fn ask(&mut self, suspects: &Suspects) -> anyhow::Result<Outcomes> {
        let mode = self.verifier.mode;
        let mut outcomes: Outcomes =
            suspects.iter().map(|(key, one)| (key.clone(), by_itself(mode, one))).collect();
        if mode > VerifyMode::Offline {
            self.prove_ours(suspects).await;
            let homes: BTreeMap<_, Home> = suspects
                .iter()
                .map(|(key, one)| (key, home(&one.leak, &self.watched, &self.verifier.args.hosts)))
                .collect();
            self.announce(suspects, &homes);
            self.look_up(suspects, &homes).await;
            for (key, suspect) in suspects {
                let outcome = outcomes.entry(key.clone()).or_default();
                self.match_one(suspect, &homes[key], outcome).await;
            }
            if mode == VerifyMode::Live {
                self.try_all(suspects, &homes, &mut outcomes).await;
            }
            for outcome in outcomes.values_mut() {
                blast::add(outcome, &self.lookups, &self.watched);
            }
            candidates::add(self, suspects, &mut outcomes)?;
            exposed::add(self, suspects, &mut outcomes).await?;
        }
        for outcome in outcomes.values() {
            self.account.count(&outcome.verification.status);
        }
        Ok(outcomes)
    }

    /// Asks our own tenants by which hosts they are called, once each, for those whose credentials were found.
    async fn prove_ours(&mut self, suspects: &Suspects) {
        for at in 0..self.watched.len() {
            let provider = self.watched[at].tenant.provider();
            let is_of =
                |one: &Suspect| one.leak.kind.provider.is_none_or(|name| name == provider.as_str());
            if suspects.values().any(is_of) {
                let origin = self.watched[at].tenant.origin().clone();
                self.console().note(|out| {
                    writeln!(out, "Asking {origin} by which names it goes, without a credential.")
                });
                self.watched[at].proof = Some(self.proof(&origin, provider).await);
            }
        }
    }

    /// Asks all of our own tenants.
    pub(super) async fn prove_all(&mut self) {
        for at in 0..self.watched.len() {
            let tenant = self.watched[at].tenant.clone();
            let proof = self.proof(tenant.origin(), tenant.provider()).await;
            self.watched[at].proof = Some(proof);
        }
    }

    /// The proof of a host, asked for once.
    pub(super) async fn proof(
        &mut self,
        origin: &Origin,
        provider: Provider,
    ) -> Result<Proof, String> {
        let key = (origin.clone(), provider.as_str());
        if let Some(known) = self.proofs.get(&key) {
            return known.clone();
        }
        if self.account.left() == 0 {
            return Err(USED_UP.to_owned());
        }
        let proof = prove(&self.outbound, origin, provider)
            .await
            .map_err(|error| format!("{:#}", anyhow::Error::from(error)));
        let check = catalog::host_proof(provider.as_str());
        let path = check.and_then(|check| check.request.as_ref()).map_or("", |asks| asks.path);
        let answer = match &proof {
            Ok(_) => format!("a tenant of {provider}"),
            Err(why) => why.clone(),
        };
        self.account.add(Asked {
            mode: "proof",
            method: "GET",
            host: origin.to_string(),
            path: path.to_owned(),
            answer,
        });
        self.proofs.insert(key, proof.clone());
        proof
    }

    /// Says what will be asked, before it is.
    fn announce(&self, suspects: &Suspects, homes: &BTreeMap<&(Fingerprint, String), Home>) {
        let mode = self.verifier.mode;
        let mut lines = Vec::new();
        let mut renews = false;
        for (key, suspect) in suspects {
            let home = &homes[key];
            for at in &home.ours {
                let Watched { name, tenant, .. } = &self.watched[*at];
                lines.push(format!(
                    "{}: looked up in the lists of {name} ({})",
                    suspect.name,
                    tenant.origin()
                ));
            }
            let door = home.live.as_ref().ok().filter(|_| mode == VerifyMode::Live);
            let is_tried = leak::out_of_question(&suspect.leak).is_none();
            if let Some(door) = door.filter(|_| is_tried) {
                renews |= suspect.leak.kind.kind == "okta_api_token";
                lines.push(format!(
                    "{}: used once at {}, if that proves whose it is",
                    suspect.name, door.origin
                ));
            }
        }
        lines.dedup();
        let beyond = lines.len().saturating_sub(ANNOUNCED_MAX);
        self.console().note(|out| {
            writeln!(
                out,
                "Verification ({}), {} requests at most:",
                mode.name(),
                self.account.left()
            )?;
            for line in lines.iter().take(ANNOUNCED_MAX) {
                writeln!(out, "  {}", crate::sanitize::visible(line))?;
            }
            if beyond > 0 {
                writeln!(out, "  and {beyond} more")?;
            }
            Ok(())
        });
        if renews {
            self.console().always(|out| {
                writeln!(
                    out,
                    "An API token that is used begins its 30 days anew: revoke what is live."
                )
            });
        }
    }

    /// Reads of our tenants what they list of the credentials.
    async fn look_up(
        &mut self,
        suspects: &Suspects,
        homes: &BTreeMap<&(Fingerprint, String), Home>,
    ) {
        for at in 0..self.watched.len() {
            let mut wanted = Wanted { most: self.account.left(), ..Wanted::default() };
            for (key, suspect) in suspects {
                let is_over = leak::out_of_question(&suspect.leak)
                    .is_some_and(|(status, _)| status != Status::NotChecked);
                let clue = homes[key].ours.contains(&at).then(|| clue::clue(suspect)).flatten();
                if let Some(clue) = clue.filter(|_| !is_over) {
                    clue::want(&clue, &mut wanted);
                }
            }
            if wanted.tokens || wanted.keys || !wanted.clients.is_empty() {
                let lookup = self.lookup(at, &wanted).await;
                self.lookups.insert(at, lookup);
            }
        }
    }

    /// Reads a tenant's lists, every request of which is accounted for.
    pub(super) async fn lookup(&mut self, at: usize, wanted: &Wanted) -> Lookup {
        let Watched { name, tenant, .. } = &self.watched[at];
        let lookup = look_up(tenant, name, wanted).await;
        let host = tenant.origin().to_string();
        for path in &lookup.asked {
            let answer = lookup.failed.get(path).cloned().unwrap_or_else(|| "read".to_owned());
            let path = path.split('?').next().unwrap_or_default().to_owned();
            let host = host.clone();
            self.account.add(Asked { mode: "admin", method: "GET", host, path, answer });
        }
        for gap in &lookup.snapshot.gaps {
            let scope = gap.scope.as_ref().map(|scope| format!("; it takes the scope `{scope}`"));
            let note = format!(
                "Not read of {name}: {}: {}{}.",
                gap.what,
                gap.why,
                scope.unwrap_or_default()
            );
            self.account.note(note);
        }
        if lookup.snapshot.gaps.iter().any(is_budget) {
            self.account.undone += 1;
        }
        lookup
    }

    /// Looks for one credential in what our tenants list.
    async fn match_one(&mut self, suspect: &Suspect, home: &Home, outcome: &mut Outcome) {
        let decided = outcome.verification.status != Status::NotChecked.name();
        let Some(clue) = clue::clue(suspect).filter(|_| !decided) else { return };
        let mut found: Option<(usize, Match)> = None;
        for at in &home.ours {
            let Some(lookup) = self.lookups.get(at) else { continue };
            let absent = clue.client.as_ref().is_some_and(|client| lookup.absent.contains(client));
            let here = Clue { absent, ..clue.clone() }.look(&lookup.snapshot);
            if found.as_ref().is_none_or(|(_, best)| weight(&here) > weight(best)) {
                found = Some((*at, here));
            }
        }
        let Some((at, mut found)) = found else {
            if self.verifier.mode == VerifyMode::Admin
                && let Err(why) = &home.live
            {
                outcome.verification.why.clone_from(why);
            } else if home.ours.is_empty() && self.verifier.mode == VerifyMode::Admin {
                "its host is no tenant of the configuration"
                    .clone_into(&mut outcome.verification.why);
            }
            return;
        };
        self.compare(suspect, &clue, at, &mut found).await;
        let Match { status, why, token, candidates } = found;
        let verification = &mut outcome.verification;
        status.name().clone_into(&mut verification.status);
        verification.why = why;
        verification.host = Some(self.watched[at].tenant.origin().host().to_owned());
        verification.at = Some(self.lookups[&at].snapshot.at);
        (outcome.token, outcome.candidates) = (token, candidates);
    }

    /// Compares a secret of Auth0 with the present one, where that is shown.
    async fn compare(&mut self, suspect: &Suspect, clue: &Clue, at: usize, found: &mut Match) {
        let tenant = self.watched[at].tenant.clone();
        let is_it = clue.sort == Sort::Secret && tenant.provider() == Provider::Auth0;
        let (Some(client), true, Some(_)) = (&clue.client, is_it, &found.token) else { return };
        if self.account.left() == 0 {
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
        self.account.add(Asked {
            mode: "admin",
            method: "GET",
            host: tenant.origin().to_string(),
            path: format!("/api/v2/clients/{client}"),
            answer: why.to_owned(),
        });
        (found.status, found.why) = (status, why.to_owned());
        if status == Status::Live
            && let Some(token) = &mut found.token
        {
            "it is the present secret of its client".clone_into(&mut token.matched_by);
        }
    }
}

/// Why something was not asked, where the budget was used up.
pub(super) const USED_UP: &str = "the budget of requests was used up";

/// What a credential says of itself.
fn by_itself(mode: VerifyMode, suspect: &Suspect) -> Outcome {
    match leak::out_of_question(&suspect.leak) {
        Some((status, why)) => Outcome::new(mode, status, why),
        None if mode == VerifyMode::Offline => {
            Outcome::new(mode, Status::NotChecked, "nothing in it tells; nobody was asked")
        }
        None => Outcome::new(mode, Status::NotChecked, "no list of the provider tells of it"),
    }
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
