//! What the crate makes of whole inputs: one `check` for each question.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod csv;
mod envelopes;
mod fields;
mod framing;
mod manual;
mod properties;
mod samples;

use std::fmt::Write as _;

use event::{End, Event, Form, Framer, Place, Rejected, Sink};

/// Writes down what a framer finds, one a line: where, and what `tell` says of an event.
struct Notes<T> {
    tell: T,
    text: String,
}

impl<T: FnMut(&Event<'_>) -> String> Sink for Notes<T> {
    fn event(&mut self, event: Event<'_>, place: Place) {
        let told = (self.tell)(&event);
        let _ = writeln!(self.text, "{}: {told}", place.line);
    }

    fn rejected(&mut self, rejected: Rejected) {
        let _ = writeln!(self.text, "{}: {} (!)", rejected.place.line, rejected.why);
    }
}

/// What a framer finds in an input that is passed whole.
fn read(input: &[u8], tell: impl FnMut(&Event<'_>) -> String) -> String {
    let mut notes = Notes { tell, text: String::new() };
    let mut framer = Framer::new(Form::recognize(input));
    let used = framer.feed(input, End::Here, &mut notes);
    assert_eq!(used, input.len(), "everything is used up at the end");
    assert_eq!(framer.place().offset, input.len() as u64);
    notes.text
}

/// What a framer finds in an input that arrives in pieces of `len` bytes.
fn read_pieces(input: &[u8], len: usize, tell: impl FnMut(&Event<'_>) -> String) -> String {
    read_within(input, len, usize::MAX, tell)
}

/// The same where no more than `limit` bytes, and a piece, are held for one record.
fn read_within(
    input: &[u8],
    len: usize,
    limit: usize,
    tell: impl FnMut(&Event<'_>) -> String,
) -> String {
    let mut notes = Notes { tell, text: String::new() };
    let mut framer = Framer::new(Form::recognize(input)).with_limit(limit);
    let (mut used, mut arrived) = (0, 0);
    while arrived < input.len() {
        arrived = input.len().min(arrived.saturating_add(len));
        let end = if arrived == input.len() { End::Here } else { End::More };
        let mut done = framer.feed(&input[used..arrived], end, &mut notes);
        if done == 0 && arrived - used > limit {
            framer.give_up(&mut notes);
            done = framer.feed(&input[used..arrived], end, &mut notes);
            assert_ne!(done, 0, "giving up goes on");
        }
        used += done;
    }
    assert_eq!(used, input.len());
    notes.text
}
