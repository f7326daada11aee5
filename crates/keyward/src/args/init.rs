//! What `keyward init` may be told.

use std::path::PathBuf;

use clap::Args;

use super::reach::Whose;

/// `keyward init`
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// Whose tenant it is; asked for on a terminal if it is not given
    #[arg(long, value_name = "NAME")]
    pub(crate) provider: Option<Whose>,

    /// Where the API of the tenant is, such as `https://acme.okta.com`; asked for likewise
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,

    /// What to call the tenant in findings [default: the first part of its host]
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,

    /// Client id of the app, where there is one already [default: filled in after Terraform has made it]
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,

    /// Folder to write to; nothing that exists is overwritten
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
}
