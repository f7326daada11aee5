//! `keyward rules …`

mod check;
mod eject;
mod explain;
mod indicator;
mod list;
mod part;
mod test;

use std::path::PathBuf;

use crate::args::{RuleSet, Rules};
use crate::console::Console;
use crate::exit::Exit;
use crate::ruleset::Loaded;

/// Runs one of the verbs.
pub(crate) fn run(verb: Rules, console: Console) -> anyhow::Result<Exit> {
    match verb {
        Rules::Check(args) => check::run(args, console),
        Rules::Test(args) => test::run(args, console),
        Rules::List(args) => list::run(&args, console),
        Rules::Explain(args) => explain::run(args, console),
        Rules::Eject(args) => eject::run(&args, console),
    }
}

/// The set with more paths of rules behind those of `--rules`.
fn with_paths(mut rules: RuleSet, paths: Vec<PathBuf>) -> RuleSet {
    rules.rules.extend(paths);
    rules
}

/// How a verb ends that has found `n_wrong` things wrong with the rules: nothing could be
/// used, or not everything, or something is wrong, or all is well.
fn exit(loaded: &Loaded, n_unusable: usize, n_wrong: usize) -> Exit {
    match () {
        () if loaded.rules.is_empty() && n_wrong == 0 => Exit::Failed,
        () if n_unusable > 0 => Exit::Partial,
        () if n_wrong > 0 => Exit::Found,
        () => Exit::Clean,
    }
}

/// Says on standard error which files of rules could not be read.
fn say_faults(loaded: &Loaded, console: Console) {
    for fault in &loaded.faults {
        console.error(format_args!("{}: {}", fault.path, fault.why));
    }
    if loaded.files.is_empty() {
        console.error("there are no rules");
    }
}
