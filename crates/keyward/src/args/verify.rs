//! How leaked credentials are verified.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use outbound::Origin;

/// How leaked credentials are verified, if they are.
#[derive(Debug, Args)]
pub(crate) struct Verifying {
    /// Find out which credentials are live: offline (by what they tell themselves), admin (by the lists of configured
    /// tenants, without using them) or live (each used once, which renews the 30 days of an API token)
    #[arg(long = "verify", value_name = "MODE", help_heading = "Verification")]
    #[arg(hide_possible_values = true)]
    pub(crate) mode: Option<VerifyMode>,

    /// The configuration that has the tenants, and the intake that tells what was done with a credential
    /// [default with admin: keyward.toml]
    #[arg(long, value_name = "FILE", requires = "mode", help_heading = "Verification")]
    pub(crate) config: Option<PathBuf>,

    /// A host of a tenant that may be asked though its domain is no provider's, such as `login.example.com`
    #[arg(long = "verify-host", value_name = "HOST", requires = "mode", value_parser = host)]
    #[arg(help_heading = "Verification")]
    pub(crate) hosts: Vec<Origin>,

    /// Requests that may be made, all in all
    #[arg(long = "verify-budget", value_name = "N", default_value_t = 200)]
    #[arg(help_heading = "Verification")]
    pub(crate) budget: u32,

    /// Logs that tell what was done with a credential, in place of the intake and of the provider's log
    #[arg(long, value_name = "PATH", requires = "mode", help_heading = "Verification")]
    pub(crate) logs: Vec<PathBuf>,
}

/// What it takes to find out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum VerifyMode {
    /// Nothing is sent.
    Offline,
    /// Lists are read with the asker's own access.
    Admin,
    /// Each credential is used once.
    Live,
}

impl VerifyMode {
    /// The lower-case word.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Offline => "offline",
            Self::Admin => "admin",
            Self::Live => "live",
        }
    }
}

/// A host name, or an address such as that of a lab.
fn host(text: &str) -> Result<Origin, String> {
    let address = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    address.parse().map_err(|why| format!("{why}"))
}
