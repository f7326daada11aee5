//! From the bytes of one event to its excerpt.

use event::{End, Event, Form, Framer, Place, Rejected, Sink, Why};

use crate::detector::{Detector, Seen, Worker};

/// What became of an event that was fed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fed {
    /// Every rule has seen it.
    Examined,
    /// Its time is outside the scope.
    OutOfScope,
    /// It cannot be read.
    Rejected(Why),
}

/// What is reused from event to event.
#[derive(Debug)]
pub(super) struct Reading {
    framer: Framer,
    worker: Worker,
}

impl Default for Reading {
    fn default() -> Self {
        Self { framer: framer(), worker: Worker::default() }
    }
}

impl Reading {
    /// Writes down what rules need of an event: a row of one excerpt, or of none if no rule matches.
    pub(super) fn read(&mut self, detector: &Detector, event: &[u8]) -> (Fed, Vec<u8>) {
        let fed = Fed::Rejected(Why::NotAnObject);
        let mut desk = Desk { detector, worker: &mut self.worker, fed };
        self.framer.feed(event, End::Here, &mut desk);
        let fed = desk.fed;
        if matches!(fed, Fed::Rejected(_)) {
            // It may wait for the end of what was begun. Else it is at the start of a line, and making one costs as much as reading.
            self.framer = framer();
        }
        (fed, self.worker.writer.take())
    }

    /// Takes a row back, for the room that it has.
    pub(super) fn give(&mut self, mut row: Vec<u8>) {
        row.clear();
        self.worker.writer.give(row);
    }
}

/// A framer at the start of a line, though not of an input, whose encoding would be looked at.
fn framer() -> Framer {
    Framer::at(Form::Lines, Place { offset: 1, line: 0 })
}

/// Where the framer puts the event down.
struct Desk<'d> {
    detector: &'d Detector,
    worker: &'d mut Worker,
    fed: Fed,
}

impl Sink for Desk<'_> {
    fn event(&mut self, event: Event<'_>, _place: Place) {
        self.fed = match self.detector.observe(&event, 0, self.worker) {
            Seen::Examined => Fed::Examined,
            Seen::OutOfScope => Fed::OutOfScope,
        };
    }

    fn rejected(&mut self, rejected: Rejected) {
        self.fed = Fed::Rejected(rejected.why);
    }
}
