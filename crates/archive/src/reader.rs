//! Frames in their order, from any position on.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::batch::Position;
use crate::block::{self, Header, Hours};
use crate::disk::Disk;
use crate::error::Error;
use crate::frame::{self, Frame, Read};
use crate::segment::{self, Found, HEAD, Segment};
use crate::shelf::Shelf;
use crate::survey::survey;
use crate::varint::Bytes;

/// Reads frames in their order. Any number of readers may read; each has its own place.
#[derive(Debug)]
pub struct Reader {
    shelf: Arc<Shelf>,
    position: Position,
    /// Frames of the block at hand that come next.
    ready: VecDeque<Result<Frame, Error>>,
    place: Option<Place>,
    /// Frames without events of these hours may be left out.
    hours: Option<Hours>,
}

/// Where a reader stands in a segment.
#[derive(Debug)]
struct Place {
    segment: Segment,
    /// Where the next block begins.
    offset: u64,
    /// The position of its first frame.
    expected: Position,
    /// Where the next segment begins; for the last one it has to be asked again.
    next: Position,
}

/// What a place of the log has for a reader.
enum Step {
    Raw {
        first: Position,
        next: Position,
        raw: Arc<[u8]>,
    },
    /// A block that lies before what is wanted, or the end of a segment.
    Passed,
}

impl Reader {
    pub(crate) fn new(shelf: Arc<Shelf>, position: Position) -> Self {
        Self { shelf, position, ready: VecDeque::new(), place: None, hours: None }
    }

    /// Reads a log that this process does not write, from its first frame to what is its end now. It may be written by another.
    pub fn at_rest(disk: Arc<dyn Disk>) -> Result<Self, Error> {
        let found = survey(&disk)?;
        let end = found.tail.map(|tail| tail.end).unwrap_or_default();
        let shelf = Shelf::new(disk, found.key.unwrap_or_default(), found.bases, end);
        shelf.close();
        let first = shelf.first();
        Ok(Self::new(Arc::new(shelf), first))
    }

    /// Leaves frames out that hold no event from a time on or before another. It may still read some.
    #[must_use]
    pub fn between(self, since: Option<Timestamp>, until: Option<Timestamp>) -> Self {
        Self { hours: Some(Hours::between(since, until)), ..self }
    }

    /// The position behind the last frame there is now.
    pub fn end(&self) -> Position {
        self.shelf.end()
    }

    /// The position of the frame that comes next.
    pub fn position(&self) -> Position {
        self.position
    }

    /// The next frame, waiting for it that long. `None` if none came in that time, or none will come as the intake is closed.
    ///
    /// Frames that cannot be read any more are an error, once; who asks again gets what lies behind them.
    pub fn next(&mut self, wait: Duration) -> Result<Option<Frame>, Error> {
        loop {
            match self.ready.pop_front() {
                Some(Ok(frame)) => {
                    self.position = frame.end();
                    return Ok(Some(frame));
                }
                Some(Err(error)) => {
                    if let Error::Damaged { until, .. } = &error {
                        self.position = *until;
                    }
                    return Err(error);
                }
                None => {}
            }
            let end = self.shelf.end();
            if self.position > end {
                return Err(Error::Beyond { position: self.position, end });
            }
            if !self.shelf.wait(self.position, wait) {
                return Ok(None);
            }
            self.load()?;
        }
    }

    /// Reads the block that holds the position.
    fn load(&mut self) -> Result<(), Error> {
        if let Some(block) = self.shelf.recent(self.position) {
            self.place = None;
            self.unfold((block.first, block.next), &block.raw, None);
            return Ok(());
        }
        loop {
            let mut place = match self.place.take() {
                Some(place) => place,
                None => self.begin()?,
            };
            let offset = place.offset;
            let name = segment::name(place.segment.base);
            let step = self.step(&mut place).inspect_err(|error| self.pass(error))?;
            let is_over = place.expected >= place.next;
            self.place = (!is_over).then_some(place);
            if let Step::Raw { first, next, raw } = step {
                self.unfold((first, next), &raw, Some((name, offset)));
                return Ok(());
            }
            if self.position >= self.shelf.end() {
                return Ok(());
            }
        }
    }

    /// Opens the segment that holds the position.
    fn begin(&mut self) -> Result<Place, Error> {
        let found = self.shelf.segment(self.position);
        let (segment, next) = found.inspect_err(|error| self.pass(error))?;
        Ok(Place { offset: HEAD, expected: segment.base, segment, next })
    }

    /// Moves behind what is lost.
    fn pass(&mut self, error: &Error) {
        if let Error::Removed { until, .. } | Error::Damaged { until, .. } = error {
            self.position = self.position.max(*until);
            self.place = None;
        }
    }

    /// Looks at one block.
    fn step(&mut self, place: &mut Place) -> Result<Step, Error> {
        let name = segment::name(place.segment.base);
        let failed = |error| Error::disk("read", &name, error);
        if place.expected >= place.next {
            place.next = self.shelf.next_of(place.segment.base);
        }
        if place.expected >= place.next {
            return Ok(Step::Passed);
        }
        let (header, bytes) = match place.segment.look(place.offset).map_err(failed)? {
            Found::Header(header, bytes) if header.position == place.expected => (header, bytes),
            Found::Header(..) => return self.lost(place, "another block stands there"),
            Found::End => return self.lost(place, "the file ends there"),
            Found::Broken(why) => return self.lost(place, why),
        };
        if header.next() <= self.position {
            advance(place, &header);
            return Ok(Step::Passed);
        }
        let payload = place.segment.payload(place.offset, &header, &bytes).map_err(failed)?;
        let Some(payload) = payload else { return self.lost(place, "the checksum does not fit") };
        if self.hours.is_some_and(|hours| !hours.meet(header.hours)) {
            advance(place, &header);
            self.position = header.next();
            return Ok(Step::Passed);
        }
        let Ok(raw) = block::unpack(&header, payload) else {
            return self.lost(place, "the frames cannot be unpacked");
        };
        advance(place, &header);
        Ok(Step::Raw { first: header.position, next: header.next(), raw: raw.into() })
    }

    /// Says what is lost at a place: up to the next whole block, or the next segment. What lies before the
    /// position was said before, or does not matter.
    fn lost(&self, place: &mut Place, why: &'static str) -> Result<Step, Error> {
        let name = segment::name(place.segment.base);
        let least = Position(place.expected.0 + 1);
        let found = place.segment.search(place.offset + 1, least);
        let found = found.map_err(|error| Error::disk("read", &name, error))?;
        let (offset, until) = match found {
            Some((offset, header)) => (offset, header.position.min(place.next)),
            None => (place.offset, place.next),
        };
        if until > self.position {
            let from = self.position.max(place.expected);
            return Err(Error::Damaged { name, offset: place.offset, why, from, until });
        }
        (place.offset, place.expected) = (offset, until);
        Ok(Step::Passed)
    }

    /// Takes the frames of a block apart. One of an unknown form is told as damaged in its turn, and the next one follows it; where
    /// even its end is unknown, the rest of the block is lost with it.
    fn unfold(
        &mut self,
        (first, next): (Position, Position),
        raw: &[u8],
        place: Option<(String, u64)>,
    ) {
        let (name, offset) = place.unwrap_or_default();
        let (mut bytes, mut position) = (Bytes(raw), first);
        while position < next {
            let read = frame::read(&mut bytes, position);
            let (from, until) = (position.max(self.position), Position(position.0 + 1));
            let (until, step) = match read {
                Some(Read::Known(frame)) => (until, Ok(frame)),
                Some(Read::Unknown) => {
                    (until, Err((until, "a frame is of a form that this version does not know")))
                }
                None => (next, Err((next, "a frame cannot be read"))),
            };
            position = until;
            if until > self.position {
                let name = name.clone();
                self.ready.push_back(step.map_err(|(until, why)| Error::Damaged {
                    name,
                    offset,
                    why,
                    from,
                    until,
                }));
            }
        }
    }
}

fn advance(place: &mut Place, header: &Header) {
    place.offset = header.end(place.offset);
    place.expected = header.next();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::{Batch, SourceId, Transport};
    use crate::fault::FaultyDisk;
    use crate::shelf::Recent;

    /// A block of three frames, the second with these notes; how many bytes of it there are.
    fn block(notes: &[Vec<u8>]) -> Vec<u8> {
        let batch = Batch {
            source: SourceId { provider: "okta".into(), tenant: "acme".into() },
            transport: Transport::Poll,
            received: Timestamp::UNIX_EPOCH,
            records: Vec::new(),
            notes: Vec::new(),
        };
        let mut raw = Vec::new();
        for notes in [&[], notes, &[]] {
            frame::write(&batch, &[], notes, &mut raw);
        }
        raw
    }

    /// What a reader tells of a block: the position of a frame, or what is lost.
    fn told(raw: &[u8]) -> Vec<Result<u64, (u64, u64)>> {
        let disk = Arc::new(FaultyDisk::default());
        let shelf = Arc::new(Shelf::new(disk, [0; 16], vec![Position(0)], Position(0)));
        let (first, next) = (Position(0), Position(3));
        shelf.grow(Recent { first, next, raw: raw.into() });
        shelf.close();
        let mut reader = Reader::new(shelf, Position(0));
        let mut told = Vec::new();
        while told.len() < 9 {
            match reader.next(Duration::ZERO) {
                Ok(Some(frame)) => told.push(Ok(frame.position.0)),
                Ok(None) => break,
                Err(Error::Damaged { from, until, .. }) => told.push(Err((from.0, until.0))),
                Err(error) => panic!("{error}"),
            }
        }
        told
    }

    #[test]
    fn a_frame_of_an_unknown_form_is_told_in_its_turn_and_the_next_follows() {
        assert_eq!(told(&block(&[])), [Ok(0), Ok(1), Ok(2)]);
        assert_eq!(
            told(&block(&[br#"{"note":"of_later"}"#.to_vec()])),
            [Ok(0), Err((1, 2)), Ok(2)]
        );
        let mut raw = block(&[]);
        // The way of the first frame stands behind two names.
        raw[10] = 200;
        assert_eq!(told(&raw), [Err((0, 1)), Ok(1), Ok(2)]);
    }

    #[test]
    fn where_a_frame_has_no_end_the_rest_of_the_block_is_lost() {
        let raw = block(&[]);
        let third = raw.len() / 3;
        assert_eq!(told(&raw[..2 * third - 1]), [Ok(0), Err((1, 3))]);
    }
}
