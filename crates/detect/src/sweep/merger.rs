//! What comes out of pieces, put together in the order of the input.

use std::collections::BTreeMap;
use std::sync::mpsc;

use event::Tally;

use super::Receiver;
use crate::excerpt;
use crate::summary::Summary;
use crate::turn::Turn;

/// What came out of one piece, or a part of it.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) number: u64,
    /// Nothing more comes out of that piece. Counts come with the last part.
    pub(super) is_last: bool,
    pub(super) excerpts: Vec<u8>,
    pub(super) summary: Summary,
    pub(super) lines: u64,
}

impl Batch {
    pub(super) fn close(&mut self, tally: Tally, bytes: u64) {
        self.lines = tally.lines;
        self.summary.bytes = bytes;
    }
}

/// Puts batches together, in order.
pub(super) struct Merger<'r> {
    pub(super) receiver: &'r mut dyn Receiver,
    pub(super) summary: Summary,
    pub(super) lines: u64,
}

impl<'r> Merger<'r> {
    pub(super) fn new(receiver: &'r mut dyn Receiver) -> Self {
        Self { receiver, summary: Summary::default(), lines: 0 }
    }

    /// Takes batches in the order of their numbers until no more are sent.
    pub(super) fn take_in_turn(&mut self, batches: mpsc::Receiver<Batch>, turn: &Turn) {
        let mut waiting = BTreeMap::new();
        let mut next = 0;
        for batch in batches {
            if !batch.is_last {
                self.take(batch);
                continue;
            }
            waiting.insert(batch.number, batch);
            while let Some(batch) = waiting.remove(&next) {
                self.take(batch);
                next += 1;
            }
            turn.set(next);
        }
    }

    /// Lines in a batch are counted from its own start.
    pub(super) fn take(&mut self, mut batch: Batch) {
        if !batch.excerpts.is_empty() {
            excerpt::move_lines(&mut batch.excerpts, self.lines);
            self.receiver.excerpts(&batch.excerpts);
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
