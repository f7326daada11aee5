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
    row: Vec<u8>,
}

impl Default for Reading {
    fn default() -> Self {
        Self { framer: Framer::new(Form::Lines), worker: Worker::default(), row: Vec::new() }
    }
}

impl Reading {
    /// Writes down what rules need of an event.
    pub(super) fn read(&mut self, detector: &Detector, event: &[u8]) -> Fed {
        // Not the start of an input, whose encoding would be looked at.
        self.framer.seek(Place { offset: 1, line: 0 });
        self.row.clear();
        self.worker.writer.give(std::mem::take(&mut self.row));
        let fed = Fed::Rejected(Why::NotAnObject);
        let mut desk = Desk { detector, worker: &mut self.worker, fed };
        self.framer.feed(event, End::Here, &mut desk);
        let fed = desk.fed;
        self.row = self.worker.writer.take();
        fed
    }

    /// The excerpts of the last event: one, or none if no rule matches.
    pub(super) fn row(&self) -> &[u8] {
        &self.row
    }

    pub(super) fn row_mut(&mut self) -> &mut [u8] {
        &mut self.row
    }
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
