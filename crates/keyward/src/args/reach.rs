//! Which tenant is asked, and with what.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use outbound::Origin;

/// A tenant: of the configuration, or by its address and credential.
#[derive(Debug, Args)]
pub(crate) struct Reach {
    /// The configuration that has the tenant [default: keyward.toml, unless --url is given]
    #[arg(short, long, value_name = "FILE", conflicts_with = "url", help_heading = "Tenant")]
    pub(crate) config: Option<PathBuf>,

    /// Its name in the configuration
    #[arg(long, value_name = "NAME", conflicts_with = "url", help_heading = "Tenant")]
    pub(crate) tenant: Option<String>,

    /// Its address, such as `https://acme.okta.com`, without a configuration
    #[arg(long, value_name = "URL", requires = "credential", help_heading = "Tenant")]
    pub(crate) url: Option<Origin>,

    /// Whose address it is [default: by the name of its host]
    #[arg(long, value_name = "NAME", requires = "url", help_heading = "Tenant")]
    pub(crate) provider: Option<Whose>,

    /// The client id of an app; without one the credential is an API token of Okta
    #[arg(long, value_name = "ID", requires = "url", help_heading = "Tenant")]
    pub(crate) client_id: Option<String>,

    /// The private key of a service app, the secret of an Auth0 application or an API token, in a file
    #[arg(
        long,
        value_name = "FILE",
        requires = "url",
        group = "credential",
        help_heading = "Tenant"
    )]
    pub(crate) credential_file: Option<PathBuf>,

    /// The same, in a variable of the environment
    #[arg(
        long,
        value_name = "NAME",
        requires = "url",
        group = "credential",
        help_heading = "Tenant"
    )]
    pub(crate) credential_env: Option<String>,

    /// The id of the key, if the app has several
    #[arg(long, value_name = "KID", requires = "client_id", help_heading = "Tenant")]
    pub(crate) key_id: Option<String>,

    /// A scope to ask for [default: okta.logs.read]
    #[arg(long = "scope", value_name = "SCOPE", requires = "client_id", help_heading = "Tenant")]
    pub(crate) scopes: Vec<String>,

    /// Do not bind tokens to a key of their own (DPoP), for an app that does not require it
    #[arg(long, requires = "client_id", help_heading = "Tenant")]
    pub(crate) no_dpop: bool,

    /// How much of the rate limit to take, above 0 and at most 1 [default: that of the configuration, or 0.4]
    #[arg(long, value_name = "SHARE", value_parser = share, help_heading = "Tenant")]
    pub(crate) share: Option<f64>,
}

/// A provider whose log can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Whose {
    /// An Okta organization.
    Okta,
    /// An Auth0 tenant.
    Auth0,
}

fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share: &f64| *share > 0.0 && *share <= 1.0);
    share.ok_or_else(|| "expected a number above 0 and at most 1, such as `0.4`".to_owned())
}
