//! The command line of `keyward lab`.

mod serving;

use std::path::PathBuf;

use clap::{ArgGroup, Args};

pub(crate) use self::serving::Serving;
use crate::args::{Span, When};

pub(crate) const LAB_HELP: &str = "\
Examples:
  keyward lab --attack cross-tenant-impersonation
  keyward lab --users 200 --days 7 --fault 5xx=0.02 --fault delay=0.05:30s
  keyward lab --list
  keyward lab --attack session-theft --describe
  keyward lab --export week.jsonl --days 7 --seed 3
  keyward lab --export - --attack cross-tenant-impersonation | keyward detect -

The same options make the same log, byte for byte. Nothing in it is real.

Exit codes:
  0  it was served until it was stopped; the log was written; what was asked for was told
  2  it was not";

/// Serve an organization at work, with or without an attack on it, or write its log.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("task").args(["list", "describe", "export"]).multiple(false))]
pub(crate) struct Lab {
    /// Name the attacks, where each is described and the rules that should raise it
    #[arg(long)]
    pub(crate) list: bool,

    /// Tell what happens: in the attack, or in ordinary days and how often
    #[arg(long)]
    pub(crate) describe: bool,

    /// Write the log as JSON Lines to a file, or to standard output if `-`, and serve nothing
    #[arg(long, value_name = "FILE")]
    pub(crate) export: Option<PathBuf>,

    /// The attack that follows the ordinary days
    #[arg(long, value_name = "NAME")]
    pub(crate) attack: Option<String>,

    /// How long the attack takes: such as `10m` or `3d` [default: 60s where it is served, else its own pace]
    #[arg(long, value_name = "DURATION", requires = "attack")]
    pub(crate) within: Option<Span>,

    /// How many ordinary days
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=90))]
    pub(crate) days: Option<u32>,

    /// What decides everything that is left to chance
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,

    /// How many people work in the organization
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(i64::from(::lab::Options::FEWEST_USERS)..=100_000))]
    pub(crate) users: Option<u32>,

    /// When an exported log ends: a time, or a span before now [default: 2026-11-20T18:00:00Z]
    #[arg(long, value_name = "WHEN", requires = "export")]
    pub(crate) end: Option<When>,

    /// How to serve it.
    #[command(flatten)]
    pub(crate) serving: Serving,
}
