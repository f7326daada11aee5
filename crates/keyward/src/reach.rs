//! From what the command line says of a tenant to one that can be asked.

use std::path::Path;

use anyhow::{Context, bail};
use idp::{Pace, Provider};
use outbound::{Origin, Outbound, Settings};

use crate::args::{Reach, Whose};
use crate::config::{self, Access, Config, SecretFrom};
use crate::connect;
use crate::console::Console;

/// The configuration that is read when nothing names another.
const USUAL: &str = "keyward.toml";

/// Those who are meant.
pub(crate) enum Meant {
    /// Tenants of a configuration.
    Configured(Box<Config>),
    /// One that the command line describes.
    Told(Origin, Provider, Access),
}

/// Reads the configuration, if one is needed.
pub(crate) fn meant(reach: &Reach, console: Console) -> anyhow::Result<Meant> {
    let Some(origin) = reach.url.clone() else {
        let path = reach.config.as_deref().unwrap_or(Path::new(USUAL));
        return Ok(Meant::Configured(Box::new(config::load(path, console)?)));
    };
    let provider = provider(reach, &origin);
    let access = access(reach, provider)?;
    Ok(Meant::Told(origin, provider, access))
}

/// The one tenant that is meant.
pub(crate) fn one(reach: &Reach, console: Console) -> anyhow::Result<idp::Tenant> {
    match meant(reach, console)? {
        Meant::Configured(config) => {
            let mut tenant = config.tenant(reach.tenant.as_deref())?.clone();
            tenant.poll.share = reach.share.unwrap_or(tenant.poll.share);
            connect::tenant(&tenant, &connect::outbound(&config.outbound)?)
        }
        Meant::Told(origin, provider, access) => told(reach, origin, provider, &access),
    }
}

/// A tenant by its address and credential.
pub(crate) fn told(
    reach: &Reach,
    origin: Origin,
    provider: Provider,
    access: &Access,
) -> anyhow::Result<idp::Tenant> {
    let credential = connect::credential(access).context("the credential")?;
    let outbound = Outbound::new(&Settings::default()).context("failed to set up the way out")?;
    let pace = reach.share.map_or_else(Pace::default, |share| Pace { share });
    idp::Tenant::new(provider, origin, credential, outbound, pace).context("the log cannot be read")
}

/// Auth0's own hosts are known by their name; everything else is taken for Okta.
fn provider(reach: &Reach, origin: &Origin) -> Provider {
    let is_auth0 = match reach.provider {
        Some(whose) => whose == Whose::Auth0,
        None => origin.host().ends_with(".auth0.com"),
    };
    if is_auth0 { Provider::Auth0 } else { Provider::Okta }
}

fn access(reach: &Reach, provider: Provider) -> anyhow::Result<Access> {
    let kept = match (&reach.credential_file, &reach.credential_env) {
        (Some(path), _) => SecretFrom::File(path.clone()),
        (None, Some(name)) => SecretFrom::Env(name.clone()),
        (None, None) => bail!("`--credential-file` or `--credential-env` is missing"),
    };
    Ok(match (provider, reach.client_id.clone()) {
        (Provider::Okta, None) => Access::ApiToken { token: kept },
        (Provider::Okta, Some(client_id)) => Access::ServiceApp {
            client_id,
            key: kept,
            key_id: reach.key_id.clone(),
            scopes: reach.scopes.clone(),
            dpop: !reach.no_dpop,
        },
        (Provider::Auth0, Some(client_id)) => {
            Access::ClientCredentials { client_id, secret: kept, audience: None }
        }
        (Provider::Auth0, None) => bail!("`--client-id` is missing, which Auth0 needs"),
    })
}
