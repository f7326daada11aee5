//! What may be done in the response to a finding.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::args::{Output, Span, When};

pub(crate) const RESPOND_HELP: &str = "\
Examples:
  keyward respond 3f2a                                    # begin, or see what comes next
  keyward respond 3f2a --from leaks.json                  # a finding of `scan`, from its file
  keyward respond start --token 00T1a2b3c --title 'token in a build log'
  keyward respond 3f2a step revoke                        # the plan
  keyward respond 3f2a step revoke --execute --secret-file leaked
  keyward respond 3f2a step rotate --new-secret-file new --execute
  keyward respond 3f2a step rotate --done --note 'new service app, ticket 123'
  keyward respond 3f2a report --format html -o incident.html

Exit codes:
  0  done; of a record: every step is done or left out
  1  of a record: steps are open
  2  nothing was done: bad usage or configuration, or no such finding or incident
  3  partly done, or some of it could not be proven";

/// `keyward respond`
#[derive(Debug, Args)]
#[command(subcommand_negates_reqs = true)]
pub(crate) struct Respond {
    /// The finding, or the incident that was begun for it; a beginning that no other shares is enough
    #[arg(value_name = "FINDING", required = true)]
    pub(crate) id: Option<String>,

    /// The configuration that has the tenant
    #[arg(
        short,
        long,
        value_name = "FILE",
        default_value = "keyward.toml",
        global = true,
        help_heading = "Tenant"
    )]
    pub(crate) config: PathBuf,

    /// Its name in the configuration [default: that of the finding]
    #[arg(long, value_name = "NAME", global = true, help_heading = "Tenant")]
    pub(crate) tenant: Option<String>,

    /// Take the finding from this file of `scan` or `detect`, as json or jsonl, instead of the store
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub(crate) from: Option<PathBuf>,

    /// What to do; without it what comes next is told.
    #[command(subcommand)]
    pub(crate) verb: Option<RespondVerb>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum RespondVerb {
    /// List the incidents
    List,
    /// Begin an incident without a finding
    Start(RespondStart),
    /// Take a step, or say that it was taken
    Step(Box<RespondStep>),
    /// Write something down
    Note(RespondNote),
    /// Write the report
    Report(RespondReport),
}

/// `keyward respond start`
#[derive(Debug, Args)]
pub(crate) struct RespondStart {
    /// What happened, in a few words
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: String,

    /// What it is about.
    #[command(flatten)]
    pub(crate) about: About,

    /// When it lay open first: `30d`, `2026-11-20` or RFC 3339
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<When>,
}

/// What an incident is about.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct About {
    /// The id of an API token of Okta
    #[arg(long, value_name = "ID", help_heading = "About")]
    pub(crate) token: Option<String>,

    /// The client id of an app
    #[arg(long, value_name = "ID", help_heading = "About")]
    pub(crate) client: Option<String>,

    /// The id of a client secret, with --client
    #[arg(long, value_name = "ID", requires = "client", help_heading = "About")]
    pub(crate) secret: Option<String>,

    /// The id of a public key, with --client
    #[arg(long, value_name = "ID", requires = "client", help_heading = "About")]
    pub(crate) key: Option<String>,

    /// The id of a session
    #[arg(long, value_name = "ID", help_heading = "About")]
    pub(crate) session: Option<String>,

    /// The id or login of a user whose sessions are meant
    #[arg(long, value_name = "USER", help_heading = "About")]
    pub(crate) user: Option<String>,
}

/// `keyward respond … step`
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct RespondStep {
    /// Which
    #[arg(value_name = "STEP")]
    pub(crate) name: StepName,

    /// Do it; without this what would be done is told
    #[arg(long, help_heading = "How")]
    pub(crate) execute: bool,

    /// It was done elsewhere: write that down
    #[arg(long, conflicts_with_all = ["execute", "skip"], requires = "note", help_heading = "How")]
    pub(crate) done: bool,

    /// It is not needed: write down why
    #[arg(long, conflicts_with = "execute", requires = "note", help_heading = "How")]
    pub(crate) skip: bool,

    /// What to write down beside
    #[arg(long, value_name = "TEXT", help_heading = "How")]
    pub(crate) note: Option<String>,

    /// What keeps programs running: bind to a zone, a new secret beside the old one
    #[arg(long, conflicts_with = "now", help_heading = "How")]
    pub(crate) gentle: bool,

    /// Also what Keyward itself signs in with
    #[arg(long, help_heading = "How")]
    pub(crate) own: bool,

    /// Make a new secret though the record holds a call for one whose end is not known
    #[arg(long, help_heading = "How")]
    pub(crate) again: bool,

    /// Of a user: revoke the OAuth tokens that were issued for the user, too
    #[arg(long, help_heading = "How")]
    pub(crate) oauth_tokens: bool,

    /// What leaves nothing
    #[arg(long, help_heading = "How")]
    pub(crate) now: bool,

    /// With --gentle: the network zone, `nzo…`, of a token
    #[arg(long, value_name = "ID", requires = "gentle", help_heading = "How")]
    pub(crate) zone: Option<String>,

    /// Another thing than the record is about.
    #[command(flatten)]
    pub(crate) about: About,

    /// The credential that leaked, in a file, to prove that it is dead
    #[arg(long, value_name = "FILE", help_heading = "Proof")]
    pub(crate) secret_file: Option<PathBuf>,

    /// Write the secret that is made to this file, which must not exist, for its owner alone
    #[arg(long, value_name = "FILE", help_heading = "How")]
    pub(crate) new_secret_file: Option<PathBuf>,

    /// How long to look for the event in the log; 0s does not
    #[arg(long, value_name = "SPAN", default_value = "60s", help_heading = "Proof")]
    pub(crate) wait: Span,

    /// Who does it [default: the user of this machine]
    #[arg(long, value_name = "NAME", help_heading = "How")]
    pub(crate) by: Option<String>,
}

/// `keyward respond … note`
#[derive(Debug, Args)]
pub(crate) struct RespondNote {
    /// What to write down
    #[arg(value_name = "TEXT")]
    pub(crate) text: String,

    /// Who says it [default: the user of this machine]
    #[arg(long, value_name = "NAME")]
    pub(crate) by: Option<String>,
}

/// `keyward respond … report`
#[derive(Debug, Args)]
pub(crate) struct RespondReport {
    /// As text, markdown, html or json
    #[arg(short, long, value_name = "FORMAT", default_value = "markdown", help_heading = "Output")]
    #[arg(hide_possible_values = true)]
    pub(crate) format: ReportFormat,

    /// Where to print.
    #[command(flatten)]
    pub(crate) output: Output,
}

/// The form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For a terminal.
    Text,
    /// For a wiki or a ticket.
    Markdown,
    /// One page that needs nothing else.
    Html,
    /// The record itself.
    Json,
}

/// The steps, in order. Source: the eight steps of `catalog/guidance`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StepName {
    /// Shut it off.
    Revoke,
    /// See what was done with it.
    Audit,
    /// See what it could do.
    BlastRadius,
    /// Put something narrower in its place.
    Rotate,
    /// Move whoever used it.
    Dependents,
    /// Make the next one worth less.
    Harden,
    /// Keep it where it does not leak.
    SecretStore,
    /// See the next leak earlier.
    Detection,
}

impl StepName {
    /// All of them, in order.
    pub(crate) const ALL: [Self; 8] = [
        Self::Revoke,
        Self::Audit,
        Self::BlastRadius,
        Self::Rotate,
        Self::Dependents,
        Self::Harden,
        Self::SecretStore,
        Self::Detection,
    ];

    /// The word, as on the command line and in the record.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Revoke => "revoke",
            Self::Audit => "audit",
            Self::BlastRadius => "blast-radius",
            Self::Rotate => "rotate",
            Self::Dependents => "dependents",
            Self::Harden => "harden",
            Self::SecretStore => "secret-store",
            Self::Detection => "detection",
        }
    }
}
