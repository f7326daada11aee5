//! `keyward privilege`: one module a verb. Each makes a [`Told`]; how it is printed is decided in `tell`.

mod account;
mod advice;
mod api_calls;
mod asked;
mod calls;
mod compare;
mod explain;
mod kb;
mod knowledge;
mod need;
mod plan;
mod probe;
mod tell;

use jiff::Timestamp;

use crate::args::{Kb, Privilege};
use crate::console::Console;
use crate::exit::Exit;
pub(crate) use crate::privilege::tell::{Told, spare, tell};

/// Runs one verb.
pub(crate) fn run(verb: &Privilege, console: Console, now: Timestamp) -> anyhow::Result<Exit> {
    match verb {
        Privilege::Need(args) => need::run(args, console, now),
        Privilege::Compare(args) => compare::run(args, console, now),
        Privilege::Explain(args) => explain::run(args, console),
        Privilege::Account(args) => account::run(args, console, now),
        Privilege::Plan(args) => plan::run(args, console, now),
        Privilege::Probe(args) => probe::run(args, console, now),
        Privilege::Kb(Kb::Show(args)) => kb::show(args, console),
        Privilege::Kb(Kb::Diff(args)) => kb::diff(args, console),
    }
}
