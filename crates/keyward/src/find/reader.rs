//! Every event of one input, one after the other, to a sink.

use std::io::{self, Read};

use event::{End, Form, Framer, Sink};

/// Bytes read at a time, and what a form is recognized by.
const CHUNK_BYTES: usize = 512 * 1024;

/// Feeds an input to the sink and returns how many bytes that were. Memory is bounded by
/// the longest event; those longer than `max_event_bytes` are rejected.
pub(crate) fn feed(
    input: &mut (dyn Read + Send),
    max_event_bytes: usize,
    sink: &mut dyn Sink,
) -> io::Result<u64> {
    let mut window = Window::default();
    window.fill(input)?;
    let mut framer = Framer::new(Form::recognize(&window.bytes));
    loop {
        let used = framer.feed(&window.bytes, window.end, sink);
        window.drop_first(used);
        if window.end == End::Here {
            return Ok(window.read);
        }
        if window.bytes.len() > max_event_bytes {
            framer.give_up(sink);
            continue;
        }
        window.fill(input)?;
    }
}

/// The stretch of the input that is held.
struct Window {
    bytes: Vec<u8>,
    end: End,
    read: u64,
}

impl Default for Window {
    fn default() -> Self {
        Self { bytes: Vec::new(), end: End::More, read: 0 }
    }
}

impl Window {
    /// Reads on. At least as much as is held, so that a long event is not looked at often.
    fn fill(&mut self, input: &mut (dyn Read + Send)) -> io::Result<()> {
        let wanted = CHUNK_BYTES.max(self.bytes.len()) as u64;
        let got = input.take(wanted).read_to_end(&mut self.bytes)? as u64;
        self.read += got;
        if got < wanted {
            self.end = End::Here;
        }
        Ok(())
    }

    fn drop_first(&mut self, count: usize) {
        self.bytes.drain(..count);
        self.bytes.shrink_to(CHUNK_BYTES.max(self.bytes.len()) * 4);
    }
}
