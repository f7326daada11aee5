//! What may be asked of tokens, apps and clients.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::args::{Output, Size, Span, When, Where};

pub(crate) const TOKENS_HELP: &str = "\
Examples:
  keyward tokens list --refresh
  keyward tokens list --problem --sort last-use
  keyward tokens list --stale 30d --format csv -o stale.csv
  keyward tokens list --logs logs/ --snapshot acme.json
  keyward tokens show 00T1abcdefghijklmnop

`~` marks a time that was inferred.

Exit codes:
  0  everything was looked at, and nothing is weak
  1  everything was looked at, and something is weak
  2  nothing was looked at: bad usage, no store, no such token
  3  some of it could not be looked at: silence proves nothing";

/// `keyward tokens …`
#[derive(Debug, Subcommand)]
pub(crate) enum Tokens {
    /// List API tokens, service apps and clients for machines
    List(Box<TokensList>),
    /// Show the whole story of one on a page
    Show(Box<TokensShow>),
}

/// From where what is known of tokens is taken.
#[derive(Debug, Args)]
pub(crate) struct Known {
    /// Where `keyward run` keeps it.
    #[command(flatten)]
    pub(crate) place: Where,

    /// Take what was done with them from these logs, instead of the store: files, folders or globs
    #[arg(long, value_name = "PATH", help_heading = "Input")]
    pub(crate) logs: Vec<PathBuf>,

    /// Take what the tenant lists from this file, which `--save` wrote, instead of the store
    #[arg(long, value_name = "FILE", help_heading = "Input", conflicts_with = "refresh")]
    pub(crate) snapshot: Option<PathBuf>,

    /// Ask the tenants what they list now, and keep it
    #[arg(long, help_heading = "Input")]
    pub(crate) refresh: bool,

    /// Write what the tenant lists to this file; of several tenants one must be named
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) save: Option<PathBuf>,

    /// Only of the tenant with this name
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    pub(crate) tenant: Option<String>,

    /// Judge as of this time, instead of now: `2026-11-20` or RFC 3339
    #[arg(long, value_name = "TIME", help_heading = "Input", conflicts_with = "refresh")]
    pub(crate) as_of: Option<When>,

    /// Reject longer events
    #[arg(long, value_name = "SIZE", default_value = "16MiB", help_heading = "Input")]
    pub(crate) max_event_bytes: Size,
}

/// `keyward tokens list`
#[derive(Debug, Args)]
pub(crate) struct TokensList {
    /// From where it is taken.
    #[command(flatten)]
    pub(crate) known: Known,

    /// Only of this kind: api-token, service-app or machine-client
    #[arg(long, value_name = "KIND", help_heading = "Tokens")]
    #[arg(value_parser = ["api-token", "service-app", "machine-client"], hide_possible_values = true)]
    pub(crate) kind: Option<String>,

    /// Only those not used for so long, as far as is known
    #[arg(long, value_name = "SPAN", help_heading = "Tokens")]
    pub(crate) stale: Option<Span>,

    /// Only those with a problem, or with this one, such as `unbound`
    #[arg(long, value_name = "NAME", num_args = 0..=1, default_missing_value = "", help_heading = "Tokens")]
    pub(crate) problem: Option<String>,

    /// In which order: problems, name, owner, created, last-use, expires or events
    #[arg(long, value_name = "ORDER", default_value = "problems", help_heading = "Tokens")]
    #[arg(hide_possible_values = true)]
    pub(crate) sort: TokensOrder,

    /// How to print: text, json or csv
    #[arg(short, long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    #[arg(hide_possible_values = true)]
    pub(crate) format: TokensFormat,

    /// Where to print.
    #[command(flatten)]
    pub(crate) output: Output,
}

/// `keyward tokens show`
#[derive(Debug, Args)]
pub(crate) struct TokensShow {
    /// The id, or its beginning if no other begins so
    #[arg(value_name = "ID")]
    pub(crate) id: String,

    /// From where it is taken.
    #[command(flatten)]
    pub(crate) known: Known,

    /// How to print: text or json
    #[arg(short, long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    #[arg(value_parser = ["text", "json"], hide_possible_values = true)]
    pub(crate) format: String,

    /// Where to print.
    #[command(flatten)]
    pub(crate) output: Output,
}

/// In which order tokens are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TokensOrder {
    /// The worst first.
    Problems,
    /// By name.
    Name,
    /// By owner.
    Owner,
    /// The oldest first.
    Created,
    /// The longest unused first, the never used before all.
    LastUse,
    /// What ends soonest first.
    Expires,
    /// The most used first.
    Events,
}

/// A format for tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TokensFormat {
    /// A table for people.
    Text,
    /// One JSON object.
    Json,
    /// A table for other programs.
    Csv,
}
