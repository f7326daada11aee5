//! A second look at times past: whether the provider now tells of events that the record lacks.
//!
//! Okta is asked by bounded queries, whose answers may lack delayed events themselves; so what is concluded names the method
//! and when it was asked. Auth0's search ends at 1,000 results, so there it is a second pass of the log from an older place.

use std::sync::Arc;

use archive::{Note, Record, Transport};
use idp::{Page, Query};
use jiff::{SignedDuration, Timestamp};
use tokio::time::timeout;

use super::backfill::Way;
use super::collector::BEGINNING;
use super::condition::Condition;
use super::keeping::{Found, Keeping, Stopped};
use super::sight::{Log, NoPage, Sight};
use super::stop::Stop;
use crate::config;

/// Up to where the last sweep found nothing that was missing.
const CURSOR: &str = "sweep";

/// What is asked for in one sweep; a longer time takes several.
const SLICE: SignedDuration = SignedDuration::from_hours(6);

/// Asks again for what is old enough, for good.
pub(crate) struct Sweep<L> {
    sight: Sight<L>,
    keeping: Keeping,
    condition: Condition,
    settings: config::Sweep,
    way: Way,
    verified: Verified,
}

/// Up to where the ledger says that a tenant is complete.
pub(crate) type Verified = Box<dyn Fn() -> Option<Timestamp> + Send + Sync>;

/// What one sweep came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Nothing was missing.
    Whole,
    /// Something was, and is kept now; or the answer broke off.
    NotWhole,
}

impl<L: Log> Sweep<L> {
    pub(crate) fn new(
        log: &Arc<L>,
        keeping: Keeping,
        condition: Condition,
        stop: &Stop,
        settings: config::Sweep,
        way: Way,
        verified: Verified,
    ) -> Self {
        let sight = Sight::new(log, &condition, stop, "sweep", None);
        Self { sight, keeping, condition, settings, way, verified }
    }

    /// Sweeps until it is time to stop.
    pub(crate) async fn run(mut self) {
        loop {
            if self.sight.pause(self.settings.every).await.is_err() || self.round().await.is_err() {
                return;
            }
        }
    }

    /// One answer, and a warning as long as there is none: a look that never comes looks like one that found nothing.
    async fn page(&mut self, query: &Query) -> Result<Page, NoPage> {
        let (tenant, every) = (self.keeping.source().tenant.clone(), self.settings.every);
        let page = self.sight.page(query);
        tokio::pin!(page);
        loop {
            if let Ok(page) = timeout(every, &mut page).await {
                return page;
            }
            tracing::warn!(
                tenant,
                "a second look at times past is overdue: it waits for an answer"
            );
        }
    }

    /// Everything that is old enough and was not found whole before.
    async fn round(&mut self) -> Result<(), Stopped> {
        let Some(old_enough) = self.old_enough() else { return Ok(()) };
        let Some(mut begin) = self.begin() else { return Ok(()) };
        while begin < old_enough {
            let from = begin;
            let until = from.checked_add(SLICE).unwrap_or(Timestamp::MAX).min(old_enough);
            begin = until;
            if self.slice(from, until).await? == Outcome::NotWhole {
                // Asked again in the next round, an hour later: then it may be whole.
                return Ok(());
            }
        }
        Ok(())
    }

    /// Up to when times are old enough, by the provider's clock. `None` before the record was read to its end.
    fn old_enough(&self) -> Option<Timestamp> {
        let delay = SignedDuration::try_from(self.settings.delay).ok()?;
        self.condition.state().caught_up?.checked_sub(delay).ok()
    }

    /// From where the last round ended, or from where the ledger has gone back to for an event that came late: a query
    /// that begins behind that proves nothing.
    fn begin(&self) -> Option<Timestamp> {
        let swept = self.keeping.kept_time(CURSOR);
        let from = swept.or_else(|| self.keeping.kept_time(BEGINNING))?;
        Some((self.verified)().map_or(from, |verified| from.min(verified)))
    }

    async fn slice(&mut self, from: Timestamp, until: Timestamp) -> Result<Outcome, Stopped> {
        let mut query = match self.way {
            Way::Slices => Query::Bounded { since: from, until, filter: None },
            Way::Pass => Query::Poll { since: Some(from), filter: None },
        };
        let mut sweep =
            archive::Sweep { from, until, asked: until, seen: 0, missing: 0, is_complete: false };
        loop {
            let page = match self.page(&query).await {
                Ok(page) => page,
                Err(NoPage::Stopped) => return Err(Stopped),
                Err(NoPage::CursorExpired | NoPage::Refused(_)) => break,
            };
            sweep.asked = page.asked;
            let Some(mut found) = self.keeping.split(page.body).await? else { break };
            let is_over = match self.way {
                Way::Slices => page.next.is_none(),
                Way::Pass => page.is_last || is_past(&found.records, until),
            };
            // What is newer is for the record, which may not have come to it yet.
            found.records.retain(|record| record.time.is_none_or(|time| time < until));
            sweep.seen += within(&found.records, from, until);
            let receipt = self.keeping.keep(Transport::Sweep, found, Vec::new()).await?;
            sweep.missing += u64::from(receipt.added);
            self.condition.change(|state| {
                *state.events.entry("sweep").or_default() += u64::from(receipt.added);
            });
            match page.next {
                Some(next) if !is_over => query = Query::Next(next),
                _ => {
                    sweep.is_complete = is_over;
                    break;
                }
            }
        }
        self.conclude(sweep).await
    }

    /// Keeps the result, and says what was missing.
    async fn conclude(&self, sweep: archive::Sweep) -> Result<Outcome, Stopped> {
        let is_whole = sweep.is_complete && sweep.missing == 0;
        let (tenant, seen, missing) = (&self.keeping.source().tenant, sweep.seen, sweep.missing);
        let (from, until) = (sweep.from, sweep.until);
        if is_whole {
            tracing::info!(tenant, %from, %until, seen, "asked again, nothing was missing");
        } else if sweep.is_complete {
            tracing::warn!(tenant, %from, %until, seen, missing, "asked again, and the record lacked events; they are kept now");
        } else {
            tracing::warn!(tenant, %from, %until, seen, "asked again, and the answer broke off");
        }
        self.condition.change(|state| state.missed += missing);
        let mut notes = vec![Note::Swept(sweep)];
        if is_whole {
            notes.push(Note::Cursor { of: CURSOR.to_owned(), text: until.to_string() });
        }
        self.keeping.keep(Transport::Sweep, Found::default(), notes).await?;
        Ok(if is_whole { Outcome::Whole } else { Outcome::NotWhole })
    }
}

/// Whether all events lie behind the end. A pass follows the order of writing, in which late ones come among newer ones, so
/// that one newer event says nothing.
fn is_past(records: &[Record], until: Timestamp) -> bool {
    let mut times = records.iter().filter_map(|record| record.time).peekable();
    times.peek().is_some() && times.all(|time| time >= until)
}

fn within(records: &[Record], from: Timestamp, until: Timestamp) -> u64 {
    let is_within = |record: &&Record| record.time.is_some_and(|time| from <= time && time < until);
    records.iter().filter(is_within).count() as u64
}
