//! What may be shut off, and how.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::args::{Output, Span};

pub(crate) const REVOKE_HELP: &str = "\
Examples:
  keyward revoke token 00T1a2b3c                                  # the plan; nothing is called
  keyward revoke token 00T1a2b3c --execute --because 'leaked in a repository' --secret-file leaked
  keyward revoke token 00T1a2b3c --gentle --zone nzo4d5e6f --execute
  keyward revoke secret 0oa7g8h9i --gentle --new-secret-file new --execute
  keyward revoke secret 0oa7g8h9i ocs1j2k3l --now --execute
  keyward revoke sessions-of ada@example.com --oauth-tokens --execute

Without --execute nothing is changed and a plan is printed: what will be called, with which
credential, who depends on it and when it was last used, what may break, what takes it back and
what will show it. With --execute each call is made once it is on record, then proven: by the
provider's own answer, by its log, and by the credential where --secret-file has it.

Exit codes:
  0  the plan stands; with --execute: everything was done and is proven
  1  everything was called, and something shows that it did not help
  2  nothing was called: bad usage or configuration, no such thing, or no room for the record
  3  the plan lacks a credential or a scope; with --execute: partly done, or not all is proven";

/// `keyward revoke …`
#[derive(Debug, Subcommand)]
pub(crate) enum Revoke {
    /// Delete an API token of Okta, or bind it to a network zone
    Token(RevokeToken),
    /// Switch off a client secret, or put a new one beside or in place of it
    Secret(RevokeSecret),
    /// Switch off a public key of an app of Okta
    Key(RevokeKey),
    /// End one session
    Session(RevokeSession),
    /// End every session of a user
    SessionsOf(RevokeSessionsOf),
    /// Switch off an app of Okta, or take the grants of an application of Auth0
    Client(RevokeClient),
    /// Take one scope from an app of Okta, or one grant from an application of Auth0
    Grant(RevokeGrant),
}

/// `keyward revoke token`
#[derive(Debug, Args)]
pub(crate) struct RevokeToken {
    /// The id of the token, `00T…`; or `current`: the one in --secret-file, by itself
    #[arg(value_name = "ID")]
    pub(crate) id: String,

    /// With --gentle: the network zone, `nzo…`, from which alone the token is to work
    #[arg(long, value_name = "ID", requires = "gentle")]
    pub(crate) zone: Option<String>,

    /// How.
    #[command(flatten)]
    pub(crate) doing: Doing,
}

/// `keyward revoke secret`
#[derive(Debug, Args)]
pub(crate) struct RevokeSecret {
    /// The client id of the app
    #[arg(value_name = "CLIENT")]
    pub(crate) client: String,

    /// The id of the secret, `ocs…`, of Okta; an application of Auth0 has one secret alone
    #[arg(value_name = "ID")]
    pub(crate) id: Option<String>,

    /// Write the secret that is made to this file, which must not exist, for its owner alone
    #[arg(long, value_name = "FILE")]
    pub(crate) new_secret_file: Option<PathBuf>,

    /// Make a new secret though the record holds a call for one whose end is not known
    #[arg(long)]
    pub(crate) again: bool,

    /// How.
    #[command(flatten)]
    pub(crate) doing: Doing,
}

/// `keyward revoke key`
#[derive(Debug, Args)]
pub(crate) struct RevokeKey {
    /// The client id of the app
    #[arg(value_name = "CLIENT")]
    pub(crate) client: String,

    /// The id of the key: `pks…`
    #[arg(value_name = "ID")]
    pub(crate) id: String,

    /// How.
    #[command(flatten)]
    pub(crate) doing: Doing,
}

/// `keyward revoke session`
#[derive(Debug, Args)]
pub(crate) struct RevokeSession {
    /// The id of the session
    #[arg(value_name = "ID")]
    pub(crate) id: String,

    /// How.
    #[command(flatten)]
    pub(crate) doing: Doing,
}

/// `keyward revoke sessions-of`
#[derive(Debug, Args)]
pub(crate) struct RevokeSessionsOf {
    /// The id or the login of the user
    #[arg(value_name = "USER")]
    pub(crate) user: String,

    /// Revoke the OAuth tokens that were issued for the user, too
    #[arg(long)]
    pub(crate) oauth_tokens: bool,

    /// How.
    #[command(flatten)]
    pub(crate) doing: Doing,
}

/// `keyward revoke client`
#[derive(Debug, Args)]
pub(crate) struct RevokeClient {
    /// The client id
    #[arg(value_name = "CLIENT")]
    pub(crate) id: String,

    /// How.
    #[command(flatten)]
    pub(crate) doing: Doing,
}

/// `keyward revoke grant`
#[derive(Debug, Args)]
pub(crate) struct RevokeGrant {
    /// The client id
    #[arg(value_name = "CLIENT")]
    pub(crate) client: String,

    /// The id of the grant
    #[arg(value_name = "ID")]
    pub(crate) id: String,

    /// How.
    #[command(flatten)]
    pub(crate) doing: Doing,
}

/// How something is shut off.
#[derive(Debug, Clone, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Doing {
    /// The configuration that has the tenant, and the credential that may change it (`[tenant.act]`)
    #[arg(
        short,
        long,
        value_name = "FILE",
        default_value = "keyward.toml",
        help_heading = "Tenant"
    )]
    pub(crate) config: PathBuf,

    /// Its name in the configuration
    #[arg(long, value_name = "NAME", help_heading = "Tenant")]
    pub(crate) tenant: Option<String>,

    /// What keeps programs running: bind to a zone, a new secret beside the old one
    #[arg(long, conflicts_with = "now", help_heading = "How")]
    pub(crate) gentle: bool,

    /// What leaves nothing: delete where switching off would do
    #[arg(long, help_heading = "How")]
    pub(crate) now: bool,

    /// Also what Keyward itself signs in with
    #[arg(long, help_heading = "How")]
    pub(crate) own: bool,

    /// Do it; without this the plan is printed and nothing is called
    #[arg(long, help_heading = "How")]
    pub(crate) execute: bool,

    /// Why, for the record
    #[arg(long, value_name = "TEXT", help_heading = "How")]
    pub(crate) because: Option<String>,

    /// Who does it, for the record [default: the user of this machine]
    #[arg(long, value_name = "NAME", help_heading = "How")]
    pub(crate) by: Option<String>,

    /// The credential that leaked, in a file: afterward it is tried once, to prove that it is dead
    #[arg(long, value_name = "FILE", help_heading = "Proof")]
    pub(crate) secret_file: Option<PathBuf>,

    /// How long to look for the event in the log; 0s does not
    #[arg(long, value_name = "SPAN", default_value = "60s", help_heading = "Proof")]
    pub(crate) wait: Span,

    /// Where to write the evidence [default: the folder `evidence` of the data]
    #[arg(long, value_name = "FILE", help_heading = "Proof")]
    pub(crate) evidence: Option<PathBuf>,

    /// How to print: text or json
    #[arg(short, long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    #[arg(hide_possible_values = true)]
    pub(crate) format: RevokeFormat,

    /// Where to print.
    #[command(flatten)]
    pub(crate) output: Output,
}

/// How a plan and what came of it are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RevokeFormat {
    /// For people.
    Text,
    /// One object.
    Json,
}

impl Revoke {
    /// How.
    pub(crate) fn doing(&self) -> &Doing {
        match self {
            Self::Token(args) => &args.doing,
            Self::Secret(args) => &args.doing,
            Self::Key(args) => &args.doing,
            Self::Session(args) => &args.doing,
            Self::SessionsOf(args) => &args.doing,
            Self::Client(args) => &args.doing,
            Self::Grant(args) => &args.doing,
        }
    }
}
