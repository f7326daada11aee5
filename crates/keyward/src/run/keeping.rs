//! From what collectors read to the intake, however long the disk takes.

use std::time::Duration;

use archive::{Batch, Error, Intake, Note, Receipt, Record, SourceId, Transport};
use catalog::Product;
use jiff::Timestamp;
use tokio::sync::oneshot;
use tokio::time::sleep;

use super::condition::Condition;
use super::sight::chain;
use super::stop::Stop;

/// The first wait after the disk refused something; each failure doubles it.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Why nothing was kept: it is time to stop, or the intake is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stopped;

/// Puts what was read of one tenant into the intake.
#[derive(Clone)]
pub(crate) struct Keeping {
    intake: Intake,
    product: Product,
    condition: Condition,
    stop: Stop,
}

/// An answer of the log, taken apart.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) records: Vec<Record>,
    /// What could not be read as an event.
    pub(crate) notes: Vec<Note>,
}

impl Keeping {
    pub(crate) fn new(
        intake: &Intake,
        product: Product,
        condition: &Condition,
        stop: &Stop,
    ) -> Self {
        let (intake, condition, stop) = (intake.clone(), condition.clone(), stop.clone());
        Self { intake, product, condition, stop }
    }

    /// Whose log it is.
    pub(crate) fn source(&self) -> &SourceId {
        &self.condition.source
    }

    /// What was kept last under a name.
    pub(crate) fn kept(&self, of: &str) -> Option<String> {
        self.intake.cursor(self.source(), of)
    }

    /// A time that was kept last under a name.
    pub(crate) fn kept_time(&self, of: &str) -> Option<Timestamp> {
        self.kept(of)?.parse().ok()
    }

    /// Takes the body of an answer apart, off the threads that speak to others.
    pub(crate) async fn split(&self, body: Vec<u8>) -> Found {
        let product = self.product;
        let split = tokio::task::spawn_blocking(move || archive::split(&body, Some(product)));
        match split.await {
            Ok(split) => {
                let notes = split.notes();
                Found { records: split.records, notes }
            }
            Err(error) => {
                tracing::error!("an answer could not be taken apart: {error}");
                Found::default()
            }
        }
    }

    /// Keeps events and notes. Waits for as long as the disk refuses them: nothing goes on before they are kept.
    pub(crate) async fn keep(
        &self,
        transport: Transport,
        found: Found,
        notes: Vec<Note>,
    ) -> Result<Receipt, Stopped> {
        let Found { records, notes: mut all } = found;
        all.extend(notes);
        let batch = Batch {
            source: self.source().clone(),
            transport,
            received: Timestamp::now(),
            records,
            notes: all,
        };
        let mut wait = FIRST_WAIT;
        loop {
            let error = match self.submit(batch.clone()).await {
                Ok(receipt) => {
                    self.condition.change(|state| state.is_not_kept = false);
                    return Ok(receipt);
                }
                Err(Error::Closed) => return Err(Stopped),
                Err(error) => error,
            };
            self.condition.change(|state| state.is_not_kept = true);
            let (tenant, again_s) = (self.source().tenant.as_str(), wait.as_secs());
            tracing::error!(tenant, again_s, "events cannot be kept: {}", chain(&error));
            self.stop.or(sleep(wait)).await.ok_or(Stopped)?;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    async fn submit(&self, batch: Batch) -> Result<Receipt, Error> {
        let (tell, hear) = oneshot::channel();
        let done = Box::new(move |answer| {
            // Who asked may have stopped.
            let _ = tell.send(answer);
        });
        self.intake.submit(batch, done);
        hear.await.unwrap_or(Err(Error::Closed))
    }
}
