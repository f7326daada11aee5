//! Batches in, receipts out, and nothing in between that a power cut could split.

mod open;
mod queue;
mod writer;

use std::any::Any;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use jiff::Timestamp;

use self::queue::{Item, Queue};
use self::writer::Writer;
use crate::batch::{Batch, Position, Receipt, SourceId};
use crate::block::hour;
use crate::cursors::Cursors;
use crate::disk::Disk;
use crate::error::Error;
use crate::index::{Index, Printer};
use crate::reader::Reader;
use crate::shelf::Shelf;

/// A batch may be so large at most, events and notes together.
pub const MOST_BATCH_BYTES: usize = 64 << 20;

/// What is called when a batch is kept, or is not. It runs on the thread that writes: it must be short.
pub type Done = Box<dyn FnOnce(Result<Receipt, Error>) + Send>;

/// How an intake works.
#[derive(Debug, Clone)]
pub struct Settings {
    /// A segment that has reached this size, in bytes, is followed by another.
    pub segment_bytes: u64,
    /// Batches that were submitted and wait may take so much, in bytes; more are refused, or wait outside.
    pub waiting_bytes: usize,
    /// What is remembered of events that are held may take so much memory, in bytes, about.
    pub index_bytes: usize,
    /// Segments whose frames were all received, and whose events all happened, longer ago than that are removed. What is
    /// newest among the events says how late it is, unless this machine's clock is behind that. `None` keeps all.
    pub keep: Option<Duration>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            segment_bytes: 64 << 20,
            waiting_bytes: 64 << 20,
            index_bytes: 128 << 20,
            keep: None,
        }
    }
}

/// What was found when an intake was opened.
#[derive(Debug, Clone, Default)]
pub struct Opened {
    /// Bytes at the end that were being written when the process ended, and that nobody was told were kept.
    pub cut_bytes: u64,
    /// What cannot be read any more, in the part that was looked at.
    pub damaged: Vec<Error>,
}

/// The durable log of events. Copies are the same intake; it ends when the last of them does, or at [`Self::close`].
#[derive(Clone)]
pub struct Intake {
    owner: Arc<Owner>,
}

/// What ends with the last copy of an intake.
struct Owner {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
    opened: Opened,
    /// Keeps other processes out.
    _lock: Box<dyn Any + Send + Sync>,
}

/// What the writer and the others share.
struct Shared {
    shelf: Arc<Shelf>,
    queue: Queue,
    index: Mutex<Index>,
    cursors: Mutex<Cursors>,
    /// Nothing from here on is removed, however old.
    held: AtomicU64,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Intake {
    /// Opens the intake of a folder, or begins one. Cuts what was being written when the last process ended.
    pub fn open(disk: Arc<dyn Disk>, settings: Settings) -> Result<Self, Error> {
        let parts = open::open(disk, &settings)?;
        let shared = Arc::new(Shared {
            shelf: parts.shelf,
            queue: Queue::new(settings.waiting_bytes),
            index: Mutex::new(parts.index),
            cursors: Mutex::new(parts.cursors),
            held: AtomicU64::new(u64::MAX),
        });
        let writer = Writer::new(Arc::clone(&shared), settings, parts.current);
        let thread = std::thread::Builder::new().name("intake".into());
        let thread = thread.spawn(move || writer.run());
        let thread = thread.map_err(|error| Error::disk("begin a thread for", ".", error))?;
        let thread = Mutex::new(Some(thread));
        let owner = Owner { shared, thread, opened: parts.opened, _lock: parts.lock };
        Ok(Self { owner: Arc::new(owner) })
    }

    /// What was found when it was opened.
    pub fn opened(&self) -> &Opened {
        &self.owner.opened
    }

    /// Gives a batch to be kept. `done` is called once it is on the disk, or is not; at once if it is refused.
    pub fn submit(&self, batch: Batch, done: Done) {
        match Item::new(batch, done) {
            Ok(item) => self.owner.shared.queue.push(item),
            Err((done, error)) => done(Err(error)),
        }
    }

    /// Keeps a batch. Waits until it is on the disk.
    pub fn append(&self, batch: Batch) -> Result<Receipt, Error> {
        let (told, hears) = mpsc::sync_channel(1);
        let done = Box::new(move |answer| {
            // Who asked is waiting below.
            let _ = told.send(answer);
        });
        let item = Item::new(batch, done).map_err(|(_, error)| error)?;
        self.owner.shared.queue.push_waiting(item);
        hears.recv().unwrap_or(Err(Error::Closed))
    }

    /// A reader whose first frame is the one at a position.
    pub fn reader(&self, from: Position) -> Reader {
        Reader::new(Arc::clone(&self.owner.shared.shelf), from)
    }

    /// The cursor that was kept last.
    pub fn cursor(&self, source: &SourceId, of: &str) -> Option<String> {
        locked(&self.owner.shared.cursors).latest(source, of)
    }

    /// Whether an event is held. Its time is needed, as that of [`crate::Record::time`], to know where to look.
    pub fn holds(
        &self,
        source: &SourceId,
        id: &str,
        time: Option<Timestamp>,
    ) -> Result<bool, Error> {
        let print = Printer::new(&self.owner.shared.shelf.key).print(source, id);
        locked(&self.owner.shared.index).holds(hour(time), print)
    }

    /// The place of the first frame that is kept.
    pub fn first(&self) -> Position {
        self.owner.shared.shelf.first()
    }

    /// The place behind the last frame.
    pub fn end(&self) -> Position {
        self.owner.shared.shelf.end()
    }

    /// Keeps frames from a position on, however old they are, until another position is given: somebody still needs them.
    pub fn hold(&self, from: Position) {
        self.owner.shared.held.store(from.0, Ordering::Relaxed);
    }

    /// Keeps what was submitted, then ends. Later batches are refused; readers read on to the end.
    pub fn close(&self) {
        self.owner.close();
    }
}

impl fmt::Debug for Intake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Intake({} to {})", self.first().0, self.end().0)
    }
}

impl Owner {
    fn close(&self) {
        self.shared.queue.close();
        if let Some(thread) = locked(&self.thread).take()
            && thread.join().is_err()
        {
            tracing::error!("the thread of the intake ended in a panic");
        }
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.close();
    }
}
