//! All events of one input through the detector, on as many threads as the caller gives.
//!
//! An input of JSON Lines is cut at line ends into pieces that threads take in turn; results come out in
//! the order of the input, whatever the number of threads. Other forms are read by one thread.
//! Memory is bounded by the piece size, the longest event and the number of threads: a thread that found
//! much, or is far ahead, waits for its turn.

mod merger;

use std::io::Read;
use std::sync::Mutex;
use std::sync::mpsc;
use std::thread::Builder;

use event::{End, Event, Form, Framer, Place, Rejected, Sink, Why};

use self::merger::{Batch, Merger};
use crate::detector::{Detector, Worker};
use crate::pieces::{Piece, Pieces};
use crate::read::feed;
use crate::summary::Summary;
use crate::turn::Turn;

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

/// Bytes of excerpts that are held before they are passed on.
const MAX_HELD: usize = 1 << 20;

/// Receives what a sweep writes down, in the order of the input.
pub trait Receiver {
    /// A row of excerpts, to be given to [`Sorter::add`](crate::Sorter::add).
    fn excerpts(&mut self, row: &[u8]);
    /// That many more bytes have been examined.
    fn progress(&mut self, bytes: u64);
}

impl Detector {
    /// Examines every event of an input. What rules need of those that match goes to `receiver` as it comes.
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
            bench.examine(&piece, &mut |batch| merger.take(batch));
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
        let turn = Turn::default();
        let (sender, batches) = mpsc::sync_channel(limits.threads * 2);
        let n_started = std::thread::scope(|scope| {
            let _end = turn.end_on_panic();
            let start = |_: &usize| {
                let (sender, pieces, turn) = (sender.clone(), &pieces, &turn);
                let work = move || self.work(pieces, limits, &sender, turn);
                Builder::new().spawn_scoped(scope, work).is_ok()
            };
            let n_started = (0..limits.threads).take_while(start).count();
            drop(sender);
            merger.take_in_turn(batches, &turn);
            n_started
        });
        if n_started > 0 {
            return merger.summary;
        }
        let Merger { receiver, .. } = merger;
        match pieces.into_inner() {
            Ok(pieces) => self.lines(pieces, limits, receiver),
            Err(_) => Summary::default(),
        }
    }

    fn work(
        &self,
        pieces: &Mutex<&mut Pieces<'_>>,
        limits: Limits,
        sender: &mpsc::SyncSender<Batch>,
        turn: &Turn,
    ) {
        let _end = turn.end_on_panic();
        let mut bench = Bench::new(self, Form::Lines, limits);
        let mut piece = Piece::default();
        let ahead = limits.threads as u64 * 4;
        while pieces.lock().is_ok_and(|mut pieces| pieces.next(&mut piece)) {
            bench.examine(&piece, &mut |batch| {
                // Parts of a piece are passed on in its turn, the last one soon.
                turn.wait_for(batch.number.saturating_sub(if batch.is_last { ahead } else { 0 }));
                // Whoever takes batches takes them all, unless the sweep is coming down.
                let _ = sender.send(batch);
            });
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
            done = bench.feed(bytes, end, limits, &mut |batch| merger.take(batch));
        }
        merger.summary
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

    /// Examines a piece and passes on what comes out, the last part with its counts.
    fn examine(&mut self, piece: &Piece, pass: &mut dyn FnMut(Batch)) {
        self.framer.seek(Place { offset: piece.offset, line: 1 });
        let mut batch = Batch { number: piece.number, ..Batch::default() };
        let (detector, worker) = (self.detector, &mut self.worker);
        let mut desk = Desk { detector, worker, batch: &mut batch, pass };
        self.framer.feed(piece.lines.bytes(), End::Here, &mut desk);
        if piece.dropped > 0 {
            batch.summary.reject(Rejected { place: self.framer.place(), why: Why::TooLong });
        }
        batch.excerpts = self.worker.writer.take();
        batch.close(self.framer.tally(), piece.lines.bytes().len() as u64 + piece.dropped);
        self.framer.shrink();
        batch.is_last = true;
        pass(batch);
    }

    /// The same for bytes of which some may be the beginning of a record; returns how many are done with.
    fn feed(
        &mut self,
        bytes: &[u8],
        end: End,
        limits: Limits,
        pass: &mut dyn FnMut(Batch),
    ) -> usize {
        let mut batch = Batch::default();
        let (detector, worker) = (self.detector, &mut self.worker);
        let mut desk = Desk { detector, worker, batch: &mut batch, pass };
        let used = feed(&mut self.framer, bytes, end, limits.max_event_bytes, &mut desk);
        batch.excerpts = self.worker.writer.take();
        batch.summary.bytes = used as u64;
        batch.is_last = true;
        pass(batch);
        used
    }
}

/// Where the framer puts events down for examination.
struct Desk<'b> {
    detector: &'b Detector,
    worker: &'b mut Worker,
    batch: &'b mut Batch,
    /// Takes excerpts when there are too many to be held.
    pass: &'b mut dyn FnMut(Batch),
}

impl Sink for Desk<'_> {
    fn event(&mut self, event: Event<'_>, place: Place) {
        let seen = self.detector.observe(&event, place.line, self.worker);
        if self.worker.writer.len() >= MAX_HELD {
            let excerpts = self.worker.writer.take();
            (self.pass)(Batch { number: self.batch.number, excerpts, ..Batch::default() });
        }
        self.batch.summary.count(&event, place, seen);
    }

    fn rejected(&mut self, rejected: Rejected) {
        self.batch.summary.reject(rejected);
    }
}
