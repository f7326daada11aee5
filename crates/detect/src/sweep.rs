//! All events of one input through the detector, on as many threads as the caller gives.
//!
//! An input of JSON Lines is cut at line ends into pieces that threads take in turn; results come out in
//! the order of the input, whatever the number of threads. Other forms are read by one thread.
//! Memory is bounded by the piece size, the longest event and the number of threads.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Mutex;
use std::sync::mpsc;

use event::{End, Event, Form, Framer, Place, Rejected, Sink, Tally, Why};
use finding::{Finding, Position};

use crate::detector::{Detector, Worker};
use crate::pieces::{Piece, Pieces};
use crate::read::feed;
use crate::summary::Summary;

/// How an input is read.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Threads that examine; at least one.
    pub threads: usize,
    /// Longest event in bytes; longer ones are rejected.
    pub max_event_bytes: usize,
}

/// Longest event unless the caller says otherwise: 16 MiB.
pub const MAX_EVENT_BYTES: usize = 16 << 20;

/// Receives what a sweep finds, in the order of the input.
pub trait Receiver {
    /// A finding, its position filled in and its path left empty.
    fn finding(&mut self, finding: Finding);
    /// That many more bytes have been examined.
    fn progress(&mut self, bytes: u64);
}

impl Detector {
    /// Examines every event of an input. Findings go to `receiver` as they come.
    ///
    /// A read error ends the input early and is part of the summary; what stood before it is examined.
    pub fn sweep(
        &self,
        input: &mut (dyn Read + Send),
        limits: Limits,
        receiver: &mut dyn Receiver,
    ) -> Summary {
        let mut pieces = Pieces::new(input, limits.max_event_bytes);
        let form = pieces.form();
        let mut summary = if form != Form::Lines {
            self.stream(form, &mut pieces, limits, receiver)
        } else if limits.threads < 2 || pieces.is_last() {
            self.lines(&mut pieces, limits, receiver)
        } else {
            self.threads(&mut pieces, limits, receiver)
        };
        summary.stopped = pieces.into_error();
        summary
    }

    fn lines(
        &self,
        pieces: &mut Pieces<'_>,
        limits: Limits,
        receiver: &mut dyn Receiver,
    ) -> Summary {
        let mut merger = Merger::new(receiver);
        let mut bench = Bench::new(self, Form::Lines, limits);
        let mut piece = Piece::default();
        while pieces.next(&mut piece) {
            merger.take(bench.examine(&piece));
        }
        merger.summary
    }

    fn threads(
        &self,
        pieces: &mut Pieces<'_>,
        limits: Limits,
        receiver: &mut dyn Receiver,
    ) -> Summary {
        let mut merger = Merger::new(receiver);
        let pieces = Mutex::new(pieces);
        let (sender, batches) = mpsc::sync_channel(limits.threads * 2);
        std::thread::scope(|scope| {
            for _ in 0..limits.threads {
                let (sender, pieces) = (sender.clone(), &pieces);
                scope.spawn(move || self.work(pieces, limits, &sender));
            }
            drop(sender);
            let mut waiting = BTreeMap::new();
            let mut next = 0;
            for batch in batches {
                let batch: Batch = batch;
                waiting.insert(batch.number, batch);
                while let Some(batch) = waiting.remove(&next) {
                    merger.take(batch);
                    next += 1;
                }
            }
        });
        merger.summary
    }

    fn work(
        &self,
        pieces: &Mutex<&mut Pieces<'_>>,
        limits: Limits,
        sender: &mpsc::SyncSender<Batch>,
    ) {
        let mut bench = Bench::new(self, Form::Lines, limits);
        let mut piece = Piece::default();
        loop {
            let more = pieces.lock().is_ok_and(|mut pieces| pieces.next(&mut piece));
            if !more || sender.send(bench.examine(&piece)).is_err() {
                return;
            }
        }
    }

    fn stream(
        &self,
        form: Form,
        pieces: &mut Pieces<'_>,
        limits: Limits,
        receiver: &mut dyn Receiver,
    ) -> Summary {
        let mut merger = Merger::new(receiver);
        let mut bench = Bench::new(self, form, limits);
        let mut done = 0;
        while let Some((bytes, end)) = pieces.more(done) {
            let (used, batch) = bench.feed(bytes, end, limits);
            done = used;
            merger.take(batch);
        }
        merger.summary
    }
}

/// What came out of one piece.
#[derive(Debug, Default)]
struct Batch {
    number: u64,
    findings: Vec<Finding>,
    summary: Summary,
    lines: u64,
}

/// Puts batches together, in order.
struct Merger<'r> {
    receiver: &'r mut dyn Receiver,
    summary: Summary,
    lines: u64,
}

impl<'r> Merger<'r> {
    fn new(receiver: &'r mut dyn Receiver) -> Self {
        Self { receiver, summary: Summary::default(), lines: 0 }
    }

    /// Lines in a batch are counted from its own start.
    fn take(&mut self, mut batch: Batch) {
        for mut finding in batch.findings {
            if let Some(place) = &mut finding.place
                && let Position::Line(line) = &mut place.position
            {
                *line += self.lines;
            }
            self.receiver.finding(finding);
        }
        for rejected in &mut batch.summary.first_rejected {
            rejected.place.line += self.lines;
        }
        if let Some((place, _)) = &mut batch.summary.first_fault {
            place.line += self.lines;
        }
        self.lines += batch.lines;
        self.receiver.progress(batch.summary.bytes);
        self.summary.add(batch.summary);
    }
}

/// One thread's place of work.
struct Bench<'d> {
    detector: &'d Detector,
    framer: Framer,
    worker: Worker,
}

impl<'d> Bench<'d> {
    fn new(detector: &'d Detector, form: Form, limits: Limits) -> Self {
        let framer = Framer::new(form).with_limit(limits.max_event_bytes);
        Self { detector, framer, worker: Worker::default() }
    }

    fn examine(&mut self, piece: &Piece) -> Batch {
        self.framer.seek(Place { offset: piece.offset, line: 1 });
        let mut batch = Batch { number: piece.number, ..Batch::default() };
        self.framer.feed(
            piece.lines.bytes(),
            End::Here,
            &mut Desk { detector: self.detector, worker: &mut self.worker, batch: &mut batch },
        );
        if piece.dropped > 0 {
            batch.summary.reject(Rejected { place: self.framer.place(), why: Why::TooLong });
        }
        batch.close(self.framer.tally(), piece.lines.bytes().len() as u64 + piece.dropped);
        self.framer.shrink();
        batch
    }

    fn feed(&mut self, bytes: &[u8], end: End, limits: Limits) -> (usize, Batch) {
        let mut batch = Batch::default();
        let mut desk =
            Desk { detector: self.detector, worker: &mut self.worker, batch: &mut batch };
        let used = feed(&mut self.framer, bytes, end, limits.max_event_bytes, &mut desk);
        batch.summary.bytes = used as u64;
        (used, batch)
    }
}

impl Batch {
    fn close(&mut self, tally: Tally, bytes: u64) {
        self.lines = tally.lines;
        self.summary.bytes = bytes;
    }
}

/// Where the framer puts events down for examination.
struct Desk<'b> {
    detector: &'b Detector,
    worker: &'b mut Worker,
    batch: &'b mut Batch,
}

impl Sink for Desk<'_> {
    fn event(&mut self, event: Event<'_>, place: Place) {
        let findings = &mut self.batch.findings;
        let seen = self.detector.observe(&event, self.worker, |mut finding| {
            finding.place =
                Some(finding::Place { path: String::new(), position: Position::Line(place.line) });
            findings.push(finding);
        });
        self.batch.summary.count(&event, place, seen);
    }

    fn rejected(&mut self, rejected: Rejected) {
        self.batch.summary.reject(rejected);
    }
}
