//! `keyward har`: recordings of browsers, looked through or copied without their secrets.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{ListFormat, Telling};

const SCAN_HELP: &str = "\
Examples:
  keyward har scan support-case.har
  keyward har scan --format jsonl --min-confidence strong *.har
  keyward har scan support-case.har --config keyward.toml

Exit codes:
  0  everything was examined, nothing reached --fail-on
  1  everything was examined, something did
  2  nothing was examined: bad usage, or no recording could be read
  3  partly examined, such as a recording that is cut short: silence proves nothing";

const REDACT_HELP: &str = "\
Examples:
  keyward har redact support-case.har -o support-case.safe.har
  zcat case.har.gz | keyward har redact - -o case.safe.har

A label such as [OKTA_SESSION_COOKIE:9f3c2a10] takes the place of every value, the same label for the same
value in every copy made with the same key. Of signed tokens header and claims stay. The copy is looked
through again before it gets its name.

Exit codes:
  0  the copy was written
  2  no copy was written: bad usage, a recording that cannot be read whole, or something was left in the copy";

/// `keyward har`
#[derive(Debug, Subcommand)]
pub(crate) enum Har {
    /// Find the credentials of recordings, and the sessions to end
    #[command(after_help = SCAN_HELP)]
    Scan(Box<HarScan>),
    /// Write a copy of a recording that is safe to share
    #[command(after_help = REDACT_HELP)]
    Redact(HarRedact),
}

/// `keyward har scan`
#[derive(Debug, Args)]
pub(crate) struct HarScan {
    /// Recordings, plain, gzip or zstd; folders, globs, or `-` for standard input
    #[arg(value_name = "FILE", required = true)]
    pub(crate) paths: Vec<PathBuf>,

    /// How leaked credentials are told.
    #[command(flatten)]
    pub(crate) telling: Telling,

    /// Tell what was done in the sessions after they were recorded, by the intake or the log of the tenants of this configuration
    #[arg(long, value_name = "FILE", help_heading = "Sessions")]
    pub(crate) config: Option<PathBuf>,

    /// The same, by these logs
    #[arg(long, value_name = "PATH", help_heading = "Sessions")]
    pub(crate) logs: Vec<PathBuf>,
}

/// `keyward har redact`
#[derive(Debug, Args)]
pub(crate) struct HarRedact {
    /// A recording, plain, gzip or zstd; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) path: PathBuf,

    /// Write the copy to this file; a file of that name is replaced once the copy is known to be safe
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub(crate) output: PathBuf,

    /// The key of labels [default: `KEYWARD_KEY_FILE`, `KEYWARD_KEY`, then a key of your own, made at the first run]
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) key_file: Option<PathBuf>,

    /// How to print what was done: text, json or jsonl
    #[arg(short, long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    #[arg(hide_possible_values = true)]
    pub(crate) format: ListFormat,
}
