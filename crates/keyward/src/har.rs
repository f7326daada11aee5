//! `keyward har`: credentials in recordings of browsers, and copies that are safe to share.

mod redact;
mod scan;
pub(crate) mod session;

use jiff::Timestamp;

use crate::args::Har;
use crate::console::Console;
use crate::exit::Exit;

/// Does what was asked for.
pub(crate) fn run(verb: &Har, console: Console, now: Timestamp) -> anyhow::Result<Exit> {
    match verb {
        Har::Scan(args) => scan::run(args, console, now),
        Har::Redact(args) => redact::run(args, console),
    }
}
