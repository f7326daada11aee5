//! Which events are held, so that none is kept twice.
//!
//! ```text
//!  print, hour ─▶ fresh: since the last spill ─▶ spills: a filter, then one page of a sorted file ─▶ held or not
//! ```
//!
//! An event is known by its print, a keyed hash of provider, tenant and id, under the hour in which it happened. Prints are in
//! memory first, and spilled to a file when a segment of the log ends; the file belongs to the same stretch of the log and can be made
//! again from it. Memory is bounded: what was asked for longest ago is read again when it is asked for.

mod filter;
mod print;
mod spill;

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use self::print::Prints;
pub(crate) use self::print::{Pending, Print, Printer};
use self::spill::{PRINT_BYTES, Spill};
use crate::batch::Position;
use crate::block::hour;
use crate::cursors::Cursors;
use crate::error::Error;
use crate::frame::Frame;
use crate::reader::Reader;
use crate::shelf::Shelf;

/// Prints of some frames, by hour.
pub(crate) type Hours = HashMap<i32, Prints>;

/// The events that are held.
pub(crate) struct Index {
    shelf: Arc<Shelf>,
    limit_bytes: usize,
    /// Of the frames from `from` on.
    fresh: Hours,
    n_fresh: usize,
    from: Position,
    /// Of the frames before, by the first of them.
    spills: BTreeMap<Position, Spill>,
    /// Which spills have an hour.
    hours: HashMap<i32, Vec<Position>>,
    /// Counts questions, to know what was asked for last.
    clock: u64,
    /// Memory that spills take.
    spill_bytes: usize,
}

impl Index {
    /// Opens what is there for a log, makes again what is missing, and learns what came since. Also says where cursors
    /// stand, and what of the log could not be read.
    pub(crate) fn open(
        shelf: &Arc<Shelf>,
        limit_bytes: usize,
    ) -> Result<(Self, Cursors, Vec<Error>), Error> {
        let mut index = Self {
            shelf: Arc::clone(shelf),
            limit_bytes,
            fresh: Hours::default(),
            n_fresh: 0,
            from: shelf.first(),
            spills: BTreeMap::new(),
            hours: HashMap::new(),
            clock: 0,
            spill_bytes: 0,
        };
        let (mut cursors, mut damaged) = (Cursors::default(), Vec::new());
        for (from, until) in spill::list(shelf.disk.as_ref())? {
            if until <= index.from {
                spill::remove(shelf.disk.as_ref(), from, until);
                continue;
            }
            let Some((spill, there)) = Spill::open(shelf, from, until)? else {
                spill::remove(shelf.disk.as_ref(), from, until);
                continue;
            };
            index.learn(from, &mut cursors, &mut damaged)?;
            if index.n_fresh > 0 {
                index.spill(from, &cursors)?;
            }
            index.put(spill);
            index.from = until;
            cursors = there;
        }
        index.learn(shelf.end(), &mut cursors, &mut damaged)?;
        Ok((index, cursors, damaged))
    }

    /// The position behind all frames that some file of the index tells of.
    pub(crate) fn least_end(disk: &dyn crate::disk::Disk) -> Result<Position, Error> {
        Ok(spill::list(disk)?.into_iter().map(|(_, until)| until).max().unwrap_or_default())
    }

    /// Takes in the frames up to a position.
    fn learn(
        &mut self,
        until: Position,
        cursors: &mut Cursors,
        damaged: &mut Vec<Error>,
    ) -> Result<(), Error> {
        let mut printer = Printer::new(&self.shelf.key);
        let log = Arc::clone(&self.shelf);
        read(&log, self.from, until, &mut |frame| {
            let frame = match frame {
                Ok(frame) => frame,
                Err(error) => {
                    damaged.push(error);
                    return Ok(());
                }
            };
            for record in &frame.records {
                self.add(hour(record.time), printer.print(&frame.source, &record.id));
            }
            let end = frame.end();
            cursors.take(&frame.source, frame.notes);
            if self.must_spill() { self.spill(end, cursors) } else { Ok(()) }
        })
    }

    /// Whether an event of that hour is held.
    pub(crate) fn holds(&mut self, hour: i32, print: Print) -> Result<bool, Error> {
        if self.fresh.get(&hour).is_some_and(|prints| prints.contains(&print)) {
            return Ok(true);
        }
        self.clock += 1;
        let n_spills = self.hours.get(&hour).map_or(0, Vec::len);
        for at in (0..n_spills).rev() {
            let from = self.hours.get(&hour).and_then(|spills| spills.get(at)).copied();
            if let Some(from) = from
                && self.is_in(from, hour, print)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a spill holds an event. One that cannot be read is made again.
    fn is_in(&mut self, from: Position, hour: i32, print: Print) -> Result<bool, Error> {
        let Some(spill) = self.spills.get_mut(&from) else { return Ok(false) };
        let before = spill.memory_bytes();
        let found = spill.holds(hour, print, self.clock);
        self.spill_bytes = self.spill_bytes + spill.memory_bytes() - before;
        let found = if let Some(found) = found {
            found
        } else {
            self.mend(from)?;
            let mended =
                self.spills.get_mut(&from).and_then(|one| one.holds(hour, print, self.clock));
            mended.ok_or_else(|| Error::Unknown {
                name: spill::PREFIX.into(),
                why: "it is damaged",
            })?
        };
        self.make_room();
        Ok(found)
    }

    /// An event is held from now on.
    pub(crate) fn add(&mut self, hour: i32, print: Print) {
        self.n_fresh += usize::from(self.fresh.entry(hour).or_default().insert(print));
    }

    /// Whether what is fresh takes more memory than it may.
    pub(crate) fn must_spill(&self) -> bool {
        self.n_fresh * PRINT_BYTES > self.limit_bytes / 2
    }

    /// Writes down what is fresh, of the frames up to a position. Nothing changes if it fails.
    pub(crate) fn spill(&mut self, until: Position, cursors: &Cursors) -> Result<(), Error> {
        if until <= self.from {
            return Ok(());
        }
        let spill = Spill::write(&self.shelf, self.from, until, &self.fresh, cursors)?;
        let fresh = std::mem::take(&mut self.fresh);
        (self.from, self.n_fresh) = (until, 0);
        self.put(spill.with_warm(fresh));
        Ok(())
    }

    /// Takes a spill in.
    fn put(&mut self, spill: Spill) {
        self.take_out(spill.from);
        for hour in spill.hours() {
            self.hours.entry(hour).or_default().push(spill.from);
        }
        self.spill_bytes += spill.memory_bytes();
        self.spills.insert(spill.from, spill);
        self.make_room();
    }

    /// Drops what was asked for longest ago.
    fn make_room(&mut self) {
        while self.spill_bytes + self.n_fresh * PRINT_BYTES > self.limit_bytes {
            let oldest = self.spills.values_mut().filter(|one| one.memory_bytes() > 0);
            let Some(oldest) = oldest.min_by_key(|one| one.last_used()) else { break };
            self.spill_bytes -= oldest.shrink();
        }
    }

    /// Makes a spill again, from the log.
    fn mend(&mut self, from: Position) -> Result<(), Error> {
        let Some(spill) = self.spills.get(&from) else { return Ok(()) };
        let until = spill.until;
        tracing::warn!(
            from = from.0,
            until = until.0,
            "making a part of the index again, which cannot be read"
        );
        let (mut hours, mut printer) = (Hours::default(), Printer::new(&self.shelf.key));
        let mut cursors = spill::cursors(&self.shelf, from, until);
        read(&self.shelf, from, until, &mut |frame| {
            let Ok(frame) = frame else { return Ok(()) };
            for record in &frame.records {
                let print = printer.print(&frame.source, &record.id);
                hours.entry(hour(record.time)).or_default().insert(print);
            }
            cursors.take(&frame.source, frame.notes);
            Ok(())
        })?;
        let spill = Spill::write(&self.shelf, from, until, &hours, &cursors)?;
        self.put(spill.with_warm(hours));
        Ok(())
    }

    /// Until where the index is written down.
    pub(crate) fn written(&self) -> Position {
        self.from
    }

    /// Forgets the spills whose frames all lie before a position.
    pub(crate) fn forget(&mut self, before: Position) {
        let gone = self.spills.values().filter(|spill| spill.until <= before);
        for (from, until) in gone.map(|spill| (spill.from, spill.until)).collect::<Vec<_>>() {
            self.take_out(from);
            spill::remove(self.shelf.disk.as_ref(), from, until);
        }
    }

    fn take_out(&mut self, from: Position) {
        let Some(spill) = self.spills.remove(&from) else { return };
        self.spill_bytes -= spill.memory_bytes();
        self.hours.retain(|_, spills| {
            spills.retain(|one| *one != from);
            !spills.is_empty()
        });
    }
}

impl fmt::Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Index({} fresh, {} spills)", self.n_fresh, self.spills.len())
    }
}

/// Passes on the frames of a stretch of the log, and what of it cannot be read.
fn read(
    shelf: &Arc<Shelf>,
    from: Position,
    until: Position,
    take: &mut dyn FnMut(Result<Frame, Error>) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut reader = Reader::new(Arc::clone(shelf), from);
    while reader.position() < until {
        match reader.next(Duration::ZERO) {
            Ok(Some(frame)) => take(Ok(frame))?,
            Ok(None) => break,
            Err(error @ (Error::Damaged { .. } | Error::Removed { .. })) => take(Err(error))?,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
