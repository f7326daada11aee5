//! What `keyward pull` and `keyward doctor` may be told.

use clap::{Args, ValueEnum};

use super::{Output, Reach, When};

/// `keyward pull`
#[derive(Debug, Args)]
pub(crate) struct Pull {
    /// Begin here: `2h`, `30d`, `2026-11-20` or RFC 3339
    #[arg(long, value_name = "TIME", default_value = "7d")]
    pub(crate) since: When,

    /// End before this time; without it the log is read in the order in which it was written, up to its end
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<When>,

    /// Only events that match an Okta filter expression, such as 'eventType eq "user.session.start"'
    #[arg(long, value_name = "EXPR")]
    pub(crate) filter: Option<String>,

    /// Which tenant.
    #[command(flatten)]
    pub(crate) reach: Reach,

    /// Where to write.
    #[command(flatten)]
    pub(crate) output: Output,
}

/// `keyward doctor`
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// Which tenants: all of the configuration, unless one is named.
    #[command(flatten)]
    pub(crate) reach: Reach,

    /// How to print what was found
    #[arg(short, long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    pub(crate) format: DoctorFormat,
}

/// A format for what the doctor finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DoctorFormat {
    /// For people.
    Text,
    /// One JSON object.
    Json,
}
