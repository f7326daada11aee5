//! What `keyward run` may be told.

use std::path::PathBuf;

use clap::Args;

/// `keyward run`
#[derive(Debug, Args)]
pub(crate) struct Run {
    /// The configuration
    #[arg(short, long, value_name = "FILE", default_value = "keyward.toml")]
    pub(crate) config: PathBuf,

    /// Read the configuration, the rules and the credentials, say what is wrong with them, and stop
    #[arg(long)]
    pub(crate) check: bool,
}
