//! What the fuzz targets share: reading inputs, events to try rules on, and rules with memory.

pub mod memory;

use std::fmt::Write as _;

use event::{End, Event, Form, Framer, Place, Rejected, Sink, Tally};

/// Writes down what a framer finds.
struct Notes<T> {
    tell: T,
    text: String,
}

impl<T: FnMut(&Event<'_>) -> String> Sink for Notes<T> {
    fn event(&mut self, event: Event<'_>, place: Place) {
        let told = (self.tell)(&event);
        writeln!(self.text, "{place:?}: {told}").unwrap();
    }

    fn rejected(&mut self, rejected: Rejected) {
        writeln!(self.text, "{rejected:?}").unwrap();
    }
}

/// Reads an input that arrives in pieces of `len` bytes. `limit` is how many bytes, and a piece, are held
/// for one record.
pub fn read(
    form: Form,
    input: &[u8],
    len: usize,
    limit: usize,
    tell: impl FnMut(&Event<'_>) -> String,
) -> (String, Tally) {
    let mut notes = Notes { tell, text: String::new() };
    let mut framer = Framer::new(form);
    let (mut used, mut arrived) = (0, 0);
    while arrived < input.len() {
        arrived = input.len().min(arrived + len);
        let end = if arrived == input.len() { End::Here } else { End::More };
        let mut done = framer.feed(&input[used..arrived], end, &mut notes);
        if done == 0 && arrived - used > limit {
            framer.give_up(&mut notes);
            done = framer.feed(&input[used..arrived], end, &mut notes);
            assert_ne!(done, 0, "giving up goes on");
        }
        used += done;
    }
    assert_eq!(used, input.len(), "everything is used up at the end");
    assert_eq!(framer.place().offset, input.len() as u64);
    (notes.text, framer.tally())
}

/// Events of each kind, one a line.
const EVENTS: &str = r#"{"uuid":"1","eventType":"user.session.start","published":"2026-11-22T10:20:30.123Z","actor":{"id":"00u1","type":"User","alternateId":"ada@example.com"},"client":{"ipAddress":"192.0.2.7","geographicalContext":{"country":"Norway"}},"outcome":{"result":"FAILURE","reason":"INVALID_CREDENTIALS"},"target":[{"id":"00u2","type":"User","displayName":null},{"type":"AppInstance","displayName":"Console"}],"debugContext":{"debugData":{"behaviors":"{New Device=POSITIVE}","risk":"{reasons=x, level=HIGH}","threatSuspected":"false","tunnels":"[{\"type\":\"VPN\"}]"}},"securityContext":{"asNumber":577,"isProxy":false}}
{"log_id":"1","data":{"type":"sapi","date":"2026-11-22T10:20:30Z","ip":"2001:db8::7","details":{"request":{"method":"post","path":"/api/v2/users"}}}}
{"eventName":"ConsoleLogin","eventType":"AwsApiCall","n":1.5,"list":[1,"two",null,true,{}]}
"#;

/// Tries something on events of each kind.
pub fn with_events(mut try_on: impl FnMut(&Event<'_>)) {
    let tell = |event: &Event<'_>| {
        try_on(event);
        String::new()
    };
    let (_, tally) = read(Form::Lines, EVENTS.as_bytes(), usize::MAX / 2, usize::MAX, tell);
    assert_eq!((tally.events, tally.rejected), (3, 0));
}
