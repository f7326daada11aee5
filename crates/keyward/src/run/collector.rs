//! The record of one tenant: its log, page by page, in the order in which it was written.
//!
//! The cursor is kept in the same batch as the events it follows, so that after a crash the same page is read again, and
//! nothing is passed over. Beside it is kept up to where the record reaches, for the day on which the cursor is no longer taken.

use std::sync::Arc;
use std::time::Duration;

use archive::{Note, Record, Transport};
use idp::{Page, Query};
use jiff::Timestamp;

use super::condition::Condition;
use super::keeping::{Keeping, Stopped};
use super::sight::{Log, NoPage, Sight};
use super::stop::Stop;
use super::tamper;
use crate::config::Poll;

/// Where the collector goes on.
pub(crate) const CURSOR: &str = "poll";

/// Where the record begins.
pub(crate) const BEGINNING: &str = "poll.beginning";

/// Up to where the record reaches.
const REACHED: &str = "poll.reached";

/// A question that is refused is asked again after this long.
const INVALID_PAUSE: Duration = Duration::from_mins(5);

/// Reads the log of one tenant for good.
pub(crate) struct Collector<L> {
    sight: Sight<L>,
    keeping: Keeping,
    condition: Condition,
    settings: Poll,
    retention: Duration,
    /// Where the record begins if there is none yet.
    since: Timestamp,
    /// What is to be said with the next page.
    notes: Vec<Note>,
    reached: Option<Timestamp>,
    interval: Duration,
    /// How often in a row a cursor was given up before one was taken.
    n_back: u32,
}

impl<L: Log> Collector<L> {
    pub(crate) fn new(
        log: &Arc<L>,
        keeping: Keeping,
        condition: Condition,
        stop: &Stop,
        settings: Poll,
        retention: Duration,
        since: Timestamp,
    ) -> Self {
        let sight = Sight::new(log, &condition, stop, "poll", Some(settings.blind));
        let reached = keeping.kept_time(REACHED).map(|time| time.min(Timestamp::now()));
        condition.change(|state| {
            (state.reached, state.retention) = (reached, Some(retention));
            state.count_retention(Timestamp::now());
        });
        let interval = settings.fastest;
        let notes = Vec::new();
        Self {
            sight,
            keeping,
            condition,
            settings,
            retention,
            since,
            notes,
            reached,
            interval,
            n_back: 0,
        }
    }

    /// Reads until it is time to stop.
    pub(crate) async fn run(mut self) {
        let mut query = self.begin();
        loop {
            let next = match self.sight.page(&query).await {
                Ok(page) => self.take(page, &query).await,
                Err(NoPage::CursorExpired) => self.go_back().await,
                Err(NoPage::Refused(error)) => self.refused(&error, query).await,
                Err(NoPage::Stopped) => return,
            };
            match next {
                Ok(next) => query = next,
                Err(Stopped) => return,
            }
        }
    }

    /// The first question: where the last run left off, or the beginning of the record.
    fn begin(&mut self) -> Query {
        let cursor = self.keeping.kept(CURSOR).and_then(|text| text.parse().ok());
        if let Some(cursor) = cursor {
            return Query::Next(cursor);
        }
        if let Some(reached) = self.reached {
            return poll_since(self.with_overlap(reached));
        }
        let text = self.since.to_string();
        self.notes.push(Note::Cursor { of: BEGINNING.to_owned(), text });
        tracing::info!(tenant = self.tenant(), since = %self.since, "the record begins");
        poll_since(self.since)
    }

    /// Keeps a page with what was learned from it, then says what to ask next.
    async fn take(&mut self, page: Page, asked: &Query) -> Result<Query, Stopped> {
        let Some(found) = self.keeping.split(page.body).await? else { return Ok(asked.clone()) };
        if matches!(asked, Query::Next(_)) {
            self.n_back = 0;
        }
        let is_going_back = self.n_back > 1;
        let mut notes = std::mem::take(&mut self.notes);
        self.say_gap(page.asked, &mut notes);
        let reached =
            if page.is_last { Some(page.asked) } else { newest(&found.records, page.asked) };
        let reached = reached.max(self.reached);
        notes.extend(reached.map(|time| cursor(REACHED, time.to_string())));
        notes.extend(page.next.as_ref().map(|next| cursor(CURSOR, next.to_string())));
        if page.is_last {
            notes.push(Note::CaughtUp { at: page.asked });
        }
        let n_tampered = tamper::watch(&self.keeping.source().tenant, &found.records);
        let receipt = self.keeping.keep(Transport::Poll, found, notes).await?;
        self.reached = reached;
        self.condition.change(|state| {
            *state.events.entry("poll").or_default() += u64::from(receipt.added);
            state.tampered += n_tampered;
            state.reached = reached;
            state.is_going_back = is_going_back;
            state.count_retention(Timestamp::now());
            state.caught_up = if page.is_last { Some(page.asked) } else { state.caught_up };
        });
        self.sight.watch_backlog(page.is_last);
        self.rest(page.count, page.is_last).await?;
        Ok(page.next.map_or_else(|| asked.clone(), Query::Next))
    }

    /// Waits before the next question: not at all while there is more, the longer the quieter it is.
    async fn rest(&mut self, n_events: usize, is_last: bool) -> Result<(), Stopped> {
        if !is_last {
            self.interval = self.settings.fastest;
            return Ok(());
        }
        self.interval = if n_events > 0 {
            self.settings.fastest
        } else {
            // Half as much again: a quiet tenant is asked less and less often.
            (self.interval + self.interval / 2).min(self.settings.slowest)
        };
        self.sight.pause(self.interval).await.map_err(|_| Stopped)
    }

    /// What is older than the provider keeps, and was not read, is lost, and that is said.
    fn say_gap(&mut self, asked: Timestamp, notes: &mut Vec<Note>) {
        let (Some(reached), Ok(kept)) = (self.reached, asked.checked_sub(self.retention)) else {
            return;
        };
        if reached >= kept {
            return;
        }
        let why = "the provider had deleted it before it was read".to_owned();
        tracing::error!(tenant = self.tenant(), from = %reached, until = %kept, "events are lost: {why}");
        notes.push(Note::Gap { from: reached, until: kept, why });
        self.reached = Some(kept);
    }

    /// The cursor is not taken any more: what it stood for is read again, a little more than that.
    ///
    /// Not at once if that happens again and again, and no cursor is taken in between.
    async fn go_back(&mut self) -> Result<Query, Stopped> {
        self.n_back = self.n_back.saturating_add(1);
        if self.n_back > 1 {
            self.condition.change(|state| state.is_going_back = true);
            self.sight.pause(back_pause(self.n_back)).await.map_err(|_| Stopped)?;
        }
        let since = self.reached.map_or(self.since, |reached| self.with_overlap(reached));
        tracing::warn!(tenant = self.tenant(), %since, "the provider no longer takes the cursor; reading again");
        Ok(poll_since(since))
    }

    /// A time with what is read again before it, as far as the provider can have it.
    fn with_overlap(&self, time: Timestamp) -> Timestamp {
        let oldest = Timestamp::now().checked_sub(self.retention).unwrap_or(Timestamp::MIN);
        let since = time.checked_sub(self.settings.overlap).unwrap_or(Timestamp::MIN);
        since.max(oldest)
    }

    /// A question that the provider refuses: a cursor in it is given up.
    async fn refused(&mut self, error: &idp::Error, query: Query) -> Result<Query, Stopped> {
        if matches!(query, Query::Next(_)) {
            return self.go_back().await;
        }
        let tenant = self.tenant();
        tracing::error!(tenant, "the provider refuses the question: {error}");
        self.sight.pause(INVALID_PAUSE).await.map_err(|_| Stopped)?;
        Ok(query)
    }

    fn tenant(&self) -> &str {
        &self.keeping.source().tenant
    }
}

/// How long to wait before going back for the nth time in a row: from 10 seconds to 5 minutes.
pub(super) fn back_pause(n: u32) -> Duration {
    let doubled = 2_u32.saturating_pow(n.saturating_sub(2).min(10));
    (Duration::from_secs(10) * doubled).min(INVALID_PAUSE)
}

fn poll_since(since: Timestamp) -> Query {
    Query::Poll { since: Some(since), filter: None }
}

fn cursor(of: &str, text: String) -> Note {
    Note::Cursor { of: of.to_owned(), text }
}

/// The time of the newest event, if it is not ahead of the answer.
fn newest(records: &[Record], asked: Timestamp) -> Option<Timestamp> {
    records.iter().filter_map(|record| record.time).filter(|time| *time <= asked).max()
}
