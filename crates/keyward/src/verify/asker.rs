//! The order of asking: who the hosts are, what our own tenants list, then the credentials themselves.

use std::collections::{BTreeMap, HashMap, HashSet};

use catalog::Status;
use finding::Fingerprint;
use idp::{Lookup, Proof, Provider, prove};
use outbound::{Origin, Outbound};

use super::account::{Account, Asked};
use super::home::{Home, Watched, home};
use super::suspect::{Suspect, Suspects};
use super::{Outcome, Verifier, blast, exposed};
use crate::args::VerifyMode;
use crate::console::Console;

/// Lines of the announcement that are shown.
const ANNOUNCED_MAX: usize = 40;

/// What came of each credential.
pub(super) type Outcomes = BTreeMap<(Fingerprint, String), Outcome>;

/// Where each credential may belong.
pub(super) type Homes<'k> = BTreeMap<&'k (Fingerprint, String), Home>;

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
    pub(super) fn new(verifier: &'a Verifier<'a>) -> Self {
        let (outbound, watched) = (verifier.outbound.clone(), verifier.watched.clone());
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
    pub(super) async fn ask(&mut self, suspects: &Suspects) -> Outcomes {
        let mode = self.verifier.mode;
        let mut outcomes: Outcomes =
            suspects.iter().map(|(key, one)| (key.clone(), by_itself(mode, one))).collect();
        if mode > VerifyMode::Offline {
            self.prove_ours(suspects).await;
            let homes: Homes<'_> = suspects
                .iter()
                .map(|(key, one)| (key, home(one, &self.watched, &self.verifier.args.hosts)))
                .collect();
            self.announce_lists(suspects, &homes);
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
            exposed::add(self, suspects, &mut outcomes).await;
        }
        for outcome in outcomes.values() {
            self.account.undone += u64::from(outcome.is_undone);
            self.account.count(&outcome.verification.status);
        }
        outcomes
    }

    /// Asks our own tenants by which hosts they are called, once each, for those whose credentials were found.
    async fn prove_ours(&mut self, suspects: &Suspects) {
        for at in 0..self.watched.len() {
            let provider = self.watched[at].tenant.provider();
            let is_of =
                |one: &Suspect| one.leak.kind.provider.is_none_or(|name| name == provider.as_str());
            if suspects.values().any(is_of) {
                self.prove_one(at).await;
            }
        }
    }

    /// Asks our own tenants of a provider.
    pub(super) async fn prove_all(&mut self, provider: Provider) {
        for at in 0..self.watched.len() {
            if self.watched[at].tenant.provider() == provider {
                self.prove_one(at).await;
            }
        }
    }

    async fn prove_one(&mut self, at: usize) {
        let Watched { name, tenant, .. } = self.watched[at].clone();
        let origin = tenant.origin();
        self.console().note(|out| {
            writeln!(out, "Asking {origin} by which names it goes, without a credential.")
        });
        let proof = self.proof(origin, tenant.provider()).await;
        if let Err(why) = &proof {
            self.account.lack(format!("Not known of {name}: by which other names it goes: {why}."));
        }
        self.watched[at].proof = Some(proof);
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

    /// Says in which lists will be looked, before it is done.
    fn announce_lists(&self, suspects: &Suspects, homes: &Homes<'_>) {
        let mut lines = Vec::new();
        for (key, suspect) in suspects {
            lines.extend(homes[key].ours.iter().map(|at| {
                let Watched { name, tenant, .. } = &self.watched[*at];
                let origin = tenant.origin();
                format!("{}: looked up in the lists of {name} ({origin})", suspect.name)
            }));
        }
        let (mode, left) = (self.verifier.mode.name(), self.account.left());
        self.say(&format!("Verification ({mode}), {left} requests at most:"), lines);
    }

    /// Says a heading with lines below it, the first of them.
    pub(super) fn say(&self, heading: &str, mut lines: Vec<String>) {
        lines.dedup();
        let beyond = lines.len().saturating_sub(ANNOUNCED_MAX);
        self.console().note(|out| {
            writeln!(out, "{heading}")?;
            for line in lines.iter().take(ANNOUNCED_MAX) {
                writeln!(out, "  {}", crate::sanitize::visible(line))?;
            }
            if beyond > 0 {
                writeln!(out, "  and {beyond} more")?;
            }
            Ok(())
        });
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
