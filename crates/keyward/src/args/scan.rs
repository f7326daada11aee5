//! `keyward scan`: what is looked through, and how leaked credentials are told.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use finding::Level;
use leak::Confidence;

use super::{Output, Size, Verifying, When, threads};

/// `keyward scan`
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Scan {
    /// Files, folders, archives or databases; `-` is standard input. Of a git repository these are the files
    /// that lie there, not its history
    #[arg(value_name = "PATH", required_unless_present_any = ["git", "staged", "explain"])]
    pub(crate) paths: Vec<PathBuf>,

    /// Look through the whole history of this repository: every ref, stash, note and unreachable object
    #[arg(long, value_name = "REPO", help_heading = "Input")]
    pub(crate) git: Vec<PathBuf>,

    /// Look through what is about to be committed in the repository of the current folder
    #[arg(long, help_heading = "Input", conflicts_with_all = ["paths", "git", "resume"])]
    pub(crate) staged: bool,

    /// Only files that changed since then, and only what commits since then brought: `30d`, `2026-11-20`
    /// or RFC 3339
    #[arg(long, value_name = "WHEN", help_heading = "Input", conflicts_with = "staged")]
    pub(crate) since: Option<When>,

    /// Enter every folder whose name begins with a dot, not only well-known ones such as .github
    #[arg(long, help_heading = "Input")]
    pub(crate) hidden: bool,

    /// Read what ignore files such as .gitignore name, too
    #[arg(long, help_heading = "Input")]
    pub(crate) no_ignore: bool,

    /// Do not read larger files and blobs; they are named, and the run is partial
    #[arg(long, value_name = "SIZE", help_heading = "Input")]
    pub(crate) max_file_bytes: Option<Size>,

    /// Threads that look [default: one a core]
    #[arg(long, value_name = "N", help_heading = "Input", value_parser = threads)]
    pub(crate) threads: Option<NonZeroUsize>,

    /// When interrupted, note here what was examined; when the file exists, go on from there
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub(crate) resume: Option<PathBuf>,

    /// How leaked credentials are told.
    #[command(flatten)]
    pub(crate) telling: Telling,

    /// How they are verified.
    #[command(flatten)]
    pub(crate) verifying: Verifying,

    /// Explain a type of credential instead: what it can do, how long it lives, what to do; `list` names all
    #[arg(long, value_name = "TYPE", help_heading = "Output")]
    pub(crate) explain: Option<String>,

    /// Print the requests that would tell which credentials are live, and send none
    #[arg(long, help_heading = "Output", conflicts_with = "mode")]
    pub(crate) plan: bool,
}

/// How leaked credentials are told, whatever they were found in.
#[derive(Debug, Args)]
pub(crate) struct Telling {
    /// Keep silent about what is less sure: candidate, medium, strong or certain
    #[arg(long, value_name = "WORD", default_value = "candidate", help_heading = "Findings")]
    #[arg(hide_possible_values = true)]
    pub(crate) min_confidence: Sureness,

    /// Least level that makes the exit code 1
    #[arg(long, value_name = "LEVEL", default_value = "low", help_heading = "Findings")]
    pub(crate) fail_on: Level,

    /// Print the values of what is found, which findings never hold otherwise
    #[arg(long, help_heading = "Findings")]
    pub(crate) show_secrets: bool,

    /// The key of fingerprints [default: `KEYWARD_KEY_FILE`, `KEYWARD_KEY`, then a key of your own, made at the first run]
    #[arg(long, value_name = "FILE", help_heading = "Findings")]
    pub(crate) key_file: Option<PathBuf>,

    /// Keep silent about the credentials that this file accepts, until the date it says
    #[arg(long, value_name = "FILE", help_heading = "Findings")]
    pub(crate) baseline: Option<PathBuf>,

    /// Add what is found to this file, for the reason of --because
    #[arg(long, value_name = "FILE", help_heading = "Findings", requires = "because")]
    pub(crate) write_baseline: Option<PathBuf>,

    /// With --write-baseline: why that is accepted
    #[arg(long, value_name = "TEXT", help_heading = "Findings", requires = "write_baseline")]
    pub(crate) because: Option<String>,

    /// With --write-baseline: the last day on which it is accepted
    #[arg(long, value_name = "DATE", help_heading = "Findings", requires = "write_baseline")]
    pub(crate) until: Option<jiff::civil::Date>,

    /// Put what is told into the store of findings of this configuration too, from where `keyward run` tells sinks
    #[arg(long, value_name = "FILE", help_heading = "Findings")]
    pub(crate) deliver: Option<PathBuf>,

    /// Tell of what a comment `keyward:ignore` hides, too
    #[arg(long, help_heading = "Findings")]
    pub(crate) disregard_ignores: bool,

    /// How to print findings: text, json, jsonl, sarif (2.1.0) or html
    #[arg(short, long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    #[arg(hide_possible_values = true)]
    pub(crate) format: LeakFormat,

    /// Where to print.
    #[command(flatten)]
    pub(crate) output: Output,

    /// Write what was examined, what was not and how many were found to this file, as JSON
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) summary: Option<PathBuf>,
}

/// A format for leaked credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LeakFormat {
    /// For people.
    Text,
    /// One JSON object with findings and summary.
    Json,
    /// One finding a line.
    Jsonl,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// One page that needs nothing else.
    Html,
}

/// How sure it must be that something is a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sureness {
    /// Anything of the shape.
    Candidate,
    /// A tenant or a telling name is near.
    Medium,
    /// Its name or form says it.
    Strong,
    /// It cannot be anything else.
    Certain,
}

impl Sureness {
    /// The least confidence that is told.
    pub(crate) fn confidence(self) -> Confidence {
        match self {
            Self::Candidate => Confidence::Candidate,
            Self::Medium => Confidence::Medium,
            Self::Strong => Confidence::Strong,
            Self::Certain => Confidence::Certain,
        }
    }
}
