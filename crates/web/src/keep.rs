//! What receivers need of the intake, so that tests can stand in for it.

use archive::{Batch, Receipt, Record, SourceId};

/// Called once, when a batch is on the disk or cannot be put there.
pub type Done = Box<dyn FnOnce(Result<Receipt, Refused>) + Send>;

/// A batch that could not be kept now. The sender should try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused;

/// What was found in one body.
#[derive(Debug, Default)]
pub struct Taken {
    /// Events, and what stands for broken ones that are kept aside.
    pub records: Vec<Record>,
    /// How many of the body's events could be read.
    pub n_read: usize,
    /// How many could not.
    pub n_rejected: usize,
}

/// Where events go.
pub trait Keep: Send + Sync + 'static {
    /// Takes the envelope off a body.
    fn split(&self, body: &[u8], source: &SourceId) -> Taken;

    /// Puts a batch on the disk and says so through `done`, from whatever thread. Does not wait.
    fn keep(&self, batch: Batch, done: Done);
}
