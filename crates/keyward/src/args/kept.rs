//! What may be asked of the intake and of the store of findings.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use finding::Level;
use jiff::{SignedDuration, Timestamp};

use crate::args::{Output, Print, Span, When};

pub(crate) const EXPORT_HELP: &str = "\
Examples:
  keyward export --since 7d -o week.jsonl
  keyward export --data keyward-data --filter 'eventType sw \"system.api_token\"' -o tokens.jsonl
  sha256sum --check week.jsonl.sha256

Exit codes:
  0  everything that was asked for was written
  2  nothing was written: bad usage, or there is no intake
  3  partly: some of the intake cannot be read any more";

pub(crate) const FINDINGS_HELP: &str = "\
Examples:
  keyward findings list --level high
  keyward findings show 3f2a
  keyward findings close 3f2a --because 'a drill, see the calendar' --until 30d

Exit codes:
  0  done; of list: there is nothing
  1  of list: there is something
  2  nothing was done: bad usage, no store, or no such finding";

/// Where `keyward run` keeps what it keeps.
#[derive(Debug, Clone, Args)]
pub(crate) struct Where {
    /// The configuration that says where data lies
    #[arg(
        short,
        long,
        value_name = "FILE",
        default_value = "keyward.toml",
        help_heading = "Input"
    )]
    pub(crate) config: PathBuf,

    /// The folder of data, instead of the one that the configuration says
    #[arg(long, value_name = "DIR", help_heading = "Input")]
    pub(crate) data: Option<PathBuf>,
}

/// `keyward export`
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// Where the intake lies.
    #[command(flatten)]
    pub(crate) place: Where,

    /// Leave out events before this time: `2h`, `30d`, `2026-11-20` or RFC 3339
    #[arg(long, value_name = "TIME", help_heading = "Input")]
    pub(crate) since: Option<When>,

    /// Leave out events at this time and after
    #[arg(long, value_name = "TIME", help_heading = "Input")]
    pub(crate) until: Option<When>,

    /// Only events that this Okta filter expression matches
    #[arg(long, value_name = "EXPR", help_heading = "Input")]
    pub(crate) filter: Option<String>,

    /// Only events of the tenant with this name in the configuration
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    pub(crate) tenant: Option<String>,

    /// Only events of this provider: okta or auth0
    #[arg(long, value_name = "PROVIDER", help_heading = "Input")]
    #[arg(value_parser = ["okta", "auth0"], hide_possible_values = true)]
    pub(crate) source: Option<String>,

    /// Where to write; the checksum goes beside it, to FILE.sha256, or to standard error.
    #[command(flatten)]
    pub(crate) output: Output,
}

/// `keyward findings …`
#[derive(Debug, Subcommand)]
pub(crate) enum Findings {
    /// List findings, the newest first
    List(FindingsList),
    /// Show everything about findings
    Show(FindingsShow),
    /// Close findings: somebody looked at them, and they are done with
    Close(FindingsClose),
    /// Open findings again
    Reopen(FindingsReopen),
}

/// `keyward findings list`
#[derive(Debug, Args)]
pub(crate) struct FindingsList {
    /// Where the store lies.
    #[command(flatten)]
    pub(crate) place: Where,

    /// Only findings of this level or above
    #[arg(long, value_name = "LEVEL", help_heading = "Findings")]
    pub(crate) level: Option<Level>,

    /// Only findings of the rule with this name
    #[arg(long, value_name = "NAME", help_heading = "Findings")]
    pub(crate) rule: Option<String>,

    /// Only findings in this tenant
    #[arg(long, value_name = "NAME", help_heading = "Findings")]
    pub(crate) tenant: Option<String>,

    /// Only findings of this case
    #[arg(long, value_name = "ID", help_heading = "Findings")]
    pub(crate) case: Option<String>,

    /// Only findings in this state: provisional, settled or withdrawn [default: all but withdrawn]
    #[arg(long, value_name = "STATE", help_heading = "Findings")]
    #[arg(value_parser = ["provisional", "settled", "withdrawn"], hide_possible_values = true)]
    pub(crate) state: Option<String>,

    /// Only findings that begin at this time or after: `2h`, `30d`, `2026-11-20` or RFC 3339
    #[arg(long, value_name = "TIME", help_heading = "Findings")]
    pub(crate) since: Option<When>,

    /// Only findings that begin before this time
    #[arg(long, value_name = "TIME", help_heading = "Findings")]
    pub(crate) until: Option<When>,

    /// Closed ones too
    #[arg(long, help_heading = "Findings")]
    pub(crate) all: bool,

    /// Closed ones alone
    #[arg(long, help_heading = "Findings", conflicts_with = "all")]
    pub(crate) closed: bool,

    /// At most so many
    #[arg(long, value_name = "N", help_heading = "Findings")]
    pub(crate) limit: Option<usize>,

    /// How and where to print.
    #[command(flatten)]
    pub(crate) print: Print,
}

/// `keyward findings show`
#[derive(Debug, Args)]
pub(crate) struct FindingsShow {
    /// Ids, or beginnings of ids that no other shares
    #[arg(value_name = "ID", required = true)]
    pub(crate) ids: Vec<String>,

    /// Where the store lies.
    #[command(flatten)]
    pub(crate) place: Where,

    /// How and where to print.
    #[command(flatten)]
    pub(crate) print: Print,
}

/// `keyward findings close`
#[derive(Debug, Args)]
pub(crate) struct FindingsClose {
    /// Ids, or beginnings of ids that no other shares
    #[arg(value_name = "ID", required = true)]
    pub(crate) ids: Vec<String>,

    /// Where the store lies.
    #[command(flatten)]
    pub(crate) place: Where,

    /// Why they are done with
    #[arg(long, value_name = "TEXT")]
    pub(crate) because: String,

    /// Until when: `30d` from now, `2026-12-31` or RFC 3339 [default: for good]
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<Ahead>,

    /// Who decides [default: the user of this machine]
    #[arg(long, value_name = "NAME")]
    pub(crate) by: Option<String>,
}

/// `keyward findings reopen`
#[derive(Debug, Args)]
pub(crate) struct FindingsReopen {
    /// Ids, or beginnings of ids that no other shares
    #[arg(value_name = "ID", required = true)]
    pub(crate) ids: Vec<String>,

    /// Where the store lies.
    #[command(flatten)]
    pub(crate) place: Where,

    /// Why they are looked at again
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(crate) because: String,

    /// Who decides [default: the user of this machine]
    #[arg(long, value_name = "NAME")]
    pub(crate) by: Option<String>,
}

/// A point in time to come: itself, or as long from now as is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ahead {
    /// RFC 3339, or a date or date and time without an offset, taken as UTC.
    At(Timestamp),
    /// A span from now.
    In(SignedDuration),
}

impl Ahead {
    /// The point in time, seen from `now`; a span longer than time itself reaches its end.
    pub(crate) fn resolve(self, now: Timestamp) -> Timestamp {
        match self {
            Self::At(time) => time,
            Self::In(span) => now.checked_add(span).unwrap_or(Timestamp::MAX),
        }
    }
}

impl std::str::FromStr for Ahead {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(match text.parse()? {
            When::At(time) => Self::At(time),
            When::Ago(Span(span)) => Self::In(span),
        })
    }
}
