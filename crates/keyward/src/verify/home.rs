//! Whom a credential may be asked about, and where it may be tried: never at a host that nothing but a scanned text names.

use idp::{Proof, Provider, Tenant};
use leak::Leak;
use outbound::Origin;

use super::suspect::Suspect;

/// Hosts of others at which one value is tried; those beyond are not asked.
const STRANGERS_MAX: usize = 3;

/// A tenant of the configuration.
#[derive(Clone)]
pub(super) struct Watched {
    /// Its name.
    pub(super) name: String,
    /// The way to it, with the asker's own credential.
    pub(super) tenant: Tenant,
    /// What it says of itself, or why that is no proof; `None` before it was asked.
    pub(super) proof: Option<Result<Proof, String>>,
}

/// What hosts stand near a credential. A text may name any, so that a host of others does not make it theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Near {
    /// None.
    Nobody,
    /// Some of ours.
    Ours,
    /// Others alone.
    Strangers,
}

/// Where a credential may belong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Home {
    /// What stands near it.
    pub(super) near: Near,
    /// Tenants of ours that it may be of, by their place in the configuration: first those whose hosts stand near it.
    pub(super) ours: Vec<usize>,
    /// How many of them stand near it.
    pub(super) n_named: usize,
    /// Where it may be tried, in this order.
    pub(super) doors: Vec<Door>,
    /// Hosts near it that are not asked, and why; of a credential without hosts one without a name.
    pub(super) shut: Vec<Shut>,
}

/// A host that is not asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shut {
    /// The host; empty where there is none.
    pub(super) host: String,
    /// Why, as a fragment.
    pub(super) why: String,
}

/// Where a credential may be tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Door {
    /// The host.
    pub(super) origin: Origin,
    /// Whose it must be proven to be; of a credential that may be anybody's the first that can be.
    pub(super) providers: Vec<Provider>,
    /// Whether nothing near the credential names the host, so that its refusal proves nothing.
    pub(super) is_assumed: bool,
    /// The tenant of ours that it is, by its place in the configuration.
    pub(super) ours: Option<usize>,
}

impl Home {
    /// Whether the hosts of one of our tenants may be taken for those of the credential: they stand near it, or none does.
    pub(super) fn is_near(&self, at: usize) -> bool {
        self.near == Near::Nobody || self.ours[..self.n_named].contains(&at)
    }

    /// Why it is tried nowhere.
    pub(super) fn why_shut(&self) -> String {
        let whys: Vec<&str> = self.shut.iter().map(|shut| shut.why.as_str()).collect();
        whys.join("; ")
    }
}

impl Watched {
    pub(super) fn new(name: String, tenant: Tenant) -> Self {
        Self { name, tenant, proof: None }
    }

    /// Whether a host is one of its own.
    pub(super) fn is_at(&self, host: &str) -> bool {
        let is_it = |own: &str| own.eq_ignore_ascii_case(host);
        let proven = self.proof.as_ref().and_then(|proof| proof.as_ref().ok());
        is_it(self.tenant.origin().host())
            || proven.is_some_and(|proof| proof.hosts().iter().any(|own| is_it(own)))
    }
}

/// Where a credential may belong. `hosts` are those that a person named.
pub(super) fn home(suspect: &Suspect, watched: &[Watched], hosts: &[Origin]) -> Home {
    let provider = provider(&suspect.leak);
    let fits = |one: &Watched| provider.is_none_or(|provider| provider == one.tenant.provider());
    let all: Vec<usize> = (0..watched.len()).filter(|&at| fits(&watched[at])).collect();
    if suspect.hosts.is_empty() {
        return anywhere(all, provider, watched, hosts);
    }
    let is_named = |at: &usize| suspect.hosts().any(|host| watched[*at].is_at(host));
    let (mut ours, others): (Vec<_>, Vec<_>) = all.into_iter().partition(is_named);
    let mut doors: Vec<Door> = ours.iter().map(|&at| ours_at(watched, at, false)).collect();
    let near = if ours.is_empty() { Near::Strangers } else { Near::Ours };
    let n_named = ours.len();
    if !suspect.names_its_own() {
        ours.extend(others);
    }
    let mut shut = Vec::new();
    let is_ours = |host: &str| watched.iter().any(|one| fits(one) && one.is_at(host));
    for host in suspect.hosts().filter(|host| !is_ours(host)) {
        let opened = if doors.len() < n_named + STRANGERS_MAX {
            stranger(host, provider, hosts)
        } else {
            Err(format!("`{host}` is one of more hosts than are asked"))
        };
        match opened {
            Ok(door) => doors.push(door),
            Err(why) => shut.push(Shut { host: host.to_owned(), why }),
        }
    }
    Home { near, ours, n_named, doors, shut }
}

/// Where a credential belongs that no host stands near.
fn anywhere(
    ours: Vec<usize>,
    provider: Option<Provider>,
    watched: &[Watched],
    hosts: &[Origin],
) -> Home {
    let doors = match (ours.as_slice(), hosts) {
        ([only], []) => vec![ours_at(watched, *only, true)],
        ([], [only]) => vec![door(only.clone(), provider, true)],
        _ => Vec::new(),
    };
    let why = "no tenant is near that could be asked".to_owned();
    let shut = doors.is_empty().then(|| Shut { host: String::new(), why });
    Home { near: Near::Nobody, ours, n_named: 0, doors, shut: shut.into_iter().collect() }
}

/// The door of one of our tenants.
pub(super) fn ours_at(watched: &[Watched], at: usize, is_assumed: bool) -> Door {
    let tenant = &watched[at].tenant;
    let (origin, providers) = (tenant.origin().clone(), vec![tenant.provider()]);
    Door { origin, providers, is_assumed, ours: Some(at) }
}

/// A host that is none of ours: of a provider's domain, or named by a person.
fn stranger(host: &str, provider: Option<Provider>, hosts: &[Origin]) -> Result<Door, String> {
    if let Some(origin) = hosts.iter().find(|origin| origin.host().eq_ignore_ascii_case(host)) {
        return Ok(door(origin.clone(), provider, false));
    }
    let of_domain = leak::provider_of(host).and_then(|name| name.parse().ok());
    let Some(of_domain): Option<Provider> = of_domain else {
        return Err(format!(
            "`{host}` is under no domain of a provider; `--verify-host` names it if it is to be asked"
        ));
    };
    if provider.is_some_and(|provider| provider != of_domain) {
        return Err(format!("`{host}` is not of the provider of this credential"));
    }
    let origin = format!("https://{host}").parse();
    let origin = origin.map_err(|_| format!("`{host}` is no plain name of a host"))?;
    Ok(door(origin, Some(of_domain), false))
}

fn door(origin: Origin, provider: Option<Provider>, is_assumed: bool) -> Door {
    let providers = match provider {
        Some(provider) => vec![provider],
        None => vec![Provider::Okta, Provider::Auth0],
    };
    Door { origin, providers, is_assumed, ours: None }
}

/// Whose kind of credential it is; `None` for keys, which may be anybody's.
fn provider(leak: &Leak) -> Option<Provider> {
    leak.kind.provider.and_then(|name| name.parse().ok())
}

#[cfg(test)]
mod tests;
