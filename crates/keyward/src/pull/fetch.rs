//! Page after page, to the end.

use std::collections::{HashSet, VecDeque};
use std::io::Write;
use std::pin::pin;

use archive::Record;
use catalog::Product;
use idp::{Error, Page, Patience, Provider, Query, Retry, Tenant};
use jiff::{SignedDuration, Timestamp};
use outbound::chain;

use super::show::Show;
use super::taste::Taste;
use crate::console::Console;
use crate::output::Out;

/// Failures in a row after which a pull gives up: after three minutes, about.
const MOST_FAILURES: u32 = 8;

/// Answers in a row that are none of a log, after which a pull gives up: something else answers there.
const MOST_ODD: u32 = 2;

/// So many ids are remembered, to know what a provider sends twice.
const REMEMBERED: usize = 200_000;

/// Auth0 writes its log about in the order of time. What is an hour later than the end was written after all before it.
const LATE: SignedDuration = SignedDuration::from_hours(1);

/// The time that is fetched.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    pub(super) since: Timestamp,
    /// Exclusive; `None` is the end of the log.
    pub(super) until: Option<Timestamp>,
}

/// How fetching ended.
pub(super) enum End {
    /// At the end of the log, or of the stretch.
    Whole,
    /// Whoever runs it did not want to wait.
    Stopped,
    /// There was no answer, and there will be none.
    Failed(Error),
}

/// Fetches a stretch of a log.
pub(super) struct Fetch {
    tenant: Tenant,
    stretch: Stretch,
    taste: Option<Taste>,
    /// Whether the provider applies the filter.
    is_pushed: bool,
    out: Out,
    show: Show,
    recent: Recent,
    counts: Counts,
    /// When the last page was asked for, by the provider's clock.
    asked: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    pages: u64,
    written: u64,
    rejected: u64,
    repeated: u64,
    /// They happened before the stretch, and were written to the log within it.
    earlier: u64,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
}

impl Fetch {
    pub(super) fn new(
        tenant: Tenant,
        stretch: Stretch,
        taste: Option<Taste>,
        out: Out,
        show: Show,
    ) -> Self {
        let is_pushed = taste.is_some() && tenant.provider() == Provider::Okta;
        let (recent, counts) = (Recent::default(), Counts::default());
        Self { tenant, stretch, taste, is_pushed, out, show, recent, counts, asked: None }
    }

    pub(super) fn n_pages(&self) -> u64 {
        self.counts.pages
    }

    pub(super) fn n_rejected(&self) -> u64 {
        self.counts.rejected
    }

    /// Fetches until the end, or until the person at the terminal has enough. Fails when results cannot be written.
    pub(super) async fn run(&mut self) -> std::io::Result<End> {
        let mut enough = pin!(tokio::signal::ctrl_c());
        let mut query = self.first();
        let end = loop {
            let answer = tokio::select! {
                biased;
                _ = &mut enough => break End::Stopped,
                answer = self.ask(&query) => answer,
            };
            match answer {
                Ok(page) => match self.take(page)? {
                    Some(next) => query = next,
                    None => break End::Whole,
                },
                Err(Error::Invalid { .. }) if self.is_pushed && self.counts.pages == 0 => {
                    // Not every field can be asked for; then all is fetched, and sorted out here.
                    self.is_pushed = false;
                    query = self.first();
                }
                Err(error) => break End::Failed(error),
            }
        };
        self.show.finish();
        self.out.flush()?;
        Ok(end)
    }

    /// The first question. Auth0's search ends after 1,000 results, so its log is read in the order in which it was written.
    fn first(&self) -> Query {
        let filter = self.taste.as_ref().filter(|_| self.is_pushed).map(|taste| taste.text.clone());
        let since = self.stretch.since;
        match (self.tenant.provider(), self.stretch.until) {
            (Provider::Okta, Some(until)) => Query::Bounded { since, until, filter },
            _ => Query::Poll { since: Some(since), filter },
        }
    }

    /// Asks until there is an answer, or until there is no hope of one.
    async fn ask(&self, query: &Query) -> Result<Page, Error> {
        let mut patience = Patience::default();
        loop {
            let error = match self.tenant.page(query).await {
                Ok(page) => return Ok(page),
                Err(error) => error,
            };
            let wait = patience.fail(&error);
            let is_hopeless = match &error {
                Error::Unreachable(outbound::Error::Redirected { .. }) => true,
                Error::Shape { .. } => patience.failures() > MOST_ODD,
                _ => false,
            };
            if is_hopeless {
                return Err(error);
            }
            let is_told = matches!(error.retry(), Retry::After(_));
            match wait.filter(|_| is_told || patience.failures() <= MOST_FAILURES) {
                Some(wait) => {
                    self.show.wait(wait, &chain(&error), patience.failures());
                    tokio::time::sleep(wait).await;
                }
                None => return Err(error),
            }
        }
    }

    /// Writes a page, and says what to ask next.
    fn take(&mut self, page: Page) -> std::io::Result<Option<Query>> {
        let split = archive::split(&page.body, Some(self.product()));
        self.counts.pages += 1;
        self.counts.rejected += split.n_rejected();
        for record in &split.records {
            self.write(record)?;
        }
        self.asked = Some(page.asked);
        self.show.advance(self.counts.written, self.counts.last);
        let is_over = match (self.tenant.provider(), self.stretch.until) {
            (Provider::Okta, Some(_)) => page.next.is_none(),
            (_, None) => page.is_last,
            (Provider::Auth0, Some(until)) => page.is_last || is_behind(&split.records, until),
        };
        Ok(page.next.filter(|_| !is_over).map(Query::Next))
    }

    fn write(&mut self, record: &Record) -> std::io::Result<()> {
        if record.time.is_some_and(|time| !self.holds(time)) {
            return Ok(());
        }
        if let Some(taste) = self.taste.as_mut().filter(|_| !self.is_pushed)
            && !taste.wants(&record.bytes)
        {
            return Ok(());
        }
        let counts = &mut self.counts;
        if !self.recent.is_new(&record.id) {
            counts.repeated += 1;
            return Ok(());
        }
        counts.written += 1;
        if let Some(time) = record.time {
            counts.earlier += u64::from(time < self.stretch.since);
            counts.first = Some(counts.first.map_or(time, |first| first.min(time)));
            counts.last = Some(counts.last.map_or(time, |last| last.max(time)));
        }
        self.out.write_all(&record.bytes)?;
        self.out.write_all(b"\n")
    }

    /// Whether an event of that time is asked for. Okta is asked for what was written since then, which may have happened
    /// earlier. Auth0 is read from somewhat earlier on, to be sure.
    fn holds(&self, time: Timestamp) -> bool {
        let is_early = self.tenant.provider() == Provider::Auth0 && time < self.stretch.since;
        let is_beyond = self.stretch.until.is_some_and(|until| time >= until);
        !is_early && !is_beyond
    }

    fn product(&self) -> Product {
        match self.tenant.provider() {
            Provider::Okta => Product::Okta,
            Provider::Auth0 => Product::Auth0,
        }
    }

    /// What was fetched, and what that does not prove.
    pub(super) fn tell(&self, end: &End, console: Console) {
        let Counts { pages, written, rejected, repeated, earlier, first, last } = self.counts;
        let host = self.tenant.origin().host();
        if let End::Failed(error) = end {
            console.warn(format_args!("fetching ended early: {}", chain(error)));
        }
        if rejected > 0 {
            console.warn(format_args!("{rejected} records could not be read and were left out"));
        }
        console.note(|out| {
            write!(out, "{written} events of {host} on {pages} pages")?;
            if let (Some(first), Some(last)) = (first, last) {
                write!(out, ", from {first} to {last}")?;
            }
            writeln!(out, ".")?;
            if repeated > 0 {
                writeln!(out, "{repeated} came twice and were written once.")?;
            }
            if earlier > 0 {
                writeln!(
                    out,
                    "{earlier} happened earlier, and were written to the log since then."
                )?;
            }
            writeln!(out, "{}", self.reach(end))
        });
    }

    /// Up to where it was read.
    fn reach(&self, end: &End) -> String {
        let asked = self.asked.map_or_else(|| "never".to_owned(), |asked| asked.to_string());
        match (end, self.stretch.until) {
            (End::Whole, None) => {
                format!("The log was read to its end, as of {asked} by the provider's clock.")
            }
            (End::Whole, Some(_)) => format!(
                "The time was read to its end, as of {asked} by the provider's clock; what the provider was late with may be missing."
            ),
            (End::Stopped | End::Failed(_), _) => {
                let from = self.counts.last.unwrap_or(self.stretch.since);
                let from = from.checked_sub(LATE).unwrap_or(from).max(self.stretch.since);
                format!(
                    "The log was not read to its end. To go on, pull with `--since {from}`; what is there twice then has the same id."
                )
            }
        }
    }
}

/// Whether all of a page happened so long after the end that nothing before it can follow.
fn is_behind(records: &[Record], until: Timestamp) -> bool {
    let end = until.checked_add(LATE).unwrap_or(Timestamp::MAX);
    !records.is_empty() && records.iter().all(|record| record.time.is_some_and(|time| time >= end))
}

/// The ids that came last.
#[derive(Default)]
struct Recent {
    known: HashSet<Box<str>>,
    order: VecDeque<Box<str>>,
}

impl Recent {
    fn is_new(&mut self, id: &str) -> bool {
        if !self.known.insert(id.into()) {
            return false;
        }
        self.order.push_back(id.into());
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}
