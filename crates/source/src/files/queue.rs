//! Work that threads share: folders to list before files to read, so that the total is soon known.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Files that wait; when there are more, they are read before another folder is listed.
const WAITING_MAX: usize = 100_000;

/// Work that threads share. Ends when nothing waits and nobody works.
pub(super) struct Queue<F, B> {
    state: Mutex<State<F, B>>,
    changed: Condvar,
}

struct State<F, B> {
    folders: Vec<F>,
    batches: VecDeque<(B, usize)>,
    waiting: usize,
    busy: usize,
}

/// Something to do.
pub(super) enum Work<F, B> {
    Folder(F),
    Batch(B),
}

impl<F, B> Queue<F, B> {
    pub(super) fn new() -> Self {
        let state = State { folders: Vec::new(), batches: VecDeque::new(), waiting: 0, busy: 0 };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    pub(super) fn push_folder(&self, folder: F) {
        self.lock().folders.push(folder);
        self.changed.notify_one();
    }

    /// Adds some files, or gives them back when too many wait.
    pub(super) fn push_batch(&self, batch: B, n_files: usize) -> Option<B> {
        let mut state = self.lock();
        if state.waiting >= WAITING_MAX {
            return Some(batch);
        }
        state.waiting += n_files;
        state.batches.push_back((batch, n_files));
        drop(state);
        self.changed.notify_one();
        None
    }

    /// Something to do; waits for it while others may still find some. Until what comes with it is dropped,
    /// more may be added.
    pub(super) fn next(&self) -> Option<(Work<F, B>, Busy<'_, F, B>)> {
        let mut state = self.lock();
        loop {
            if let Some(work) = state.take() {
                state.busy += 1;
                return Some((work, Busy(self)));
            }
            if state.busy == 0 {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<F, B>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody works, also when that ends in a panic.
pub(super) struct Busy<'q, F, B>(&'q Queue<F, B>);

impl<F, B> Drop for Busy<'_, F, B> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.busy -= 1;
        if state.busy == 0 {
            drop(state);
            self.0.changed.notify_all();
        }
    }
}

impl<F, B> State<F, B> {
    fn take(&mut self) -> Option<Work<F, B>> {
        if self.waiting < WAITING_MAX
            && let Some(folder) = self.folders.pop()
        {
            return Some(Work::Folder(folder));
        }
        if let Some((batch, n_files)) = self.batches.pop_front() {
            self.waiting -= n_files;
            return Some(Work::Batch(batch));
        }
        self.folders.pop().map(Work::Folder)
    }
}
