//! How the lab is served.

use std::path::PathBuf;

use ::lab::serve::Push;
use clap::Args;

use crate::args::Span;

/// Flags of the interfaces.
#[derive(Debug, Args)]
#[command(next_help_heading = "Serving")]
pub(crate) struct Serving {
    /// Port of the Okta organization on 127.0.0.1; the Auth0 tenant has the next one, 0 takes any two
    #[arg(long, value_name = "PORT", default_value_t = 8480)]
    pub(crate) port: u16,

    /// Folder for the credentials and secrets, which are random and made at each start
    #[arg(long, value_name = "DIR", default_value = "keyward-lab")]
    pub(crate) dir: PathBuf,

    /// Make an RSA key for Okta's service apps, not one on an elliptic curve
    #[arg(long)]
    pub(crate) rsa: bool,

    /// What goes wrong on purpose, as a rate and maybe a time: drop, delay, duplicate, reorder, 5xx, busy, cut, stray; as a time: skew,
    /// revoke; as a number: slow. Repeatable: `5xx=0.01`, `delay=0.05:30s`, `skew=-90s`, `revoke=1m`
    #[arg(long = "fault", value_name = "KIND=VALUE")]
    pub(crate) faults: Vec<String>,

    /// Push events to a receiver on this machine: hook, eventbridge, hec, auth0-lines, auth0-array, auth0-object or
    /// auth0-eventbridge, and its address. It begins when the receiver stands. Repeatable
    #[arg(long = "push", value_name = "KIND=URL")]
    pub(crate) pushes: Vec<Push>,

    /// Write the log as it was served to this file, as JSON Lines, when it is stopped
    #[arg(long, value_name = "FILE")]
    pub(crate) record: Option<PathBuf>,

    /// Requests for the log that one organization answers in a minute; half of them to one client
    #[arg(long, value_name = "N", default_value_t = 120)]
    pub(crate) rate: u32,

    /// How long a cursor can be followed
    #[arg(long, value_name = "TIME", default_value = "1d")]
    pub(crate) cursor_life: Span,
}
