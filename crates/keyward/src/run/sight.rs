//! The log of a tenant, as those who read it see it: answers, and what to do when there is none.

mod tenant;

use std::sync::Arc;
use std::time::Duration;

use idp::{Error, Page, Patience, Query, Retry};
use jiff::Timestamp;
use outbound::chain;
use tokio::time::{Instant, sleep};

pub(crate) use self::tenant::TenantLog;
use super::condition::Condition;
use super::stop::Stop;

/// What answers questions to a log. A tenant does; so does a script in tests.
pub(crate) trait Log: Send + Sync + 'static {
    /// Asks for one page.
    fn page(&self, query: &Query) -> impl Future<Output = Result<Page, Error>> + Send;

    /// Takes its credential from where it is kept, anew.
    fn renew(&self);

    /// How far the provider's clock is ahead of ours, in seconds.
    fn skew_s(&self) -> i64;
}

/// A credential that was refused is tried again after this long: whoever mends it does so by hand, and a provider takes
/// a stream of refused requests for an attack.
const REFUSED_PAUSE: Duration = Duration::from_mins(5);

/// A failure that lasts is told this often.
const TOLD_EVERY: Duration = Duration::from_mins(10);

/// Clocks that differ by more are told of, in seconds.
const MOST_SKEW_S: i64 = 300;

/// Why there is no page, once waiting is of no use.
#[derive(Debug)]
pub(crate) enum NoPage {
    /// It is time to stop.
    Stopped,
    /// The cursor is not known any more.
    CursorExpired,
    /// The question is refused.
    Refused(Error),
}

/// Asks a log until there is an answer, and writes down how that goes.
pub(crate) struct Sight<L> {
    log: Arc<L>,
    condition: Condition,
    stop: Stop,
    /// For what: `poll`, `backfill`, `sweep`.
    purpose: &'static str,
    /// How long there may be no answer before that is an alarm; `None` if it never is.
    blind: Option<Duration>,
    patience: Patience,
    dark: Option<Dark>,
    has_told_of_retention: bool,
    has_told_of_clocks: bool,
    /// How much time was left when it was looked at last, while a backlog is read.
    backlog: Option<(Instant, Duration)>,
}

/// A time without answers.
#[derive(Debug, Clone, Copy)]
struct Dark {
    since: Instant,
    told: Instant,
}

impl<L: Log> Sight<L> {
    pub(crate) fn new(
        log: &Arc<L>,
        condition: &Condition,
        stop: &Stop,
        purpose: &'static str,
        blind: Option<Duration>,
    ) -> Self {
        Self {
            log: Arc::clone(log),
            condition: condition.clone(),
            stop: stop.clone(),
            purpose,
            blind,
            patience: Patience::default(),
            dark: None,
            has_told_of_retention: false,
            has_told_of_clocks: false,
            backlog: None,
        }
    }

    /// Asks until there is a page, or none to be had by waiting.
    pub(crate) async fn page(&mut self, query: &Query) -> Result<Page, NoPage> {
        loop {
            let answer = self.stop.or(self.log.page(query)).await.ok_or(NoPage::Stopped)?;
            let error = match answer {
                Ok(mut page) => {
                    self.seen(&page);
                    // What would be in the future by our clock is not believed: a cursor there would hide what comes.
                    page.asked = page.asked.min(Timestamp::now());
                    return Ok(page);
                }
                Err(Error::CursorExpired { .. }) => return Err(NoPage::CursorExpired),
                Err(error) => error,
            };
            let wait = self.patience.fail(&error);
            self.unseen(&error, wait);
            if matches!(error, Error::Invalid { .. }) {
                return Err(NoPage::Refused(error));
            }
            self.pause(wait.unwrap_or(REFUSED_PAUSE)).await?;
            if wait.is_none() {
                // A program that tells the credential may take its time.
                let log = Arc::clone(&self.log);
                let renewed = tokio::task::spawn_blocking(move || log.renew());
                let _ = self.stop.or(renewed).await.ok_or(NoPage::Stopped)?;
            }
        }
    }

    /// Waits, unless it is time to stop.
    pub(crate) async fn pause(&mut self, wait: Duration) -> Result<(), NoPage> {
        let until = Instant::now() + wait;
        while Instant::now() < until {
            // A long wait does not put off the alarm.
            let step = (until - Instant::now()).min(self.blind.unwrap_or(wait));
            self.stop.or(sleep(step)).await.ok_or(NoPage::Stopped)?;
            self.raise_if_blind();
        }
        Ok(())
    }

    fn seen(&mut self, page: &Page) {
        self.patience.succeed();
        let (purpose, skew_s) = (self.purpose, self.log.skew_s());
        self.warn_of_clocks(page.asked, skew_s);
        let is_record = self.blind.is_some();
        self.condition.change(|state| {
            *state.pages.entry(purpose).or_default() += 1;
            state.skew_s = skew_s;
            state.rate = page.share.map(|share| (share.limit, share.remaining)).or(state.rate);
            if is_record {
                (state.out_of_sight, state.is_blind, state.refused) = (None, false, None);
            }
        });
        if let Some(dark) = self.dark.take()
            && dark.since.elapsed() >= Duration::from_mins(1)
        {
            let (source, seconds) = (self.tenant(), dark.since.elapsed().as_secs());
            tracing::info!(tenant = source, purpose, seconds, "the log answers again");
        }
    }

    /// Tells of a failure: the first of a row, and then from time to time.
    fn unseen(&mut self, error: &Error, wait: Option<Duration>) {
        let (purpose, kind) = (self.purpose, kind(error));
        let is_final = matches!(error.retry(), Retry::Never);
        let is_record = self.blind.is_some();
        self.condition.change(|state| {
            *state.failures.entry(kind).or_default() += 1;
            if is_record {
                state.out_of_sight = state.out_of_sight.or(Some(Timestamp::now()));
                if is_final {
                    state.refused = Some(error.to_string());
                }
            }
        });
        let now = Instant::now();
        let is_first = self.dark.is_none();
        let dark = self.dark.get_or_insert(Dark { since: now, told: now });
        if !is_first && now.duration_since(dark.told) < TOLD_EVERY {
            return tracing::debug!(tenant = self.tenant(), purpose, kind, "no answer: {error}");
        }
        dark.told = now;
        let again_s = wait.unwrap_or(REFUSED_PAUSE).as_secs();
        let (tenant, why) = (self.tenant(), chain(error));
        if is_final {
            tracing::error!(
                tenant,
                purpose,
                kind,
                again_s,
                "the log cannot be read until somebody helps: {why}"
            );
        } else if matches!(error, Error::RateLimited { .. }) {
            tracing::info!(tenant, purpose, kind, again_s, "waiting: {why}");
        } else {
            tracing::warn!(tenant, purpose, kind, again_s, "no answer: {why}");
        }
    }

    fn raise_if_blind(&mut self) {
        let (Some(blind), Some(dark)) = (self.blind, self.dark) else { return };
        self.raise_if_running_out();
        if dark.since.elapsed() < blind || self.condition.state().is_blind {
            return;
        }
        self.condition.change(|state| state.is_blind = true);
        let (tenant, seconds) = (self.tenant(), dark.since.elapsed().as_secs());
        tracing::error!(
            tenant,
            seconds,
            "the collector is blind: nothing of the log was seen for that long"
        );
    }

    /// Tells, once, that the provider's clock and ours are far from each other.
    fn warn_of_clocks(&mut self, asked: Timestamp, skew_s: i64) {
        let ahead_s = skew_s.max(asked.duration_since(Timestamp::now()).as_secs());
        if self.has_told_of_clocks || (ahead_s <= MOST_SKEW_S && skew_s >= -MOST_SKEW_S) {
            return;
        }
        self.has_told_of_clocks = true;
        let tenant = self.tenant();
        tracing::warn!(
            tenant,
            skew_s,
            "the provider's clock and this machine's differ; the earlier time counts"
        );
    }

    /// Looks, from time to time while a backlog is read, whether it grows.
    pub(crate) fn watch_backlog(&mut self, is_last: bool) {
        let left = self.condition.state().retention_left.filter(|_| !is_last);
        let Some(left) = left else {
            (self.backlog, self.has_told_of_retention) = (None, false);
            return;
        };
        let (since, before) = *self.backlog.get_or_insert((Instant::now(), left));
        if since.elapsed() < TOLD_EVERY {
            return;
        }
        self.backlog = Some((Instant::now(), left));
        if left < before {
            self.raise_if_running_out();
        } else {
            self.has_told_of_retention = false;
        }
    }

    /// Tells, once, when half of the time is over in which what was not read can still be had.
    fn raise_if_running_out(&mut self) {
        self.condition.change(|state| state.count_retention(Timestamp::now()));
        let state = self.condition.state();
        let (Some(whole), Some(left)) = (state.retention, state.retention_left) else { return };
        if left >= whole / 2 || self.has_told_of_retention {
            return;
        }
        self.has_told_of_retention = true;
        let (tenant, left_s) = (self.tenant(), left.as_secs());
        tracing::error!(
            tenant,
            left_s,
            "events will be lost: the provider deletes what is not read by then"
        );
    }

    fn tenant(&self) -> &str {
        &self.condition.source.tenant
    }
}

/// The name of a failure in metrics and logs.
fn kind(error: &Error) -> &'static str {
    match error {
        Error::RateLimited { .. } => "rate_limited",
        Error::Busy { .. } => "busy",
        Error::Refused { .. } | Error::SignIn { .. } => "refused",
        Error::Forbidden { .. } => "forbidden",
        Error::CursorExpired { .. } => "cursor_expired",
        Error::Invalid { .. } => "invalid",
        Error::TooSlow { .. } => "too_slow",
        Error::Unavailable { .. } => "unavailable",
        Error::Unreachable(_) => "unreachable",
        Error::Shape { .. } => "shape",
        Error::Key { .. } | Error::Method { .. } => "credential",
        _ => "other",
    }
}
