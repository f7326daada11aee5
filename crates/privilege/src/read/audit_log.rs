//! Audit logs: the System Log of Okta, tenant logs of Auth0.
//!
//! They hold writes. Reads leave next to no trace in them, and refused changes often none.

mod auth0;
mod okta;
mod transaction;

use catalog::Product;
use event::{End, Event, Form, Framer, Rejected, Sink};

use self::transaction::Transactions;
use crate::{Base, Fault, Taker};

/// Reads a whole audit log, in any form that [`event`] knows. `first_line` is the number of its first line.
///
/// Events that no program's call can have caused, such as sign-ins, are left out without a word; calls
/// made by the vendor's own pages and jobs are passed over and counted. What one request to Okta caused is
/// one call.
pub(super) fn read(bytes: &[u8], first_line: u64, base: &Base, taker: &mut dyn Taker) {
    let mut reader = Reader {
        base,
        taker,
        lines_before: first_line.saturating_sub(1),
        open: Transactions::default(),
        unknown: None,
    };
    Framer::new(Form::recognize(bytes)).feed(bytes, End::Here, &mut reader);
    reader.open.close_all(base, reader.taker);
    if let Some((line, count)) = reader.unknown {
        let what = format!("{count} records are no events of Okta or Auth0, this is the first");
        reader.taker.fault(Fault { line, what });
    }
}

struct Reader<'r> {
    base: &'r Base,
    taker: &'r mut dyn Taker,
    lines_before: u64,
    open: Transactions,
    /// Line of the first record of no known product, and how many there are.
    unknown: Option<(u64, u64)>,
}

impl Sink for Reader<'_> {
    fn event(&mut self, event: Event<'_>, place: event::Place) {
        let line = place.line + self.lines_before;
        match event.product() {
            Some(Product::Okta) => okta::read(&event, line, self.base, &mut self.open, self.taker),
            Some(Product::Auth0) => auth0::read(&event, line, self.taker),
            _ => self.unknown.get_or_insert((line, 0)).1 += 1,
        }
    }

    fn rejected(&mut self, rejected: Rejected) {
        let line = rejected.place.line + self.lines_before;
        self.taker.fault(Fault { line, what: rejected.why.to_string() });
    }
}

#[cfg(test)]
mod tests;
