//! Whom a credential may be asked about, and where it may be tried: never at a host that nothing but a scanned text names.

use idp::{Proof, Provider, Tenant};
use leak::Leak;
use outbound::Origin;

/// A tenant of the configuration.
pub(super) struct Watched {
    /// Its name.
    pub(super) name: String,
    /// The way to it, with the asker's own credential.
    pub(super) tenant: Tenant,
    /// What it says of itself, or why that is no proof; `None` before it was asked.
    pub(super) proof: Option<Result<Proof, String>>,
}

/// Where a credential belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Home {
    /// Tenants of ours that it may be of, by their place in the configuration.
    pub(super) ours: Vec<usize>,
    /// Where it may be tried, or why nowhere.
    pub(super) live: Result<Door, String>,
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

/// Where a leak belongs. `hosts` are those that a person named.
pub(super) fn home(leak: &Leak, watched: &[Watched], hosts: &[Origin]) -> Home {
    let provider = provider(leak);
    let fits = |one: &Watched| provider.is_none_or(|provider| provider == one.tenant.provider());
    let all = || (0..watched.len()).filter(|&at| fits(&watched[at]));
    let ours_at = |at: usize, is_assumed| Door {
        origin: watched[at].tenant.origin().clone(),
        providers: vec![watched[at].tenant.provider()],
        is_assumed,
    };
    let Some(host) = leak.tenant.as_ref().map(|tenant| tenant.host.as_str()) else {
        let ours: Vec<usize> = all().collect();
        let live = match (ours.as_slice(), hosts) {
            ([only], []) => Ok(ours_at(*only, true)),
            ([], [only]) => Ok(door(only.clone(), provider, true)),
            _ => Err("no tenant is near that could be asked".to_owned()),
        };
        return Home { ours, live };
    };
    let ours: Vec<usize> = all().filter(|&at| watched[at].is_at(host)).collect();
    let live = match ours.first() {
        Some(&at) => Ok(ours_at(at, false)),
        None => stranger(host, provider, hosts),
    };
    Home { ours, live }
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
    Door { origin, providers, is_assumed }
}

/// Whose kind of credential it is; `None` for keys, which may be anybody's.
fn provider(leak: &Leak) -> Option<Provider> {
    leak.kind.provider.and_then(|name| name.parse().ok())
}

#[cfg(test)]
mod tests;
