//! Frames in their order, from any position on.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::batch::Position;
use crate::block::{self, Header, Hours};
use crate::disk::Disk;
use crate::error::Error;
use crate::frame::{self, Frame};
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
    ready: VecDeque<Frame>,
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
            if let Some(frame) = self.ready.pop_front() {
                self.position = frame.end();
                return Ok(Some(frame));
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
            return self.unfold(block.first, &block.raw, None);
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
            if let Step::Raw { first, raw } = step {
                return self.unfold(first, &raw, Some((name, offset)));
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
        Ok(Step::Raw { first: header.position, raw: raw.into() })
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

    /// Takes the frames of a block apart.
    fn unfold(
        &mut self,
        first: Position,
        raw: &[u8],
        place: Option<(String, u64)>,
    ) -> Result<(), Error> {
        let (mut bytes, mut position) = (Bytes(raw), first);
        while !bytes.0.is_empty() {
            let Some(frame) = frame::read(&mut bytes, position) else {
                let (name, offset) = place.unwrap_or_default();
                let until = Position(position.0 + 1);
                self.position = until;
                let why = "a frame cannot be read";
                return Err(Error::Damaged { name, offset, why, from: position, until });
            };
            position = frame.end();
            if frame.position >= self.position {
                self.ready.push_back(frame);
            }
        }
        Ok(())
    }
}

fn advance(place: &mut Place, header: &Header) {
    place.offset = header.end(place.offset);
    place.expected = header.next();
}
