//! What receivers need of the intake, so that tests can stand in for it.

use archive::{Batch, Done, Intake, SourceId, Split};
use catalog::Product;

/// Where events go.
pub trait Keep: Send + Sync + 'static {
    /// Finds the events in a body.
    fn split(&self, body: &[u8], source: &SourceId) -> Split;

    /// Puts a batch on the disk and says so through `done`, from whatever thread. Does not wait.
    fn keep(&self, batch: Batch, done: Done);
}

impl Keep for Intake {
    fn split(&self, body: &[u8], source: &SourceId) -> Split {
        archive::split(body, Product::from_name(&source.provider))
    }

    fn keep(&self, batch: Batch, done: Done) {
        self.submit(batch, done);
    }
}
