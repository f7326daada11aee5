//! Reading the intake a second time, for what was done with tokens.

use std::sync::Arc;
use std::time::{Duration, Instant};

use archive::{Cards, Error, Frame, Intake, Reader};
use event::{End, Event, Form, Framer, Place, Rejected, Sink};
use inventory::Tally;

/// How long one round takes at most: what is added up so long is kept.
const ROUND: Duration = Duration::from_secs(10);

/// How long it waits for a frame.
const WAIT: Duration = Duration::from_millis(500);

/// Events that are added up before they are kept.
const EVENTS_MAX: u64 = 200_000;

/// Adds up what the intake tells, from where it was when it was last kept.
pub(super) struct Counting {
    intake: Intake,
    cards: Arc<Cards>,
    /// `None` where it has to be found out from the store.
    reader: Option<Reader>,
}

impl Counting {
    pub(super) fn new(intake: Intake, cards: Arc<Cards>) -> Self {
        Self { intake, cards, reader: None }
    }

    /// Reads on for a while, and keeps what came. After a failure nothing of it counts, and it is read again.
    pub(super) fn round(&mut self) -> anyhow::Result<()> {
        let mut reader = match self.reader.take() {
            Some(reader) => reader,
            None => self.begin()?,
        };
        let (mut piece, began) = (Piece::default(), Instant::now());
        while began.elapsed() < ROUND && piece.n_events < EVENTS_MAX {
            match reader.next(WAIT) {
                Ok(Some(frame)) => piece.take(&frame),
                Ok(None) if piece.n_frames > 0 => break,
                Ok(None) => {}
                Err(error @ (Error::Damaged { .. } | Error::Removed { .. })) => {
                    tracing::warn!("part of the intake was not counted for tokens: {error}");
                    piece.n_frames += 1;
                }
                Err(Error::Closed) => break,
                Err(error) => return Err(error.into()),
            }
        }
        if piece.n_frames > 0 {
            self.cards.absorb(piece.tally, reader.position())?;
        }
        self.reader = Some(reader);
        Ok(())
    }

    /// Goes on where the store is. A place that the intake never had is of another one: then all is read anew.
    fn begin(&self) -> anyhow::Result<Reader> {
        let known = self.cards.position()?;
        if known.is_some_and(|known| known > self.intake.end()) {
            tracing::warn!(
                "the intake is not the one that tokens were counted from: all of it is counted anew"
            );
            self.cards.forget_uses()?;
            return Ok(self.intake.reader(self.intake.first()));
        }
        Ok(self.intake.reader(known.unwrap_or_default().max(self.intake.first())))
    }
}

/// What was added up since it was last kept.
#[derive(Default)]
struct Piece {
    tally: Tally,
    n_events: u64,
    n_frames: u64,
}

impl Piece {
    fn take(&mut self, frame: &Frame) {
        self.n_frames += 1;
        self.n_events += frame.records.len() as u64;
        let mut tenant = OfTenant { name: &frame.source.tenant, tally: &mut self.tally };
        for record in &frame.records {
            Framer::new(Form::recognize(&record.bytes)).feed(&record.bytes, End::Here, &mut tenant);
        }
    }
}

/// Counts events as those of one tenant. What cannot be read is said by detection.
struct OfTenant<'a> {
    name: &'a str,
    tally: &'a mut Tally,
}

impl Sink for OfTenant<'_> {
    fn event(&mut self, event: Event<'_>, _place: Place) {
        self.tally.observe(self.name, &event);
    }

    fn rejected(&mut self, _rejected: Rejected) {}
}
