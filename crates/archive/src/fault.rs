//! A disk in memory that fails when it is told to, for tests of whatever keeps something.
//!
//! Like a real one it shows what was written and forgets in a crash what was not synced: of each write any sectors may survive, of
//! names any beginning of the changes. After a failed sync nothing of what it was about is tried again, and the next one succeeds.

use std::any::Any;
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::disk::{Blob, Disk};

/// Bytes that a disk writes whole or not at all.
const SECTOR: usize = 512;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The operation fails. A write may have written its first half, and a failed sync is about what is lost for good.
    Error,
    /// The power is cut in the middle: it fails, and so does everything after it.
    PowerCut,
}

/// A disk in memory. Copies are the same disk.
#[derive(Debug, Clone, Default)]
pub struct FaultyDisk {
    store: Arc<Mutex<Store>>,
}

#[derive(Debug, Default)]
struct Store {
    shown: BTreeMap<String, usize>,
    durable: BTreeMap<String, usize>,
    /// Changes of names that no sync made durable, in order.
    changes: Vec<(String, Option<usize>)>,
    files: Vec<Content>,
    /// Bytes that all files may take together.
    capacity: Option<u64>,
    faults: BTreeMap<u64, Fault>,
    n_operations: u64,
    is_dead: bool,
    is_locked: bool,
}

#[derive(Debug, Clone, Default)]
struct Content {
    shown: Vec<u8>,
    durable: Vec<u8>,
    pending: Vec<Change>,
}

#[derive(Debug, Clone)]
enum Change {
    Write(usize, Vec<u8>),
    Truncate(usize),
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Write(at, written) => {
                bytes.resize(bytes.len().max(at + written.len()), 0);
                bytes[*at..at + written.len()].copy_from_slice(written);
            }
            Self::Truncate(len) => bytes.resize(*len, 0),
        }
    }
}

impl FaultyDisk {
    /// An empty disk on which all goes well.
    pub fn new() -> Self {
        Self::default()
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many operations that change something there were: writes, syncs, names, cuts.
    pub fn n_operations(&self) -> u64 {
        self.store().n_operations
    }

    /// Lets the operation fail before which there are so many.
    pub fn fail_at(&self, operation: u64, fault: Fault) {
        self.store().faults.insert(operation, fault);
    }

    /// Takes back faults that did not happen yet.
    pub fn heal(&self) {
        let mut store = self.store();
        store.faults.clear();
        store.capacity = None;
    }

    /// Bounds the bytes that all files may take together; `None` bounds nothing.
    pub fn set_capacity(&self, bytes: Option<u64>) {
        self.store().capacity = bytes;
    }

    /// Bytes that all files take.
    pub fn used(&self) -> u64 {
        self.store().used()
    }

    /// What a machine finds that starts again after a power cut. The seed decides what of the unsynced survived.
    #[must_use]
    pub fn crashed(&self, seed: u64) -> Self {
        let store = self.store();
        let mut dice = Dice(seed | 1);
        let mut names = store.durable.clone();
        let n_changes = dice.below(store.changes.len() + 1);
        for (name, file) in store.changes.iter().take(n_changes) {
            match file {
                Some(file) => names.insert(name.clone(), *file),
                None => names.remove(name),
            };
        }
        let files: Vec<_> = store.files.iter().map(|file| file.after_crash(&mut dice)).collect();
        let after = Store { shown: names.clone(), durable: names, files, ..Store::default() };
        Self { store: Arc::new(Mutex::new(after)) }
    }

    /// The bytes of a file, to be looked at or damaged.
    pub fn edit(&self, name: &str, edit: impl FnOnce(&mut Vec<u8>)) {
        let mut store = self.store();
        let Some(&file) = store.shown.get(name) else { return };
        let content = &mut store.files[file];
        edit(&mut content.shown);
        content.durable.clone_from(&content.shown);
        content.pending.clear();
    }
}

impl Content {
    fn after_crash(&self, dice: &mut Dice) -> Self {
        let mut bytes = self.durable.clone();
        // Often all or nothing of what was pending arrives, else any sectors of it.
        let chance = [0, 4, 1, 2, 3][dice.below(5)];
        for change in &self.pending {
            match change {
                Change::Truncate(_) if dice.below(4) < chance => change.apply(&mut bytes),
                Change::Truncate(_) => {}
                Change::Write(at, written) => {
                    for (start, sector) in sectors(*at, written) {
                        if dice.below(4) < chance {
                            Change::Write(start, sector.to_vec()).apply(&mut bytes);
                        }
                    }
                }
            }
        }
        Self { shown: bytes.clone(), durable: bytes, pending: Vec::new() }
    }
}

/// A write, cut where sectors begin.
fn sectors(at: usize, written: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut done = 0;
    std::iter::from_fn(move || {
        let rest = written.get(done..).filter(|rest| !rest.is_empty())?;
        let len = (SECTOR - (at + done) % SECTOR).min(rest.len());
        let start = at + done;
        done += len;
        Some((start, &rest[..len]))
    })
}

/// Numbers that look random and are the same for the same seed (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % bound.max(1)
    }
}

impl Store {
    fn used(&self) -> u64 {
        self.shown.values().map(|file| self.files[*file].shown.len() as u64).sum()
    }

    /// Counts an operation. An error is what it ends with; some of it may happen nevertheless.
    fn begin(&mut self) -> Result<(), io::Error> {
        if self.is_dead {
            return Err(io::Error::other("the power is off"));
        }
        let fault = self.faults.remove(&self.n_operations);
        self.n_operations += 1;
        match fault {
            None => Ok(()),
            Some(Fault::Error) => Err(io::Error::other("a fault was asked for")),
            Some(Fault::PowerCut) => {
                self.is_dead = true;
                Err(io::Error::other("the power was cut"))
            }
        }
    }

    fn name(&mut self, name: &str, file: Option<usize>) {
        match file {
            Some(file) => self.shown.insert(name.to_owned(), file),
            None => self.shown.remove(name),
        };
        self.changes.push((name.to_owned(), file));
    }

    fn change(&mut self, file: usize, change: Change) {
        let content = &mut self.files[file];
        change.apply(&mut content.shown);
        content.pending.push(change);
    }
}

impl FaultyDisk {
    fn blob(&self, file: usize) -> Arc<dyn Blob> {
        Arc::new(FaultyBlob { disk: self.clone(), file })
    }
}

impl Disk for FaultyDisk {
    fn create(&self, name: &str) -> io::Result<Arc<dyn Blob>> {
        let mut store = self.store();
        store.begin()?;
        if let Some(&file) = store.shown.get(name) {
            store.change(file, Change::Truncate(0));
            return Ok(self.blob(file));
        }
        let file = store.files.len();
        store.files.push(Content::default());
        store.name(name, Some(file));
        Ok(self.blob(file))
    }

    fn open(&self, name: &str) -> io::Result<Arc<dyn Blob>> {
        let store = self.store();
        let file = store.shown.get(name).copied();
        file.map(|file| self.blob(file)).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn names(&self) -> io::Result<Vec<String>> {
        Ok(self.store().shown.keys().cloned().collect())
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut store = self.store();
        store.begin()?;
        let file = store.shown.get(from).copied().ok_or(io::ErrorKind::NotFound)?;
        store.name(to, Some(file));
        store.name(from, None);
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let mut store = self.store();
        store.begin()?;
        if !store.shown.contains_key(name) {
            return Err(io::ErrorKind::NotFound.into());
        }
        store.name(name, None);
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        let mut store = self.store();
        store.begin()?;
        store.changes.clear();
        store.durable = store.shown.clone();
        Ok(())
    }

    fn lock(&self) -> io::Result<Box<dyn Any + Send + Sync>> {
        let mut store = self.store();
        if store.is_locked {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        store.is_locked = true;
        Ok(Box::new(Unlock(self.clone())))
    }
}

struct Unlock(FaultyDisk);

impl Drop for Unlock {
    fn drop(&mut self) {
        self.0.store().is_locked = false;
    }
}

#[derive(Debug)]
struct FaultyBlob {
    disk: FaultyDisk,
    file: usize,
}

impl Blob for FaultyBlob {
    fn read_at(&self, into: &mut [u8], offset: u64) -> io::Result<usize> {
        let store = self.disk.store();
        let shown = &store.files[self.file].shown;
        let rest = shown.get(offset as usize..).unwrap_or_default();
        let len = rest.len().min(into.len());
        into[..len].copy_from_slice(&rest[..len]);
        Ok(len)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let mut store = self.disk.store();
        let failed = store.begin();
        if failed.is_err() {
            let half = bytes[..bytes.len() / 2].to_vec();
            store.change(self.file, Change::Write(offset as usize, half));
            return failed;
        }
        let end = offset as usize + bytes.len();
        let more = end.saturating_sub(store.files[self.file].shown.len()) as u64;
        let room = store.capacity.map_or(u64::MAX, |all| all.saturating_sub(store.used()));
        let fits = bytes.len() - (more.saturating_sub(room) as usize).min(bytes.len());
        store.change(self.file, Change::Write(offset as usize, bytes[..fits].to_vec()));
        if fits < bytes.len() { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }

    fn size(&self) -> io::Result<u64> {
        Ok(self.disk.store().files[self.file].shown.len() as u64)
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        let mut store = self.disk.store();
        store.begin()?;
        store.change(self.file, Change::Truncate(len as usize));
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        let mut store = self.disk.store();
        let failed = store.begin();
        let is_dead = store.is_dead;
        let content = &mut store.files[self.file];
        if failed.is_ok() {
            let pending = std::mem::take(&mut content.pending);
            for change in pending {
                change.apply(&mut content.durable);
            }
        } else if !is_dead {
            // The system gives up on these pages, keeps showing them, and will not speak of them again.
            content.pending.clear();
        }
        failed
    }
    fn identity(&self) -> io::Result<Option<(u64, u64)>> {
        Ok(Some((0, self.file as u64)))
    }
}
