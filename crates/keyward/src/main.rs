//! The `keyward` command: detect attacks on Okta and Auth0 tenants in their audit logs, find their leaked
//! credentials, and work out what credentials need.
//!
//! ```text
//!  args ─▶ input ─▶ bytes ─┬▶ detect, leak ─▶ Finding ─┬▶ render ─▶ output
//!             │            └▶ privilege ────▶ Page ────┘
//!             └── what was not read ─▶ summary ─▶ exit ◀──┘
//! ```
//!
//! *Invariants.* Files, the clock, the environment and the terminal are touched here and
//! nowhere below. Standard output is results, standard error everything else. What was not
//! examined is said, and shows in the exit code.
//!
//! *Reason.* It keeps I/O, and what only a command needs, away from all other crates.

mod args;
mod config;
mod connect;
mod console;
mod detect;
mod doctor;
mod examine;
mod exit;
mod export;
mod expression;
mod find;
mod findings;
mod har;
mod init;
mod input;
mod kept;
mod known;
mod lab;
mod manual;
mod output;
mod pack;
mod privilege;
mod pull;
mod reach;
mod render;
mod respond;
mod revoke;
mod rules;
mod ruleset;
mod run;
mod sanitize;
mod scan;
mod sink;
mod spill;
mod summary;
mod timeline;
mod tokens;
mod verify;

use std::io;

use clap::Parser;
use jiff::Timestamp;

use crate::args::{Command, Verb};
use crate::console::Console;
use crate::exit::Exit;

fn main() -> Exit {
    let command = Command::parse();
    let console = Console::new(&command.voice);
    match run(command, console) {
        Ok(exit) => exit,
        Err(error) if is_broken_pipe(&error) => Exit::Partial,
        Err(error) => {
            console.error(format_args!("{error:#}"));
            Exit::Failed
        }
    }
}

fn run(command: Command, console: Console) -> anyhow::Result<Exit> {
    match command.verb {
        Verb::Detect(args) => detect::run(&args, console, Timestamp::now()),
        Verb::Find(args) => find::run(&args, console, Timestamp::now()),
        Verb::Scan(args) => scan::run(&args, console, Timestamp::now()),
        Verb::Har(verb) => har::run(&verb, console, Timestamp::now()),
        Verb::Privilege(verb) => privilege::run(&verb, console, Timestamp::now()),
        Verb::Rules(verb) => rules::run(verb, console),
        Verb::Pull(args) => pull::run(&args, console, Timestamp::now()),
        Verb::Doctor(args) => doctor::run(&args, console),
        Verb::Init(args) => init::run(&args, console),
        Verb::Run(args) => run::run(&args, console, Timestamp::now()),
        Verb::Export(args) => export::run(&args, console, Timestamp::now()),
        Verb::Findings(verb) => findings::run(&verb, console, Timestamp::now()),
        Verb::Tokens(verb) => tokens::run(&verb, console, Timestamp::now()),
        Verb::Respond(args) => respond::run(&args, console, Timestamp::now()),
        Verb::Revoke(verb) => revoke::run(&verb, console, Timestamp::now()),
        Verb::Sink(verb) => sink::run(&verb, console, Timestamp::now()),
        Verb::Lab(args) => lab::run(&args, console, Timestamp::now()),
        Verb::Completions(args) => manual::completions(&args, console),
        Verb::Man(args) => manual::run(&args, console),
    }
}

/// Whether whoever read our results went away. That is theirs to decide and no failure to
/// report; what was left to examine is not known to be clean.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let error = cause.downcast_ref::<io::Error>();
        error.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}
