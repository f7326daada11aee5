//! From the configuration to a tenant that can be asked.

mod channel;

use std::fs;
use std::time::Duration;

use anyhow::{Context, bail};
use catalog::Product;
use idp::{Credential, Pace, Provider};
use outbound::{Outbound, Proxy, Secret, Settings};

pub(crate) use self::channel::{outlet, outlets};
use crate::config::{Access, Outward, Tenant};

/// How long a host that a text named may take for an answer.
pub(crate) const STRANGER_TIMEOUT: Duration = Duration::from_secs(20);

/// The longest answer that is taken from such a host, in bytes.
pub(crate) const STRANGER_BYTES: usize = 1 << 20;

/// The way out that a configuration describes.
pub(crate) fn outbound(outward: &Outward) -> anyhow::Result<Outbound> {
    Outbound::new(&settings(outward)?).context("failed to set up the way out")
}

/// The same, for hosts that a text named: their answers are short and come soon.
pub(crate) fn outbound_for_strangers(outward: &Outward) -> anyhow::Result<Outbound> {
    let settings = settings(outward)?;
    let settings = Settings {
        total_timeout: settings.total_timeout.min(STRANGER_TIMEOUT),
        max_body: STRANGER_BYTES,
        ..settings
    };
    Outbound::new(&settings).context("failed to set up the way out")
}

fn settings(outward: &Outward) -> anyhow::Result<Settings> {
    Ok(Settings {
        connect_timeout: outward.connect_timeout,
        total_timeout: outward.timeout,
        proxy: outward.proxy.as_ref().map(|kept| proxy(&kept.read()?)).transpose()?,
        extra_ca: authorities(outward)?,
        allow_private: outward.allow_private,
        ..Settings::default()
    })
}

fn proxy(address: &Secret) -> anyhow::Result<Proxy> {
    address.expose().parse().context("the address of the proxy")
}

fn authorities(outward: &Outward) -> anyhow::Result<Option<Secret>> {
    let mut all = String::new();
    for path in &outward.ca {
        let text = fs::read_to_string(path);
        all += &text.with_context(|| format!("failed to read `{}`", path.display()))?;
        all.push('\n');
    }
    Ok((!all.is_empty()).then(|| Secret::new(all)))
}

/// The tenant with its credential, read from where it is kept. Speaks to nobody.
pub(crate) fn tenant(tenant: &Tenant, outbound: &Outbound) -> anyhow::Result<idp::Tenant> {
    let credential = credential(&tenant.access)
        .with_context(|| format!("the credential of tenant `{}`", tenant.name))?;
    let provider = provider(tenant.provider)?;
    let (origin, pace) = (tenant.origin.clone(), Pace { share: tenant.poll.share });
    idp::Tenant::new(provider, origin, credential, outbound.clone(), pace)
        .with_context(|| format!("tenant `{}` cannot be read", tenant.name))
}

/// The tenant with the credential that may change it, signed in for those scopes alone. Speaks to nobody.
///
/// Fails if the configuration has none, or bounds it to other scopes.
pub(crate) fn actor(
    tenant: &Tenant,
    outbound: &Outbound,
    scopes: &[&str],
) -> anyhow::Result<idp::Tenant> {
    let name = &tenant.name;
    let access = tenant.act.as_ref().with_context(|| {
        format!("tenant `{name}` has no credential that may change it; `[tenant.act]` names one")
    })?;
    let mut credential = credential(access)
        .with_context(|| format!("the credential that acts on tenant `{name}`"))?;
    if let Credential::ServiceApp { scopes: allowed, .. } = &mut credential {
        let lacking = scopes.iter().find(|&&scope| !allowed.iter().any(|own| own == scope));
        if let Some(scope) = lacking.filter(|_| !allowed.is_empty()) {
            bail!("`tenant.act.scopes` of `{name}` leaves out `{scope}`, which this takes");
        }
        *allowed = scopes.iter().map(|&scope| scope.to_owned()).collect();
    }
    let (origin, pace) = (tenant.origin.clone(), Pace { share: tenant.poll.share });
    idp::Tenant::new(provider(tenant.provider)?, origin, credential, outbound.clone(), pace)
        .with_context(|| format!("tenant `{name}` cannot be changed"))
}

/// Who answers for the log of a product.
pub(crate) fn provider(product: Product) -> anyhow::Result<Provider> {
    match product {
        Product::Okta => Ok(Provider::Okta),
        Product::Auth0 => Ok(Provider::Auth0),
        other => bail!("there is no way to read the log of {}", other.name()),
    }
}

/// The credential, read from where it is kept.
pub(crate) fn credential(access: &Access) -> anyhow::Result<Credential> {
    Ok(match access {
        Access::ServiceApp { client_id, key, key_id, scopes, dpop } => Credential::ServiceApp {
            client_id: client_id.clone(),
            key: key.read()?,
            key_id: key_id.clone(),
            scopes: scopes.clone(),
            dpop: *dpop,
        },
        Access::ApiToken { token } => Credential::ApiToken(token.read()?),
        Access::ClientCredentials { client_id, secret, audience } => {
            Credential::ClientCredentials {
                client_id: client_id.clone(),
                client_secret: secret.read()?,
                audience: audience.clone(),
            }
        }
    })
}
