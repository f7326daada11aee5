//! The wish to stop, told to every task at once.

use tokio::sync::watch;

/// Tells all tasks to stop, once. Copies tell the same.
#[derive(Debug, Clone)]
pub(crate) struct Stopper(watch::Sender<bool>);

/// Hears when to stop. Copies hear the same.
#[derive(Debug, Clone)]
pub(crate) struct Stop(watch::Receiver<bool>);

/// A wish to stop and who hears it.
pub(crate) fn stopping() -> (Stopper, Stop) {
    let (tell, hear) = watch::channel(false);
    (Stopper(tell), Stop(hear))
}

impl Stopper {
    /// Tells them.
    pub(crate) fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Stop {
    /// Returns once it is time to stop, at once if it is already.
    pub(crate) async fn wait(&mut self) {
        // An error means that whoever would tell is gone, which means the same.
        let _ = self.0.wait_for(|is_over| *is_over).await;
    }

    /// Whether it is time.
    #[cfg(test)]
    pub(crate) fn is_told(&self) -> bool {
        *self.0.borrow()
    }

    /// What comes first: the end of a work, or the wish to stop, which is `None`.
    pub(crate) async fn or<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let mut stop = self.clone();
        tokio::select! {
            biased;
            () = stop.wait() => None,
            done = work => Some(done),
        }
    }
}
