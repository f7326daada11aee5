//! What was done with tokens, out of logs.

use event::{Event, Place, Rejected, Sink};
use finding::Level;
use inventory::Tally;

use crate::args::Known;
use crate::console::Console;
use crate::examine::{self, Bar};
use crate::exit::Exit;
use crate::input::{self, Stop};
use crate::render::{Outcome, write_account};
use crate::summary::Summary;

/// Reads the logs, and whether all of them could be read. Events are of the tenant of that name, or else of the one that they name.
pub(super) fn read(
    known: &Known,
    tenant: Option<&str>,
    console: Console,
) -> anyhow::Result<(Tally, bool)> {
    let inputs = input::expand(&known.logs);
    let mut summary = Summary::default();
    summary.rules.loaded = 1;
    let mut desk = Desk { tenant, tally: Tally::new(), counts: detect::Summary::default() };
    let limit = known.max_event_bytes.bytes;
    examine::each(&inputs, console, Bar::Drawn, &Stop::default(), &mut summary, |input, _| {
        let (bytes, stopped) = detect::read(input, limit, &mut desk);
        detect::Summary { bytes, stopped, ..std::mem::take(&mut desk.counts) }
    });
    console.note(|out| write_account(&summary, Outcome::Read, out));
    match summary.exit(Level::Informational) {
        Exit::Failed => anyhow::bail!("none of the logs could be read"),
        exit => Ok((desk.tally, exit != Exit::Partial)),
    }
}

/// Where events arrive and are counted.
struct Desk<'a> {
    tenant: Option<&'a str>,
    tally: Tally,
    counts: detect::Summary,
}

impl Sink for Desk<'_> {
    fn event(&mut self, event: Event<'_>, place: Place) {
        let named = if self.tenant.is_none() { event.tenant() } else { None };
        let product = event.product().map_or("unknown", catalog::Product::name);
        let tenant = self.tenant.or(named.as_deref()).unwrap_or(product);
        self.tally.observe(tenant, &event);
        self.counts.count(&event, place, detect::Seen::Examined);
    }

    fn rejected(&mut self, rejected: Rejected) {
        self.counts.reject(rejected);
    }
}
