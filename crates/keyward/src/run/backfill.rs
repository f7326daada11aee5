//! What lies before the record: read once, as a job that goes on where it was stopped, and says how long it will take.
//!
//! Okta is asked by the day, for a query over a long time is slow. Auth0's search ends at 1,000 results, so there the log is
//! read in the order in which it was written, from before the beginning up to the record.

use std::sync::Arc;
use std::time::Duration;

use archive::{Note, Record, Transport};
use idp::{Page, Query};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::collector::back_pause;
use super::condition::Condition;
use super::keeping::{Keeping, Stopped};
use super::sight::{Log, NoPage, Sight};
use super::stop::Stop;

/// Where the job goes on.
const CURSOR: &str = "backfill";

/// What is asked for in one query.
const SLICE: SignedDuration = SignedDuration::from_hours(24);

/// How often its progress is told.
const TOLD_EVERY: Duration = Duration::from_mins(1);

/// Reads a stretch of time before the record.
pub(crate) struct Backfill<L> {
    sight: Sight<L>,
    keeping: Keeping,
    condition: Condition,
    /// How the log is gone through.
    way: Way,
    job: Job,
    /// When this run of it began, and how far it had come then.
    began: (Instant, f64),
    told: Instant,
    /// How often in a row a cursor was given up before one was taken.
    n_back: u32,
}

/// How a provider's log is gone through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// By bounded queries, slice after slice.
    Slices,
    /// In the order in which it was written, up to the end of the stretch.
    Pass,
}

/// The job, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Job {
    /// Its beginning.
    since: Timestamp,
    /// Its end: where the record begins.
    until: Timestamp,
    /// Everything before that is kept.
    done: Timestamp,
    /// Where to go on within a query; `None` begins the next one.
    next: Option<String>,
}

impl<L: Log> Backfill<L> {
    /// The job of an earlier run, or a new one from `since` to `until`. `None` if there is nothing to do.
    pub(crate) fn new(
        log: &Arc<L>,
        keeping: Keeping,
        condition: Condition,
        stop: &Stop,
        way: Way,
        since: Timestamp,
        until: Timestamp,
    ) -> Option<Self> {
        let kept = keeping.kept(CURSOR).and_then(|text| serde_json::from_str::<Job>(&text).ok());
        let fresh = Job { since, until, done: since, next: None };
        // Who asks for more than the last time gets all of it; what is there already is known by its id.
        let job = kept.filter(|kept| kept.since <= since && kept.until == until).unwrap_or(fresh);
        let sight = Sight::new(log, &condition, stop, "backfill", None);
        let now = Instant::now();
        let share = job.share();
        condition.change(|state| state.backfilled = Some(share));
        let began = (now, share);
        let backfill = Self { sight, keeping, condition, way, job, began, told: now, n_back: 0 };
        (!backfill.job.is_done()).then_some(backfill)
    }

    /// Reads to the end of the job, unless it is time to stop before.
    pub(crate) async fn run(mut self) {
        let tenant = self.keeping.source().tenant.clone();
        let Job { since, until, done, .. } = &self.job;
        tracing::info!(tenant, %since, %until, %done, "reading what lies before the record");
        while !self.job.is_done() {
            match self.step().await {
                Ok(()) => self.tell(),
                Err(Stopped) => return,
            }
        }
        self.condition.change(|state| state.backfill_left = Some(Duration::ZERO));
        tracing::info!(tenant, "what lies before the record is read");
    }

    async fn step(&mut self) -> Result<(), Stopped> {
        let query = self.query();
        match self.sight.page(&query).await {
            Ok(page) => self.take(page).await,
            Err(NoPage::Stopped) => Err(Stopped),
            Err(NoPage::CursorExpired) => self.go_back().await,
            Err(NoPage::Refused(_)) if self.job.next.is_some() => self.go_back().await,
            Err(NoPage::Refused(error)) => {
                let tenant = &self.keeping.source().tenant;
                let (from, until) = (self.job.done, self.end_of_slice());
                tracing::error!(tenant, %from, %until, "the provider refuses the question, and this time is left out: {error}");
                let why = "the provider refused to tell of it".to_owned();
                self.job.done = until;
                let notes = vec![Note::Gap { from, until, why }, self.job.note()];
                self.keeping
                    .keep(Transport::Backfill, super::keeping::Found::default(), notes)
                    .await?;
                Ok(())
            }
        }
    }

    /// Gives the cursor up; not at once if no cursor is taken at all.
    async fn go_back(&mut self) -> Result<(), Stopped> {
        self.job.next = None;
        self.n_back = self.n_back.saturating_add(1);
        if self.n_back > 1 {
            let tenant = &self.keeping.source().tenant;
            tracing::warn!(
                tenant,
                "the provider refuses the cursors that it gives; the back-fill waits"
            );
            self.sight.pause(back_pause(self.n_back)).await.map_err(|_| Stopped)?;
        }
        Ok(())
    }

    fn query(&self) -> Query {
        if let Some(cursor) = self.job.next.as_ref().and_then(|text| text.parse().ok()) {
            return Query::Next(cursor);
        }
        match self.way {
            Way::Slices => {
                Query::Bounded { since: self.job.done, until: self.end_of_slice(), filter: None }
            }
            Way::Pass => Query::Poll { since: Some(self.job.done), filter: None },
        }
    }

    fn end_of_slice(&self) -> Timestamp {
        match self.way {
            Way::Slices => {
                self.job.done.checked_add(SLICE).unwrap_or(Timestamp::MAX).min(self.job.until)
            }
            Way::Pass => self.job.until,
        }
    }

    async fn take(&mut self, page: Page) -> Result<(), Stopped> {
        let Some(found) = self.keeping.split(page.body).await? else { return Ok(()) };
        if self.job.next.is_some() {
            self.n_back = 0;
        }
        let reached = newest(&found.records).unwrap_or(self.job.done).min(self.end_of_slice());
        let is_over = match self.way {
            Way::Slices => page.next.is_none(),
            Way::Pass => {
                page.is_last || oldest(&found.records).is_some_and(|time| time >= self.job.until)
            }
        };
        let mut job = self.job.clone();
        if is_over {
            (job.done, job.next) = (self.end_of_slice(), None);
        } else {
            // Within a slice events come in the order of their time; in a pass about so, and the cursor is what counts.
            job.done = job.done.max(if self.way == Way::Slices { reached } else { job.done });
            job.next = page.next.map(|next| next.to_string());
        }
        let receipt = self.keeping.keep(Transport::Backfill, found, vec![job.note()]).await?;
        let share =
            if is_over { job.share() } else { Job { done: reached, ..job.clone() }.share() };
        self.job = job;
        self.condition.change(|state| {
            *state.events.entry("backfill").or_default() += u64::from(receipt.added);
            state.backfilled = Some(share);
        });
        Ok(())
    }

    /// Tells how far it has come, and how long the rest will take at the speed so far.
    fn tell(&mut self) {
        let share = self.condition.state().backfilled.unwrap_or_default();
        let (began, before) = self.began;
        let left = left(share - before, 1.0 - share, began.elapsed());
        self.condition.change(|state| state.backfill_left = left);
        if self.told.elapsed() >= TOLD_EVERY {
            self.told = Instant::now();
            let (tenant, left_s) = (&self.keeping.source().tenant, left.map(|left| left.as_secs()));
            tracing::info!(
                tenant,
                done = format!("{:.1} %", share * 100.0),
                left_s,
                "reading what lies before the record"
            );
        }
    }
}

impl Job {
    fn is_done(&self) -> bool {
        self.done >= self.until
    }

    /// How much of it is done, from 0 to 1.
    fn share(&self) -> f64 {
        let whole = self.until.duration_since(self.since).as_secs_f64();
        let done = self.done.duration_since(self.since).as_secs_f64();
        if whole > 0.0 { (done / whole).clamp(0.0, 1.0) } else { 1.0 }
    }

    fn note(&self) -> Note {
        // Times and text always have a form in JSON.
        let text = serde_json::to_string(self).unwrap_or_default();
        Note::Cursor { of: CURSOR.to_owned(), text }
    }
}

/// How long the rest takes if it goes on as it went. `None` before anything is done.
fn left(done: f64, rest: f64, took: Duration) -> Option<Duration> {
    (done > 0.0).then(|| Duration::try_from_secs_f64(took.as_secs_f64() * rest / done).ok())?
}

fn newest(records: &[Record]) -> Option<Timestamp> {
    records.iter().filter_map(|record| record.time).max()
}

fn oldest(records: &[Record]) -> Option<Timestamp> {
    records.iter().filter_map(|record| record.time).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_is_estimated_from_what_is_done() {
        assert_eq!(left(0.25, 0.5, Duration::from_mins(1)), Some(Duration::from_mins(2)));
        assert_eq!(left(0.0, 1.0, Duration::from_mins(1)), None);
    }

    #[test]
    fn a_job_is_kept_and_read_back() {
        let at = |hour: i64| Timestamp::from_second(hour * 3600).unwrap();
        let job = Job { since: at(0), until: at(4), done: at(1), next: Some("/x?after=1".into()) };
        let Note::Cursor { text, .. } = job.note() else { panic!() };
        assert_eq!(serde_json::from_str::<Job>(&text).unwrap(), job);
        assert!((job.share() - 0.25).abs() < 1e-9);
    }
}
