//! What `keyward completions` and `keyward man` may be told.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

use super::Output;

pub(crate) const COMPLETIONS_HELP: &str = "\
Examples:
  keyward completions bash -o ~/.local/share/bash-completion/completions/keyward
  keyward completions zsh -o ~/.zfunc/_keyward      # with `fpath+=~/.zfunc` before `compinit`
  keyward completions fish -o ~/.config/fish/completions/keyward.fish

Exit codes:
  0  it was written
  2  it was not: bad usage, or the file cannot be written";

pub(crate) const MAN_HELP: &str = "\
Examples:
  keyward man rules check | man -l -
  keyward man --dir ~/.local/share/man/man1

Exit codes:
  0  it was written
  2  it was not: there is no such verb, or a file cannot be written";

/// `keyward completions`
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// For which shell
    pub(crate) shell: Shell,

    /// Where to print.
    #[command(flatten)]
    pub(crate) output: Output,
}

/// `keyward man`
#[derive(Debug, Args)]
pub(crate) struct Man {
    /// Verb to print the page of, such as `scan` or `rules check` [default: Keyward itself]
    #[arg(conflicts_with = "dir")]
    pub(crate) verb: Vec<String>,

    /// Write the pages of all verbs into this folder, which is made if need be
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(crate) dir: Option<PathBuf>,
}
