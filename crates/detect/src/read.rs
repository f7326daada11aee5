//! Every record of one input, one after the other.

use std::io::{self, Read};

use event::{End, Framer, Sink};

use crate::pieces::Pieces;

/// Passes every record of an input to a sink, in its order, on one thread.
///
/// Returns how many bytes were read and why reading stopped before the end, if it did; what stood before
/// that has been passed. Memory is bounded by the longest event; those longer than `max_event_bytes`
/// are rejected.
pub fn read(
    input: &mut (dyn Read + Send),
    max_event_bytes: usize,
    sink: &mut dyn Sink,
) -> (u64, Option<io::Error>) {
    let mut pieces = Pieces::new(input, max_event_bytes);
    let mut framer = Framer::new(pieces.form()).with_limit(max_event_bytes);
    let (mut total, mut done) = (0, 0);
    while let Some((bytes, end)) = pieces.more(done) {
        done = feed(&mut framer, bytes, end, max_event_bytes, sink);
        total += done as u64;
    }
    (total, pieces.into_error())
}

/// Feeds the framer with what is held, and gives up a record that is longer than may be held.
/// Returns how many bytes are done with; 0 asks for more.
pub(crate) fn feed(
    framer: &mut Framer,
    bytes: &[u8],
    end: End,
    max_event_bytes: usize,
    sink: &mut dyn Sink,
) -> usize {
    let used = framer.feed(bytes, end, sink);
    if used > 0 || bytes.len() <= max_event_bytes {
        return used;
    }
    framer.give_up(sink);
    framer.feed(bytes, end, sink)
}
