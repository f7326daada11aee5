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

/// Bytes that are gathered before they are read; the form is told by the first.
const PIECE_BYTES: usize = 64 << 10;

/// Longer events are not read: 16 MiB.
const EVENT_BYTES_MAX: usize = 16 << 20;

/// Reads a whole audit log, in any form that [`event`] knows. `first_line` is the number of its first line.
///
/// Events that no program's call can have caused, such as sign-ins, are left out without a word; calls
/// made by the vendor's own pages and jobs are passed over and counted. What one request to Okta caused is
/// one call.
pub(super) fn read(bytes: &[u8], first_line: u64, base: &Base, taker: &mut dyn Taker) {
    let mut log = AuditLog::new(first_line);
    log.feed(bytes, End::Here, base, taker);
    log.close(base, taker);
}

/// Reads an audit log of any size that comes in pieces.
#[derive(Debug)]
pub(super) struct AuditLog {
    framer: Option<Framer>,
    /// The beginning of an event.
    held: Vec<u8>,
    /// How much must be held before it is worth to look again.
    wanted: usize,
    open: Transactions,
    lines_before: u64,
    /// Line of the first record of no known product, and how many there are.
    unknown: Option<(u64, u64)>,
}

impl AuditLog {
    /// Nothing of it yet. `first_line` is the number of its first line.
    pub(super) fn new(first_line: u64) -> Self {
        Self {
            framer: None,
            held: Vec::new(),
            wanted: PIECE_BYTES,
            open: Transactions::default(),
            lines_before: first_line.saturating_sub(1),
            unknown: None,
        }
    }

    /// Takes the next bytes.
    pub(super) fn push(&mut self, bytes: &[u8], base: &Base, taker: &mut dyn Taker) {
        self.held.extend_from_slice(bytes);
        while self.held.len() >= self.wanted {
            let held = std::mem::take(&mut self.held);
            let done = self.feed(&held, End::More, base, taker);
            self.held = held;
            self.held.drain(..done);
            self.wanted = if done == 0 { self.held.len() * 2 } else { PIECE_BYTES };
            if done == 0 && self.held.len() > EVENT_BYTES_MAX {
                self.give_up(base, taker);
            }
        }
    }

    /// Takes the end.
    pub(super) fn finish(mut self, base: &Base, taker: &mut dyn Taker) {
        let held = std::mem::take(&mut self.held);
        self.feed(&held, End::Here, base, taker);
        self.close(base, taker);
    }

    fn feed(&mut self, bytes: &[u8], end: End, base: &Base, taker: &mut dyn Taker) -> usize {
        let framer = self
            .framer
            .get_or_insert_with(|| Framer::new(Form::recognize(bytes)).with_limit(EVENT_BYTES_MAX));
        let Self { open, unknown, lines_before, .. } = self;
        framer.feed(
            bytes,
            end,
            &mut Reader { base, taker, lines_before: *lines_before, open, unknown },
        )
    }

    /// Gives up an event that is too long.
    fn give_up(&mut self, base: &Base, taker: &mut dyn Taker) {
        let Self { open, unknown, lines_before, .. } = self;
        let mut reader = Reader { base, taker, lines_before: *lines_before, open, unknown };
        if let Some(framer) = &mut self.framer {
            framer.give_up(&mut reader);
        }
        self.wanted = PIECE_BYTES;
    }

    fn close(mut self, base: &Base, taker: &mut dyn Taker) {
        self.open.close_all(base, taker);
        if let Some((line, count)) = self.unknown {
            let what = format!("{count} records are no events of Okta or Auth0, this is the first");
            taker.fault(Fault { line, what });
        }
    }
}

struct Reader<'r> {
    base: &'r Base,
    taker: &'r mut dyn Taker,
    lines_before: u64,
    open: &'r mut Transactions,
    unknown: &'r mut Option<(u64, u64)>,
}

impl Sink for Reader<'_> {
    fn event(&mut self, event: Event<'_>, place: event::Place) {
        let line = place.line + self.lines_before;
        match event.product() {
            Some(Product::Okta) => okta::read(&event, line, self.base, self.open, self.taker),
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
