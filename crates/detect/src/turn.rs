//! Whose turn it is among threads that work on numbered pieces.

use std::sync::{Condvar, Mutex, PoisonError};

/// The number of the first piece that is not done with.
#[derive(Debug, Default)]
pub(crate) struct Turn {
    next: Mutex<u64>,
    changed: Condvar,
}

/// Ends all waiting when the thread that holds it goes down, so that no other hangs.
pub(crate) struct EndOnPanic<'t>(&'t Turn);

impl Turn {
    /// Waits until all pieces before that one are done with.
    pub(crate) fn wait_for(&self, number: u64) {
        let next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.changed.wait_while(next, |next| *next < number));
    }

    /// All pieces before that one are done with.
    pub(crate) fn set(&self, number: u64) {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        *next = number.max(*next);
        self.changed.notify_all();
    }

    /// To be held by each thread that takes part.
    pub(crate) fn end_on_panic(&self) -> EndOnPanic<'_> {
        EndOnPanic(self)
    }
}

impl Drop for EndOnPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.set(u64::MAX);
        }
    }
}
