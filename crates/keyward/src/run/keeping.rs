//! From what collectors read to the intake, however long the disk takes.

use std::time::Duration;

use archive::{Batch, Error, Intake, Note, Receipt, Record, Rejected, SourceId, Transport};
use catalog::Product;
use jiff::Timestamp;
use outbound::chain;
use tokio::sync::oneshot;
use tokio::time::sleep;

use super::condition::Condition;
use super::stop::Stop;

/// The first wait after the disk refused something; each failure doubles it.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// The wait while too much waits to be written.
const BUSY_WAIT: Duration = Duration::from_millis(100);

/// An answer that could not be taken apart is asked for again after this long.
const UNSPLIT_WAIT: Duration = Duration::from_mins(5);

/// Events that are kept in one piece, in bytes: well below what the intake takes.
const PART_BYTES: usize = archive::MOST_BATCH_BYTES / 4;

/// Of an event that is too large to be kept, so much is, in bytes.
const KEPT_BYTES: usize = 64 << 10;

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

    /// Takes the body of an answer apart, off the threads that speak to others. `None`, after a while, if that failed: then
    /// nothing may go on as if it had been read.
    pub(crate) async fn split(&self, body: Vec<u8>) -> Result<Option<Found>, Stopped> {
        let product = self.product;
        let split = tokio::task::spawn_blocking(move || archive::split(&body, Some(product)));
        match split.await {
            Ok(split) => {
                let notes = split.notes();
                self.say_rejected(&notes);
                Ok(Some(Found { records: split.records, notes }))
            }
            Err(error) => {
                let tenant = &self.source().tenant;
                tracing::error!(tenant, "an answer could not be taken apart: {error}");
                let why = "an answer of the log could not be taken apart".to_owned();
                self.condition.change(|state| state.refused = Some(why));
                self.stop.or(sleep(UNSPLIT_WAIT)).await.ok_or(Stopped)?;
                Ok(None)
            }
        }
    }

    /// Tells, once for an answer, of what in it is no event.
    fn say_rejected(&self, notes: &[Note]) {
        let mut rejected = notes.iter().filter_map(|note| match note {
            Note::Rejected(rejected) => Some(rejected),
            _ => None,
        });
        let Some(first) = rejected.next() else { return };
        let count = first.count + rejected.map(|one| one.count).sum::<u64>();
        let (tenant, why) = (&self.source().tenant, &first.why);
        tracing::warn!(tenant, count, "events cannot be read, and no rule looks at them: {why}");
        self.condition.change(|state| state.rejected += count);
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
        let mut parts = parts(records);
        let last = parts.pop().unwrap_or_default();
        let mut added = 0;
        for records in parts {
            added += self.keep_part(transport, records, Vec::new()).await?.added;
        }
        // What was learned holds once everything before it is kept.
        let receipt = self.keep_part(transport, last, all).await?;
        Ok(Receipt { added: receipt.added + added, ..receipt })
    }

    async fn keep_part(
        &self,
        transport: Transport,
        records: Vec<Record>,
        notes: Vec<Note>,
    ) -> Result<Receipt, Stopped> {
        let (source, received) = (self.source().clone(), Timestamp::now());
        let mut batch = Batch { source, transport, received, records, notes };
        let mut wait = FIRST_WAIT;
        loop {
            let error = match self.submit(batch.clone()).await {
                Ok(receipt) => {
                    self.condition.change(|state| state.is_not_kept = false);
                    return Ok(receipt);
                }
                Err(Error::Closed) => {
                    self.condition.change(|state| state.is_not_kept = true);
                    return Err(Stopped);
                }
                Err(Error::Busy) => {
                    // Others are served first, which is no trouble.
                    self.stop.or(sleep(BUSY_WAIT)).await.ok_or(Stopped)?;
                    continue;
                }
                Err(Error::TooLarge { .. }) if !batch.records.is_empty() => {
                    let aside = std::mem::take(&mut batch.records);
                    let aside: Vec<_> = aside.iter().map(beginning).collect();
                    self.say_rejected(&aside);
                    batch.notes.extend(aside);
                    continue;
                }
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

/// An event that no batch can hold, as it begins. An answer may be as long as a batch, and an id in it nearly so.
fn beginning(record: &Record) -> Note {
    let bytes = &record.bytes[..record.bytes.len().min(KEPT_BYTES)];
    Note::Rejected(Rejected {
        offset: 0,
        why: "the event is too large to be kept".to_owned(),
        count: 1,
        bytes: record.bytes.len() as u64,
        text: String::from_utf8_lossy(bytes).into_owned(),
    })
}

/// Events in parts that the intake takes, in their order.
fn parts(records: Vec<Record>) -> Vec<Vec<Record>> {
    let (mut parts, mut bytes) = (vec![Vec::new()], 0);
    for record in records {
        bytes += record.size();
        let is_first = parts.last().is_some_and(Vec::is_empty);
        if bytes > PART_BYTES && !is_first {
            bytes = record.size();
            parts.push(Vec::new());
        }
        if let Some(part) = parts.last_mut() {
            part.push(record);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_pages_are_kept_in_parts() {
        let record = |n: usize| Record { id: "a".into(), time: None, bytes: vec![0; n].into() };
        let sizes = |records| parts(records).iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(sizes(Vec::new()), [0]);
        assert_eq!(sizes(vec![record(1), record(2)]), [2]);
        let half = PART_BYTES / 2 - record(0).size() - 1;
        assert_eq!(sizes(vec![record(half), record(half), record(1), record(half)]), [2, 2]);
        // Small ones take room as well, and a large one stands alone.
        assert!(sizes((0..PART_BYTES / 64).map(|_| record(2)).collect()).len() > 1);
        assert_eq!(sizes(vec![record(1), record(PART_BYTES), record(1)]), [1, 1, 1]);
    }
}
