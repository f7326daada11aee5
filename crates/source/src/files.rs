//! Files and folders, on all cores.
//!
//! What is asked for by name is read; what is found below a folder is read unless an ignore file names it, it is a
//! hidden folder, a link or no regular file, all of which is counted.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use crate::account::{Account, Why};
use crate::content::Reader;
use crate::limits::Limits;
use crate::piece::{Stop, Taker};

mod folder;
mod hidden;
mod ignored;
mod open;
mod queue;

use folder::{Batch, Folder, Found};
use queue::{Queue, Work};

/// Which files are wanted, of those that there are.
#[derive(Debug, Clone, Copy, Default)]
pub struct Selection {
    /// Those changed at that time or later. `None` means any.
    pub since: Option<SystemTime>,
}

/// Hands over what is in files and folders. `-` is standard input. The order of files is that of no one.
pub fn sweep(
    paths: &[PathBuf],
    selection: &Selection,
    limits: &Limits,
    taker: &dyn Taker,
    stop: &Stop,
) -> Account {
    let sweep =
        Sweep { selection, limits, taker, stop, queue: Queue::new(), total: AtomicU64::new(0) };
    let mut account = Account::default();
    for path in paths {
        sweep.ask(path, &mut account);
    }
    std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..limits.threads.max(1)).map(|_| scope.spawn(|| sweep.work())).collect();
        for thread in threads {
            match thread.join() {
                Ok(part) => account.add(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    account.unread.sort_by(|a, b| a.what.cmp(&b.what));
    account
}

/// What threads share.
struct Sweep<'a> {
    selection: &'a Selection,
    limits: &'a Limits,
    taker: &'a dyn Taker,
    stop: &'a Stop,
    queue: Queue<Folder, Batch>,
    total: AtomicU64,
}

impl Sweep<'_> {
    /// Lines up what was asked for by name; links are followed.
    fn ask(&self, path: &Path, account: &mut Account) {
        if path.as_os_str() == "-" {
            self.line_up(Batch::standard_input());
            return;
        }
        let about = match path.metadata() {
            Ok(about) => about,
            Err(error) => return folder::fail(account, path, &error),
        };
        if about.is_dir() {
            self.queue.push_folder(Folder::given(path, self.limits.ignores));
        } else if !about.is_file() {
            account.miss(folder::shown(path), Why::Special, "");
        } else if self.is_older(&about) {
            account.skip(Why::Older);
        } else {
            self.announce(about.len());
            self.line_up(Batch::given(path, about.len()));
        }
    }

    fn is_older(&self, about: &std::fs::Metadata) -> bool {
        // What has no time is read.
        let changed = about.modified().ok();
        self.selection.since.zip(changed).is_some_and(|(since, changed)| changed < since)
    }

    /// More bytes are known of.
    fn announce(&self, bytes: u64) {
        if bytes > 0 {
            self.taker.total(self.total.fetch_add(bytes, Ordering::Relaxed) + bytes);
        }
    }

    fn line_up(&self, batch: Batch) -> Option<Batch> {
        let n_files = batch.files.len();
        self.queue.push_batch(batch, n_files)
    }

    /// What one thread does.
    fn work(&self) -> Account {
        let mut reader = Reader::new(self.limits, self.taker, self.stop);
        while let Some((work, busy)) = self.queue.next() {
            match work {
                Work::Folder(folder) => self.list(&folder, &mut reader),
                Work::Batch(batch) => self.read(&batch, &mut reader),
            }
            drop(busy);
        }
        reader.account
    }

    /// Lists a folder. What is found is lined up, or read at once when too much waits already.
    fn list(&self, folder: &Folder, reader: &mut Reader<'_>) {
        if self.stop.is_set() {
            reader.account.miss(folder::shown(&folder.path), Why::Stopped, "");
            return;
        }
        let path: Arc<PathBuf> = Arc::new(folder.path.clone());
        let mut batch = Batch::of(&path);
        let listed = folder.list(self.limits, |found| match found {
            Found::Folder(below) => self.queue.push_folder(below),
            Found::Skipped(why) => reader.account.skip(why),
            Found::Failed(path, error) => folder::fail(&mut reader.account, &path, &error),
            Found::File(_, about) if self.is_older(&about) => reader.account.skip(Why::Older),
            Found::File(name, about) => {
                batch.add(name, about.len());
                if batch.is_full() {
                    self.pass_on(std::mem::replace(&mut batch, Batch::of(&path)), reader);
                }
            }
        });
        self.pass_on(batch, reader);
        if let Err(error) = listed {
            folder::fail(&mut reader.account, &folder.path, &error);
        }
    }

    fn pass_on(&self, batch: Batch, reader: &mut Reader<'_>) {
        self.announce(batch.bytes);
        if let Some(batch) = self.line_up(batch) {
            self.read(&batch, reader);
        }
    }
}
